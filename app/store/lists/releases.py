"""Answers that wait for a coordinator's release."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.questions import TRANSITIONS, Act
from app.store.answering import Draft
from app.store.questions import Question

RELEASABLE = tuple(state for state, act in TRANSITIONS if act is Act.RELEASE)


def waiting_for_release(session: Session, ministry_id: int, limit: int) -> tuple[Sequence[Any], int]:
    """Questions (id, title, due_on) of a ministry whose answer waits, the longest waiting first; and how many."""
    offered = (
        sa.select(Question.id, Question.title, Question.due_on)
        .join(Draft, sa.and_(Draft.question_id == Question.id, Draft.round == Question.round))
        .where(
            Question.owner_id == ministry_id,
            Question.state.in_(RELEASABLE),
            Draft.ministry_id == ministry_id,
            Draft.offered_at.is_not(None),
        )
    )
    count = session.execute(sa.select(sa.func.count()).select_from(offered.subquery())).scalar_one()
    if not count:
        return [], 0
    return session.execute(offered.order_by(Draft.offered_at, Question.id).limit(limit)).all(), count
