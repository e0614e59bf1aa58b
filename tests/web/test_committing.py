"""Recording a promise by the page, and where it is told."""

from datetime import date

import httpx
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.domain.questions import Verdict
from app.store.answering import Commitment
from app.store.questions import Question
from app.usecases import answering, closing
from tests.support.accessible import assert_accessible
from tests.support.builders import a_question, a_register, actor, at, secretariat
from tests.support.live import Live
from tests.support.visits import send, sign_in, sign_in_on

WHO = "secretariaat@vng.example"
TEXT = "Ja. De regeling gaat vóór 1 juli naar de Kamer. In het najaar volgt een brief."


def answered(live: Live) -> int:
    a_register(live.db)
    with live.db.writing() as s:
        question = a_question(s, sent_on=date(2026, 11, 2))
        contact = actor(s, "contact@jenv.example")
        answering.submit(s, contact, question.id, TEXT, "De minister", at(date(2026, 11, 16)))
        return question.id


def test_a_sentence_is_taken_over_with_its_day_and_recorded_while_judging(live: Live, client: httpx.Client) -> None:
    question_id = answered(live)
    sign_in(client, live, WHO)
    assert f"/vragen/{question_id}/toezegging?antwoord=1" in client.get(f"/vragen/{question_id}/oordeel").text
    path = f"/vragen/{question_id}/toezegging"
    shown = client.get(f"{path}?antwoord=1&zin=1").text
    assert "“vóór 1 juli”: uiterlijk wo 30 juni 2027" in shown
    assert "“In het najaar”: noemt geen dag" in shown
    assert "De regeling gaat vóór 1 juli naar de Kamer.</textarea>" in shown
    assert 'name="datum-dag" value="30"' in shown
    typed = {"antwoord": "1", "citaat": "De regeling gaat vóór 1 juli naar de Kamer.", "kop": "Regeling naar de Kamer"}
    day = {"datum-dag": "30", "datum-maand": "6", "datum-jaar": "2027"}
    answer = send(client, path, {**typed, **day})
    assert answer.headers["location"] == f"/vragen/{question_id}/oordeel"
    with live.db.reading() as s:
        made = s.scalars(sa.select(Question).join(Commitment, Commitment.question_id == Question.id)).one()
    told = client.get(f"/vragen/{question_id}").text
    assert f'href="/vragen/{made.id}"' in told
    assert "uiterlijk wo 30 juni 2027" in told
    page = " ".join(client.get(f"/vragen/{made.id}").text.split())
    assert "Toegezegd in een antwoord" in page
    assert f'href="/vragen/{question_id}"' in page
    listed = client.get("/vragen?soort=toezegging").text
    assert "Regeling naar de Kamer" in listed
    assert "Wanneer komt er duidelijkheid?" not in listed
    assert "Regeling naar de Kamer" not in client.get("/vragen?soort=vraag").text


def test_without_a_day_it_asks_for_one_and_keeps_what_was_typed(live: Live, client: httpx.Client) -> None:
    question_id = answered(live)
    sign_in(client, live, WHO)
    typed = {"citaat": "In het najaar volgt een brief.", "kop": "Een brief", "antwoord": "1"}
    answer = send(client, f"/vragen/{question_id}/toezegging", typed)
    assert answer.status_code == 400
    assert "“In het najaar” is nog geen datum." in answer.text
    assert 'value="Een brief"' in answer.text
    gone = send(
        client,
        f"/vragen/{question_id}/toezegging",
        {**typed, "datum-dag": "1", "datum-maand": "11", "datum-jaar": "2026"},
    )
    assert "zo 1 november 2026 is al voorbij." in gone.text
    assert client.get("/vragen/999/toezegging").status_code == 404


def test_a_ministry_sees_its_promise_and_records_none(live: Live, client: httpx.Client) -> None:
    question_id = answered(live)
    sign_in(client, live, "contact@jenv.example")
    assert "Leg een toezegging vast" not in client.get(f"/vragen/{question_id}").text
    assert client.get(f"/vragen/{question_id}/toezegging").status_code == 403


def test_rounds_are_told_as_one_story(live: Live, client: httpx.Client) -> None:
    question_id = answered(live)
    with live.db.writing() as s:
        closing.judge(s, secretariat(s), question_id, Verdict.PARTIAL, "Wanneer precies?", at(date(2026, 11, 18)))
    sign_in(client, live, WHO)
    told = " ".join(client.get(f"/vragen/{question_id}").text.split())
    assert "2 rondes" in told
    assert "Antwoord van JenV op ma 16 november 2026" in told
    assert "<strong>Ronde 2</strong> · gevraagd op wo 18 november 2026, uiterlijk wo 2 december 2026" in told
    assert told.index("<strong>Ronde 1</strong>") < told.index("Gedeeltelijk") < told.index("<strong>Ronde 2</strong>")
    assert told.count("Wanneer precies?") == 2, "beside the answer, and in what happened"


def test_the_form_is_accessible_and_fits_a_telephone(live: Live, page: Page) -> None:
    question_id = answered(live)
    sign_in_on(page, live, WHO, f"/vragen/{question_id}/toezegging")
    expect(page.get_by_role("heading", name="Leg een toezegging vast")).to_be_visible()
    assert_accessible(page)
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
