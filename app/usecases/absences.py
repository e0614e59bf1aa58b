"""Absence: somebody at a ministry is away for some days, and a colleague gets their mail meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.absence import Colleague, check_deputy, read_absence
from app.domain.actors import Actor
from app.domain.calendar import civil_date
from app.domain.errors import Invalid, NotAllowed, NotFound, mark
from app.domain.permissions import Task, may
from app.store import audit
from app.store.absences import absence_of, is_away, stand_ins
from app.store.people import Person


@dataclass(frozen=True)
class Away:
    """Who is away until when (the day included), and who gets their mail (None: nobody can)."""

    name: str
    until_on: date
    stand_in: str | None


def find(session: Session, actor: Actor, person_id: int) -> Person:
    """A person whose absence this actor may set: their own, or anybody's for who manages people. Raises NotFound."""
    if actor.person_id != person_id and not may(actor.roles, Task.MANAGE_PEOPLE):
        raise NotAllowed("not-allowed", mark("U kunt alleen uw eigen afwezigheid melden. Vraag het de beheerder."))
    person = session.get(Person, person_id)
    if person is None or person.ended_at is not None:
        raise NotFound("no-person", mark("Deze persoon staat niet in Regie."))
    return person


def set_absence(
    session: Session,
    actor: Actor,
    person_id: int,
    from_on: date | None,
    until_on: date | None,
    deputy_id: int | None,
    now: datetime,
) -> Person:
    """Note that somebody is away, both days included; mail with links and escalations goes to the deputy meanwhile.

    Without a deputy (or one who is away too by then) it goes to the ministry's coordinator. It ends by itself. Raises
    Invalid for days that won't do, and for a deputy who can't take it.
    """
    person = find(session, actor, person_id)
    if person.ministry_id is None:
        sentence = mark("Afwezigheid is er voor mensen bij een ministerie: alleen hun mail gaat naar een vervanger.")
        raise Invalid("no-ministry", sentence)
    absence = read_absence(from_on, until_on, deputy_id, civil_date(now))
    if deputy_id is not None:
        # Both rows, by number: two who make each other deputy for the same days must not both succeed.
        locked = sa.select(Person.id).where(Person.id.in_([person.id, deputy_id])).order_by(Person.id)
        session.execute(locked.with_for_update())
        deputy = session.get(Person, deputy_id, populate_existing=True)
        check_deputy(_colleague(person), absence, _colleague(deputy) if deputy else None)
    person.absent_from, person.absent_until, person.deputy_id = absence.from_on, absence.until_on, deputy_id
    detail = {"van": absence.from_on, "tot_en_met": absence.until_on, "vervanger": deputy_id}
    audit.record(session, actor, "afwezigheid-melden", f"persoon:{person_id}", now, **detail)
    return person


def end_absence(session: Session, actor: Actor, person_id: int, now: datetime) -> Person:
    """Somebody is back, or will not go after all. Twice is no harm."""
    person = find(session, actor, person_id)
    if person.absent_from is not None:
        person.absent_from = person.absent_until = person.deputy_id = None
        audit.record(session, actor, "afwezigheid-beeindigen", f"persoon:{person_id}", now)
    return person


def colleagues(session: Session, person: Person) -> Sequence[Person]:
    """Who could stand in: everybody else who works at the same ministry, by name."""
    there = sa.select(Person).where(
        Person.ministry_id == person.ministry_id, Person.ended_at.is_(None), Person.id != person.id
    )
    return session.scalars(there.order_by(Person.name, Person.id).limit(500)).all()


def away_now(session: Session, person: Person | None, today: date) -> Away | None:
    """Whether somebody is away today, and who stands in."""
    if person is None or person.absent_until is None or not is_away(person, today):
        return None
    stand_in = session.get(Person, stand_ins(session, today).get(person.id, 0))
    return Away(person.name, person.absent_until, stand_in.name if stand_in else None)


def _colleague(person: Person) -> Colleague:
    return Colleague(person.id, person.name, person.ministry_id, person.ended_at is not None, absence_of(person))
