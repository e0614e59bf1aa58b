"""The ladder as an administrator keeps it: its rungs, its pauses, and what the sweep would do on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.calendar import civil_date
from app.domain.errors import Invalid, NotFound, OutOfDate, mark
from app.domain.escalation import Hours, Rung, days_passed_since, next_window
from app.domain.ladder import Recess, TypedRung, carried_over, merged, read_ladder
from app.domain.permissions import Task
from app.domain.questions import ACCEPTANCE_REMINDER_DAYS, DEEMED_AFTER_DAYS
from app.domain.slots import moment
from app.store import audit
from app.store.absences import stand_ins
from app.store.access import require
from app.store.concurrence_mails import would_remind
from app.store.dispute_mails import centre, to_tell_again
from app.store.ladder import acceptance, preview
from app.store.ladder.climbing import load_reaches
from app.store.ladder.editing import PauseLine, carry_over, latest_edition, pause_lines, pauses_of, put_edition
from app.store.ladder.escalation import Pause, load_hours, load_ladder
from app.store.ladder.preview import WouldClimb, WouldHear
from app.store.lists.paging import Page
from app.store.lists.reference_lists import Turn
from app.store.ministries import Ministry
from app.store.terms import load_calendar

SWEEP_AT = time(6)
MOST_SHOWN = 100


@dataclass(frozen=True)
class Ladder:
    """The ladder in force, its edition's number and sending hours, and a page of its pauses, the latest first."""

    edition: int
    rungs: Sequence[Rung]
    hours: Hours
    pauses: Page[PauseLine]


@dataclass(frozen=True)
class Foreseen:
    """What the sweep of a day would do with the register as it is now.

    `climbs` counts questions by rung; `lines` and `readers` hold the first hundred of each, `mails` all readers.
    `reminded` and `deemed` count owners who say nothing; `undecided` disputes that AZ hears of again, `stalled`
    requests to concur whose reply is overdue, each with its number of mails. These would leave from `leaves_at` on.
    """

    on: date
    climbs: dict[int, int]
    lines: Sequence[WouldClimb]
    readers: Sequence[WouldHear]
    mails: int
    reminded: int
    deemed: int
    undecided: int
    undecided_mails: int
    stalled: int
    stalled_mails: int
    leaves_at: datetime

    @property
    def total(self) -> int:
        """How many questions would climb."""
        return sum(self.climbs.values())


def find(session: Session, actor: Actor, asked: Turn | None = None) -> Ladder:
    """The ladder and its pauses, as far as `asked` for."""
    require(actor, Task.MANAGE_REFERENCE)
    pauses = pause_lines(session, asked or Turn())
    return Ladder(latest_edition(session), load_ladder(session), load_hours(session), pauses)


def change(
    session: Session, actor: Actor, edition: int, typed: Sequence[TypedRung], hours: Hours, now: datetime
) -> bool:
    """Put another ladder in force; False where it is the same. Questions go on from where they stand.

    Raises Invalid for a ladder that can't be climbed, OutOfDate (`ladder-changed`) when `edition` is not in force.
    """
    require(actor, Task.MANAGE_REFERENCE)
    rungs, kept = read_ladder(typed)
    old = load_ladder(session, alone=True)
    latest = latest_edition(session)
    if latest != edition:
        sentence = mark("Iemand anders wijzigde de ladder intussen. Bekijk de nieuwe ladder en pas die aan.")
        raise OutOfDate("ladder-changed", sentence)
    if rungs == old and hours == load_hours(session):
        return False
    put_edition(session, latest + 1, rungs, hours)
    places = carried_over(old, rungs, kept)
    stand = carry_over(session, places, latest + 1, civil_date(now), now)
    steps = [
        {"werkdagen": rung.working_days, "lezers": sorted(rung.readers), "tekst": [rung.text.nl, rung.text.en]}
        for rung in rungs
    ]
    moved = {str(before): after for before, after in places.items() if before}
    detail = {"editie": latest + 1, "treden": steps, "verplaatst": moved, "vragen": stand}
    detail["verzending"] = [hours.opens, hours.closes]
    audit.record(session, actor, "wijzigen", "escalatieladder", now, **detail)
    return True


def add_pause(session: Session, actor: Actor, ministry_id: int | None, recess: Recess, now: datetime) -> Recess:
    """Let the ladder stand still for a ministry or for all. Pauses that touch become one; gives that back.

    Raises Invalid (`no-such-ministry`).
    """
    require(actor, Task.MANAGE_REFERENCE)
    if ministry_id is not None and session.get(Ministry, ministry_id) is None:
        raise Invalid("no-such-ministry", mark("Kies een ministerie uit de lijst."), field="ministry")
    load_ladder(session, alone=True)
    earlier = pauses_of(session, ministry_id)
    whole, taken = merged(recess, earlier)
    for one in taken:
        session.delete(earlier[one])
    row = Pause(ministry_id=ministry_id, from_on=whole.from_on, until_on=whole.until_on, reason=whole.reason)
    session.add(row)
    session.flush()
    days = {"van": whole.from_on, "tot": whole.until_on, "reden": whole.reason, "samengevoegd": len(taken)}
    audit.record(session, actor, "pauzeren", f"pauze:{row.id}", now, ministerie=ministry_id, **days)
    return whole


def remove_pause(session: Session, actor: Actor, pause_id: int, now: datetime) -> None:
    """Let the ladder go on. Raises NotFound (`no-pause`)."""
    require(actor, Task.MANAGE_REFERENCE)
    load_ladder(session, alone=True)
    row = session.get(Pause, pause_id)
    if row is None:
        raise NotFound("no-pause", mark("Deze pauze is er niet meer."))
    days = {"van": row.from_on, "tot": row.until_on, "ministerie": row.ministry_id}
    session.delete(row)
    session.flush()
    audit.record(session, actor, "pauze-schrappen", f"pauze:{pause_id}", now, **days)


def foresee(session: Session, actor: Actor, on: date) -> Foreseen:
    """What the sweep of a day would do if it were run now, by the sweep's own statements. Reads only."""
    require(actor, Task.MANAGE_REFERENCE)
    calendar, ladder = load_calendar(session), load_ladder(session)
    remind_until = days_passed_since(on, ACCEPTANCE_REMINDER_DAYS, calendar)
    deem_until = days_passed_since(on, DEEMED_AFTER_DAYS, calendar)
    undecided = len(to_tell_again(session, calendar, on))
    stalled, stalled_mails = would_remind(session, on)
    besides = {
        "reminded": len(session.scalars(acceptance.to_remind(deem_until, remind_until)).all()),
        "deemed": len(session.scalars(acceptance.to_deem(deem_until)).all()),
        "undecided": undecided,
        "undecided_mails": len(centre(session, on)) if undecided else 0,
        "stalled": stalled,
        "stalled_mails": stalled_mails,
    }
    leaves_at = next_window(moment(on, SWEEP_AT), calendar, load_hours(session))
    if not ladder:
        return Foreseen(on, {}, (), (), 0, **besides, leaves_at=leaves_at)
    fired = preview.firing(load_reaches(session, ladder, calendar, on))
    climbs = preview.by_rung(session, fired)
    away = stand_ins(session, on)
    readers, mails = preview.would_hear(session, ladder, fired, MOST_SHOWN, away)
    lines = preview.would_climb(session, ladder, fired, MOST_SHOWN, away)
    return Foreseen(on, climbs, lines, readers, mails, **besides, leaves_at=leaves_at)
