"""Promises and answer sheets by API."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.api.conftest import Caller
from tests.support.api import assert_problem

Make = Callable[..., Any]
ANSWER = "Ja. De regeling gaat vóór 1 juli 2027 naar de Kamer. In het najaar volgt een brief."
PROMISE = {"citaat": "De regeling gaat vóór 1 juli 2027 naar de Kamer.", "kop": "Regeling", "datum": "2027-06-30"}


@pytest.fixture
def answered(jenv: httpx.Client, a_sent_question: Make) -> Any:
    question = a_sent_question()
    assert jenv.post(f"/vragen/{question['id']}/antwoorden", json={"tekst": ANSWER}).status_code == 201
    return question


def test_a_promise_becomes_a_question_that_names_its_answer(vng: httpx.Client, answered: Any) -> None:
    made = vng.post(f"/vragen/{answered['id']}/toezeggingen", json=PROMISE)
    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["soort"], told["status"], told["nummer"]) == ("toezegging", "in-behandeling", "2026-001.2")
    assert (told["uitersteAntwoorddatum"], told["eigenaar"]) == ("2027-06-30", "JENV")
    assert made.headers["location"].endswith(f"/vragen/{told['id']}")
    assert vng.post(f"/vragen/{answered['id']}/toezeggingen", json=PROMISE).json()["id"] == told["id"]
    whole = vng.get(f"/vragen/{told['id']}").json()
    assert whole["toegezegdIn"] == {"vraag": answered["id"], "nummer": "2026-001.1", "citaat": PROMISE["citaat"]}
    assert [one["id"] for one in vng.get(f"/vragen/{answered['id']}").json()["toezeggingen"]] == [told["id"]]
    assert [one["id"] for one in vng.get("/vragen?soort=toezegging").json()["vragen"]] == [told["id"]]
    assert vng.get(f"/brieven/{answered['brief']['id']}").json()["status"] == "beantwoord"


@pytest.mark.parametrize(
    ("other", "code", "field"),
    [
        ({"datum": None}, "missing", "datum"),
        ({"citaat": "In het najaar volgt een brief.", "datum": None}, "vague-date", "datum"),
        ({"datum": "2026-11-22"}, "date-past", "datum"),
        ({"citaat": "Dat beloven wij."}, "quote-not-found", "citaat"),
        ({"kop": ""}, "missing", "kop"),
    ],
)
def test_a_promise_without_words_or_a_day_to_come_is_refused(
    vng: httpx.Client, answered: Any, other: dict[str, Any], code: str, field: str
) -> None:
    body = {name: value for name, value in {**PROMISE, **other}.items() if value is not None}
    told = assert_problem(vng.post(f"/vragen/{answered['id']}/toezeggingen", json=body), 400, code)
    assert [one["veld"] for one in told["fouten"]] == [field]


def test_it_needs_an_answer_and_the_secretariat(
    vng: httpx.Client, jenv: httpx.Client, answered: Any, a_sent_question: Make
) -> None:
    unanswered = a_sent_question()
    assert_problem(vng.post(f"/vragen/{unanswered['id']}/toezeggingen", json=PROMISE), 404, "no-answer")
    assert_problem(jenv.post(f"/vragen/{answered['id']}/toezeggingen", json=PROMISE), 403, "not-allowed")


def test_the_answer_sheet_holds_what_its_reader_may_see(
    vng: httpx.Client, jenv: httpx.Client, caller: Caller, a_sent_letter: Make
) -> None:
    questions = ({"tekst": "Welk bedrag?", "eigenaar": "JENV"}, {"tekst": "Welke regeling?", "eigenaar": "BZK"})
    letter = a_sent_letter(*questions)
    first, second = (one["id"] for one in letter["vragen"])
    jenv.post(f"/vragen/{first}/antwoorden", json={"tekst": ANSWER})
    vng.post(f"/vragen/{first}/toezeggingen", json=PROMISE)
    path = f"/brieven/{letter['id']}/antwoordblad"
    sheet = vng.get(path).json()
    assert (sheet["nummer"], sheet["aantalOpen"], sheet["aantalElders"]) == ("2026-001", 1, 0)
    assert [(one["id"], bool(one["antwoord"])) for one in sheet["vragen"]] == [(first, True), (second, False)]
    assert [one["kop"] for one in sheet["vragen"][0]["toezeggingen"]] == ["Regeling"]
    own = jenv.get(path).json()
    assert ([one["id"] for one in own["vragen"]], own["aantalElders"]) == ([first], 1)
    assert caller("contact@ocw.example").get(path).status_code == 404


def test_a_verdict_on_a_question_that_was_withdrawn_is_refused(vng: httpx.Client, a_sent_question: Make) -> None:
    question = a_sent_question()
    vng.post(f"/vragen/{question['id']}/intrekking", json={"reden": "Vervallen."})
    judged = vng.post(f"/vragen/{question['id']}/oordelen", json={"oordeel": "concreet"})
    assert "ingetrokken" in assert_problem(judged, 409, "wrong-state")["detail"]
