"""Questions by API: lists by the day, the whole story, and every act on one."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.api.conftest import Caller
from tests.support.api import a_letter, assert_problem
from tests.support.live import Live

Make = Callable[..., Any]
BECAUSE = {"reden": "Dit ligt bij een ander."}


def numbers(client: httpx.Client, query: str = "") -> list[str]:
    """The numbers of a list, first page."""
    return [one["nummer"] for one in client.get(f"/vragen{query}").raise_for_status().json()["vragen"]]


def test_questions_are_narrowed_by_owner_state_dossier_words_and_lateness(
    vng: httpx.Client, a_sent_letter: Make
) -> None:
    a_sent_letter(
        {"tekst": "Een?", "eigenaar": "JENV"},
        {"tekst": "Twee?", "eigenaar": "FIN", "termijn": {"soort": "afspraak", "datum": "2026-12-15"}},
    )
    vng.post("/brieven", json=a_letter({"tekst": "Drie?", "eigenaar": "FIN"}, datum="2026-11-23"))
    assert numbers(vng) == ["2026-001.1", "2026-002.1", "2026-001.2"]
    assert numbers(vng, "?eigenaar=FIN") == ["2026-002.1", "2026-001.2"]
    assert numbers(vng, "?eigenaar=fin&status=uitgezet") == ["2026-001.2"]
    assert numbers(vng, "?status=concept,uitgezet") == numbers(vng, "?status=concept&status=uitgezet") == numbers(vng)
    assert numbers(vng, "?teLaat=true") == ["2026-001.1"]
    assert numbers(vng, "?teLaat=false") == ["2026-002.1", "2026-001.2"]
    assert numbers(vng, "?teLaat=true&opDatum=2026-11-09") == []
    assert numbers(vng, "?teLaat=true&opDatum=2026-12-16") == ["2026-001.1", "2026-001.2"]
    assert numbers(vng, "?zoek=twee") == ["2026-001.2"]
    assert numbers(vng, "?zoek=%C2%B2-%C2%B2") == []
    told = vng.get("/vragen?opDatum=2026-12-16").json()["vragen"]
    assert {one["nummer"]: one["teLaat"] for one in told} == {
        "2026-001.1": True,
        "2026-001.2": True,
        "2026-002.1": False,
    }


def test_a_list_goes_on_where_the_page_ended_with_the_same_filters(
    vng: httpx.Client, a_sent_letter: Make, live: Live
) -> None:
    a_sent_letter(*({"tekst": f"Vraag {n}?", "eigenaar": "JENV"} for n in range(60)), {"tekst": "x", "eigenaar": "FIN"})
    first = vng.get("/vragen?eigenaar=J%26V&status=uitgezet").json()
    assert len(first["vragen"]) == 50
    assert first["volgende"].startswith(f"{live.url}/api/v1/vragen?eigenaar=J%26V&status=uitgezet&na=")
    second = vng.get(first["volgende"]).json()
    assert (len(second["vragen"]), second["volgende"]) == (10, None)
    assert len({one["id"] for one in [*first["vragen"], *second["vragen"]]}) == 60


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("teLaat=misschien", "teLaat", "bad-type"),
        ("opDatum=morgen", "opDatum", "bad-date"),
        ("opDatum=1699920000", "opDatum", "bad-date"),
        ("status=open", "status.0", "unknown-value"),
        ("eigenaar=XYZ", "eigenaar", "unknown-ministry"),
        ("eigenaar=%00", "eigenaar", "bad-text"),
        ("dossier=niets", "dossier", "unknown-dossier"),
        ("na=verzonnen", "na", "bad-page"),
        ("na=WyIyMDI2LTExLTA5IiwgSW5maW5pdHld", "na", "bad-page"),
        ("zoek=a%00b", "zoek", "bad-text"),
        ("telaat=true", "telaat", "unknown-key"),
    ],
)
def test_a_query_that_cannot_be_read_is_refused_and_named(vng: httpx.Client, query: str, field: str, code: str) -> None:
    told = assert_problem(vng.get(f"/vragen?{query}"), 400, code)
    assert [one["veld"] for one in told["fouten"]] == [field]


def test_a_question_tells_its_whole_story(
    vng: httpx.Client, jenv: httpx.Client, a_sent_question: Make, live: Live
) -> None:
    question = a_sent_question(meebetrokken=["FIN"])
    jenv.post(f"/vragen/{question['id']}/antwoorden", json={"tekst": "Wij kijken ernaar.", "namens": "De directeur"})
    vng.post(f"/vragen/{question['id']}/oordelen", json={"oordeel": "ontwijkend", "toelichting": "Wanneer?"})
    told = vng.get(f"/vragen/{question['id']}", headers={"Accept-Language": "nl"}).json()
    assert (told["status"], told["ronde"], told["uitersteAntwoorddatum"]) == ("in-behandeling", 2, "2026-12-07")
    assert told["balLigtBij"] == {"soort": "eigenaar", "ministerie": "JENV", "sinds": "2026-11-23"}
    assert told["contactpersoon"] == "Contact"
    assert told["meebetrokken"] == ["FIN"]
    answer = told["antwoorden"][0]
    assert (answer["namens"], answer["oordeel"], answer["toelichting"]) == ("De directeur", "ontwijkend", "Wanneer?")
    assert (answer["antwoorddatum"], answer["dagenTeLaat"]) == ("2026-11-23", 14)
    assert answer["ingediendOp"] == "2026-11-23T09:00:00Z"
    assert [one["handeling"] for one in told["gebeurtenissen"]] == ["oordelen-ontwijkend", "indienen", "verzenden"]
    assert told["termijnboekingen"][0]["soort"] == "gezet"
    assert "10 werkdagen na ma 23 november 2026 is ma 7 december 2026." in told["termijnboekingen"][0]["uitleg"]


def test_what_somebody_may_not_see_does_not_exist(caller: Caller, a_sent_question: Make) -> None:
    question = a_sent_question("FIN")
    jenv = caller("contact@jenv.example")
    assert_problem(jenv.get(f"/vragen/{question['id']}"), 404, "no-question")
    assert_problem(jenv.post(f"/vragen/{question['id']}/aanvaarding"), 404, "no-question")


@pytest.mark.parametrize("number", ["999999", "0", "-1", "abc", "1.5", str(2**63), "9" * 400, "%00"])
def test_a_number_that_nothing_has_is_not_found(vng: httpx.Client, number: str) -> None:
    told = vng.get(f"/vragen/{number}")
    assert_problem(told, 404, "no-question" if number == "999999" else "not-found")


def test_a_ministry_accepts_and_asks_for_time(jenv: httpx.Client, a_sent_question: Make) -> None:
    question = a_sent_question(termijn={"soort": "norm", "aantal": 6, "eenheid": "weken"})
    accepted = jenv.post(f"/vragen/{question['id']}/aanvaarding")
    assert (accepted.status_code, accepted.json()["status"]) == (200, "in-behandeling")
    assert jenv.post(f"/vragen/{question['id']}/aanvaarding").json() == accepted.json()
    later = {"datum": "2026-12-15", "reden": "De cijfers komen later."}
    postponed = jenv.post(f"/vragen/{question['id']}/uitstelberichten", json=later)
    assert (postponed.status_code, postponed.json()["uitersteAntwoorddatum"]) == (201, "2026-12-15")
    assert postponed.json()["oorspronkelijkeAntwoorddatum"] == "2026-11-30"
    again = jenv.post(f"/vragen/{question['id']}/uitstelberichten", json={**later, "datum": "2026-12-16"})
    assert_problem(again, 400, "postpone-once")


@pytest.mark.parametrize(
    ("day", "code"),
    [("9999-12-31", "date-range"), ("0001-01-01", "date-range"), ("2026-12-25", "postpone-not-working")],
)
def test_a_postponement_names_a_working_day_the_calendar_knows(
    jenv: httpx.Client, a_sent_question: Make, day: str, code: str
) -> None:
    path = f"/vragen/{a_sent_question()['id']}/uitstelberichten"
    told = assert_problem(jenv.post(path, json={"datum": day, "reden": "Later."}), 400, code)
    assert told["fouten"][0]["veld"] == "datum"


def test_a_question_is_passed_on_disputed_and_assigned(
    caller: Caller, jenv: httpx.Client, a_sent_question: Make
) -> None:
    path = f"/vragen/{a_sent_question()['id']}"
    fin, az = caller("contact@fin.example"), caller("regie@az.example")
    unknown = jenv.post(f"{path}/doorgeleidingen", json={"naar": "XYZ", **BECAUSE})
    assert assert_problem(unknown, 400, "unknown-ministry")["fouten"][0]["veld"] == "naar"
    passed = jenv.post(f"{path}/doorgeleidingen", json={"naar": "Financiën", **BECAUSE})
    assert (passed.status_code, passed.json()["eigenaar"], passed.json()["status"]) == (201, "FIN", "uitgezet")
    declined = fin.post(f"{path}/afwijzingen", json={"voorstel": "BZK", **BECAUSE})
    assert (declined.status_code, declined.json()["status"]) == (201, "betwist")
    assert declined.json()["balLigtBij"]["soort"] == "az"
    assert_problem(fin.post(f"{path}/toewijzingen", json={"aan": "BZK", **BECAUSE}), 403, "not-allowed")
    assigned = az.post(f"{path}/toewijzingen", json={"aan": "BZK", **BECAUSE})
    assert (assigned.status_code, assigned.json()["eigenaar"], assigned.json()["eigenaarBindend"]) == (201, "BZK", True)
    assert [one["naarMinisterie"] for one in assigned.json()["gebeurtenissen"][:3]] == ["BZK", "BZK", "FIN"]
    bzk = caller("contact@bzk.example")
    assert_problem(bzk.post(f"{path}/afwijzingen", json=BECAUSE), 409, "binding-owner")


def test_the_secretariat_withdraws_and_reopens(vng: httpx.Client, jenv: httpx.Client, a_sent_question: Make) -> None:
    path = f"/vragen/{a_sent_question()['id']}"
    assert_problem(vng.post(f"{path}/intrekking", json={"reden": " "}), 400, "missing")
    assert vng.post(f"{path}/intrekking", json=BECAUSE).json()["status"] == "ingetrokken"
    assert_problem(jenv.post(f"{path}/aanvaarding"), 409, "wrong-state")
    reopened = vng.post(f"{path}/heropening", json=BECAUSE)
    assert (reopened.status_code, reopened.json()["status"], reopened.json()["ronde"]) == (200, "in-behandeling", 2)
