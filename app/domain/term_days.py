"""The days of a term one by one: which count, which don't, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.domain.calendar import ONE_DAY, Calendar
from app.domain.errors import mark
from app.domain.ledger import EntryKind, Standing
from app.domain.terms import Period, Reason, Unit


class DayKind(StrEnum):
    """What a day is to a term."""

    OUTSIDE = "buiten"
    START = "begin"
    COUNTED = "telt"
    SKIPPED = "telt-niet"
    STILL = "stil"
    DUE = "uiterlijk"
    LATE = "te-laat"


@dataclass(frozen=True)
class TermDay:
    """One day; `why` is the Dutch name (Calendar.why_off) of what kept it from counting.

    `number` is how many days have counted up to and with it; on a late day, how many days late it is.
    """

    day: date
    kind: DayKind
    why: str | None = None
    number: int = 0


def still_periods(standing: Standing, today: date) -> Sequence[Period]:
    """Return when the clock stood still: first day in, first day out; up to and with today where it still does."""
    periods, since = [], None
    for step in standing.steps:
        if step.problem is None and step.entry.kind is EntryKind.SUSPENDED:
            since = step.entry.effective_on
        elif step.problem is None and step.entry.kind is EntryKind.RESUMED and since is not None:
            periods.append((since, step.entry.effective_on))
            since = None
    return [*periods, (since, max(today, since) + ONE_DAY)] if since is not None else periods


def last_event(standing: Standing) -> date:
    """Return the day of what the due date now rests on: the asking, a postponement, or the last stop of the clock."""
    last = [step for step in standing.steps if step.changed][-1].entry
    if standing.suspended_on is not None:
        return standing.suspended_on
    if last.kind is not EntryKind.RESUMED:
        return last.effective_on
    stops = [step.entry.effective_on for step in standing.steps if step.entry.kind is EntryKind.SUSPENDED]
    return max((day for day in stops if day <= last.effective_on), default=last.effective_on)


def term_days(
    standing: Standing, calendar: Calendar, today: date, first: date, last: date, late_until: date | None = None
) -> Iterator[TermDay]:
    """Go through the days from `first` to `last`, counting from the start of the term as the term counts.

    Days off count in a term of calendar days, weeks or months, but for those that the end rolls over. `late_until` is
    the last day that was late.
    """
    still = still_periods(standing, today)
    counted = 0
    day = min(first, standing.asked_on)
    while day <= last:
        one = _one(standing, calendar, still, day, counted, late_until or standing.due_on)
        counted += one.kind in {DayKind.COUNTED, DayKind.DUE}
        if day >= first:
            yield one
        day += ONE_DAY


def _one(
    standing: Standing, calendar: Calendar, still: Sequence[Period], day: date, counted: int, late_until: date
) -> TermDay:
    due_on = standing.due_on
    if day == standing.asked_on:
        return TermDay(day, DayKind.START)
    if day == due_on:
        return TermDay(day, DayKind.DUE, None, counted + 1)
    if day < standing.asked_on or day > max(due_on, late_until):
        return TermDay(day, DayKind.OUTSIDE)
    if day > due_on:
        return TermDay(day, DayKind.LATE, None, (day - due_on).days)
    return _within(standing, calendar, still, day, counted)


def _within(standing: Standing, calendar: Calendar, still: Sequence[Period], day: date, counted: int) -> TermDay:
    """A day between the asking and the due date."""
    if any(since <= day < until for since, until in still):
        return TermDay(day, DayKind.STILL)
    rolled_over = day >= standing.raw_end and not standing.named
    why = calendar.why_off(day) if rolled_over or standing.term.unit is Unit.WORKING_DAYS else None
    return TermDay(day, DayKind.SKIPPED, why) if why else TermDay(day, DayKind.COUNTED, None, counted + 1)


SPOKEN = {
    DayKind.OUTSIDE: mark("geen deel van de termijn"),
    DayKind.START: mark("de dag zelf telt niet mee"),
    DayKind.STILL: mark("de klok stond stil"),
    DayKind.DUE: mark("uiterste antwoorddatum"),
}


def spoken(standing: Standing, one: TermDay) -> Reason:
    """Say what a day is to the term."""
    if one.kind is DayKind.LATE:
        return Reason(mark("{n} dag te laat") if one.number == 1 else mark("{n} dagen te laat"), {"n": one.number})
    if one.kind is DayKind.SKIPPED:
        return Reason(mark("{why}, telt niet mee"), {"why": one.why or ""})
    if one.kind is not DayKind.COUNTED:
        return Reason(SPOKEN[one.kind], {})
    if standing.named:
        return Reason(mark("tot de genoemde datum"), {})
    working = standing.term.unit is Unit.WORKING_DAYS
    return Reason(mark("werkdag {n}") if working else mark("dag {n}"), {"n": one.number})


def whole_weeks(first: date, last: date) -> tuple[date, date]:
    """Return the Monday on or before the first day and the Sunday on or after the last."""
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())
