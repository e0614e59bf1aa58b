from datetime import UTC, date, datetime

import pytest

from tests.support.clock import Clock


def test_the_clock_stands_still_until_it_is_moved(clock: Clock) -> None:
    assert clock() == clock() == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    clock.advance(days=3, hours=2)
    assert clock() == datetime(2026, 11, 26, 11, 0, tzinfo=UTC)


def test_its_day_is_the_day_in_amsterdam(clock: Clock) -> None:
    clock.set(datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    assert clock.today == date(2026, 7, 2)


def test_it_refuses_a_moment_without_a_zone(clock: Clock) -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        clock.set(datetime(2026, 7, 1, 22, 30))  # noqa: DTZ001  # that is the point
