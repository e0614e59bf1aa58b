"""The ladder: which rung a question has reached, as a rule for one question and as one cut-off date for all.

`reached` says what the rule is; `cutoffs` turns it around, so that a sweep compares a column with a date. For every due
date and day, `due_on <= due_on_latest` exactly when `reached`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from itertools import pairwise

from app.domain.calendar import AMSTERDAM, ONE_DAY, Calendar, civil_date
from app.domain.errors import Invalid, mark
from app.domain.slots import moment

REST_DAYS = 5
"""Working days after a term was set in which nobody is reminded of it."""

DAY_HOURS = 24


@dataclass(frozen=True)
class Hours:
    """When escalations and digests leave on a working day: from one whole hour until another, 0–24, in Amsterdam."""

    opens: int
    closes: int


DEFAULT_HOURS = Hours(7, 19)


class Reader(StrEnum):
    """Who hears that a rung was reached."""

    CONTACT = "contactpersoon"
    COORDINATOR = "coordinator"
    SG = "bureau-sg"
    CENTRE = "az"
    SECRETARIAT = "secretariaat"
    LEADERSHIP = "directie"


READER_NAMES: Mapping[Reader, str] = {
    Reader.CONTACT: mark("contactpersoon"),
    Reader.COORDINATOR: mark("coördinator"),
    Reader.SG: mark("bureau SG"),
    Reader.CENTRE: mark("AZ"),
    Reader.SECRETARIAT: mark("secretariaat"),
    Reader.LEADERSHIP: mark("directie"),
}


@dataclass(frozen=True)
class RungText:
    """What the mail of a rung says besides, in each language; empty for nothing."""

    nl: str = ""
    en: str = ""

    def within(self, language: str) -> str:
        """The text in a language; never another one's."""
        return {"nl": self.nl, "en": self.en}.get(language, "")


NO_TEXT = RungText()


@dataclass(frozen=True)
class Rung:
    """A step of the ladder: so many working days after the due date (negative: before it), all its readers hear.

    `text` is what they read besides in the mail.
    """

    number: int
    working_days: int
    readers: frozenset[Reader]
    text: RungText = NO_TEXT

    @property
    def is_reminder(self) -> bool:
        """Tell whether it comes before the answer is late, and so is spared to whoever was asked only just now."""
        return self.working_days <= 0


@dataclass(frozen=True)
class Cutoff:
    """Which questions have reached a rung: those due on or before `due_on_latest`.

    For a reminder also only those whose term was set before `set_before`; None: whenever it was set.
    """

    rung: Rung
    due_on_latest: date
    set_before: date | None


_MINISTRY = frozenset({Reader.CONTACT, Reader.COORDINATOR})
_OFFICE = _MINISTRY | {Reader.SG}
_CENTRE = _OFFICE | {Reader.CENTRE, Reader.SECRETARIAT}

DEFAULT_LADDER = (
    Rung(1, -5, frozenset({Reader.CONTACT})),
    Rung(2, 1, _MINISTRY),
    Rung(3, 5, _OFFICE),
    Rung(4, 10, _CENTRE),
    Rung(5, 20, _CENTRE | {Reader.LEADERSHIP}),
)


def check_ladder(rungs: Sequence[Rung]) -> None:
    """Refuse a ladder that can't be climbed: rungs are numbered from 1, each later than the one before.

    Raises Invalid: `ladder-empty`, `ladder-numbers`, `ladder-same-day`, `ladder-order`, `ladder-no-reader`,
    `ladder-contact`, `ladder-reader-dropped`.
    """
    if not rungs:
        raise Invalid("ladder-empty", mark("Een escalatieladder heeft ten minste één trede. Voeg een trede toe."))
    if [rung.number for rung in rungs] != list(range(1, len(rungs) + 1)):
        raise Invalid("ladder-numbers", mark("Nummer de treden 1, 2, 3, zonder er een over te slaan."))
    for rung in rungs:
        _check_readers(rung)
    for lower, higher in pairwise(rungs):
        _check_order(lower, higher)


def _check_readers(rung: Rung) -> None:
    if not rung.readers:
        raise Invalid("ladder-no-reader", mark("Kies wie bericht krijgt bij trede {number}."), number=rung.number)
    if rung.number >= 2 and Reader.CONTACT not in rung.readers:
        sentence = mark("De contactpersoon krijgt vanaf trede 2 altijd bericht. Voeg die toe bij trede {number}.")
        raise Invalid("ladder-contact", sentence, number=rung.number)


def _check_order(lower: Rung, higher: Rung) -> None:
    if lower.working_days == higher.working_days:
        sentence = mark("Trede {number} en trede {next} vallen op dezelfde dag. Kies voor een van de twee een andere.")
        raise Invalid("ladder-same-day", sentence, number=lower.number, next=higher.number)
    if lower.working_days > higher.working_days:
        sentence = mark("Trede {next} komt vóór trede {number}. Zet de treden in de volgorde van hun dag.")
        raise Invalid("ladder-order", sentence, number=lower.number, next=higher.number)
    if not lower.readers <= higher.readers:
        sentence = mark(
            "Wie bericht krijgt bij trede {number}, krijgt dat ook bij trede {next}. Voeg de ontbrekende toe."
        )
        raise Invalid("ladder-reader-dropped", sentence, number=lower.number, next=higher.number)


def paused(calendar: Calendar, days: Iterable[date]) -> Calendar:
    """Return the calendar of a ministry's rungs during a recess, whose days are no working days.

    Due dates keep to the calendar itself.
    """
    return replace(calendar, equated=calendar.equated | frozenset(days))


def reached(rung: Rung, due_on: date, today: date, calendar: Calendar) -> bool:
    """Tell whether an answer due on `due_on` has climbed to this rung today, for however long.

    The due date itself never counts, be it a working day or not (an agreed date can be a Sunday).
    """
    return today >= calendar.shift(due_on, rung.working_days)


def cutoffs(ladder: Sequence[Rung], today: date, calendar: Calendar) -> list[Cutoff]:
    """Return the cut-off of each rung today, in the order of the ladder."""
    return [
        Cutoff(
            rung,
            _due_on_latest(rung.working_days, today, calendar),
            reminder_floor(today, calendar) if rung.is_reminder else None,
        )
        for rung in ladder
    ]


def _due_on_latest(working_days: int, today: date, calendar: Calendar) -> date:
    """Return the latest due date whose shift by so many working days is today or earlier.

    After the due date: the n-th last working day up to today has to lie after the due date. Before it: n working days
    may lie between today and the due date, the last of them only if it is the due date itself.
    """
    if working_days > 0:
        return _nth_last(working_days, today, calendar) - ONE_DAY
    return calendar.shift(today, -working_days)


def _nth_last(n: int, today: date, calendar: Calendar) -> date:
    """Return the n-th working day counting back from today, which itself counts if it is one."""
    return calendar.shift(today + ONE_DAY, -n)


def reminder_floor(today: date, calendar: Calendar) -> date:
    """Return the day before which a term must have been set for a reminder today.

    Whoever was asked at most 5 working days ago needs no reminder yet. A short term is therefore reminded of later than
    its rung says, and one of 5 working days or fewer never: it is overdue first.
    """
    return _nth_last(REST_DAYS + 1, today, calendar)


def highest(ladder: Sequence[Rung], due_on: date, today: date, calendar: Calendar, *, set_on: date) -> Rung | None:
    """Return the rung that fires today for a term set on `set_on`: the highest one reached, or None.

    A reminder held back by `reminder_floor` gives None.
    """
    top = max(
        (rung for rung in ladder if reached(rung, due_on, today, calendar)), key=lambda rung: rung.number, default=None
    )
    if top is not None and top.is_reminder and set_on >= reminder_floor(today, calendar):
        return None
    return top


def days_passed_since(today: date, working_days: int, calendar: Calendar) -> date:
    """Return the last day from which so many working days have passed today: the counterpart of `Calendar.shift`."""
    return calendar.shift(today + ONE_DAY, -working_days) - ONE_DAY


def sending_window(at: datetime, calendar: Calendar, hours: Hours) -> bool:
    """Tell whether escalations and digests may leave now: on working days, within the hours, in Amsterdam."""
    clock = at.astimezone(AMSTERDAM)
    return calendar.is_working(civil_date(at)) and hours.opens <= clock.hour < hours.closes


def next_window(at: datetime, calendar: Calendar, hours: Hours) -> datetime:
    """Return the first moment at or after `at` when escalations and digests may leave, in UTC."""
    if sending_window(at, calendar, hours):
        return at
    day, opens = civil_date(at), time(hours.opens)
    if at >= moment(day, opens):
        day += ONE_DAY
    return moment(calendar.roll(day), opens)
