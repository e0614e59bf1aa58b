"""How one question stood on a day, read from its ledger."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.domain.calendar import Calendar
from app.domain.ledger import Entry, EntryKind
from app.domain.observations import Observed, place, standing_on
from app.domain.statistics import Ageing, Bucket
from app.domain.terms import DEFAULT_TERM

CALENDAR = Calendar()
ASKED = date(2026, 9, 7)  # a Monday; due three weeks later, Monday 28 September
DUE = date(2026, 9, 28)
SET = Entry(1, EntryKind.SET, ASKED, term=DEFAULT_TERM)


def on(day: int, month: int = 9) -> date:
    return date(2026, month, day)


def observed(*entries: Entry, **other: object) -> Observed:
    plain = Observed("JENV", ASKED, DUE, None, None, None, None, (SET, *entries))
    return replace(plain, **other)  # type: ignore[arg-type]


POSTPONED = Entry(2, EntryKind.POSTPONED, on(21), announced_on=on(21), named_on=on(12, 10), reason="afstemming")
SUSPENDED = Entry(2, EntryKind.SUSPENDED, on(21), reason="wacht op de VNG")
RESUMED = Entry(3, EntryKind.RESUMED, on(1, 10))


@pytest.mark.parametrize(
    ("as_of", "bucket"),
    [(on(20), Bucket.OPEN), (on(28), Bucket.OPEN), (on(29), Bucket.OPEN), (on(13, 10), Bucket.OPEN_LATE)],
)
def test_a_postponement_counts_from_its_day(as_of: date, bucket: Bucket) -> None:
    assert place(observed(POSTPONED), as_of, CALENDAR).bucket is bucket


def test_before_its_day_a_postponement_has_not_moved_the_date() -> None:
    assert standing_on((SET, POSTPONED), on(20), CALENDAR).due_on == DUE
    assert standing_on((SET, POSTPONED), on(21), CALENDAR).due_on == on(12, 10)


def test_an_entry_that_was_voided_later_never_counted() -> None:
    voided = Entry(3, EntryKind.VOIDED, on(5, 10), voids=2, reason="verkeerde vraag")
    for day in (on(21), on(30), on(6, 10)):
        assert standing_on((SET, POSTPONED, voided), day, CALENDAR).due_on == DUE
    assert place(observed(POSTPONED, voided), on(30), CALENDAR).bucket is Bucket.OPEN_LATE


def test_an_entry_recorded_afterwards_counts_from_the_day_it_takes_effect() -> None:
    transferred = Entry(2, EntryKind.TRANSFERRED, on(25))
    recorded_later = replace(POSTPONED, sequence=3)
    assert standing_on((SET, transferred, recorded_later), on(26), CALENDAR).due_on == on(12, 10)


def test_while_the_clock_stands_still_nothing_is_late() -> None:
    assert place(observed(SUSPENDED), on(30), CALENDAR).bucket is Bucket.OPEN
    answered = observed(SUSPENDED, answered_on=on(30), answered_due_on=DUE)
    assert place(answered, on(30), CALENDAR).bucket is Bucket.IN_TIME
    assert place(replace(answered, entries=(SET,)), on(30), CALENDAR).bucket is Bucket.LATE


@pytest.mark.parametrize(
    ("as_of", "still"), [(on(20), 0), (on(21), 0), (on(22), 1), (on(30), 9), (on(1, 10), 10), (on(20, 10), 10)]
)
def test_the_days_on_which_the_clock_stood_still_are_counted_up_to_the_day(as_of: date, still: int) -> None:
    cell = place(observed(SUSPENDED, RESUMED), as_of, CALENDAR)
    assert (cell.still, cell.days) == (still, (as_of - ASKED).days)


def test_what_happens_after_the_answer_is_no_part_of_it() -> None:
    answered = observed(SUSPENDED, RESUMED, answered_on=on(25), answered_due_on=DUE)
    assert place(answered, on(30, 10), CALENDAR).still == 4


def test_lateness_by_the_first_due_date_is_noted_beside() -> None:
    cell = place(observed(POSTPONED, answered_on=on(5, 10), answered_due_on=on(12, 10)), on(31, 10), CALENDAR)
    assert (cell.bucket, cell.late_at_first) == (Bucket.IN_TIME, True)


def test_a_withdrawn_question_is_followed_until_its_withdrawal() -> None:
    cell = place(observed(POSTPONED, withdrawn_on=on(2, 10)), on(31, 10), CALENDAR)
    assert (cell.bucket, cell.days) == (Bucket.WITHDRAWN, 25)


def test_for_how_long_it_is_late_is_told_of_open_late_questions_only() -> None:
    late = place(observed(), DUE + timedelta(days=1), CALENDAR)
    assert (late.bucket, late.ageing) == (Bucket.OPEN_LATE, Ageing.UP_TO_5)
    assert place(observed(), DUE, CALENDAR).ageing is None
