"""The days of a term: which count, which don't, and why."""

from datetime import date

from app.domain.calendar import Calendar
from app.domain.ledger import Entry, EntryKind, Standing, replay, told_struck
from app.domain.term_days import DayKind, last_event, term_days, whole_weeks
from app.domain.terms import DEFAULT_TERM, ROUND_TERM, Term, TermKind, Unit

CALENDAR = Calendar(frozenset({date(2026, 5, 15)}))
TODAY = date(2026, 6, 1)


def may(day: int) -> date:
    return date(2026, 5, day)


def standing(term: Term, asked_on: date, *more: Entry) -> Standing:
    return replay([Entry(1, EntryKind.SET, asked_on, term=term), *more], CALENDAR)


def days(at: Standing, first: date, last: date) -> dict[int, tuple[DayKind, str | None]]:
    return {one.day.day: (one.kind, one.why) for one in term_days(at, CALENDAR, TODAY, first, last)}


def test_the_end_of_a_term_in_weeks_rolls_over_holidays_by_name() -> None:
    at = standing(DEFAULT_TERM, date(2026, 4, 23))  # three weeks end on Thursday 14 May, Ascension Day
    found = days(at, may(9), may(18))
    assert found[9] == (DayKind.COUNTED, None)  # a Saturday in the middle counts
    assert found[14] == (DayKind.SKIPPED, "Hemelvaartsdag")
    assert found[15] == (DayKind.SKIPPED, "gelijkgestelde dag")
    assert found[16] == (DayKind.SKIPPED, "zaterdag")
    assert found[18] == (DayKind.DUE, None)


def test_working_days_are_numbered_past_those_that_stood_still() -> None:
    stops = (Entry(2, EntryKind.SUSPENDED, may(7), reason="x"), Entry(3, EntryKind.RESUMED, may(11)))
    at = standing(ROUND_TERM, may(4), *stops)
    numbers = {one.day.day: one.number for one in term_days(at, CALENDAR, TODAY, may(4), at.due_on) if one.number}
    assert numbers == {6: 1, 11: 2, 12: 3, 13: 4, 18: 5, 19: 6, 20: 7, 21: 8, 22: 9, 26: 10}
    assert days(at, may(7), may(8))[8] == (DayKind.STILL, None)


def test_what_the_date_rests_on_is_the_last_event_that_moved_it() -> None:
    at = standing(DEFAULT_TERM, may(4))
    assert last_event(at) == may(4)
    postponed = Entry(2, EntryKind.POSTPONED, may(18), may(18), named_on=date(2026, 6, 8), reason="x")
    assert last_event(standing(DEFAULT_TERM, may(4), postponed)) == may(18)
    stop = Entry(3, EntryKind.SUSPENDED, may(20), reason="x")
    assert last_event(standing(DEFAULT_TERM, may(4), stop)) == may(20)
    assert last_event(standing(DEFAULT_TERM, may(4), stop, Entry(4, EntryKind.RESUMED, may(22)))) == may(20)


def test_only_a_counted_date_is_at_the_mercy_of_the_calendar() -> None:
    late = Entry(2, EntryKind.POSTPONED, may(29), may(29), named_on=date(2026, 6, 8), reason="x")
    in_time = Entry(2, EntryKind.POSTPONED, may(18), may(18), named_on=date(2026, 6, 8), reason="x")
    assert not standing(DEFAULT_TERM, may(4)).named
    assert not standing(DEFAULT_TERM, may(4), late).named
    assert standing(DEFAULT_TERM, may(4), in_time).named
    assert standing(Term(TermKind.AGREED, named_on=may(29)), may(4)).named
    assert days(standing(DEFAULT_TERM, may(4), in_time), date(2026, 6, 6), date(2026, 6, 6))[6] == (
        DayKind.COUNTED,
        None,
    )


def test_days_before_the_asking_and_after_the_due_date_are_no_part_of_it_but_late_ones_are() -> None:
    at = standing(Term(TermKind.NORM, 3, Unit.DAYS), may(4))
    found = [one.kind for one in term_days(at, CALENDAR, TODAY, may(3), may(10), late_until=may(9))]
    assert found == [
        DayKind.OUTSIDE,
        DayKind.START,
        DayKind.COUNTED,
        DayKind.COUNTED,
        DayKind.DUE,
        DayKind.LATE,
        DayKind.LATE,
        DayKind.OUTSIDE,
    ]
    assert whole_weeks(may(6), may(10)) == (may(4), may(10))


def test_a_voided_entry_is_told_as_it_was_written() -> None:
    told = told_struck(Entry(2, EntryKind.POSTPONED, may(18), may(19), named_on=date(2026, 6, 8), reason="x"))
    assert told.sentence.format(**told.facts) == "Uitstel tot 2026-06-08, gemeld op 2026-05-19."
    told = told_struck(Entry(2, EntryKind.RESUMED, may(18)))
    assert told.sentence.format(**told.facts) == "De klok loopt weer vanaf 2026-05-18."
