"""What contributors were asked, and what they said."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.store.base import Base, Id, Instant, partial_index, words


class ContributionState(StrEnum):
    """Where one request for concurrence stands."""

    ASKED = "gevraagd"
    AGREED = "ingestemd"
    PROPOSED = "tekstvoorstel"
    OBJECTED = "bezwaar"
    LAPSED = "vervallen"


class Contribution(Base):
    """One request to one ministry to concur with one version of the draft, and its outcome."""

    __tablename__ = "contributions"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id"), index=True)
    round: Mapped[int]
    ministry_id: Mapped[int] = mapped_column(sa.ForeignKey("ministries.id"))
    draft_version: Mapped[int]
    text: Mapped[str] = mapped_column(sa.Text)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    due_on: Mapped[date]
    state: Mapped[ContributionState] = mapped_column(words(ContributionState))
    reason: Mapped[str | None] = mapped_column(sa.Text)
    proposal: Mapped[str | None] = mapped_column(sa.Text)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    settled_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        partial_index("uq_contribution_open", "question_id", "ministry_id", where="state = 'gevraagd'", unique=True),
        sa.CheckConstraint("state <> 'bezwaar' OR reason IS NOT NULL", "objection_reason"),
        sa.CheckConstraint("state <> 'tekstvoorstel' OR proposal IS NOT NULL", "proposal_text"),
    )
