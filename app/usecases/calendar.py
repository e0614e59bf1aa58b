"""The days put on a par with holidays by royal decree: an administrator's facts, which open due dates follow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.audit import rows_hash
from app.domain.calendar import EQUATED_DAY, Calendar, civil_date
from app.domain.errors import Invalid, NotFound, mark
from app.domain.permissions import Task
from app.domain.terms import check_range
from app.store import audit, replaying
from app.store.access import require
from app.store.ladder.escalation import load_ladder
from app.store.terms import EquatedDay, load_calendar

LONGEST_BASIS = 200


@dataclass(frozen=True)
class Effect:
    """What a change of the calendar does: how many open questions get another due date."""

    moved: int


def equated_days(session: Session, actor: Actor) -> Sequence[EquatedDay]:
    """All equated days with their basis, the last one first."""
    require(actor, Task.MANAGE_REFERENCE)
    return session.scalars(sa.select(EquatedDay).order_by(EquatedDay.day.desc())).all()


def preview(session: Session, actor: Actor, day: date | None, basis: str | None) -> Effect:
    """What adding this day would do, or without a basis removing it; changes nothing. Raises what those raise."""
    require(actor, Task.MANAGE_REFERENCE)
    calendar = load_calendar(session)
    changed = _without(calendar, day) if basis is None else _with(calendar, day, basis)
    days = changed.equated ^ calendar.equated
    return Effect(sum(len(chunk) for chunk in replaying.moved(session, changed, days)))


def add(session: Session, actor: Actor, day: date | None, basis: str, now: datetime) -> Effect:
    """Put a day on record, and bring the due dates of all open rounds in step with it.

    Raises Invalid: `day-missing`, `date-range`, `day-known`, `day-off-already`, `basis-missing`, `basis-too-long`.
    """
    require(actor, Task.MANAGE_REFERENCE)
    load_ladder(session, alone=True)  # One at a time, and no sweep in between.
    calendar = load_calendar(session)
    changed = _with(calendar, day, basis)
    (new,) = changed.equated - calendar.equated
    session.add(EquatedDay(day=new, basis=basis.strip()))
    session.flush()
    reason = f"{new:%d-%m-%Y} is een gelijkgestelde dag: {basis.strip()}"
    return _replayed(session, actor, "gelijkgestelde-dag-toevoegen", changed, new, reason, now)


def remove(session: Session, actor: Actor, day: date, now: datetime) -> Effect:
    """Take a day off the record, and bring the due dates of all open rounds in step. Raises NotFound (`no-day`)."""
    require(actor, Task.MANAGE_REFERENCE)
    load_ladder(session, alone=True)  # One at a time, and no sweep in between.
    changed = _without(load_calendar(session), day)
    session.execute(sa.delete(EquatedDay).where(EquatedDay.day == day))
    reason = f"{day:%d-%m-%Y} is geen gelijkgestelde dag meer"
    return _replayed(session, actor, "gelijkgestelde-dag-verwijderen", changed, day, reason, now)


def _replayed(
    session: Session, actor: Actor, act: str, changed: Calendar, day: date, reason: str, now: datetime
) -> Effect:
    count, digest = rows_hash(_written(session, actor, changed, day, reason, now))
    audit.record(session, actor, act, f"dag:{day}", now, reden=reason, rijen=count, sha256=digest)
    return Effect(count)


def _written(
    session: Session, actor: Actor, changed: Calendar, day: date, reason: str, now: datetime
) -> Iterator[tuple[object, ...]]:
    """Write chunk by chunk, and tell the rows of each: question, round, date before and after."""
    replaying.lock_touched(session, [day])
    for chunk in replaying.moved(session, changed, [day]):
        replaying.write(session, chunk, actor, reason, now, civil_date(now))
        yield from ((one.question_id, one.round, one.before, one.due_on) for one in chunk)


def _with(calendar: Calendar, day: date | None, basis: str) -> Calendar:
    if day is None:
        raise Invalid("day-missing", mark("Vul de dag in."), field="day")
    check_range(day, field="day")
    why = calendar.why_off(day)
    if why == EQUATED_DAY:
        raise Invalid("day-known", mark("{day} staat al in de lijst."), field="day", day=day)
    if why is not None:
        sentence = mark("{day} is al geen werkdag ({why}). Die dag hoeft niet in de lijst.")
        raise Invalid("day-off-already", sentence, field="day", day=day, why=why)
    if not basis.strip():
        raise Invalid("basis-missing", mark("Schrijf welk besluit deze dag gelijkstelt."), field="basis")
    if len(basis) > LONGEST_BASIS:
        sentence = mark("De grondslag is te lang: gebruik hooguit {longest} tekens.")
        raise Invalid("basis-too-long", sentence, field="basis", longest=LONGEST_BASIS)
    return replace(calendar, equated=calendar.equated | {day})


def _without(calendar: Calendar, day: date | None) -> Calendar:
    if day is None or day not in calendar.equated:
        raise NotFound("no-day", mark("Deze dag staat niet (meer) in de lijst."))
    return replace(calendar, equated=calendar.equated - {day})
