"""One small page for each act on a question; what was typed stays, and the tables of roles and states decide."""

from datetime import date

import httpx
import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.domain.questions import State, Verdict
from app.store.base import Db
from app.store.ministries import Ministry
from app.store.questions import Question
from app.usecases import answering, closing, drafts, ownership
from tests.support.accessible import assert_accessible
from tests.support.answer_links import everything
from tests.support.beginnings import beginning
from tests.support.builders import a_question, a_register, actor, at, secretariat
from tests.support.live import Live
from tests.support.visits import form_token, send, sign_in, sign_in_on

SECRETARIAT, CONTACT, REGIE = "secretariaat@vng.example", "contact@jenv.example", "regie@az.example"
NOW = at(date(2026, 11, 12))
REASON = "Hierover gaat een ander."


@beginning
def asked(db: Db) -> int:
    a_register(db)
    with db.writing() as s:
        return a_question(s, sent_on=date(2026, 11, 9)).id


def answered(db: Db) -> int:
    question_id = asked(db)
    with db.writing() as s:
        answering.submit(s, actor(s, CONTACT), question_id, "Wij komen hierop terug.", "Hoofd", NOW)
    return question_id


def the_question(live: Live, question_id: int) -> tuple[State, str, int]:
    """State, owner's code and round."""
    with live.db.reading() as s:
        question = s.get_one(Question, question_id)
        return question.state, s.get_one(Ministry, question.owner_id).code, question.round


def test_a_ministry_accepts_passes_on_and_declines(live: Live, client: httpx.Client) -> None:
    question_id = asked(live.db)
    sign_in(client, live, CONTACT)
    at_question = f"/vragen/{question_id}"
    assert send(client, f"{at_question}/aanvaarden", page=at_question).status_code == 303
    assert the_question(live, question_id) == (State.ACCEPTED, "JENV", 1)
    assert send(client, f"{at_question}/doorgeleiden", {"naar": "BZK", "reden": REASON}).status_code == 303
    assert the_question(live, question_id) == (State.ASKED, "BZK", 1)
    assert REASON in client.get(at_question).text
    client.cookies.clear()
    sign_in(client, live, "contact@bzk.example")
    assert "AZ wijst daarom aan wie antwoordt" in client.get(f"{at_question}/doorgeleiden").text
    assert send(client, f"{at_question}/afwijzen", {"reden": "Ook niet van ons."}).status_code == 303
    assert the_question(live, question_id) == (State.DISPUTED, "BZK", 1)


def test_az_settles_a_dispute_for_this_round(live: Live, page: Page) -> None:
    question_id = asked(live.db)
    with live.db.writing() as s:
        ownership.decline(s, actor(s, CONTACT), question_id, REASON, "BZK", NOW)
    sign_in_on(page, live, REGIE, f"/vragen/{question_id}")
    page.get_by_role("link", name="Wijs een eigenaar aan").click()
    expect(page.locator("main")).to_contain_text(f"JenV schreef op do 12 november 2026: “{REASON}” Genoemd is BZK.")
    assert_accessible(page)
    page.get_by_role("button", name="Wijs aan").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_label("Welk ministerie beantwoordt de vraag?").select_option("BZK")
    page.get_by_label("Waarom?").fill("Opvang is wonen.")
    page.get_by_role("button", name="Wijs aan").click()
    expect(page.get_by_role("status")).to_contain_text("De eigenaar is aangewezen")
    expect(page.locator("main")).to_contain_text("Aangewezen; bindend voor deze ronde")
    assert the_question(live, question_id) == (State.ACCEPTED, "BZK", 1)


@pytest.mark.parametrize("which", ["page", "scriptless_page"])
def test_the_secretariat_judges_and_a_new_round_begins(live: Live, request: pytest.FixtureRequest, which: str) -> None:
    page: Page = request.getfixturevalue(which)
    question_id = answered(live.db)
    sign_in_on(page, live, SECRETARIAT, f"/vragen/{question_id}")
    page.get_by_role("link", name="Beoordeel het antwoord").click()
    expect(page.get_by_role("article")).to_contain_text("Wij komen hierop terug.")
    page.get_by_role("button", name="Leg het oordeel vast").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("Kies of het antwoord concreet is.")
    page.get_by_label("Ontwijkend").check()
    page.get_by_role("button", name="Leg het oordeel vast").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("Schrijf wat er nog ontbreekt")
    expect(page.get_by_label("Ontwijkend")).to_be_checked()
    page.get_by_label("Wat ontbreekt er?").fill("Er staat geen datum in.")
    page.get_by_role("button", name="Leg het oordeel vast").click()
    expect(page.locator("main")).to_contain_text("Er staat geen datum in.")
    assert the_question(live, question_id) == (State.ACCEPTED, "JENV", 2)


def test_a_concrete_answer_settles_and_the_question_can_be_reopened(live: Live, client: httpx.Client) -> None:
    question_id = answered(live.db)
    sign_in(client, live, SECRETARIAT)
    at_question = f"/vragen/{question_id}"
    assert send(client, f"{at_question}/oordeel", {"oordeel": "concreet"}).status_code == 303
    assert the_question(live, question_id)[0] is State.SETTLED
    assert send(client, f"{at_question}/heropenen", {"reden": ""}).status_code == 400
    assert send(client, f"{at_question}/heropenen", {"reden": "De regeling verviel."}).status_code == 303
    assert the_question(live, question_id) == (State.ACCEPTED, "JENV", 2)
    assert send(client, f"{at_question}/intrekken", {"reden": "Toch niet."}).status_code == 303
    assert the_question(live, question_id)[0] is State.WITHDRAWN


def test_the_secretariat_notes_a_postponement_after_seeing_the_date(live: Live, client: httpx.Client) -> None:
    question_id = asked(live.db)
    sign_in(client, live, SECRETARIAT)
    address = f"/vragen/{question_id}/uitstellen"
    typed = {"datum-dag": "1", "datum-maand": "2", "datum-jaar": "2027", "reden": "Gebeld."}
    shown = send(client, address, {**typed, "act": "bekijk"})
    assert "De nieuwe uiterste antwoorddatum wordt <strong>ma 1 februari 2027</strong>" in shown.text
    assert 'value="2027"' in shown.text
    assert send(client, address, {**typed, "act": "stuur"}).status_code == 303
    with live.db.reading() as s:
        assert s.scalars(sa.select(Question.due_on)).one() == date(2027, 2, 1)


REFUSED = [
    ("doorgeleiden", {"naar": "", "reden": REASON}, "naar"),
    ("doorgeleiden", {"naar": "BZK", "reden": " "}, "reden"),
    ("doorgeleiden", {"naar": "JENV", "reden": REASON}, "naar"),
    ("doorgeleiden", {"naar": "XYZ", "reden": REASON}, "naar"),
    ("doorgeleiden", {"naar": "VRO", "reden": REASON}, "naar"),
    ("doorgeleiden", {"naar": "BZK", "reden": "x" * 2001}, "reden"),
    ("afwijzen", {"naar": "", "reden": ""}, "reden"),
    ("uitstellen", {"act": "stuur", "reden": REASON}, "datum"),
    ("uitstellen", {"act": "bekijk", "datum-dag": "31", "datum-maand": "2", "datum-jaar": "2027"}, "datum"),
    ("uitstellen", {"act": "stuur", "datum-dag": "1", "datum-maand": "12", "datum-jaar": "2026", "reden": ""}, "reden"),
]


def test_what_was_typed_stays_when_it_is_refused(live: Live, client: httpx.Client) -> None:
    question_id = asked(live.db)
    sign_in(client, live, CONTACT)
    before = everything(live.db)
    for act, typed, field in REFUSED:
        answer = send(client, f"/vragen/{question_id}/{act}", typed)
        assert answer.status_code == 400, (act, typed)
        assert f'href="#{field}"' in answer.text, (act, typed)
        if typed.get("reden", "").strip():
            assert f"{typed['reden']}</textarea>" in answer.text, act
        if typed.get("datum-jaar"):
            assert f'value="{typed["datum-jaar"]}"' in answer.text, act
    after = everything(live.db)
    assert after["questions"] == before["questions"]
    assert after["audit_entries"] == before["audit_entries"]


def test_who_may_not_and_when_it_makes_no_sense(live: Live, client: httpx.Client) -> None:
    question_id = asked(live.db)
    acts = ("doorgeleiden", "afwijzen", "uitstellen", "toewijzen", "oordeel", "intrekken", "heropenen")
    expected = {
        "directie@vng.example": dict.fromkeys(acts, 403),
        REGIE: {**dict.fromkeys(acts, 403), "toewijzen": 409},
        CONTACT: {**dict.fromkeys(acts[:3], 200), **dict.fromkeys(acts[3:], 403)},
        "contact@ocw.example": dict.fromkeys(acts, 404),
        SECRETARIAT: dict(zip(acts, (403, 403, 200, 409, 409, 200, 409), strict=True)),
    }
    for email, statuses in expected.items():
        client.cookies.clear()
        sign_in(client, live, email)
        found = {act: client.get(f"/vragen/{question_id}/{act}").status_code for act in acts}
        assert found == statuses, email
        token = form_token(client, "/vragen")
        headers = {"Origin": live.url, "Sec-Fetch-Site": "same-origin"}
        typed = {"form_token": token, "naar": "BZK", "reden": REASON, "oordeel": "concreet", "act": "stuur"}
        for act, status in statuses.items():
            if status != 200:
                answer = client.post(f"/vragen/{question_id}/{act}", data=typed, headers=headers)
                assert answer.status_code == status, (email, act)
    assert the_question(live, question_id) == (State.ASKED, "JENV", 1)


def test_somebody_who_comes_second_is_told_and_keeps_the_text(live: Live, client: httpx.Client) -> None:
    question_id = answered(live.db)
    sign_in(client, live, SECRETARIAT)
    token = form_token(client, f"/vragen/{question_id}/oordeel")
    with live.db.writing() as s:
        closing.judge(s, secretariat(s), question_id, Verdict.CONCRETE, "", NOW)
    typed = {"form_token": token, "oordeel": "ontwijkend", "toelichting": "Er staat niets in."}
    headers = {"Origin": live.url, "Sec-Fetch-Site": "same-origin"}
    answer = client.post(f"/vragen/{question_id}/oordeel", data=typed, headers=headers)
    assert answer.status_code == 409
    assert "Er staat niets in.</textarea>" in answer.text
    assert the_question(live, question_id)[0] is State.SETTLED


def test_a_draft_goes_along_when_its_box_is_ticked(live: Live, client: httpx.Client) -> None:
    question_id = asked(live.db)
    with live.db.writing() as s:
        drafts.save_draft(s, actor(s, CONTACT), question_id, "Tot hier geschreven.", "Hoofd", None, NOW)
    sign_in(client, live, CONTACT)
    place = f"/vragen/{question_id}/doorgeleiden"
    assert "Geef mijn concept mee" in client.get(place).text
    assert send(client, place, {"naar": "BZK", "reden": REASON, "concept": "ja"}).status_code == 303
    too_late = send(client, place, {"naar": "OCW", "reden": "Toch daar."}, page="/")
    assert too_late.status_code == 403
    assert "JenV geleidt de vraag door naar BZK" in too_late.text
    assert "Toch daar." in too_late.text
    client.cookies.clear()
    sign_in(client, live, "contact@bzk.example")
    assert "Tot hier geschreven." in client.get(f"/vragen/{question_id}/antwoorden").text
