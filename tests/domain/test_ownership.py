"""When AZ hears of a dispute, and when a reminder by hand is one too many."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar import Calendar
from app.domain.errors import WrongState
from app.domain.ownership import centre_hears_again, centre_hears_on, check_reminder

CALENDAR = Calendar()
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 1))
FRIDAY = date(2026, 11, 20)


def test_the_centre_hears_of_a_dispute_at_once_after_two_working_days_and_then_weekly() -> None:
    told_on = [centre_hears_on(FRIDAY, times, CALENDAR) for times in range(4)]
    assert told_on == [FRIDAY, date(2026, 11, 24), date(2026, 12, 1), date(2026, 12, 8)]


@given(DAYS, st.integers(1, 60))
def test_a_sweep_every_day_tells_the_centre_on_exactly_those_days(disputed_on: date, days: int) -> None:
    told, last = [], disputed_on
    for today in (disputed_on + timedelta(days=n) for n in range(1, days + 1)):
        if centre_hears_again(disputed_on, last, today, CALENDAR):
            told.append(today)
            last = today
    expected = [centre_hears_on(disputed_on, times, CALENDAR) for times in range(1, 12)]
    assert told == [day for day in expected if day <= disputed_on + timedelta(days=days)]


@given(DAYS, st.integers(2, 90))
def test_after_days_without_a_sweep_the_centre_hears_once(disputed_on: date, days: int) -> None:
    today = disputed_on + timedelta(days=days)
    if centre_hears_again(disputed_on, disputed_on, today, CALENDAR):
        assert not centre_hears_again(disputed_on, today, today, CALENDAR)


@pytest.mark.parametrize(
    ("last", "today", "refused"),
    [
        (None, date(2026, 11, 23), False),
        (date(2026, 11, 23), date(2026, 11, 23), True),
        (date(2026, 11, 20), date(2026, 11, 23), False),  # Friday, Monday
        (date(2026, 11, 20), date(2026, 11, 22), True),  # Sunday belongs to Friday
        (date(2026, 11, 21), date(2026, 11, 22), True),
        (date(2026, 12, 24), date(2026, 12, 26), True),  # Christmas
    ],
)
def test_a_contact_is_reminded_once_a_working_day(last: date | None, today: date, refused: bool) -> None:
    if not refused:
        check_reminder(last, today, CALENDAR)
        return
    with pytest.raises(WrongState) as refusal:
        check_reminder(last, today, CALENDAR)
    assert refusal.value.code == "reminded-already"
