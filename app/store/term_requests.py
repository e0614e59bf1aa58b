"""What a ministry asks of VNG about its term, and what became of it."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base, Id, Instant, partial_index, words


class RequestKind(StrEnum):
    """What a ministry asks of VNG about its term."""

    POSTPONEMENT = "uitstel"
    CLARIFICATION = "verduidelijking"


class RequestState(StrEnum):
    """Where such a request stands; it lapses when the question is answered, passed on or withdrawn first."""

    ASKED = "gevraagd"
    GRANTED = "toegekend"
    REFUSED = "afgewezen"
    LAPSED = "vervallen"


class TermRequest(Base):
    """A ministry asks for what only the secretariat can give: more time than the norm allows, or a stop of the clock.

    `named_on` is the date asked for in a postponement; a clarification has none, `reason` says what is unclear.
    """

    __tablename__ = "term_requests"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id"), index=True)
    round: Mapped[int]
    ministry_id: Mapped[int] = mapped_column(sa.ForeignKey("ministries.id"))
    kind: Mapped[RequestKind] = mapped_column(words(RequestKind))
    reason: Mapped[str] = mapped_column(sa.Text)
    named_on: Mapped[date | None]
    asked_at: Mapped[datetime] = mapped_column(Instant)
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    state: Mapped[RequestState] = mapped_column(words(RequestState))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    decision: Mapped[str | None] = mapped_column(sa.Text)

    __table_args__ = (
        partial_index("uq_term_request_open", "question_id", "kind", where="state = 'gevraagd'", unique=True),
        sa.CheckConstraint("(kind = 'uitstel') = (named_on IS NOT NULL)", "named"),
        sa.CheckConstraint("(state IN ('gevraagd', 'vervallen')) = (decided_at IS NULL)", "decided"),
    )


def lapse(session: Session, question_id: int) -> None:
    """Let go of what was asked about a question and not decided: nobody is there any more to hear it."""
    asked = sa.update(TermRequest).where(
        TermRequest.question_id == question_id, TermRequest.state == RequestState.ASKED
    )
    # Each act comes by here, and what a session holds of requests is not read after it.
    session.execute(asked.values(state=RequestState.LAPSED), execution_options={"synchronize_session": False})


def requests_of(session: Session, question_id: int) -> Sequence[TermRequest]:
    """What was asked about a question, newest first."""
    query = sa.select(TermRequest).where(TermRequest.question_id == question_id)
    return session.scalars(query.order_by(TermRequest.id.desc())).all()


def open_request(session: Session, question_id: int, kind: RequestKind) -> TermRequest | None:
    """What waits for a decision; at most one of each kind."""
    return session.scalars(
        sa.select(TermRequest).where(
            TermRequest.question_id == question_id, TermRequest.kind == kind, TermRequest.state == RequestState.ASKED
        )
    ).one_or_none()
