"""Who is away when, and who may stand in."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.absence import Absence, Colleague, check_deputy, read_absence
from app.domain.errors import Invalid

TODAY = date(2026, 11, 23)
AWAY = Absence(date(2026, 11, 23), date(2026, 11, 27), deputy_id=2)
ME = Colleague(1, "Ik", 7, stopped=False, away=None)
DEPUTY = Colleague(2, "Collega", 7, stopped=False, away=None)
DAYS = st.dates(date(2026, 1, 1), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("from_on", "until_on", "code"),
    [
        (None, TODAY, "missing"),
        (TODAY, None, "missing"),
        (TODAY, TODAY - timedelta(days=1), "absence-order"),
        (date(2026, 11, 1), date(2026, 11, 22), "absence-past"),
        (TODAY, date(2028, 1, 1), "absence-long"),
    ],
)
def test_an_absence_has_two_days_in_order_that_are_not_over(
    from_on: date | None, until_on: date | None, code: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        read_absence(from_on, until_on, None, TODAY)
    assert refusal.value.code == code


def test_both_days_belong_to_an_absence() -> None:
    away = read_absence(TODAY, date(2026, 11, 27), None, TODAY)
    assert [away.holds_on(TODAY + timedelta(days=n)) for n in (-1, 0, 4, 5)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("deputy", "code"),
    [
        (ME, "deputy-self"),
        (None, "deputy-unknown"),
        (replace(DEPUTY, stopped=True), "deputy-unknown"),
        (replace(DEPUTY, ministry_id=8), "deputy-elsewhere"),
        (replace(DEPUTY, away=Absence(date(2026, 11, 27), date(2026, 12, 4))), "deputy-absent"),
    ],
)
def test_a_deputy_is_a_colleague_who_is_there(deputy: Colleague | None, code: str) -> None:
    absence = replace(AWAY, deputy_id=deputy.id if deputy else 99)
    with pytest.raises(Invalid) as refusal:
        check_deputy(ME, absence, deputy)
    assert (refusal.value.code, refusal.value.field) == (code, "vervanger")


def test_a_colleague_who_is_away_in_another_week_may_stand_in() -> None:
    check_deputy(ME, AWAY, replace(DEPUTY, away=Absence(date(2026, 11, 28), date(2026, 12, 4))))


@given(DAYS, DAYS, DAYS, DAYS)
def test_two_absences_overlap_where_a_day_lies_in_both(a: date, b: date, c: date, d: date) -> None:
    one, other = Absence(min(a, b), max(a, b)), Absence(min(c, d), max(c, d))
    assert one.overlaps(other) == other.overlaps(one) == (max(min(a, b), min(c, d)) <= min(max(a, b), max(c, d)))
