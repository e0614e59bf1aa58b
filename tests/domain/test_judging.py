"""VNG's own clock."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar import Calendar
from app.domain.judging import judged_too_late_before
from app.domain.questions import JUDGING_DAYS

CALENDAR = Calendar()


@given(st.dates(date(2025, 1, 1), date(2028, 12, 31)))
def test_an_answer_waits_too_long_once_more_than_15_working_days_have_passed(today: date) -> None:
    before = judged_too_late_before(today, CALENDAR)
    for days in range(-6, 7):
        came_on = before + timedelta(days=days)
        passed = CALENDAR.working_days_between(came_on, today)
        assert (came_on < before) == (passed > JUDGING_DAYS) or not CALENDAR.is_working(today)
