"""Working days against the text of the Algemene termijnenwet (ATW) and against counting day by day."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar import AMSTERDAM, EQUATED_DAY, FIRST_DAY, HOLIDAYS, LAST_DAY, WEEKEND, Calendar, civil_date

DECREE_DAYS = frozenset(
    {
        date(2023, 4, 28),
        date(2023, 5, 19),
        date(2024, 5, 10),
        date(2024, 12, 27),
        date(2025, 5, 30),
        date(2026, 1, 2),
        date(2026, 5, 15),
        date(2027, 5, 7),
        date(2028, 4, 28),
        date(2028, 5, 26),
    }
)
CALENDAR = Calendar(DECREE_DAYS)
DAYS = st.dates(date(2022, 1, 1), date(2032, 12, 31))


@pytest.mark.parametrize(
    ("day", "why"),
    [
        # ATW art. 3(1), every holiday it names, in a year with 5 May on a weekday not divisible by five
        (date(2026, 1, 1), "Nieuwjaarsdag"),
        (date(2026, 4, 6), "Tweede paasdag"),
        (date(2026, 5, 14), "Hemelvaartsdag"),
        (date(2026, 5, 25), "Tweede pinksterdag"),
        (date(2026, 12, 25), "Eerste kerstdag"),
        (date(2026, 12, 26), "Tweede kerstdag"),
        (date(2026, 4, 27), "Koningsdag"),
        (date(2026, 5, 5), "Bevrijdingsdag"),
        (date(2025, 5, 5), "Bevrijdingsdag"),
        (date(2027, 5, 5), "Bevrijdingsdag"),
        # ATW art. 3(1): the day on which the King's birthday is celebrated, 26 April when the 27th is a Sunday
        (date(2025, 4, 26), "Koningsdag"),
        (date(2025, 4, 27), "zondag"),
        (date(2031, 4, 26), "Koningsdag"),
        # ATW art. 3(2): Good Friday is put on a par
        (date(2026, 4, 3), "Goede vrijdag"),
        (date(2025, 4, 18), "Goede vrijdag"),
        # ATW art. 3(3): days equated by royal decree
        *((day, EQUATED_DAY) for day in sorted(DECREE_DAYS)),
        # ATW art. 1(1)
        (date(2026, 11, 21), "zaterdag"),
        (date(2026, 11, 22), "zondag"),
        # two on one day
        (date(2016, 5, 5), "Bevrijdingsdag en Hemelvaartsdag"),
    ],
)
def test_names_why_a_day_is_no_working_day(day: date, why: str) -> None:
    assert CALENDAR.why_off(day) == why
    assert not CALENDAR.is_working(day)


@pytest.mark.parametrize(
    "day",
    [
        date(2025, 4, 28),  # the Monday after the Sunday 27 April: celebrated on the 26th
        date(2026, 5, 4),
        date(2026, 12, 24),
        date(2026, 12, 31),
        date(2026, 11, 23),
    ],
)
def test_an_ordinary_weekday_is_a_working_day(day: date) -> None:
    assert CALENDAR.is_working(day)
    assert CALENDAR.why_off(day) is None


def test_a_decree_day_counts_only_in_a_calendar_that_knows_it() -> None:
    assert Calendar().is_working(date(2026, 5, 15))
    assert not CALENDAR.is_working(date(2026, 5, 15))


def test_every_name_of_a_holiday_is_in_the_catalogue_and_occurs() -> None:
    given_names = {Calendar().why_off(FIRST_DAY + timedelta(n)) for n in range((LAST_DAY - FIRST_DAY).days + 1)}
    assert given_names == HOLIDAYS | set(WEEKEND.values()) | {None}


def test_every_year_up_to_the_last_has_the_holidays_that_others_count_too() -> None:
    categories = ("public", "optional")  # the library has 5 May every year among the optional ones
    for year in range(FIRST_DAY.year, LAST_DAY.year + 1):
        theirs = country_holidays("NL", years=year, categories=categories, language="nl", expand=False)
        days = [date(year, 1, 1) + timedelta(n) for n in range((date(year, 12, 31) - date(year, 1, 1)).days + 1)]
        ours = {day: name for day in days if (name := Calendar().why_off(day)) in HOLIDAYS}
        assert ours == {day: name.replace("; ", " en ") for day, name in theirs.items()}


@pytest.mark.parametrize(
    ("day", "rolled"),
    [
        (date(2026, 4, 3), date(2026, 4, 7)),  # Good Friday, Easter Saturday to Monday
        (date(2026, 5, 5), date(2026, 5, 6)),
        (date(2026, 5, 14), date(2026, 5, 18)),  # Ascension, decree day, weekend
        (date(2026, 1, 1), date(2026, 1, 5)),  # New Year, decree day, weekend
        (date(2026, 12, 25), date(2026, 12, 28)),
        (date(2026, 11, 23), date(2026, 11, 23)),
    ],
)
def test_rolls_to_the_first_working_day(day: date, rolled: date) -> None:
    assert CALENDAR.roll(day) == rolled


@pytest.mark.parametrize(
    ("day", "n", "shifted"),
    [
        (date(2026, 11, 4), 10, date(2026, 11, 18)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 11, 22), -1, date(2026, 11, 20)),
        (date(2026, 11, 23), -5, date(2026, 11, 16)),
        (date(2026, 5, 13), 1, date(2026, 5, 18)),
        (date(2026, 5, 18), -1, date(2026, 5, 13)),
        (date(2026, 11, 21), 0, date(2026, 11, 21)),
    ],
)
def test_counts_working_days_forward_and_back(day: date, n: int, shifted: date) -> None:
    assert CALENDAR.shift(day, n) == shifted


def test_knows_up_to_which_year_decree_days_are_known() -> None:
    assert CALENDAR.last_equated_year == 2028
    assert CALENDAR.covers(date(2028, 12, 31))
    assert not CALENDAR.covers(date(2029, 1, 1))
    assert Calendar().last_equated_year is None
    assert not Calendar().covers(date(2026, 1, 1))


@given(day=DAYS)
def test_a_day_is_off_exactly_when_there_is_a_reason(day: date) -> None:
    assert CALENDAR.is_working(day) is (CALENDAR.why_off(day) is None)


@given(day=DAYS)
def test_a_rolled_day_is_the_first_working_day(day: date) -> None:
    rolled = CALENDAR.roll(day)
    assert CALENDAR.is_working(rolled)
    assert rolled >= day
    assert not any(CALENDAR.is_working(day + timedelta(n)) for n in range((rolled - day).days))


@given(a=DAYS, b=DAYS)
def test_working_days_between_equals_counting_them_one_by_one(a: date, b: date) -> None:
    first, last = min(a, b), max(a, b)
    counted = sum(CALENDAR.is_working(first + timedelta(n)) for n in range(1, (last - first).days + 1))
    assert CALENDAR.working_days_between(first, last) == counted
    assert CALENDAR.working_days_between(last, first) == -counted


@given(day=DAYS, n=st.integers(-300, 300))
def test_shift_and_working_days_between_undo_each_other(day: date, n: int) -> None:
    start = CALENDAR.roll(day)
    shifted = CALENDAR.shift(start, n)
    assert CALENDAR.is_working(shifted)
    assert CALENDAR.working_days_between(start, shifted) == n
    assert CALENDAR.shift(shifted, -n) == start


@given(day=DAYS, n=st.integers(1, 300))
def test_counting_forward_from_any_day_lands_that_many_working_days_later(day: date, n: int) -> None:
    assert CALENDAR.working_days_between(day, CALENDAR.shift(day, n)) == n


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 11, 22, 22, 59, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), date(2026, 11, 23)),  # winter: UTC+1
        (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), date(2026, 7, 1)),  # summer: UTC+2
        (datetime(2026, 11, 23, 0, 0, tzinfo=AMSTERDAM), date(2026, 11, 23)),
        (datetime(2026, 11, 22, 20, 0, tzinfo=timezone(timedelta(hours=-4))), date(2026, 11, 23)),
    ],
)
def test_the_civil_date_is_the_one_in_amsterdam(at: datetime, day: date) -> None:
    assert civil_date(at) == day


def test_a_naive_moment_has_no_civil_date() -> None:
    with pytest.raises(ValueError, match="aware"):
        civil_date(datetime(2026, 11, 23, 12, 0))  # noqa: DTZ001  the mistake under test
