"""Periods that figures are compared over, each by a word that stands in an address: 2026, 2026-K3, 2026-10."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.calendar import ONE_DAY
from app.domain.errors import Invalid, mark
from app.domain.terms import check_range

_YEAR, _QUARTER = re.compile(r"([0-9]{4})"), re.compile(r"([0-9]{4})-K([1-4])")
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
MONTHS_BACK, QUARTERS_BACK, YEARS_BACK = 13, 8, 4


class Length(StrEnum):
    """How long a period is."""

    YEAR = "jaar"
    QUARTER = "kwartaal"
    MONTH = "maand"


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included."""

    word: str
    length: Length
    first: date
    last: date

    @property
    def quarter(self) -> int:
        """The quarter of the year that it begins in, from 1."""
        return (self.first.month + 2) // 3


def period_of(word: str) -> Period:
    """Return the period that a word means.

    Raises Invalid `bad-period` for another word, `date-range` for years that the calendar doesn't know.
    """
    word = word.strip().upper()
    if found := _YEAR.fullmatch(word):
        year, month, months, length = int(found[1]), 1, 12, Length.YEAR
    elif found := _QUARTER.fullmatch(word):
        year, month, months, length = int(found[1]), 3 * int(found[2]) - 2, 3, Length.QUARTER
    elif found := _MONTH.fullmatch(word):
        year, month, months, length = int(found[1]), int(found[2]), 1, Length.MONTH
    else:
        sentence = mark(
            "Deze periode kennen wij niet. Kies een jaar (2026), een kwartaal (2026-K3) of een maand (2026-10)."
        )
        raise Invalid("bad-period", sentence, field="periode")
    first = check_range(date(max(year, date.min.year), month, 1), field="periode")
    after = month + months
    following = date(year + (after - 1) // 12, (after - 1) % 12 + 1, 1)
    return Period(word, length, first, following - ONE_DAY)


def recent(today: date) -> list[Period]:
    """Return the periods to choose from, up to the present one: years, quarters and months, each the latest first."""
    years = [str(today.year - back) for back in range(YEARS_BACK)]
    quarter = today.year * 4 + (today.month + 2) // 3 - 1
    quarters = [f"{one // 4}-K{one % 4 + 1}" for one in range(quarter, quarter - QUARTERS_BACK, -1)]
    month = today.year * 12 + today.month - 1
    months = [f"{one // 12}-{one % 12 + 1:02}" for one in range(month, month - MONTHS_BACK, -1)]
    return [period_of(word) for word in (*years, *quarters, *months)]
