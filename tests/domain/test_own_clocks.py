"""When the clock in Amsterdam is turned, for statements that know no time zones."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar import civil_date
from app.domain.own_clocks import turns

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def test_the_turns_of_a_year_are_those_of_the_law() -> None:
    latest = [turned for turned, _ in turns(2026)[:2]]
    assert latest == [datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC)]


@given(MOMENTS)
def test_the_seconds_ahead_give_the_civil_date_of_any_moment(moment: datetime) -> None:
    ahead = next(seconds for turned, seconds in turns(2037) if moment >= turned)
    assert (moment + timedelta(seconds=ahead)).date() == civil_date(moment)
