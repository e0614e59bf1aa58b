"""A date as people and spreadsheet programs write it in a register."""

import re
from datetime import date, timedelta
from functools import lru_cache

EPOCH_1900, EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
"""Day 0 of spreadsheets. Excel's own day 0 is 31 December 1899, but it counts 29 February 1900, which never was; from
March 1900 on the first of these is right. Source: ECMA-376 part 1, 18.17.4.1."""

_FEWEST_SERIAL, _MOST_SERIAL = 10_000, 80_000  # 1927 to 2119; smaller numbers are no dates of a register
_TIME = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?Z?)?"
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})" + _TIME, re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})" + _TIME, re.ASCII)
_NAMED = re.compile(r"(?:[a-z]{2,9}\.?,? )?(\d{1,2})\.?[ -]([a-z]{3,9})\.?[ -](\d{4}|\d{2})" + _TIME.lower(), re.ASCII)
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?", re.ASCII)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january", "feb februari february", "mrt maart mar march", "apr april", "mei may",
            "jun juni june", "jul juli july", "aug augustus august", "sep sept september", "okt oktober oct october",
            "nov november", "dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_CENTURY_TURNS = 90
_SHORT_YEAR = 100


@lru_cache(maxsize=16384)
def read_day(text: str, epoch: date | None = None) -> date:
    """Read a date: 2026-04-03, or day first as the Dutch write it (3-4-2026, 3/4/26, 3 april 2026), with or without a
    time; with the `epoch` of a spreadsheet also the number of a day. Raises ValueError for anything else.
    """
    found = _ISO.fullmatch(text)
    if found is not None:
        return date(int(found[1]), int(found[2]), int(found[3]))
    found = _DAY_FIRST.fullmatch(text)
    if found is not None:
        return date(_year(found[3]), int(found[2]), int(found[1]))
    found = _NAMED.fullmatch(text.lower())
    if found is not None and found[2] in _MONTHS:
        return date(_year(found[3]), _MONTHS[found[2]], int(found[1]))
    found = _SERIAL.fullmatch(text)
    if found is not None and epoch is not None and _FEWEST_SERIAL <= int(found[1]) <= _MOST_SERIAL:
        return epoch + timedelta(days=int(found[1]))
    raise ValueError(text)


def is_plain(text: str) -> bool:
    """Tell whether a date is written so that nobody can read it otherwise: 2026-04-03."""
    return text[4:5] == "-" and text[:4].isdigit()


def _year(text: str) -> int:
    year = int(text)
    if year >= _SHORT_YEAR:
        return year
    return year + (1900 if year >= _CENTURY_TURNS else 2000)
