"""The rounds of a question as one story: asked, due, answered, judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.questions import Verdict
from app.domain.terms import days_late
from app.store.answering import Answer
from app.store.ministries import Ministry
from app.store.questions import Round


@dataclass(frozen=True)
class RoundLine:
    """One round. `due_on` was in force at the answer, else it is the first; `days_late` are calendar days."""

    number: int
    asked_on: date
    due_on: date
    answered_on: date | None
    ministry: str
    days_late: int
    verdict: Verdict | None
    judged_at: datetime | None
    reason: str


def rounds_of(session: Session, question_id: int) -> Sequence[RoundLine]:
    """The rounds of a question, the first one first."""
    rows = session.execute(
        sa.select(Round, Answer, Ministry.display)
        .outerjoin(Answer, sa.and_(Answer.question_id == Round.question_id, Answer.round == Round.number))
        .outerjoin(Ministry, Ministry.id == Answer.ministry_id)
        .where(Round.question_id == question_id)
        .order_by(Round.number)
    )
    return [
        RoundLine(
            number=one.number,
            asked_on=one.asked_on,
            due_on=answer.due_on if answer else one.original_due_on,
            answered_on=answer.answered_on if answer else None,
            ministry=ministry or "",
            days_late=days_late(answer.due_on, answer.answered_on) if answer else 0,
            verdict=answer.verdict if answer else None,
            judged_at=answer.judged_at if answer else None,
            reason=(answer.verdict_reason or "") if answer else "",
        )
        for one, answer, ministry in rows
    ]
