"""The days of a term, drawn as a calendar, and the ledger in sentences."""

from datetime import date

import pytest

from app.domain.calendar import Calendar
from app.domain.ledger import Entry, EntryKind, Standing, replay
from app.domain.terms import Term, TermKind, Unit
from app.web.questions.term_view import CalendarDay, calendar_days, ledger
from app.wording import wording

NL = wording("nl")
CALENDAR = Calendar()
ASKED = date(2026, 11, 4)
TODAY = date(2026, 11, 23)
TEN_WORKING_DAYS = Term(TermKind.NORM, 10, Unit.WORKING_DAYS)


def standing(term: Term, *more: Entry, asked_on: date = ASKED) -> Standing:
    return replay([Entry(sequence=1, kind=EntryKind.SET, effective_on=asked_on, term=term), *more], CALENDAR)


def drawn(at: Standing, late_until: date | None = None) -> list[CalendarDay]:
    return calendar_days(NL, at, CALENDAR, TODAY, late_until)


def test_working_days_are_numbered_and_weekends_are_not() -> None:
    days = drawn(standing(TEN_WORKING_DAYS), TODAY)
    assert [(day.day, day.kind, day.note) for day in days[:7]] == [
        (2, "outside", ""),
        (3, "outside", ""),
        (4, "outside", "start"),
        (5, "counted", "1"),
        (6, "counted", "2"),
        (7, "skipped", ""),
        (8, "skipped", ""),
    ]
    assert [(day.day, day.kind, day.note) for day in days if day.kind in {"due", "late"}] == [
        (18, "due", "10"),
        (19, "late", "+1"),
        (20, "late", "+2"),
        (21, "late", "+3"),
        (22, "late", "+4"),
        (23, "late", "+5"),
    ]
    assert [day.day for day in days if day.today] == [23]
    assert days[3].spoken == "nov, werkdag 1"
    assert len(days) == 28


def test_days_on_which_the_clock_stood_still_are_not_counted() -> None:
    at = standing(
        TEN_WORKING_DAYS,
        Entry(sequence=2, kind=EntryKind.SUSPENDED, effective_on=date(2026, 11, 12), reason="Vraag."),
        Entry(sequence=3, kind=EntryKind.RESUMED, effective_on=date(2026, 11, 16)),
    )
    days = {day.day: day.kind for day in drawn(at)}
    assert {number for number, kind in days.items() if kind == "paused"} == {12, 13, 14, 15}
    assert days[20] == "due"
    assert [line.date for line in ledger(NL, at)] == ["18 nov", "18 nov", "20 nov"]
    assert [line.note for line in ledger(NL, at)] == ["oorspronkelijk", "", "geldt nu"]


def test_a_term_of_weeks_shows_its_weeks_and_counts_weekends() -> None:
    days = drawn(standing(Term(TermKind.NORM, 3, Unit.WEEKS), asked_on=date(2026, 11, 2)))
    assert [(day.day, day.note) for day in days if day.note] == [(2, "start"), (9, "wk 1"), (16, "wk 2"), (23, "wk 3")]
    assert not [day for day in days if day.kind == "skipped"]


@pytest.mark.parametrize(
    "term",
    [Term(TermKind.AGREED, named_on=date(2026, 12, 1)), Term(TermKind.STATUTORY, 6, Unit.MONTHS)],
)
def test_no_calendar_where_it_says_nothing_or_too_much(term: Term) -> None:
    assert drawn(standing(term)) == []
    assert len(ledger(NL, standing(term))) == 1
