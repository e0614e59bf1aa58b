"""The plain sentences that say why a due date is what it is."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar import Calendar
from app.domain.terms import DEFAULT_TERM, ROUND_TERM, Term, TermKind, Unit, due_date, explain

CALENDAR = Calendar(frozenset({date(2026, 5, 15), date(2028, 4, 28)}))


def told(term: Term, start: date) -> list[str]:
    return [reason.sentence.format(**reason.facts) for reason in explain(term, start, CALENDAR)]


def norm(length: int, unit: Unit) -> Term:
    return Term(TermKind.NORM, length, unit)


def test_an_ordinary_date_needs_one_sentence() -> None:
    assert told(DEFAULT_TERM, date(2026, 10, 5)) == ["3 weken na 2026-10-05 is 2026-10-26."]
    assert told(ROUND_TERM, date(2026, 11, 4)) == ["10 werkdagen na 2026-11-04 is 2026-11-18."]


def test_a_length_of_one_is_singular() -> None:
    assert told(norm(1, Unit.MONTHS), date(2026, 10, 30)) == ["1 maand na 2026-10-30 is 2026-11-30."]


def test_a_holiday_is_named() -> None:
    assert told(DEFAULT_TERM, date(2026, 4, 14)) == [
        "3 weken na 2026-04-14 is 2026-05-05.",
        "Dat is Bevrijdingsdag; daarom 2026-05-06.",
    ]


@pytest.mark.parametrize(("start", "why"), [(date(2026, 10, 31), "een zaterdag"), (date(2026, 11, 1), "een zondag")])
def test_a_weekend_speaks_for_itself(start: date, why: str) -> None:
    assert told(DEFAULT_TERM, start)[1:] == [f"Dat is {why}; daarom 2026-11-23."]


def test_a_decree_day_is_named() -> None:
    assert told(DEFAULT_TERM, date(2026, 4, 24))[1:] == ["Dat is een gelijkgestelde dag; daarom 2026-05-18."]


def test_a_second_holiday_on_the_way_is_told_too() -> None:
    assert told(norm(4, Unit.WEEKS), date(2026, 3, 6)) == [
        "4 weken na 2026-03-06 is 2026-04-03.",
        "Dat is Goede vrijdag.",
        "Ook 2026-04-06 telt niet mee: Tweede paasdag.",
        "Daarom 2026-04-07.",
    ]


@pytest.mark.parametrize(
    ("start", "sentences"),
    [
        (
            date(2026, 12, 24),
            [
                "3 dagen na 2026-12-24 is 2026-12-27.",
                "Dat is een zondag.",
                "Een termijn van drie dagen of meer telt ten minste twee werkdagen; daarom 2026-12-29.",
            ],
        ),
        (
            date(2026, 11, 20),
            [
                "3 dagen na 2026-11-20 is 2026-11-23.",
                "Een termijn van drie dagen of meer telt ten minste twee werkdagen; daarom 2026-11-24.",
            ],
        ),
    ],
)
def test_two_working_days_are_told(start: date, sentences: list[str]) -> None:
    assert told(norm(3, Unit.DAYS), start) == sentences


def test_a_long_statutory_term_says_why_it_stays_on_a_saturday() -> None:
    assert told(Term(TermKind.STATUTORY, 13, Unit.WEEKS), date(2026, 2, 7)) == [
        "13 weken na 2026-02-07 is 2026-05-09.",
        "Dat is een zaterdag.",
        "Een wettelijke termijn van meer dan 90 dagen, 12 weken of 3 maanden schuift niet op.",
    ]


def test_an_agreed_date_says_that_it_stays() -> None:
    agreed = Term(TermKind.AGREED, named_on=date(2026, 12, 1))
    assert told(agreed, date(2026, 11, 2)) == ["Afgesproken is 2026-12-01."]
    on_a_holiday = Term(TermKind.AGREED, named_on=date(2026, 12, 26))
    assert told(on_a_holiday, date(2026, 11, 2)) == [
        "Afgesproken is 2026-12-26.",
        "Dat is Tweede kerstdag.",
        "Een datum die is afgesproken of genoemd, schuift niet op.",
    ]


def test_warns_when_the_decree_days_of_that_year_are_not_known() -> None:
    assert told(DEFAULT_TERM, date(2028, 12, 9))[1:] == [
        "Dat is een zaterdag.",
        "Ook 2029-01-01 telt niet mee: Nieuwjaarsdag.",
        "Daarom 2029-01-02.",
        "De gelijkgestelde dagen van 2029 zijn nog niet bekend; de datum kan nog opschuiven.",
    ]
    assert len(told(Term(TermKind.AGREED, named_on=date(2029, 1, 2)), date(2028, 12, 11))) == 1


@given(start=st.dates(date(2024, 1, 1), date(2028, 12, 31)), length=st.integers(1, 24), unit=st.sampled_from(Unit))
def test_the_due_date_is_always_among_what_is_told(start: date, length: int, unit: Unit) -> None:
    term = norm(length, unit)
    days = [fact for reason in explain(term, start, CALENDAR) for fact in reason.facts.values()]
    assert due_date(term, start, CALENDAR).due_on in days
