"""Working days in the Netherlands, by the Algemene termijnenwet (ATW), and the civil date in Amsterdam."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from dateutil.easter import easter as easter_sunday

from app.domain.errors import mark

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ONE_DAY = timedelta(days=1)

# The years the holiday calendar knows; outside them every weekday would pass for a working day.
FIRST_DAY = date(1990, 1, 1)
LAST_DAY = date(2099, 12, 31)

WEEKEND = {5: mark("zaterdag"), 6: mark("zondag")}
EQUATED_DAY = mark("gelijkgestelde dag")
# Every name a holiday can bear, for the translation catalogue; `why_off` gives no other (a test holds that).
HOLIDAYS = frozenset(
    {
        mark("Nieuwjaarsdag"),
        mark("Goede vrijdag"),
        mark("Eerste paasdag"),
        mark("Tweede paasdag"),
        mark("Koninginnedag"),
        mark("Koningsdag"),
        mark("Bevrijdingsdag"),
        mark("Hemelvaartsdag"),
        mark("Eerste pinksterdag"),
        mark("Tweede pinksterdag"),
        mark("Eerste kerstdag"),
        mark("Tweede kerstdag"),
        mark("Bevrijdingsdag en Hemelvaartsdag"),
    }
)


def civil_date(at: datetime) -> date:
    """Return the date on the calendar in Amsterdam at this instant.

    Raises ValueError for a naive datetime: it is no instant, and guessing its zone would move due dates.
    """
    if at.tzinfo is None:
        raise ValueError("civil_date needs an aware datetime")
    return at.astimezone(AMSTERDAM).date()


@cache
def _holidays(year: int) -> dict[date, str]:
    """Return the recognised holidays of one year with their Dutch names; 26 April when the 27th is a Sunday.

    Easter Sunday and Whit Sunday come along: no harm, they are Sundays. Source: ATW art. 3(1), (2).
    """
    easter = easter_sunday(year)
    birthday, name = (date(year, 4, 27), "Koningsdag") if year >= 2014 else (date(year, 4, 30), "Koninginnedag")
    if birthday.weekday() == 6:
        birthday -= ONE_DAY
    named: dict[date, str] = {}
    for day, holiday in (
        (date(year, 1, 1), "Nieuwjaarsdag"),
        (easter - timedelta(days=2), "Goede vrijdag"),
        (easter, "Eerste paasdag"),
        (easter + ONE_DAY, "Tweede paasdag"),
        (birthday, name),
        (date(year, 5, 5), "Bevrijdingsdag"),
        (easter + timedelta(days=39), "Hemelvaartsdag"),
        (easter + timedelta(days=49), "Eerste pinksterdag"),
        (easter + timedelta(days=50), "Tweede pinksterdag"),
        (date(year, 12, 25), "Eerste kerstdag"),
        (date(year, 12, 26), "Tweede kerstdag"),
    ):
        named[day] = f"{named[day]} en {holiday}" if day in named else holiday
    return named


@cache
def _off_weekdays(year: int, equated: frozenset[date]) -> tuple[date, ...]:
    """Return the days of one year from Monday to Friday that are no working days, in order."""
    off = {*_holidays(year), *(day for day in equated if day.year == year)}
    return tuple(sorted(day for day in off if day.weekday() < 5))


def _weekdays_up_to(day: date) -> int:
    """Count the days from Monday to Friday since the calendar began; its first day was a Monday."""
    weeks, rest = divmod(day.toordinal(), 7)
    return weeks * 5 + min(rest, 5)


@dataclass(frozen=True)
class Calendar:
    """The working days: not Saturday, not Sunday, no holiday and no day equated with one by royal decree.

    `equated` holds the decree days (ATW art. 3(3)); they are facts that an administrator adds to.
    """

    equated: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        """Tell whether this is a working day."""
        return day.weekday() < 5 and day not in _holidays(day.year) and day not in self.equated

    def why_off(self, day: date) -> str | None:
        """Return the Dutch name of what makes this no working day, a holiday's name first; None on a working day."""
        holiday = _holidays(day.year).get(day)
        if holiday is not None:
            return holiday
        return EQUATED_DAY if day in self.equated else WEEKEND.get(day.weekday())

    def roll(self, day: date) -> date:
        """Return the first working day on or after this day. Source: ATW art. 1(1)."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def shift(self, day: date, n: int) -> date:
        """Return the n-th working day after this day, or before it when n is negative; the day itself never counts.

        With n = 0 it is the day itself, working day or not: nothing was counted.
        """
        step = ONE_DAY if n > 0 else -ONE_DAY
        for _ in range(abs(n)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    def working_days_between(self, a: date, b: date) -> int:
        """Count the working days d with a < d ≤ b; minus the count from b to a when b is the earlier.

        For a working day a it undoes `shift`: shift(a, n) lies n working days from a.
        """
        if b < a:
            return -self.working_days_between(b, a)
        weekdays = _weekdays_up_to(b) - _weekdays_up_to(a)
        return weekdays - sum(self._off_between(a, b))

    def _off_between(self, a: date, b: date) -> Iterator[int]:
        for year in range(a.year, b.year + 1):
            off = _off_weekdays(year, self.equated)
            yield bisect_right(off, b) - bisect_right(off, a)

    @property
    def last_equated_year(self) -> int | None:
        """Return the last year for which decree days are known, None when none are."""
        return max((day.year for day in self.equated), default=None)

    def covers(self, day: date) -> bool:
        """Tell whether the decree days of this day's year are known; later ones may still be added."""
        last = self.last_equated_year
        return last is not None and day.year <= last
