"""Changing the ladder, as rules: what may be typed, where questions go on, and pauses."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Invalid
from app.domain.escalation import DEFAULT_LADDER, Hours, Reader, Rung, RungText
from app.domain.ladder import Recess, TypedRung, carried_over, merged, read_hours, read_ladder, read_recess

CONTACT = frozenset({Reader.CONTACT})
DAY = date(2026, 12, 1)
LADDERS = st.lists(st.integers(-20, 40), min_size=1, max_size=8, unique=True).map(
    lambda days: tuple(Rung(n, day, CONTACT) for n, day in enumerate(sorted(days), start=1))
)
RECESSES = st.builds(
    lambda start, length: Recess(DAY + timedelta(days=start), DAY + timedelta(days=start + length), "reces"),
    st.integers(0, 60),
    st.integers(0, 9),
)


def test_rungs_are_numbered_by_their_day_whatever_the_order_they_were_typed_in() -> None:
    rungs, kept = read_ladder([TypedRung(2, 5, CONTACT), TypedRung(None, 9, CONTACT), TypedRung(1, -5, CONTACT)])
    assert [(rung.number, rung.working_days) for rung in rungs] == [(1, -5), (2, 5), (3, 9)]
    assert kept == {1: 1, 2: 2}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ([], "ladder-empty"),
        ([TypedRung(1, 5, CONTACT), TypedRung(2, 5, CONTACT)], "ladder-same-day"),
        ([TypedRung(1, None, CONTACT)], "ladder-day"),
        ([TypedRung(1, 251, CONTACT)], "ladder-day"),
        ([TypedRung(None, day, CONTACT) for day in range(13)], "ladder-long"),
        ([TypedRung(1, 5, frozenset())], "ladder-no-reader"),
        ([TypedRung(1, 5, CONTACT, RungText(nl="a" * 301))], "text-long"),
        ([TypedRung(1, 5, CONTACT, RungText(en="bell \a"))], "text-signs"),
    ],
)
def test_what_is_no_ladder_is_refused(typed: list[TypedRung], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_ladder(typed)
    assert refused.value.code == code


def test_texts_go_along_with_their_rung_as_one_line() -> None:
    first, second = TypedRung(None, 9, CONTACT, RungText("Bel\r\nons.", "")), TypedRung(1, 2, CONTACT)
    rungs, _ = read_ladder([first, second])
    assert [rung.text for rung in rungs] == [RungText(), RungText("Bel ons.", "")]


@pytest.mark.parametrize(
    ("opens", "closes", "code"),
    [
        (None, 19, "hours-opens"),
        (24, 24, "hours-opens"),
        (7, 25, "hours-closes"),
        (7, None, "hours-closes"),
        (9, 9, "hours-order"),
    ],
)
def test_hours_that_never_open_are_refused(opens: int | None, closes: int | None, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_hours(opens, closes)
    assert refused.value.code == code
    assert read_hours(0, 24) == Hours(0, 24)


@given(LADDERS, LADDERS, st.data())
def test_wherever_a_question_stood_it_goes_on_later_than_that(
    old: tuple[Rung, ...], new: tuple[Rung, ...], data: st.DataObject
) -> None:
    numbers = st.integers(1, len(new))
    kept = data.draw(st.dictionaries(st.sampled_from([rung.number for rung in old]), numbers))
    places = carried_over(old, new, kept)
    assert places[0] == 0
    assert set(places) == {0, *(rung.number for rung in old)}
    assert list(places.values()) == sorted(places.values())
    for rung in old:
        assert 0 <= places[rung.number] <= len(new)
        assert all(later.working_days > rung.working_days for later in new[places[rung.number] :])


@given(LADDERS)
def test_a_ladder_that_stays_leaves_everybody_in_place(ladder: tuple[Rung, ...]) -> None:
    places = carried_over(ladder, ladder, {rung.number: rung.number for rung in ladder})
    assert all(old == new for old, new in places.items())


def test_below_the_first_rung_nobody_stands_anywhere() -> None:
    assert carried_over(DEFAULT_LADDER, DEFAULT_LADDER[3:], {})[1] == 0


@pytest.mark.parametrize(
    ("from_on", "until_on", "reason", "code"),
    [
        (None, DAY, "reces", "pause-from"),
        (DAY, None, "reces", "pause-until"),
        (DAY, DAY - timedelta(days=1), "reces", "pause-order"),
        (DAY, DAY + timedelta(days=366), "reces", "pause-long"),
        (DAY, DAY, " ", "pause-reason"),
        (DAY, DAY, "x" * 201, "pause-reason"),
    ],
)
def test_what_is_no_pause_is_refused(from_on: date | None, until_on: date | None, reason: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_recess(from_on, until_on, reason)
    assert refused.value.code == code


def test_a_pause_of_one_day_is_one() -> None:
    assert read_recess(DAY, DAY, " reces ") == Recess(DAY, DAY, "reces")


@given(st.lists(RECESSES, max_size=8))
def test_pauses_added_one_by_one_cover_the_same_days_and_never_touch(added: list[Recess]) -> None:
    kept: list[Recess] = []
    for one in added:
        whole, taken = merged(one, kept)
        kept = [*(other for other in kept if other not in taken), whole]
    assert not any(a.touches(b) for n, a in enumerate(kept) for b in kept[n + 1 :])
    assert days(kept) == days(added)


def days(recesses: list[Recess]) -> set[date]:
    return {one.from_on + timedelta(days=n) for one in recesses for n in range((one.until_on - one.from_on).days + 1)}
