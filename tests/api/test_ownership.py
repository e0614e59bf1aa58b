"""Who answers for a ministry by API: another contact, links, reminders, release, absence."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.api.conftest import Caller
from tests.support.api import assert_problem

Make = Callable[..., Any]
COORDINATOR = "coordinator@jenv.example"


@pytest.fixture
def asked(a_sent_letter: Make) -> int:
    """A question to JenV."""
    return int(a_sent_letter({"tekst": "Wanneer?", "eigenaar": "JENV"})["vragen"][0]["id"])


def acts(client: httpx.Client, question_id: int) -> list[str]:
    """What happened to a question, the oldest first."""
    told = client.get(f"/vragen/{question_id}").raise_for_status().json()["gebeurtenissen"]
    return [one["handeling"] for one in reversed(told)]


def test_a_question_goes_to_a_colleague_and_its_link_can_be_revoked(jenv: httpx.Client, asked: int) -> None:
    place = f"/vragen/{asked}/contactpersoon"
    done = jenv.put(place, json={"persoon": "sg@jenv.example"})
    assert (done.status_code, done.json()["contactpersoon"]) == (200, "Sg")
    assert_problem(jenv.put(place, json={"persoon": "sg@jenv.example"}), 400, "same-contact")
    assert_problem(jenv.put(place, json={"persoon": "contact@bzk.example"}), 400, "not-there")
    assert_problem(jenv.put(place, json={"persoon": "niemand@nergens.example"}), 400, "not-there")
    assert jenv.post(f"/vragen/{asked}/linkintrekkingen").status_code == 201
    assert acts(jenv, asked)[-2:] == ["contactpersoon-wijzigen", "link-intrekken"]


def test_a_reminder_goes_once_a_working_day(vng: httpx.Client, jenv: httpx.Client, asked: int) -> None:
    place = f"/vragen/{asked}/herinneringen"
    assert vng.post(place, json={"opmerking": "Morgen overleg."}).status_code == 201
    assert_problem(vng.post(place), 409, "reminded-already")
    assert_problem(jenv.post(place), 403, "not-allowed")


def test_an_answer_waits_for_release_comes_back_and_is_released(caller: Caller, jenv: httpx.Client, asked: int) -> None:
    coordinator = caller(COORDINATOR)
    assert coordinator.put("/ministeries/JENV/vrijgave", json={"aan": True}).json() == {
        "ministerie": "JENV",
        "aan": True,
    }
    at, answer = f"/vragen/{asked}", {"tekst": "In maart.", "namens": "Hoofd"}
    offered = jenv.post(f"{at}/antwoorden", json=answer)
    assert offered.status_code == 202
    assert (offered.json()["tekst"], offered.json()["vraag"]["status"]) == ("In maart.", "uitgezet")
    assert offered.headers["location"].endswith(f"{at}/aanbieding")
    assert coordinator.get(f"{at}/aanbieding").json()["versie"] == offered.json()["versie"]
    assert_problem(caller("secretariaat@vng.example").get(f"{at}/aanbieding"), 403, "not-allowed")
    assert coordinator.post(f"{at}/terugzendingen", json={"reden": "Noem de dag."}).status_code == 201
    assert_problem(jenv.delete(f"{at}/aanbieding"), 409, "not-offered")
    again = jenv.post(f"{at}/antwoorden", json={**answer, "tekst": "5 maart."}).json()
    assert jenv.delete(f"{at}/aanbieding").status_code == 200
    assert_problem(coordinator.post(f"{at}/vrijgaven"), 409, "not-offered")
    jenv.post(f"{at}/antwoorden", json={**answer, "tekst": "5 maart."}).raise_for_status()
    assert_problem(coordinator.post(f"{at}/vrijgaven", json={"versie": again["versie"]}), 409, "draft-moved-on")
    released = coordinator.post(f"{at}/vrijgaven")
    assert released.status_code == 201
    assert (released.json()["tekst"], released.json()["vraag"]["status"]) == ("5 maart.", "beantwoord")
    assert_problem(jenv.post(f"{at}/vrijgaven"), 403, "not-allowed")


def test_a_draft_goes_along_with_a_transfer(caller: Caller, jenv: httpx.Client, asked: int) -> None:
    passed_on = {"naar": "BZK", "reden": "Wonen.", "conceptMee": True}
    assert jenv.post(f"/vragen/{asked}/doorgeleidingen", json=passed_on).status_code == 201
    assert acts(caller("contact@bzk.example"), asked)[-1] == "doorgeleiden"


def test_somebody_is_away_and_comes_back(jenv: httpx.Client, vng: httpx.Client) -> None:
    none = {"van": None, "totEnMet": None, "vervanger": None}
    assert jenv.get("/afwezigheid").json() == none
    away = {"van": "2026-12-01", "totEnMet": "2026-12-04", "vervanger": "sg@jenv.example"}
    assert jenv.put("/afwezigheid", json=away).json() == away
    wrong = jenv.put("/afwezigheid", json={**away, "totEnMet": "2026-11-30"})
    assert_problem(wrong, 400, "absence-order")
    assert_problem(jenv.put("/afwezigheid", json={**away, "vervanger": "contact@bzk.example"}), 400, "deputy-elsewhere")
    assert_problem(vng.put("/afwezigheid", json=away), 400, "no-ministry")
    assert jenv.delete("/afwezigheid").json() == none


def test_release_is_set_for_ones_own_ministry_only(caller: Caller) -> None:
    coordinator, admin = caller(COORDINATOR), caller("beheer@vng.example")
    assert_problem(coordinator.put("/ministeries/BZK/vrijgave", json={"aan": True}), 403, "not-allowed")
    assert admin.put("/ministeries/bzk/vrijgave", json={"aan": True}).status_code == 200
    assert_problem(admin.put("/ministeries/XYZ/vrijgave", json={"aan": True}), 404, "no-ministry")
