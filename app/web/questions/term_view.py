"""Why an answer is due on this date: the ledger in plain sentences, and the days drawn as a calendar."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.calendar import ONE_DAY, Calendar
from app.domain.errors import mark
from app.domain.ledger import EntryKind, Standing
from app.domain.terms import TermKind, Unit
from app.web.letters.letter_summary import sentence
from app.web.questions.holder_view import day_label
from app.wording import Wording

LONGEST_WEEKS = 8
"""A calendar of more weeks than this says less than the sentences do."""


@dataclass(frozen=True)
class LedgerLine:
    """One entry: what it says, the due date after it, and what is special about that date."""

    text: str
    date: str
    note: str
    voided: bool = False


@dataclass(frozen=True)
class CalendarDay:
    """One day: `kind` is counted, skipped, paused, outside, due or late; `spoken` is read aloud after its number."""

    day: int
    kind: str
    note: str
    spoken: str
    today: bool


def ledger(words: Wording, standing: Standing) -> list[LedgerLine]:
    """The entries that work, in the order they work."""
    moved = standing.due_on != standing.original_due_on
    last_change = max((place for place, step in enumerate(standing.steps) if step.changed), default=0)
    lines = []
    for place, step in enumerate(standing.steps):
        note = ""
        if place == last_change:
            note = words.text(mark("geldt nu"))
        elif place == 0 and moved:
            note = words.text(mark("oorspronkelijk"))
        text = " ".join(sentence(words, reason) for reason in step.reasons)
        lines.append(LedgerLine(text, day_label(words, step.due_on), note))
    return lines


def calendar_days(
    words: Wording, standing: Standing, calendar: Calendar, today: date, late_until: date | None
) -> list[CalendarDay]:
    """Whole weeks from the Monday before the start; empty where a calendar would say nothing, or too much.

    `late_until`: the last day that was late, today or the day of the answer; None where nothing is late.
    """
    shown_late = min(late_until, standing.due_on + timedelta(weeks=1)) if late_until else standing.due_on
    until = max(standing.due_on, shown_late)
    first = standing.asked_on - timedelta(days=standing.asked_on.weekday())
    last = until + timedelta(days=6 - until.weekday())
    if standing.term.kind is TermKind.AGREED or (last - first).days > 7 * LONGEST_WEEKS:
        return []
    drawing = _Drawing(words, standing, calendar, today, late_until or standing.due_on)
    return list(drawing.days(first, last))


class _Drawing:
    """Goes through the days once, counting as the term counts."""

    def __init__(self, words: Wording, standing: Standing, calendar: Calendar, today: date, late_until: date) -> None:
        self._words = words
        self._standing = standing
        self._calendar = calendar
        self._today = today
        self._late_until = late_until
        self._counted = 0
        self._still = _still_periods(standing, today)

    def days(self, first: date, last: date) -> Iterator[CalendarDay]:
        day = first
        while day <= last:
            kind, note, spoken = self._one(day)
            yield CalendarDay(
                day.day, kind, note, f"{day_label(self._words, day).partition(' ')[2]}, {spoken}", day == self._today
            )
            day += ONE_DAY

    def _one(self, day: date) -> tuple[str, str, str]:
        say, standing = self._words.text, self._standing
        if day == standing.asked_on:
            return "outside", say(mark("start")), say(mark("de dag zelf telt niet mee"))
        if day == standing.due_on:
            self._counted += 1
            return "due", self._note() if day == standing.raw_end else "", say(mark("uiterste antwoorddatum"))
        if day < standing.asked_on or day > max(standing.due_on, self._late_until):
            return "outside", "", say(mark("geen deel van de termijn"))
        if day > standing.due_on:
            days = (day - standing.due_on).days
            return "late", f"+{days}", self._words.plural(mark("{n} dag te laat"), mark("{n} dagen te laat"), days)
        if any(since <= day < until for since, until in self._still):
            return "paused", say(mark("stil")), say(mark("de klok stond stil"))
        return self._within(day)

    def _within(self, day: date) -> tuple[str, str, str]:
        """A day between start and due date: counted, or skipped and why."""
        say, working = self._words.text, self._standing.term.unit is Unit.WORKING_DAYS
        why = self._calendar.why_off(day)
        if why is not None and (working or day >= self._standing.raw_end):
            return "skipped", "", say(mark("{why}, telt niet mee"), why=self._words.gettext(why))
        self._counted += 1
        return "counted", self._note(), say(mark("werkdag {n}") if working else mark("dag {n}"), n=self._counted)

    def _note(self) -> str:
        """What stands under a counted day: its number, or in a term of weeks the week it completes."""
        if self._standing.raw_end != self._standing.steps[0].raw_end:
            return ""
        if self._standing.term.unit is Unit.WEEKS:
            weeks, rest = divmod(self._counted, 7)
            return "" if rest else self._words.text(mark("wk {n}"), n=weeks)
        return "" if self._standing.term.unit is Unit.MONTHS else str(self._counted)


def _still_periods(standing: Standing, today: date) -> Sequence[tuple[date, date]]:
    """When the clock stood still: first day in, first day out."""
    periods, since = [], None
    for step in standing.steps:
        if step.problem is None and step.entry.kind is EntryKind.SUSPENDED:
            since = step.entry.effective_on
        elif step.problem is None and step.entry.kind is EntryKind.RESUMED and since is not None:
            periods.append((since, step.entry.effective_on))
            since = None
    return [*periods, (since, today + ONE_DAY)] if since is not None else periods
