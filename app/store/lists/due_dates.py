"""What is due when, for a calendar: one row per question that waits for its answer."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.permissions import Task, may
from app.domain.questions import CLIMBING_STATES
from app.store.access import readable
from app.store.letters import Letter
from app.store.ministries import Ministry
from app.store.questions import Question

MOST = 500
BACK, AHEAD = timedelta(days=92), timedelta(days=366)


def due_dates(session: Session, actor: Actor, today: date) -> Sequence[Any]:
    """Questions without an answer that this reader may read, soonest due first, the first MOST of them.

    Of a quarter back to a year ahead. A ministry's people get what their ministry owes. Rows: id, year, serial,
    position, title, subject, owner, due_on, round, term_version, term_set_on, suspended.
    """
    query = (
        sa.select(
            Question.id,
            Letter.year,
            Letter.serial,
            Question.position,
            Question.title,
            Letter.subject,
            Ministry.display.label("owner"),
            Question.due_on,
            Question.round,
            Question.term_version,
            Question.term_set_on,
            Question.suspended,
        )
        .join(Letter, Letter.id == Question.letter_id)
        .join(Ministry, Ministry.id == Question.owner_id)
        .where(readable(actor), Question.state.in_(CLIMBING_STATES))
        .where(Question.due_on.between(today - BACK, today + AHEAD))
    )
    if not may(actor.roles, Task.SEE_ALL) and not may(actor.roles, Task.REGISTER):
        query = query.where(Question.owner_id == actor.ministry_id)
    return session.execute(query.order_by(Question.due_on, Question.id).limit(MOST)).all()
