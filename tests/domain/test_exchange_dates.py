"""Dates as people and spreadsheet programs write them."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.calendar import FIRST_DAY, LAST_DAY
from app.domain.exchange_dates import EPOCH_1900, EPOCH_1904, is_plain, read_day

DAY = date(2026, 4, 3)
days = st.dates(FIRST_DAY, LAST_DAY)


@pytest.mark.parametrize(
    "text",
    [
        "2026-04-03", "2026-4-3", "2026-04-03T00:00:00", "2026-04-03 14:30", "3-4-2026", "03-04-2026", "3/4/2026",
        "3.4.2026", "3 4 2026", "03-04-26", "3-4-2026 09:15", "3 april 2026", "3 apr. 2026", "3-apr-26",
        "vrijdag 3 april 2026", "vr 3 apr 2026", "3 April 2026",
    ],
)  # fmt: skip
def test_a_date_is_read_however_it_is_written_the_day_first(text: str) -> None:
    assert read_day(text) == DAY


@pytest.mark.parametrize(
    ("text", "month"),
    [("1 mrt 2026", 3), ("1 maart 2026", 3), ("1 mei 2026", 5), ("1 okt 2026", 10), ("1 oct 2026", 10)],
)
def test_months_have_names_in_two_languages(text: str, month: int) -> None:
    assert read_day(text) == date(2026, month, 1)


@pytest.mark.parametrize(
    "text",
    ["4/13/2026", "30-2-2026", "2026-13-01", "5 oktober", "20260405", "46115", "gisteren", "1 lentemaand 2026",
     "٢٠٢٦-١٠-٠٥", "3-4-202", "", "3--4-2026"],
)  # fmt: skip
def test_what_is_no_date_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_day(text)


def test_the_number_of_a_day_counts_from_the_day_its_program_begins_with() -> None:
    assert read_day("46115", EPOCH_1900) == DAY
    assert read_day("44653", EPOCH_1904) == DAY
    assert read_day("46115.75", EPOCH_1900) == DAY


@pytest.mark.parametrize("text", ["118", "9999", "99999", "2026"])
def test_a_number_that_is_no_day_of_these_times_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        read_day(text, EPOCH_1900)


def test_years_of_two_digits_are_those_of_a_register() -> None:
    assert [read_day(f"1-1-{year}").year for year in ("90", "99", "00", "26", "89")] == [1990, 1999, 2000, 2026, 2089]


@settings(deadline=None)
@given(days)
def test_every_day_is_read_in_all_ways(day: date) -> None:
    assert read_day(day.isoformat()) == day
    assert read_day(f"{day.day}-{day.month}-{day.year}") == day
    assert read_day(f"{day:%d/%m/%Y}") == day
    assert read_day(str((day - EPOCH_1900).days), EPOCH_1900) == day


def test_only_one_way_can_not_be_mistaken() -> None:
    assert is_plain("2026-04-03")
    assert not any(is_plain(text) for text in ("3-4-2026", "3/4/26", "46115", "3 april 2026"))
