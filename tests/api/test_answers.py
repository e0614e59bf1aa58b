"""Answers by API: given by a ministry, recorded by the secretariat, judged."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.api.conftest import Caller
from tests.support.api import a_letter, assert_problem

Make = Callable[..., Any]


@pytest.mark.database("sqlite", "postgresql")
def test_a_ministry_answers_once_however_often_it_sends_it(jenv: httpx.Client, a_sent_question: Make) -> None:
    path = f"/vragen/{a_sent_question()['id']}/antwoorden"
    first = jenv.post(path, json={"tekst": "Op 1 februari.\r\n"})
    assert first.status_code == 201
    told = first.json()
    assert (told["tekst"], told["namens"], told["ministerie"]) == ("Op 1 februari.", "Contact", "JENV")
    assert (told["vraag"]["status"], told["vraag"]["balLigtBij"]["soort"]) == ("beantwoord", "vng")
    assert jenv.post(path, json={"tekst": "Op 1 februari."}).json() == told
    other = jenv.post(path, json={"tekst": "Op 1 maart."})
    assert "Contact" in assert_problem(other, 409, "answered-already")["detail"]
    assert len(jenv.get(f"/vragen/{told['vraag']['id']}").json()["antwoorden"]) == 1


def test_the_secretariat_records_what_came_by_post(vng: httpx.Client, a_sent_question: Make) -> None:
    path = f"/vragen/{a_sent_question()['id']}/antwoorden"
    told = vng.post(path, json={"tekst": "Op 1 februari.", "datumOntvangst": "2026-11-06"}).json()
    assert (told["antwoorddatum"], told["datumOntvangst"], told["dagenTeLaat"]) == ("2026-11-06", "2026-11-06", 0)
    assert told["namens"] == "ministerie van Justitie en Veiligheid"


def test_what_came_today_needs_no_date(vng: httpx.Client, a_sent_question: Make) -> None:
    path = f"/vragen/{a_sent_question()['id']}/antwoorden"
    assert vng.post(path, json={"tekst": "Ja.", "namens": "De DG"}).json()["datumOntvangst"] == "2026-11-23"


@pytest.mark.parametrize(
    ("sent", "field", "code"),
    [
        ({"tekst": " "}, "tekst", "missing"),
        ({"tekst": "Ja.", "namens": " "}, "namens", "missing"),
        ({"tekst": "x" * 100_001}, "tekst", "too-long"),
        ({"tekst": "Ja.", "namens": "x" * 201}, "namens", "too-long"),
        ({"tekst": "Ja\x00nee"}, "tekst", "bad-text"),
        ({"tekst": "Ja.", "datumOntvangst": "2026-11-24"}, "datumOntvangst", "received-in-future"),
        ({"tekst": "Ja.", "datumOntvangst": "0001-01-01"}, "datumOntvangst", "received-before-asked"),
        ({"tekst": "Ja.", "datumOntvangst": 20261106}, "datumOntvangst", "bad-date"),
    ],
)
@pytest.mark.database("sqlite")
def test_an_answer_that_cannot_be_is_refused(
    vng: httpx.Client, a_sent_question: Make, sent: dict[str, Any], field: str, code: str
) -> None:
    told = assert_problem(vng.post(f"/vragen/{a_sent_question()['id']}/antwoorden", json=sent), 400, code)
    assert [one["veld"] for one in told["fouten"]] == [field]


def test_a_ministry_answers_today_and_its_own_questions_only(
    caller: Caller, jenv: httpx.Client, a_sent_question: Make
) -> None:
    path = f"/vragen/{a_sent_question()['id']}/antwoorden"
    early = jenv.post(path, json={"tekst": "Ja.", "datumOntvangst": "2026-11-06"})
    assert_problem(early, 400, "secretariat-only")
    assert_problem(caller("contact@fin.example").post(path, json={"tekst": "Ja."}), 404, "no-question")
    assert_problem(caller("regie@az.example").post(path, json={"tekst": "Ja."}), 403, "not-allowed")


def test_an_evasive_answer_begins_a_round_and_a_concrete_one_settles(
    vng: httpx.Client, jenv: httpx.Client, a_sent_question: Make
) -> None:
    path = f"/vragen/{a_sent_question()['id']}"
    assert_problem(vng.post(f"{path}/oordelen", json={"oordeel": "concreet"}), 409, "nothing-to-judge")
    jenv.post(f"{path}/antwoorden", json={"tekst": "Wij kijken ernaar."})
    assert_problem(vng.post(f"{path}/oordelen", json={"oordeel": "ontwijkend"}), 400, "missing")
    assert_problem(vng.post(f"{path}/oordelen", json={"oordeel": "vaag"}), 400, "unknown-value")
    assert_problem(jenv.post(f"{path}/oordelen", json={"oordeel": "concreet"}), 403, "not-allowed")
    judged = vng.post(f"{path}/oordelen", json={"oordeel": "ontwijkend", "toelichting": "Wanneer dan?"})
    assert (judged.status_code, judged.json()["oordeel"]) == (201, "ontwijkend")
    asked = judged.json()["vraag"]
    assert (asked["ronde"], asked["status"], asked["uitersteAntwoorddatum"]) == (2, "in-behandeling", "2026-12-07")
    second = jenv.post(f"{path}/antwoorden", json={"tekst": "Op 1 februari."}).json()
    assert second["ronde"] == 2
    settled = vng.post(f"{path}/oordelen", json={"oordeel": "concreet"}).json()
    assert (settled["id"], settled["vraag"]["status"], settled["vraag"]["balLigtBij"]) == (
        second["id"],
        "afgedaan",
        None,
    )


def test_a_concept_cannot_be_answered(vng: httpx.Client) -> None:
    question = vng.post("/brieven", json=a_letter()).json()["vragen"][0]
    assert_problem(vng.post(f"/vragen/{question['id']}/antwoorden", json={"tekst": "Ja."}), 409, "wrong-state")
