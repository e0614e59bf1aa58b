"""The only thing the tests fake inside the application: what time it is."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""Monday 23 November 2026, ten in the morning in Amsterdam."""


class Clock:
    """A clock that stands still until it is told otherwise; calling it gives the moment in UTC."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    @property
    def today(self) -> date:
        """The civil date in Amsterdam."""
        return self.now.astimezone(ZoneInfo("Europe/Amsterdam")).date()

    def set(self, now: datetime) -> None:
        """Move to this moment, which must be aware."""
        if now.tzinfo is None:
            raise ValueError("a moment without a time zone is no moment")
        self.now = now.astimezone(UTC)

    def advance(self, **duration: float) -> None:
        """Move on by a duration, given as for `timedelta`: `clock.advance(days=3)`."""
        self.now += timedelta(**duration)


@pytest.fixture
def clock() -> Clock:
    """A clock at 2026-11-23T09:00:00+00:00."""
    return Clock()
