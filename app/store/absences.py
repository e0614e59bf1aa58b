"""Who is away, and who gets their mail meanwhile: the deputy, else the ministry's coordinator."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.domain.absence import Absence
from app.store.ladder.readers import coordinators
from app.store.people import Person

_away, _deputy = aliased(Person), aliased(Person)


def absence_of(person: Person) -> Absence | None:
    """The days this person is away, past ones too; None where none were set."""
    if person.absent_from is None or person.absent_until is None:
        return None
    return Absence(person.absent_from, person.absent_until, person.deputy_id)


def is_away(person: Person, today: date) -> bool:
    """Whether this person is away on this day."""
    absence = absence_of(person)
    return absence is not None and absence.holds_on(today)


def stand_ins(session: Session, today: date) -> dict[int, int]:
    """Everybody who is away today and has somebody for their mail: (person, who gets it).

    A deputy who stopped, moved, refuses mail or is away too is passed by; whoever has nobody keeps their own mail.
    """
    coordinator = coordinators(present_on=today)
    instead = sa.func.coalesce(_deputy.id, coordinator.c.person_id)
    can_take = (
        _deputy.id == _away.deputy_id,
        _deputy.ministry_id == _away.ministry_id,
        _deputy.ended_at.is_(None),
        _deputy.bounced_at.is_(None),
        ~_away_on(_deputy, today),
    )
    rows = session.execute(
        sa.select(_away.id, instead)
        .outerjoin(_deputy, sa.and_(*can_take))
        .outerjoin(coordinator, coordinator.c.ministry_id == _away.ministry_id)
        .where(_away_on(_away, today), _away.ended_at.is_(None), instead.is_not(None), instead != _away.id)
    )
    return dict(rows.all())


def stands_in_for(session: Session, person_id: int, today: date) -> frozenset[int]:
    """Whose deputy this person is today."""
    theirs = sa.select(Person.id).where(Person.deputy_id == person_id, _away_on(Person, today))
    return frozenset(session.scalars(theirs))


def _away_on(person: Any, day: date) -> sa.ColumnElement[bool]:
    return sa.func.coalesce(sa.and_(person.absent_from <= day, person.absent_until >= day), sa.false())
