"""Periods by their words: they cover their year without a gap, and other words are refused."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Invalid
from app.domain.periods import Length, period_of, recent

YEARS = st.integers(2001, 2098)


@given(YEARS)
def test_quarters_and_months_cover_their_year(year: int) -> None:
    whole = period_of(str(year))
    for words in ([f"{year}-K{n}" for n in range(1, 5)], [f"{year}-{n:02}" for n in range(1, 13)]):
        parts = [period_of(word) for word in words]
        assert (parts[0].first, parts[-1].last) == (whole.first, whole.last)
        assert all(one.last + timedelta(days=1) == two.first for one, two in pairwise(parts))


@given(st.dates(date(2010, 1, 1), date(2090, 12, 31)))
def test_what_is_offered_ends_with_today_and_is_read_back(today: date) -> None:
    offered = recent(today)
    assert [period_of(one.word) for one in offered] == offered
    for length in Length:
        newest = next(one for one in offered if one.length is length)
        assert newest.first <= today <= newest.last


@pytest.mark.parametrize(
    "word", ["", "2026-K5", "2026-13", "26", "2026-1", "oktober", "2026-K", "0000", "9999-12", "２０２６"]
)
def test_other_words_are_refused(word: str) -> None:
    with pytest.raises(Invalid):
        period_of(word)
