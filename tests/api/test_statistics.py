"""The figures by API: exactly the fields of the contract, narrowed to what a caller may see."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.api.conftest import Caller
from tests.support.api import assert_problem

Make = Callable[..., Any]
FIELDS = {
    "groep",
    "naam",
    "gevraagd",
    "opTijdBeantwoord",
    "teLaatBeantwoord",
    "openOpTijd",
    "openTeLaat",
    "ingetrokken",
    "opTijdPercentage",
    "opTijdInterval",
    "mediaanDagen",
    "mediaanInterval",
    "p90Dagen",
    "mediaanTotConcreet",
}


@pytest.fixture
def season(vng: httpx.Client, a_sent_letter: Make) -> Any:
    """Eight questions of 19 October, due 9 November: six answered in time, one late, one open; two to Fin, open."""
    to_jenv = [{"tekst": f"Vraag {n}?", "eigenaar": "JENV"} for n in range(8)]
    letter = a_sent_letter(*to_jenv, {"tekst": "En?", "eigenaar": "FIN"}, {"tekst": "Of?", "eigenaar": "FIN"})
    days = ["2026-10-26", "2026-10-28", "2026-10-30", "2026-11-02", "2026-11-04", "2026-11-09", "2026-11-10"]
    for question, day in zip(letter["vragen"], days, strict=False):
        answer = {"tekst": "Ja.", "datumOntvangst": day}
        assert vng.post(f"/vragen/{question['id']}/antwoorden", json=answer).status_code == 201
    first = letter["vragen"][0]["id"]
    assert vng.post(f"/vragen/{first}/oordelen", json={"oordeel": "concreet"}).status_code in {200, 201}
    return letter


def test_figures_come_by_group_with_the_fields_of_the_contract(vng: httpx.Client, season: Any) -> None:
    told = vng.get("/statistieken?groepering=ministerie").raise_for_status().json()
    assert set(told) == {"opDatum", "van", "tot", "definitieVersie", "groepen"}
    assert (told["opDatum"], told["van"], told["tot"]) == ("2026-11-23", None, "2026-11-23")
    assert all(set(group) == FIELDS for group in told["groepen"])
    assert told["groepen"] == [
        {
            "groep": "FIN",
            "naam": "Fin",
            "gevraagd": 2,
            "opTijdBeantwoord": 0,
            "teLaatBeantwoord": 0,
            "openOpTijd": 0,
            "openTeLaat": 2,
            "ingetrokken": 0,
            "opTijdPercentage": None,
            "opTijdInterval": None,
            "mediaanDagen": None,
            "mediaanInterval": None,
            "p90Dagen": None,
            "mediaanTotConcreet": None,
        },
        {
            "groep": "JENV",
            "naam": "JenV",
            "gevraagd": 8,
            "opTijdBeantwoord": 6,
            "teLaatBeantwoord": 1,
            "openOpTijd": 0,
            "openTeLaat": 1,
            "ingetrokken": 0,
            "opTijdPercentage": 75.0,
            "opTijdInterval": [40.9, 92.9],
            "mediaanDagen": 14,
            "mediaanInterval": [7, 22],
            "p90Dagen": None,
            "mediaanTotConcreet": None,
        },
    ]


def test_figures_are_as_of_a_day_and_over_a_period(vng: httpx.Client, season: Any) -> None:
    def total(query: str) -> Any:
        (group,) = vng.get(f"/statistieken?groepering=totaal{query}").raise_for_status().json()["groepen"]
        return [
            group[name] for name in ("gevraagd", "opTijdBeantwoord", "teLaatBeantwoord", "openOpTijd", "openTeLaat")
        ]

    assert total("") == [10, 6, 1, 0, 3]
    assert total("&opDatum=2026-11-09") == [10, 6, 0, 4, 0]
    assert total("&opDatum=2026-11-10") == [10, 6, 1, 0, 3]
    assert total("&opDatum=2026-10-27") == [10, 1, 0, 9, 0]
    assert total("&opDatum=2026-10-18") == [0, 0, 0, 0, 0]
    assert total("&van=2026-10-19&tot=2026-10-19") == [10, 6, 1, 0, 3]
    assert total("&van=2026-10-20") == total("&tot=2026-10-18") == [0, 0, 0, 0, 0]


def test_groups_are_months_dossiers_and_kinds_of_term_too(vng: httpx.Client, season: Any) -> None:
    def groups(grouping: str, **headers: str) -> list[tuple[str, str]]:
        told = vng.get(f"/statistieken?groepering={grouping}", headers=headers).raise_for_status().json()
        return [(group["groep"], group["naam"]) for group in told["groepen"]]

    assert groups("maand") == [("2026-10", "oktober 2026")]
    assert groups("maand", **{"Accept-Language": "en"}) == [("2026-10", "October 2026")]
    assert groups("dossier") == [("geen", "Zonder dossier")]
    assert groups("termijn") == [("norm", "Norm")]
    assert groups("totaal") == [("totaal", "Alle vragen")]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("opDatum=2026-11-24", "as-of-in-future"),
        ("van=2026-11-02&tot=2026-11-01", "period-backwards"),
        ("opDatum=2026-06-30&van=2026-07-01", "period-after-as-of"),
    ],
)
@pytest.mark.database("sqlite")
def test_a_selection_without_sense_is_a_problem(vng: httpx.Client, query: str, code: str) -> None:
    assert_problem(vng.get(f"/statistieken?{query}"), 400, code)


@pytest.mark.parametrize("query", ["opDatum=gisteren", "groepering=kleur", "peildatum=2026-11-01"])
@pytest.mark.database("sqlite")
def test_a_query_that_can_not_be_read_is_a_problem(vng: httpx.Client, query: str) -> None:
    assert vng.get(f"/statistieken?{query}").status_code == 400


@pytest.mark.database("sqlite")
def test_a_coordinator_gets_the_own_ministry_a_contact_nothing(caller: Caller, jenv: httpx.Client, season: Any) -> None:
    own = caller("coordinator@jenv.example").get("/statistieken").raise_for_status().json()
    assert [group["groep"] for group in own["groepen"]] == ["JENV"]
    assert_problem(jenv.get("/statistieken"), 403, "not-allowed")
