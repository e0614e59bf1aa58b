"""Whom an earlier register means, and what new bodies and dossiers are called."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import exchange_names
from app.domain.errors import Invalid
from app.domain.exchange_names import MOST_NEW_BODIES, Bodies, Dossiers, new_body, new_slug
from app.domain.ministries import MinistryName, resolve

ENDED = date(2026, 2, 22)
MINISTRIES = [
    MinistryName(1, "JENV", "JenV", "ministerie van Justitie en Veiligheid", aliases=("J&V",)),
    MinistryName(2, "EZK", "EZK", "ministerie van Economische Zaken en Klimaat", date(2026, 2, 23), aliases=("EZ",)),
    MinistryName(3, "EZ", "EZ", "ministerie van Economische Zaken", date(2024, 7, 2), ENDED, successor_id=2),
    MinistryName(4, "AENM", "AenM", "ministerie van Asiel en Migratie", date(2024, 7, 2), ENDED, 1, ("A&M",)),
]
BEFORE, AFTER = date(2025, 10, 1), date(2026, 10, 1)


@pytest.mark.parametrize(
    ("name", "on", "number"),
    [
        ("J&V", AFTER, 1),
        ("Ministerie van Justitie en Veiligheid", AFTER, 1),
        ("EZ", BEFORE, 3),
        ("EZ", AFTER, 2),
        ("A&M", BEFORE, 4),
        ("A&M", AFTER, 4),
        ("EZK", BEFORE, 2),
    ],
)
def test_a_name_means_what_it_meant_on_the_letters_date_or_else_at_any_time(name: str, on: date, number: int) -> None:
    bodies = Bodies(MINISTRIES)
    assert bodies.find(name, on, "owner").id == number
    assert bodies.find(name, on, "owner").valid_until == MINISTRIES[number - 1].valid_until


def test_of_ten_thousand_names_each_is_looked_up_among_its_own_spellings(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def counted(name: str, on: date, ministries: Sequence[MinistryName]) -> MinistryName:
        seen.append(len(ministries))
        return resolve(name, on, ministries)

    monkeypatch.setattr(exchange_names, "resolve", counted)
    many = [MinistryName(n, f"M{n}", f"Gemeente {n}", f"gemeente {n}") for n in range(10_000)]
    bodies = Bodies(many)
    assert all(bodies.find(f"GEMEENTE {one.id}", AFTER, "owner") == one for one in many)
    assert set(seen) == {1}


def test_an_unknown_owner_is_refused_in_each_column_by_its_name() -> None:
    bodies = Bodies(MINISTRIES)
    for column in ("owner", "addressee", "owner"):
        with pytest.raises(Invalid) as refused:
            bodies.find("Gemeente Utrecht", AFTER, column)
        assert (refused.value.code, refused.value.facts["column"]) == ("unknown-owner", column)


def test_unknown_owners_become_bodies_once_however_they_are_spelled() -> None:
    bodies = Bodies(MINISTRIES, create=True)
    made = bodies.find("Gemeente Utrecht", AFTER, "owner")
    assert bodies.find("gemeente utrecht ", BEFORE, "addressee") == made
    assert [(one.id, one.code, one.display, one.name) for one in bodies.new] == [
        (-1, "GU", "Gemeente Utrecht", "Gemeente Utrecht")
    ]


def test_signs_alone_are_no_body() -> None:
    with pytest.raises(Invalid):
        Bodies(MINISTRIES, create=True).find("???", AFTER, "owner")


def test_thousands_of_unknown_owners_mean_that_the_columns_are_mixed_up() -> None:
    bodies = Bodies([], create=True)
    for n in range(MOST_NEW_BODIES):
        bodies._found[f"Instantie {n}", "owner", 0] = body = new_body(f"Instantie {n}", set(), number=-n - 1)
        bodies.new.append(body)
    with pytest.raises(Invalid) as refused:
        bodies.find("Nog een", AFTER, "owner")
    assert refused.value.code == "too-many-new"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("COA", "COA"),
        ("IND", "IND"),
        ("Home Office", "HOMEOFFICE"),
        ("Department for Work and Pensions", "DFWAP"),
        ("Rijksdienst", "RIJKSDIENST"),
        ("Uitvoeringsinstituut", "UITVOERINGSI"),
        ("Übersee-Amt für Fragen", "UAFF"),
        ("Υπουργείο", "ORG"),
    ],
)
def test_a_code_is_the_name_itself_or_its_initials(name: str, code: str) -> None:
    assert new_body(name, set(), number=-1).code == code


@settings(deadline=None)
@given(st.lists(st.text(min_size=1, max_size=200), max_size=40))
def test_codes_are_all_different_and_fit_their_columns(names: list[str]) -> None:
    taken: set[str] = {"ORG", "A"}
    for name in names:
        body = new_body(name, taken, number=-1)
        assert body.code not in taken
        assert 0 < len(body.code) <= 12
        assert len(body.display) <= 40
        taken.add(body.code)


def test_long_names_that_begin_alike_are_told_apart() -> None:
    first = new_body("Department of Homeland Security, Customs and Border", {"X"}, number=-1)
    second = new_body("Department of Homeland Security, Coast Guard Command", {first.code}, number=-2)
    assert first.display != second.display


def test_a_dossier_is_found_by_name_or_slug_and_else_is_new() -> None:
    dossiers = Dossiers({"asiel-en-migratie": 7, "Asiel en migratie": 7})
    assert dossiers.find("") is None
    assert dossiers.find("ASIEL EN MIGRATIE") == dossiers.find("asiel-en-migratie") == 7
    assert dossiers.find("Nieuw thema") == dossiers.find("nieuw thema") == -1
    assert dossiers.new == {"Nieuw thema": -1}


@settings(deadline=None)
@given(st.lists(st.text(min_size=1, max_size=120), max_size=30))
def test_slugs_are_all_different_and_fit(names: list[str]) -> None:
    taken: set[str] = set()
    for name in names:
        slug = new_slug(name, taken)
        assert slug not in taken
        assert 0 < len(slug) <= 60
        assert slug == slug.lower()
        taken.add(slug)
