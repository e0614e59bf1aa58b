"""Days with the ball as of a day, and VNG's own fifteen working days."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar import Calendar
from app.domain.holding import Held, days_held, verdict_late_from
from app.domain.questions import HolderKind

CALENDAR = Calendar()
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@given(DAYS, st.none() | st.integers(0, 200), DAYS)
def test_days_are_those_counted_one_by_one(from_on: date, length: int | None, as_of: date) -> None:
    until_on = None if length is None else from_on + timedelta(days=length)
    counted, day = 0, from_on
    while day < as_of and (until_on is None or day < until_on):
        counted, day = counted + 1, day + timedelta(days=1)
    assert days_held(from_on, until_on, as_of) == counted


@given(st.lists(st.integers(0, 40), min_size=1, max_size=6), DAYS, st.integers(0, 300))
def test_periods_that_follow_each_other_add_up_to_the_whole(lengths: list[int], start: date, until: int) -> None:
    as_of, ends = start + timedelta(days=until), [start]
    for length in lengths:
        ends.append(ends[-1] + timedelta(days=length))
    parts = [days_held(begin, end, as_of) for begin, end in pairwise(ends)]
    assert sum(parts) == days_held(start, ends[-1], as_of)


@given(DAYS)
def test_an_answer_is_late_to_be_judged_exactly_from_that_day_on(as_of: date) -> None:
    last = verdict_late_from(as_of, CALENDAR)
    for back in range(-10, 40):
        answered_on = last - timedelta(days=back)
        assert (CALENDAR.shift(answered_on, 15) < as_of) == (answered_on <= last)


@pytest.mark.parametrize(("days", "questions", "average"), [(50, 5, 10.0), (52, 5, 10.4), (40, 4, None)])
def test_an_average_stands_on_five_questions(days: int, questions: int, average: float | None) -> None:
    assert Held(HolderKind.VNG, None, days, questions).average == average
