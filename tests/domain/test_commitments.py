"""Promises in answers: by when, and what is needed to record one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.commitments import NewCommitment, check_commitment, deadline_in, promises_in
from app.domain.errors import Invalid

PROMISED = date(2026, 11, 23)
ANSWER = "Wij hechten hieraan. De regeling gaat vóór 1 juli\nnaar de Kamer. In het najaar volgt een brief."


@pytest.mark.parametrize(
    ("words", "due_on"),
    [
        ("vóór 1 juli", date(2027, 6, 30)),
        ("voor 1 juli 2027", date(2027, 6, 30)),
        ("Voor de 1e juli", date(2027, 6, 30)),
        ("uiterlijk vóór 1 maart 2028", date(2028, 2, 29)),
        ("tot 1 januari", date(2026, 12, 31)),
        ("eerder dan 1-7-2027", date(2027, 6, 30)),
        ("op 1 juli", date(2027, 7, 1)),
        ("uiterlijk 1 juli", date(2027, 7, 1)),
        ("uiterlijk op vrijdag 18 december", date(2026, 12, 18)),
        ("tot en met 1 juli", date(2027, 7, 1)),
        ("vóór of op 1 juli", date(2027, 7, 1)),
        ("met ingang van 1 jan. 2027", date(2027, 1, 1)),
        ("per 2027-03-01", date(2027, 3, 1)),
        ("op 23 november", date(2026, 11, 23)),
        ("vóór 23 november", date(2027, 11, 22)),
        ("op 12 december is er overleg; vóór 1 maart volgt de brief", date(2027, 2, 28)),
        ("na het besluit van 3 april 2025 volgt op 15 januari een brief", date(2027, 1, 15)),
        ("in het najaar", None),
        ("voor de zomer", None),
        ("vóór het zomerreces", None),
        ("in het eerste kwartaal", None),
        ("eind 2027", None),
        ("medio maart 2027", None),
        ("dit voorjaar", None),
        ("Zo spoedig mogelijk", None),
        ("in de loop van volgend jaar", None),
    ],
)
def test_by_when_is_read_from_the_words(words: str, due_on: date | None) -> None:
    found = deadline_in(f"Wij sturen het {words}, zoals gevraagd.", PROMISED)
    assert found is not None
    assert found.due_on == due_on


@pytest.mark.parametrize(
    "words", ["", "Wij hechten hieraan.", "op 31 februari 2027", "op 1 juli 2024", "99-99-2027", "voor 12 gemeenten"]
)
def test_where_no_time_to_come_is_named_nothing_is_proposed(words: str) -> None:
    assert deadline_in(words, PROMISED) is None


DAYS = st.dates(date(2020, 1, 1), date(2050, 1, 1))


@given(DAYS, DAYS)
def test_before_a_day_is_the_day_before_it_and_never_in_the_past(promised: date, day: date) -> None:
    months = [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ]
    named = f"{day.day} {months[day.month - 1]} {day.year}"
    on, before = deadline_in(f"op {named}", promised), deadline_in(f"vóór {named}", promised)
    assert (on.due_on if on else None) == (day if day >= promised else None)
    assert (before.due_on if before else None) == (day - timedelta(days=1) if day > promised else None)


def test_sentences_that_name_a_time_are_found_in_order() -> None:
    found = promises_in(ANSWER, PROMISED)
    assert [(one.sentence, one.deadline.due_on) for one in found] == [
        ("De regeling gaat vóór 1 juli", date(2027, 6, 30)),
        ("In het najaar volgt een brief.", None),
    ]


def test_a_commitment_with_its_words_what_and_a_day_is_fine() -> None:
    new = NewCommitment("de regeling gaat  vóór 1 juli naar de Kamer.", "Regeling naar de Kamer", date(2027, 6, 30))
    assert check_commitment(new, ANSWER, PROMISED, PROMISED) == date(2027, 6, 30)


@pytest.mark.parametrize(
    ("quote", "what", "due_on", "codes"),
    [
        ("", "", None, [("missing", "citaat"), ("missing", "kop"), ("missing", "datum")]),
        ("De Kamer krijgt morgen alles.", "x", date(2027, 1, 1), [("quote-not-found", "citaat")]),
        ("In het najaar volgt een brief.", "Brief", None, [("vague-date", "datum")]),
        ("De regeling gaat vóór 1 juli", "Regeling", None, [("missing", "datum")]),
        ("In het najaar volgt een brief.", "Brief", date(2026, 11, 22), [("date-past", "datum")]),
        ("In het najaar volgt een brief.", "Brief", date(9999, 1, 1), [("date-range", "datum")]),
        ("x" * 2001, "y" * 201, date(2027, 1, 1), [("too-long", "citaat"), ("too-long", "kop")]),
    ],
)
def test_all_that_is_wrong_is_told_at_once(
    quote: str, what: str, due_on: date | None, codes: list[tuple[str, str]]
) -> None:
    with pytest.raises(Invalid) as refused:
        check_commitment(NewCommitment(quote, what, due_on), ANSWER, PROMISED, PROMISED)
    assert [(one.code, one.field) for one in refused.value.all()] == codes
