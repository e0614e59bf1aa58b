"""Why an answer is due on this date: the ledger in plain sentences, and the days drawn as a calendar."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.calendar import Calendar
from app.domain.errors import mark
from app.domain.ledger import Standing
from app.domain.term_days import DayKind, TermDay, spoken, term_days, whole_weeks
from app.domain.terms import TermKind, Unit
from app.web.letters.letter_summary import sentence
from app.web.questions.holder_view import day_label
from app.wording import Wording

LONGEST_WEEKS = 8
"""A calendar of more weeks than this says less than the sentences do."""

# How a day is drawn, read aloud, and what stands under it.
PICTURED: Mapping[DayKind, str] = {
    DayKind.OUTSIDE: "outside",
    DayKind.START: "outside",
    DayKind.COUNTED: "counted",
    DayKind.SKIPPED: "skipped",
    DayKind.STILL: "paused",
    DayKind.DUE: "due",
    DayKind.LATE: "late",
}
SHORT: Mapping[DayKind, str] = {DayKind.START: mark("start"), DayKind.STILL: mark("stil")}


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
    first, last = whole_weeks(standing.asked_on, max(standing.due_on, shown_late))
    if standing.term.kind is TermKind.AGREED or (last - first).days > 7 * LONGEST_WEEKS:
        return []
    return drawn(words, standing, calendar, today, (first, last), late_until)


def drawn(
    words: Wording,
    standing: Standing,
    calendar: Calendar,
    today: date,
    shown: tuple[date, date],
    late_until: date | None = None,
) -> list[CalendarDay]:
    """The days from the first to the last one shown."""
    days = term_days(standing, calendar, today, *shown, late_until)
    return [
        CalendarDay(
            one.day.day,
            PICTURED[one.kind],
            _note(words, standing, one),
            f"{day_label(words, one.day).partition(' ')[2]}, {sentence(words, spoken(standing, one))}",
            one.day == today,
        )
        for one in days
    ]


def _note(words: Wording, standing: Standing, one: TermDay) -> str:
    """What stands under a day: its number, or in a term of weeks the week it completes."""
    if one.kind is DayKind.LATE:
        return f"+{one.number}"
    if one.kind in SHORT:
        return words.text(SHORT[one.kind])
    of_the_count = one.kind is DayKind.COUNTED or (one.kind is DayKind.DUE and one.day == standing.raw_end)
    if not of_the_count or standing.raw_end != standing.steps[0].raw_end:
        return ""
    if standing.term.unit is Unit.WEEKS:
        weeks, rest = divmod(one.number, 7)
        return "" if rest else words.text(mark("wk {n}"), n=weeks)
    return "" if standing.term.unit in {Unit.MONTHS, None} else str(one.number)
