"""Coordination by API: the numbers of the lists, and the questions of a dossier, narrowed to what a caller may see."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.api.conftest import Caller
from tests.support.api import assert_problem

Make = Callable[..., Any]


@pytest.fixture
def autumn(a_sent_letter: Make) -> Any:
    """Of 19 October, due 9 November: two to JenV and one to Fin in a dossier, one to JenV in none."""
    asked = [{"tekst": "Een?", "eigenaar": "JENV", "meebetrokken": ["FIN"]}, {"tekst": "Twee?", "eigenaar": "JENV"}]
    a_sent_letter(*asked, {"tekst": "Drie?", "eigenaar": "FIN"}, dossier="asiel-en-migratie")
    return a_sent_letter({"tekst": "Vier?", "eigenaar": "JENV"}, kenmerk="VNG/2026/119")


@pytest.mark.usefixtures("autumn")
def test_each_cell_is_the_number_of_questions_in_the_list(vng: httpx.Client) -> None:
    told = vng.get("/samenhang").raise_for_status().json()
    assert told["samen"] == {"open": 4, "teLaat": 4, "betwist": 0, "bezwaar": 0}
    assert [(one["ministerie"], one["dossier"], one["open"]) for one in told["vakken"]] == [
        ("FIN", "asiel-en-migratie", 1),
        ("JENV", "asiel-en-migratie", 2),
        ("JENV", "geen", 1),
    ]
    for one in told["vakken"]:
        if one["dossier"] == "geen":
            continue
        asked = f"/vragen?eigenaar={one['ministerie']}&dossier={one['dossier']}&teLaat=true"
        assert len(vng.get(asked).json()["vragen"]) == one["teLaat"]
    assert [one["open"] for one in told["ministeries"]] == [1, 3]
    assert [(one["dossier"], one["naam"], one["open"]) for one in told["dossiers"]] == [
        ("asiel-en-migratie", "Asiel en migratie", 3),
        ("geen", "Zonder dossier", 1),
    ]


@pytest.mark.usefixtures("autumn")
def test_a_dossier_tells_its_questions_with_holder_days_and_contributors(vng: httpx.Client) -> None:
    told = vng.get("/samenhang/asiel-en-migratie").raise_for_status().json()
    assert (told["open"], told["teLaat"], told["volgende"]) == (3, 3, None)
    first = told["vragen"][0]
    assert (first["kop"], first["meebetrokken"], first["dagenTeLaat"], first["dagenBijHouder"]) == (
        "Een?",
        ["FIN"],
        14,
        35,
    )
    assert [one["ministerie"] for one in told["ministeries"]] == ["FIN", "JENV"]
    assert [one["kop"] for one in vng.get("/samenhang/asiel-en-migratie?eigenaar=FIN").json()["vragen"]] == ["Drie?"]
    assert [one["kop"] for one in vng.get("/samenhang/geen?open=true&teLaat=true").json()["vragen"]] == ["Vier?"]
    assert vng.get("/samenhang/geen?bezwaar=true").json()["vragen"] == []
    assert vng.get("/vragen?bezwaar=true").json()["vragen"] == []


@pytest.mark.usefixtures("autumn")
def test_coordinators_see_their_own_ministry_and_contacts_nothing(caller: Caller) -> None:
    own = caller("coordinator@jenv.example").get("/samenhang").raise_for_status().json()
    assert {one["ministerie"] for one in own["vakken"]} == {"JENV"}
    dossier = caller("coordinator@jenv.example").get("/samenhang/asiel-en-migratie?eigenaar=FIN").json()
    assert {one["eigenaar"] for one in dossier["vragen"]} == {"JENV"}
    assert_problem(caller("contact@jenv.example").get("/samenhang"), 403, "not-allowed")


def test_an_unknown_dossier_is_not_found(vng: httpx.Client) -> None:
    assert_problem(vng.get("/samenhang/bestaat-niet"), 404, "no-dossier")
