"""VNG's own clocks: how long it takes itself to register a letter, to record an answer, and to judge one."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from itertools import pairwise

from app.domain.calendar import AMSTERDAM

FIRST_YEAR = 2000
"""Nothing was recorded in Regie before it."""


class OwnClock(StrEnum):
    """One thing VNG does itself, and measures like everyone's work."""

    REGISTERING = "registreren"
    RECORDING = "vastleggen"
    JUDGING = "oordelen"


@cache
def turns(last_year: int) -> tuple[tuple[datetime, int], ...]:
    """Return each moment since FIRST_YEAR at which the clock in Amsterdam was turned, the latest first.

    With the seconds it has been ahead of UTC from then on. For civil dates of moments where no zone is known: in SQL.
    """
    found = [(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC), _ahead(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)))]
    for year in range(FIRST_YEAR, last_year + 1):
        halves = [
            datetime(year, 1, 1, tzinfo=UTC),
            datetime(year, 7, 1, tzinfo=UTC),
            datetime(year + 1, 1, 1, tzinfo=UTC),
        ]
        for begin, end in pairwise(halves):
            if _ahead(begin) != _ahead(end):
                turned = _turn(begin, end)
                found.append((turned, _ahead(turned)))
    return tuple(reversed(found))


def _turn(before: datetime, after: datetime) -> datetime:
    """The first whole hour with the offset of `after`; there is one turn between the two."""
    hours = int((after - before) / timedelta(hours=1))
    low, high = 0, hours
    while high - low > 1:
        middle = (low + high) // 2
        if _ahead(before + timedelta(hours=middle)) == _ahead(after):
            high = middle
        else:
            low = middle
    return before + timedelta(hours=high)


def _ahead(at: datetime) -> int:
    offset = at.astimezone(AMSTERDAM).utcoffset()
    return int(offset.total_seconds()) if offset else 0
