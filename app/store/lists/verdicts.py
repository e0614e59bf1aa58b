"""Answers that wait for VNG's verdict: VNG's own clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.questions import HolderKind, State
from app.store.access import readable
from app.store.ministries import Ministry
from app.store.questions import HoldingPeriod, Question


@dataclass(frozen=True)
class Waiting:
    """Rows (id, title, owner, held_from), the longest waiting first; how many there are, and how many too long."""

    rows: Sequence[Any]
    count: int
    too_long: int


def waiting_for_verdict(session: Session, actor: Actor, since_before: date, limit: int) -> Waiting:
    """The answers without a verdict; those that VNG has had since before a day wait too long."""
    held = sa.and_(
        HoldingPeriod.question_id == Question.id,
        HoldingPeriod.until_on.is_(None),
        HoldingPeriod.holder == HolderKind.VNG,
    )
    answered = sa.and_(Question.state == State.ANSWERED, readable(actor))
    rows = session.execute(
        sa.select(
            Question.id, Question.title, Ministry.display.label("owner"), HoldingPeriod.from_on.label("held_from")
        )
        .join(Ministry, Ministry.id == Question.owner_id)
        .join(HoldingPeriod, held)
        .where(answered)
        .order_by(HoldingPeriod.from_on, Question.id)
        .limit(limit)
    ).all()
    late = sa.func.coalesce(sa.func.sum(sa.case((HoldingPeriod.from_on < since_before, 1), else_=0)), 0)
    count, too_long = session.execute(
        sa.select(sa.func.count(), late).select_from(Question).join(HoldingPeriod, held).where(answered)
    ).one()
    return Waiting(rows, count, too_long)
