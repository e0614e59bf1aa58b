"""Slots across a simulated year in Amsterdam: none skipped, none doubled."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.calendar import AMSTERDAM
from app.domain.slots import Daily, Every, Monthly, Schedule, Weekly, moment

START = datetime(2026, 1, 1, tzinfo=AMSTERDAM)
END = datetime(2027, 1, 1, tzinfo=AMSTERDAM)
YEAR = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]

SCHEDULES = st.sampled_from(
    [
        Every(5),
        Every(60),
        Daily(time(0)),
        Daily(time(2, 30)),
        Daily(time(7)),
        Weekly(6, time(2, 30)),
        Weekly(0, time(7)),
        Monthly(31, time(2, 30)),
        Monthly(1, time(0)),
    ]
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize("at", [time(0), time(2), time(2, 30), time(3), time(7), time(23, 59)])
def test_a_daily_slot_comes_once_on_each_day_of_a_year(at: time) -> None:
    slots = Daily(at).slots(START - timedelta(seconds=1), END - timedelta(seconds=1))
    assert [slot.astimezone(AMSTERDAM).date() for slot in slots] == YEAR
    assert len(set(slots)) == 365
    odd = [slot for slot in slots if slot.astimezone(AMSTERDAM).time() != at]
    assert [slot.date() for slot in odd] == ([date(2026, 3, 29)] if time(2) <= at < time(3) else [])


def test_a_time_that_the_clock_skips_is_due_at_the_end_of_the_gap() -> None:
    assert moment(date(2026, 3, 29), time(2, 30)) == datetime(2026, 3, 29, 3, tzinfo=AMSTERDAM)
    assert moment(date(2026, 3, 29), time(2, 30)) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert moment(date(2026, 3, 29), time(2, 59, 59)) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_time_that_comes_twice_is_due_the_first_time() -> None:
    assert moment(date(2026, 10, 25), time(2, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_weekly_slot_comes_once_in_each_week_also_when_the_clock_changes_that_day() -> None:
    sundays = Weekly(6, time(2, 30)).slots(START, END)
    assert [slot.astimezone(AMSTERDAM).date() for slot in sundays] == [day for day in YEAR if day.weekday() == 6]


def test_a_monthly_slot_on_the_31st_comes_on_the_last_day_of_each_month() -> None:
    ends = Monthly(31, time(7)).slots(START, END)
    assert [slot.astimezone(AMSTERDAM).date() for slot in ends] == [
        day for day in YEAR if (day + timedelta(days=1)).day == 1
    ]
    assert len(ends) == 12


def test_every_quarter_of_an_hour_goes_on_through_both_clock_changes() -> None:
    slots = Every(15).slots(START, END)
    assert len(slots) == 365 * 24 * 4
    assert {later - earlier for earlier, later in pairwise(slots)} == {timedelta(minutes=15)}


@settings(max_examples=200, deadline=None)
@given(SCHEDULES, st.lists(MOMENTS, min_size=2, max_size=6))
def test_however_the_clockwork_ticks_it_meets_the_same_slots(schedule: Schedule, ticks: list[datetime]) -> None:
    ticks = sorted(ticks)
    met = [slot for a, b in pairwise(ticks) for slot in schedule.slots(a, b)]
    assert met == schedule.slots(ticks[0], ticks[-1])
    assert met == sorted(set(met))


@settings(max_examples=200, deadline=None)
@given(SCHEDULES, MOMENTS)
def test_the_latest_slot_is_the_last_one_up_to_now(schedule: Schedule, now: datetime) -> None:
    latest = schedule.latest(now)
    assert latest <= now
    assert latest.tzinfo is UTC
    assert schedule.slots(latest - timedelta(microseconds=1), now) == [latest]


def test_a_moment_on_the_slot_belongs_to_the_tick_that_reaches_it() -> None:
    slot = datetime(2026, 11, 23, 6, tzinfo=UTC)
    assert Daily(time(7)).slots(slot - timedelta(hours=1), slot) == [slot]
    assert Daily(time(7)).slots(slot, slot + timedelta(hours=1)) == []
    assert Daily(time(7)).latest(slot) == slot


@pytest.mark.parametrize("wrong", [lambda: Every(0), lambda: Weekly(7, time(7)), lambda: Monthly(0, time(7))])
def test_a_schedule_without_a_slot_can_not_be_made(wrong: object) -> None:
    with pytest.raises(ValueError, match="a "):
        wrong()
