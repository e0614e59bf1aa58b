"""Terms by API: why a date is what it is, the clock, requests, and the calendar."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.api.conftest import Caller
from tests.support.api import assert_problem

Make = Callable[..., Any]
WHY = {"reden": "Wij zoeken het uit."}


@pytest.fixture
def question(a_sent_question: Make) -> Any:
    """Sent on 19 October with six weeks to go: due Monday 30 November. Today is 23 November."""
    return a_sent_question(termijn={"soort": "norm", "aantal": 6, "eenheid": "weken"})


def test_the_clock_stands_still_and_runs_again(vng: httpx.Client, jenv: httpx.Client, question: Any) -> None:
    path = f"/vragen/{question['id']}"
    assert_problem(jenv.post(f"{path}/opschortingen", json=WHY), 403, "not-allowed")
    stopped = vng.post(f"{path}/opschortingen", json={"datum": "2026-11-16", **WHY})
    assert (stopped.status_code, stopped.json()["opgeschort"]) == (201, True)
    twice = assert_problem(vng.post(f"{path}/opschortingen", json=WHY), 400, "suspend-suspended")
    assert twice["fouten"][0]["veld"] == "datum"
    early = vng.post(f"{path}/hervattingen", json={"datum": "2026-11-13"})
    assert_problem(early, 400, "resume-before-suspended")
    again = vng.post(f"{path}/hervattingen")
    assert (again.status_code, again.json()["uitersteAntwoorddatum"]) == (201, "2026-12-07")
    assert [one["soort"] for one in again.json()["termijnboekingen"]] == ["gezet", "opgeschort", "hervat"]


def test_why_a_date_is_what_it_is(vng: httpx.Client, jenv: httpx.Client, question: Any) -> None:
    path = f"/vragen/{question['id']}"
    later = {"datum": "2026-12-15", "reden": "De cijfers komen later."}
    assert jenv.post(f"{path}/uitstelberichten", json=later).status_code == 201
    voided = vng.post(f"{path}/termijnboekingen/2/vervallenverklaring", json={"reden": "Verkeerde vraag."})
    assert (voided.status_code, voided.json()["uitersteAntwoorddatum"]) == (201, "2026-11-30")
    twice = vng.post(f"{path}/termijnboekingen/2/vervallenverklaring", json={"reden": "Nog eens."})
    assert assert_problem(twice, 400, "void-twice")["fouten"][0]["veld"] == "volgnummer"
    told = jenv.get(f"{path}/termijn", headers={"Accept-Language": "nl"}).json()
    (one,) = told["rondes"]
    assert (one["ronde"], one["uitersteAntwoorddatum"], one["kalenderOnvolledig"]) == (1, "2026-11-30", False)
    assert [(entry["volgnummer"], entry["vervallen"]) for entry in one["boekingen"]] == [
        (1, False),
        (2, True),
        (3, False),
    ]
    assert one["boekingen"][1]["uitleg"] == ["Uitstel tot di 15 december 2026, gemeld op ma 23 november 2026."]
    assert one["boekingen"][1]["door"] == "Contact"
    assert one["boekingen"][2]["laatVervallen"] == 2
    assert one["dagen"][0] == {"datum": "2026-10-19", "soort": "begin", "uitleg": "de dag zelf telt niet mee"}
    assert one["dagen"][-1]["soort"] == "uiterlijk"
    assert len(one["dagen"]) == 43


def test_a_ministry_asks_and_the_secretariat_decides(vng: httpx.Client, jenv: httpx.Client, question: Any) -> None:
    path = f"/vragen/{question['id']}"
    longer = {"soort": "uitstel", "datum": "2027-02-26", "reden": "Na het debat."}
    asked = jenv.post(f"{path}/verzoeken", json=longer)
    assert (asked.status_code, asked.json()["status"], asked.json()["ministerie"]) == (201, "gevraagd", "JENV")
    assert_problem(jenv.post(f"{path}/verzoeken", json=longer), 409, "asked-already")
    wrong = jenv.post(f"{path}/verzoeken", json={"soort": "verduidelijking", "datum": "2027-02-26", "reden": "Wat?"})
    assert assert_problem(wrong, 400, "date-not-asked")["fouten"][0]["veld"] == "datum"
    decide = f"{path}/verzoeken/{asked.json()['id']}"
    assert_problem(jenv.post(f"{decide}/toekenning"), 403, "not-allowed")
    assert_problem(vng.post(f"{decide}/afwijzing", json={"besluit": " "}), 400, "reason-missing")
    given = vng.post(f"{decide}/toekenning", json={"datum": "2027-01-29", "besluit": "Tot eind januari."})
    assert (given.status_code, given.json()["status"]) == (201, "toegekend")
    assert_problem(vng.post(f"{decide}/afwijzing", json={"besluit": "Nee."}), 409, "decided")
    assert vng.get(path).json()["uitersteAntwoorddatum"] == "2027-01-29"
    unclear = jenv.post(f"{path}/verzoeken", json={"soort": "verduidelijking", "reden": "Welke plekken?"}).json()
    assert_problem(vng.post(f"/vragen/999/verzoeken/{unclear['id']}/toekenning"), 404, "no-question")
    refused = vng.post(f"{path}/verzoeken/{unclear['id']}/afwijzing", json={"besluit": "Alle."})
    assert (refused.status_code, refused.json()["besluit"]) == (201, "Alle.")
    requests = jenv.get(f"{path}/termijn").json()["verzoeken"]
    assert [one["status"] for one in requests] == ["afgewezen", "toegekend"]


def test_receipts_and_sending_again_stand_in_the_ledger(vng: httpx.Client, question: Any) -> None:
    path = f"/vragen/{question['id']}"
    assert vng.post(f"{path}/ontvangstbevestigingen", json={"datum": "2026-10-21"}).status_code == 201
    sent = vng.post(f"{path}/herzendingen").json()
    assert [one["soort"] for one in sent["termijnboekingen"]] == ["gezet", "ontvangen", "opnieuw-verstuurd"]
    assert sent["uitersteAntwoorddatum"] == question["uitersteAntwoorddatum"]


def test_an_administrator_keeps_the_calendar_and_dates_follow(caller: Caller, vng: httpx.Client, question: Any) -> None:
    admin, path = caller("beheer@vng.example"), f"/vragen/{question['id']}"
    assert_problem(vng.get("/gelijkgestelde-dagen"), 403, "not-allowed")
    new = {"datum": "2026-11-30", "grondslag": "Besluit van 1 november 2026"}
    added = admin.post("/gelijkgestelde-dagen", json=new)
    assert (added.status_code, added.json()) == (201, {"verschovenVragen": 1})
    assert new in admin.get("/gelijkgestelde-dagen").json()["dagen"]
    told = vng.get(path).json()
    assert (told["uitersteAntwoorddatum"], told["oorspronkelijkeAntwoorddatum"]) == ("2026-12-01", "2026-11-30")
    again = admin.post("/gelijkgestelde-dagen", json=new)
    assert assert_problem(again, 400, "day-known")["fouten"][0]["veld"] == "datum"
    assert admin.delete("/gelijkgestelde-dagen/2026-11-30").json() == {"verschovenVragen": 1}
    assert vng.get(path).json()["uitersteAntwoorddatum"] == "2026-11-30"
    assert_problem(admin.delete("/gelijkgestelde-dagen/2026-11-30"), 404, "no-day")
    assert_problem(admin.delete("/gelijkgestelde-dagen/morgen"), 404, "not-found")
