"""Concurrence by API: the same acts as on the pages, and the same secrets kept."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.api.conftest import Caller
from tests.support.api import assert_problem
from tests.support.live import Live

Make = Callable[..., Any]
TEXT = "Vanaf 5 maart geldt € 44."


@pytest.fixture
def fin(caller: Caller) -> httpx.Client:
    """The contact at FIN."""
    return caller("contact@fin.example")


def ask(jenv: httpx.Client, question: Any, **other: Any) -> Any:
    """JenV asks whoever is involved; gives the requests, newest first."""
    told = jenv.post(f"/vragen/{question['id']}/afstemmingen", json={"tekst": TEXT, **other})
    assert told.status_code == 201, told.text
    return told.json()["afstemmingen"]


def test_a_ministry_asks_another_replies_and_all_see_what_they_may(
    vng: httpx.Client, jenv: httpx.Client, fin: httpx.Client, caller: Caller, a_sent_question: Make
) -> None:
    question = a_sent_question(meebetrokken=["FIN", "BZK"])
    path = f"/vragen/{question['id']}/afstemmingen"
    asked = ask(jenv, question)
    assert ask(jenv, question) == asked, "sent twice it is one request"
    assert [(one["ministerie"], one["status"], one["versie"]) for one in asked] == [
        ("FIN", "gevraagd", 1),
        ("BZK", "gevraagd", 1),
    ]
    assert {one["reactieUiterlijk"] for one in asked} == {"2026-11-30"}
    assert {one["tekst"] for one in asked} == {TEXT}
    assert [one["tekst"] for one in vng.get(path).json()["afstemmingen"]] == [None, None]
    assert [one["tekst"] for one in fin.get(path).json()["afstemmingen"]] == [TEXT, None]
    objection = {"reactie": "bezwaar", "toelichting": "Geen dekking."}
    own = f"{path}/{asked[0]['id']}/reacties"
    assert fin.post(own, json=objection).status_code == 201
    assert fin.post(own, json=objection).status_code == 201
    assert_problem(fin.post(own, json={"reactie": "ingestemd"}), 409, "replied-already")
    bzk = caller("contact@bzk.example")
    proposal = {"reactie": "tekstvoorstel", "tekstvoorstel": "€ 40."}
    assert bzk.post(f"{path}/{asked[1]['id']}/reacties", json=proposal).status_code == 201
    assert vng.get(f"/vragen/{question['id']}").json()["status"] == "in-behandeling"
    seen = vng.get(path).json()["afstemmingen"]
    assert [(one["status"], one["toelichting"], one["tekstvoorstel"]) for one in seen] == [
        ("bezwaar", None, None),
        ("tekstvoorstel", None, None),
    ]
    assert jenv.get(path).json()["afstemmingen"][1]["tekstvoorstel"] == "€ 40."
    given = jenv.post(f"/vragen/{question['id']}/antwoorden", json={"tekst": TEXT}).json()
    assert given["metBezwaarVan"] == [{"ministerie": "FIN", "reden": "Geen dekking."}]
    assert vng.get(f"/vragen/{question['id']}").json()["antwoorden"][0]["metBezwaarVan"] == given["metBezwaarVan"]
    assert vng.get(path).json()["afstemmingen"][0]["toelichting"] == "Geen dekking."


def test_an_owner_recalls_and_answers_alone_with_a_reason(
    jenv: httpx.Client, fin: httpx.Client, a_sent_question: Make
) -> None:
    question = a_sent_question()
    path = f"/vragen/{question['id']}"
    first = ask(jenv, question, ministeries=["Financiën"], datum="2026-11-27")
    recalled = jenv.post(f"{path}/afstemmingen/terugneming", json={"reden": "Anders."})
    assert [one["status"] for one in recalled.json()["afstemmingen"]] == ["vervallen"]
    late = fin.post(f"{path}/afstemmingen/{first[0]['id']}/reacties", json={"reactie": "ingestemd"})
    assert_problem(late, 409, "concurrence-ended")
    assert_problem(jenv.post(f"{path}/afstemmingen/terugneming"), 409, "wrong-state")
    ask(jenv, question, tekst="Anders.", versie=1)
    told = assert_problem(jenv.post(f"{path}/antwoorden", json={"tekst": "Ja."}), 400, "alone-reason")
    assert told["fouten"][0]["veld"] == "zonderAfstemmingOmdat"
    alone = jenv.post(f"{path}/antwoorden", json={"tekst": "Ja.", "zonderAfstemmingOmdat": "Haast."})
    assert (alone.status_code, alone.json()["zonderAfstemmingOmdat"]) == (201, "Haast.")


def test_az_overrules_once_a_reply_is_late(
    jenv: httpx.Client, fin: httpx.Client, caller: Caller, a_sent_question: Make, live: Live
) -> None:
    question = a_sent_question(meebetrokken=["FIN"])
    path = f"/vragen/{question['id']}/afstemmingen"
    ask(jenv, question, datum="2026-11-24")
    regie = caller("regie@az.example")
    because = {"reden": "Het duurt te lang."}
    assert_problem(regie.post(f"{path}/doorbreking", json=because), 409, "not-stalled")
    assert_problem(fin.post(f"{path}/doorbreking", json=because), 403, "not-allowed")
    live.clock.advance(days=2)
    assert regie.get(path).json()["afstemmingen"][0]["tekst"] is None
    assert regie.post(f"{path}/inzage").json()["afstemmingen"][0]["tekst"] == TEXT
    assert_problem(regie.post(f"{path}/doorbreking", json={"reden": " "}), 400, "missing")
    ended = regie.post(f"{path}/doorbreking", json=because)
    assert (ended.status_code, ended.json()["afstemmingen"][0]["status"]) == (201, "vervallen")


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"ministeries": ["JENV"]}, "ministeries", "own-ministry"),
        ({"ministeries": ["VRO"]}, "ministeries", "ended-ministry"),
        ({"ministeries": ["XYZ"]}, "ministeries", "unknown-ministry"),
        ({"ministeries": []}, "ministeries", "missing"),
        ({}, "ministeries", "missing"),
        ({"ministeries": ["FIN"], "tekst": " "}, "tekst", "no-draft"),
        ({"ministeries": ["FIN"], "datum": "2026-11-23"}, "datum", "concur-not-later"),
        ({"ministeries": ["FIN"], "datum": "2026-11-28"}, "datum", "concur-not-working"),
        ({"ministeries": ["FIN"], "datum": "9999-12-31"}, "datum", "date-range"),
    ],
)
@pytest.mark.database("sqlite")
def test_a_request_that_makes_no_sense_is_refused_by_field(
    jenv: httpx.Client, a_sent_question: Make, body: Any, field: str, code: str
) -> None:
    path = f"/vragen/{a_sent_question()['id']}/afstemmingen"
    told = assert_problem(jenv.post(path, json={"tekst": TEXT, **body}), 400, code)
    assert told["fouten"][0]["veld"] == field
    assert jenv.get(path).json() == {"afstemmingen": []}


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"reactie": "bezwaar"}, "toelichting", "missing"),
        ({"reactie": "tekstvoorstel"}, "tekstvoorstel", "nothing-proposed"),
        ({"reactie": "ingestemd", "tekstvoorstel": "€ 40."}, "tekstvoorstel", "agreed-to-other-text"),
        ({"reactie": "misschien"}, "reactie", "unknown-value"),
    ],
)
@pytest.mark.database("sqlite")
def test_a_reply_that_makes_no_sense_is_refused_by_field(
    jenv: httpx.Client, fin: httpx.Client, a_sent_question: Make, body: Any, field: str, code: str
) -> None:
    question = a_sent_question(meebetrokken=["FIN"])
    (asked,) = ask(jenv, question)
    told = assert_problem(
        fin.post(f"/vragen/{question['id']}/afstemmingen/{asked['id']}/reacties", json=body), 400, code
    )
    assert told["fouten"][0]["veld"] == field


@pytest.mark.database("sqlite")
def test_a_colleagues_draft_is_not_overwritten(jenv: httpx.Client, caller: Caller, a_sent_question: Make) -> None:
    question = a_sent_question(meebetrokken=["FIN"])
    ask(jenv, question)
    jenv.post(f"/vragen/{question['id']}/afstemmingen/terugneming")
    other = caller("coordinator@jenv.example").post(f"/vragen/{question['id']}/afstemmingen", json={"tekst": "Nee."})
    assert_problem(other, 409, "draft-moved-on")
