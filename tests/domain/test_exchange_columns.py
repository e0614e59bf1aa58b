"""Which column is which, by headings as people write them."""

import pytest

from app.domain.errors import Invalid
from app.domain.exchange_columns import (
    COLUMN_NAMES,
    HEADINGS,
    check_twice,
    columns_of,
    heading_among,
    plain_heading,
)


def test_our_own_names_are_known_in_both_languages() -> None:
    assert columns_of(HEADINGS, {}) == {column: place for place, column in enumerate(HEADINGS)}
    assert columns_of(list(COLUMN_NAMES.values()), {}) == {column: place for place, column in enumerate(COLUMN_NAMES)}


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  Ons\nKenmerk: ", "ons kenmerk"), ("letter_date", "letter date"), ("Geadresseérde", "geadresseerde"),
        ("Vraag / verzoek", "vraag verzoek"), ("D.D.", "d d"), ("", ""), ("ＯＮＤＥＲＷＥＲＰ", "onderwerp"),
    ],
)  # fmt: skip
def test_signs_capitals_and_accents_make_no_difference(text: str, plain: str) -> None:
    assert plain_heading(text) == plain


def test_of_two_that_may_be_meant_the_likelier_is_taken() -> None:
    assert columns_of(["Datum", "Datum brief", "Verzoek", "Vraag"], {}) == {"letter_date": 1, "question": 3}


def test_what_somebody_once_told_goes_before_what_we_know() -> None:
    kept = {"wie": "owner", "onderwerp": ""}
    assert columns_of(["Wie", "Onderwerp", "Betreft", "Eigenaar"], kept) == {"owner": 0, "subject": 2}


def test_the_headings_stand_below_titles() -> None:
    lines = [
        ["Register van brieven", "", ""],
        ["bijgewerkt", "Vraag"],
        ["Kenmerk", "Onderwerp", "Vraag"],
        ["A", "B", "C"],
    ]
    assert heading_among(lines, {}) == 2
    assert heading_among([["a"], ["b"]], {}) == 0
    assert heading_among([], {}) == 0


def test_one_heading_above_two_columns_is_refused_by_the_name_it_has() -> None:
    with pytest.raises(Invalid) as refused:
        check_twice(["Kenmerk", "Vraag", "vraag "])
    assert (refused.value.code, refused.value.facts["column"]) == ("heading-twice", "Vraag")
