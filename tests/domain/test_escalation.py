"""The ladder: the rule for one question, and its reversal into one date for a hundred thousand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.calendar import Calendar
from app.domain.errors import Invalid
from app.domain.escalation import (
    DEFAULT_HOURS,
    DEFAULT_LADDER,
    Hours,
    Reader,
    Rung,
    check_ladder,
    cutoffs,
    highest,
    next_window,
    paused,
    reached,
    reminder_floor,
    sending_window,
)

CALENDAR = Calendar(frozenset({date(2026, 1, 2), date(2026, 5, 15), date(2027, 5, 7)}))
RECESS = [date(2026, 12, 21) + timedelta(days=n) for n in range(14)]
ON_RECESS = paused(CALENDAR, RECESS)

TODAYS = st.dates(date(2025, 12, 1), date(2027, 1, 31))
OFFSETS = st.integers(-60, 60).map(lambda n: timedelta(days=n))
CALENDARS = st.sampled_from([CALENDAR, ON_RECESS])
RUNGS = st.integers(-12, 25).map(lambda days: Rung(1, days, frozenset({Reader.CONTACT})))


@settings(max_examples=1500, deadline=None)
@given(TODAYS, OFFSETS, RUNGS, CALENDARS)
def test_a_due_date_is_up_to_the_cutoff_exactly_when_the_rung_is_reached(
    today: date, offset: timedelta, rung: Rung, calendar: Calendar
) -> None:
    due_on = today + offset
    (cutoff,) = cutoffs([rung], today, calendar)
    assert (due_on <= cutoff.due_on_latest) is reached(rung, due_on, today, calendar)


@pytest.mark.parametrize("calendar", [CALENDAR, ON_RECESS])
def test_the_cutoff_itself_is_the_last_due_date_that_reached_the_rung_on_every_day_of_a_year(
    calendar: Calendar,
) -> None:
    for n in range(365):
        today = date(2026, 6, 1) + timedelta(days=n)
        for cutoff in cutoffs(DEFAULT_LADDER, today, calendar):
            last = cutoff.due_on_latest
            assert reached(cutoff.rung, last, today, calendar), (today, cutoff)
            assert not reached(cutoff.rung, last + timedelta(days=1), today, calendar), (today, cutoff)


@settings(max_examples=300, deadline=None)
@given(TODAYS, OFFSETS, CALENDARS)
def test_a_rung_once_reached_stays_reached_and_so_do_all_below_it(
    today: date, offset: timedelta, calendar: Calendar
) -> None:
    climbed = [reached(rung, today + offset, today, calendar) for rung in DEFAULT_LADDER]
    tomorrow = [reached(rung, today + offset, today + timedelta(days=1), calendar) for rung in DEFAULT_LADDER]
    assert climbed == sorted(climbed, reverse=True)
    assert all(later or not now for now, later in zip(climbed, tomorrow, strict=True))


@settings(max_examples=300, deadline=None)
@given(TODAYS, OFFSETS, OFFSETS, CALENDARS)
def test_the_highest_rung_is_the_one_whose_cutoff_and_floor_a_sweep_finds_first(
    today: date, offset: timedelta, since: timedelta, calendar: Calendar
) -> None:
    due_on, set_on = today + offset, today - abs(since)
    found = None
    for cutoff in reversed(cutoffs(DEFAULT_LADDER, today, calendar)):
        if due_on <= cutoff.due_on_latest:
            found = cutoff.rung if cutoff.set_before is None or set_on < cutoff.set_before else None
            break
    assert highest(DEFAULT_LADDER, due_on, today, calendar, set_on=set_on) == found


MONDAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("today", "number"),
    [
        (date(2026, 11, 22), None),
        (date(2026, 11, 23), 1),  # five working days before
        (MONDAY, 1),
        (date(2026, 12, 1), 2),  # overdue from the day after
        (date(2026, 12, 6), 2),
        (date(2026, 12, 7), 3),
        (date(2026, 12, 14), 4),
        (date(2026, 12, 28), 4),  # Christmas Day on Friday, Boxing Day on Saturday
        (date(2026, 12, 29), 5),
        (date(2027, 12, 29), 5),
    ],
)
def test_an_answer_due_on_30_november_2026_climbs_like_this(today: date, number: int | None) -> None:
    rung = highest(DEFAULT_LADDER, MONDAY, today, CALENDAR, set_on=date(2026, 11, 9))
    assert (rung.number if rung else None) == number


@pytest.mark.parametrize("due_on", [date(2026, 11, 27), date(2026, 11, 28), date(2026, 11, 29)])
def test_a_date_agreed_for_the_weekend_is_overdue_on_monday(due_on: date) -> None:
    assert not reached(DEFAULT_LADDER[1], due_on, date(2026, 11, 29), CALENDAR)
    assert reached(DEFAULT_LADDER[1], due_on, MONDAY, CALENDAR)


def fires_on(set_on: date, due_on: date) -> date | None:
    """Return the first day up to the due date on which a daily sweep sends the reminder."""
    days = (set_on + timedelta(days=n) for n in range((due_on - set_on).days + 1))
    return next((day for day in days if highest(DEFAULT_LADDER, due_on, day, CALENDAR, set_on=set_on)), None)


@pytest.mark.parametrize(
    ("working_days", "reminded_after"),
    [(3, None), (5, None), (6, 6), (9, 6), (10, 6), (11, 6), (12, 7), (15, 10)],
)
def test_nobody_is_reminded_within_five_working_days_of_being_asked(
    working_days: int, reminded_after: int | None
) -> None:
    set_on = date(2026, 11, 2)
    day = fires_on(set_on, CALENDAR.shift(set_on, working_days))
    assert day == (None if reminded_after is None else CALENDAR.shift(set_on, reminded_after))


@settings(max_examples=300, deadline=None)
@given(TODAYS, OFFSETS)
def test_the_floor_is_more_than_five_working_days_ago(today: date, offset: timedelta) -> None:
    set_on = today - abs(offset)
    assert (set_on < reminder_floor(today, CALENDAR)) is (CALENDAR.working_days_between(set_on, today) > 5)


def test_a_recess_holds_the_rungs_and_leaves_due_dates_alone() -> None:
    due_on = date(2026, 12, 18)
    assert reached(DEFAULT_LADDER[1], due_on, date(2026, 12, 21), CALENDAR)
    assert not reached(DEFAULT_LADDER[1], due_on, date(2027, 1, 3), ON_RECESS)
    assert reached(DEFAULT_LADDER[1], due_on, date(2027, 1, 4), ON_RECESS)
    assert CALENDAR.is_working(RECESS[0])


def test_readers_add_up_and_the_contact_is_always_among_them() -> None:
    check_ladder(DEFAULT_LADDER)
    assert [len(rung.readers) for rung in DEFAULT_LADDER] == [1, 2, 3, 5, 6]
    assert all(Reader.CONTACT in rung.readers for rung in DEFAULT_LADDER)
    assert DEFAULT_LADDER[-1].readers == frozenset(Reader)


def changed(number: int, **to: object) -> list[Rung]:
    return [replace(rung, **to) if rung.number == number else rung for rung in DEFAULT_LADDER]


@pytest.mark.parametrize(
    ("rungs", "code"),
    [
        ([], "ladder-empty"),
        (DEFAULT_LADDER[1:], "ladder-numbers"),
        ([*DEFAULT_LADDER, DEFAULT_LADDER[-1]], "ladder-numbers"),
        (changed(3, working_days=1), "ladder-same-day"),
        (changed(3, working_days=-8), "ladder-order"),
        (changed(1, readers=frozenset()), "ladder-no-reader"),
        (changed(2, readers=frozenset({Reader.COORDINATOR})), "ladder-contact"),
        (changed(5, readers=frozenset({Reader.CONTACT, Reader.LEADERSHIP})), "ladder-reader-dropped"),
    ],
)
def test_a_ladder_that_can_not_be_climbed_is_refused(rungs: list[Rung], code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_ladder(rungs)
    assert refusal.value.code == code
    assert str(refusal.value)


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        (datetime(2026, 11, 23, 5, 59, 59, tzinfo=UTC), datetime(2026, 11, 23, 6, tzinfo=UTC)),  # before 07:00
        (datetime(2026, 11, 23, 18, tzinfo=UTC), datetime(2026, 11, 24, 6, tzinfo=UTC)),  # 19:00 is too late
        (datetime(2026, 11, 27, 20, tzinfo=UTC), datetime(2026, 11, 30, 6, tzinfo=UTC)),  # Friday evening
        (datetime(2026, 12, 25, 10, tzinfo=UTC), datetime(2026, 12, 28, 6, tzinfo=UTC)),  # Christmas
        (datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 30, 5, tzinfo=UTC)),  # the clock goes forward
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), datetime(2026, 7, 2, 5, tzinfo=UTC)),  # past midnight in Amsterdam
    ],
)
def test_outside_office_hours_mail_waits_for_the_next_working_morning(at: datetime, opens: datetime) -> None:
    assert not sending_window(at, CALENDAR, DEFAULT_HOURS)
    assert next_window(at, CALENDAR, DEFAULT_HOURS) == opens
    assert sending_window(opens, CALENDAR, DEFAULT_HOURS)


def test_within_office_hours_mail_leaves_at_once() -> None:
    for at in (datetime(2026, 11, 23, 6, tzinfo=UTC), datetime(2026, 11, 23, 17, 59, 59, tzinfo=UTC)):
        assert sending_window(at, CALENDAR, DEFAULT_HOURS)
        assert next_window(at, CALENDAR, DEFAULT_HOURS) == at


def test_hours_of_a_whole_day_part_only_working_days_from_others() -> None:
    always = Hours(0, 24)
    late = datetime(2026, 11, 27, 22, 59, tzinfo=UTC)  # Friday, a minute before midnight in Amsterdam
    assert next_window(late, CALENDAR, always) == late
    monday = datetime(2026, 11, 29, 23, tzinfo=UTC)
    assert next_window(late + timedelta(minutes=1), CALENDAR, always) == monday
