"""What contributors were asked, and what they said."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base, Id, Instant, partial_index, words

# Requests that wait for a reply.
AWAITED = "state = 'gevraagd'"


class ContributionState(StrEnum):
    """Where one request for concurrence stands."""

    ASKED = "gevraagd"
    AGREED = "ingestemd"
    PROPOSED = "tekstvoorstel"
    OBJECTED = "bezwaar"
    LAPSED = "vervallen"


class Contribution(Base):
    """One request to one ministry to concur with one version of the draft, and its outcome.

    `text` is that version, kept as it was sent. `reminded_on` is the day the ministry was told that it is late.
    """

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
    reminded_on: Mapped[date | None]

    __table_args__ = (
        partial_index("uq_contribution_open", "question_id", "ministry_id", where=AWAITED, unique=True),
        partial_index("ix_contributions_awaited", "ministry_id", "due_on", where=AWAITED),
        sa.CheckConstraint("state <> 'bezwaar' OR reason IS NOT NULL", "objection_reason"),
        sa.CheckConstraint("state <> 'tekstvoorstel' OR proposal IS NOT NULL", "proposal_text"),
    )


def awaited(session: Session, question_id: int) -> Sequence[Contribution]:
    """The requests about this question that wait for a reply, oldest first, as the database has them now."""
    query = sa.select(Contribution).where(
        Contribution.question_id == question_id, Contribution.state == ContributionState.ASKED
    )
    return session.scalars(query.order_by(Contribution.id).execution_options(populate_existing=True)).all()


def let_lapse(session: Session, question_id: int, ministry_id: int | None = None) -> None:
    """End the requests that wait for a reply (those to one ministry only): nobody needs it any more."""
    for one in awaited(session, question_id):
        if ministry_id in {None, one.ministry_id}:
            one.state = ContributionState.LAPSED
    session.flush()
