"""Answering when signed in: the form of the link, on the pages of the office."""

from datetime import date

import httpx
import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.domain.questions import State
from app.store.answering import Answer, Draft
from app.store.documents import Document
from app.store.questions import Question
from app.usecases import answering, ownership
from tests.support import samples
from tests.support.answer_links import everything
from tests.support.builders import a_question, a_register, actor
from tests.support.live import Live
from tests.support.visits import form_token, send, sign_in, sign_in_on

CONTACT = "contact@jenv.example"
ANSWER = {"act": "verstuur", "tekst": "€ 44 per plek.", "namens": "Hoofd Opvang"}
FILES = {"bijlage": ("plan.pdf", samples.PDF)}


def asked(live: Live) -> int:
    a_register(live.db)
    with live.db.writing() as s:
        return a_question(s, sent_on=date(2026, 11, 9)).id


def post(client: httpx.Client, live: Live, path: str, token: str) -> httpx.Response:
    headers = {"Origin": live.url, "Sec-Fetch-Site": "same-origin"}
    return client.post(path, data={**ANSWER, "form_token": token}, files=FILES, headers=headers)


def test_a_contact_who_is_signed_in_answers_on_the_question(live: Live, page: Page) -> None:
    question_id = asked(live)
    sign_in_on(page, live, CONTACT, f"/vragen/{question_id}")
    page.get_by_role("link", name="Geef antwoord").click()
    page.get_by_label("Uw antwoord").fill("€ 44 per plek.")
    page.get_by_label("Bijlage").set_input_files({"name": "plan.pdf", "mimeType": "", "buffer": samples.PDF})
    page.get_by_role("button", name="Bekijk eerst").click()
    expect(page.locator("main")).to_contain_text("Vul nog in wie het antwoord geeft.")
    page.get_by_role("button", name="Wijzig").click()
    page.get_by_label("Naam en functie").fill("Hoofd Opvang")
    page.get_by_role("button", name="Verstuur het antwoord").click()
    expect(page.get_by_role("status")).to_contain_text("Het antwoord is verstuurd.")
    expect(page.locator(".regie-answer")).to_contain_text("plan.pdf")
    with live.db.reading() as s:
        assert s.get_one(Question, question_id).state is State.ANSWERED


def test_the_draft_is_kept_and_the_same_answer_twice_is_one(live: Live, client: httpx.Client) -> None:
    question_id = asked(live)
    sign_in(client, live, CONTACT)
    address = f"/vragen/{question_id}/antwoorden"
    assert send(client, f"{address}/concept", {"tekst": "Wij"}, page=address).json()["versie"] == 1
    stale = send(client, f"{address}/concept", {"tekst": "Anders"}, page=address)
    assert (stale.status_code, stale.headers["content-type"]) == (409, "application/problem+json")
    assert send(client, address, {"act": "bewaar", "tekst": "Wij denken", "versie": "1"}).status_code == 303
    assert "Wij denken</textarea>" in client.get(address).text
    token = form_token(client, address)
    assert post(client, live, address, token).status_code == 409, "a colleague's text is never overwritten unseen"
    assert send(client, address, {**ANSWER, "versie": "2"}, files=FILES).status_code == 303
    assert post(client, live, address, token).status_code == 303
    with live.db.reading() as s:
        assert len(s.scalars(sa.select(Answer)).all()) == 1
        assert s.scalars(sa.select(Draft)).all() == []


@pytest.mark.parametrize("email", ["contact@bzk.example", "secretariaat@vng.example", "regie@az.example"])
def test_who_may_not_answer_stores_no_file_and_sees_no_draft(live: Live, client: httpx.Client, email: str) -> None:
    question_id = asked(live)
    with live.db.writing() as s:
        answering.accept(s, actor(s, CONTACT), question_id, live.clock())
    sign_in(client, live, CONTACT)
    address = f"/vragen/{question_id}/antwoorden"
    send(client, address, {"act": "bewaar", "tekst": "Geheim concept"})
    client.cookies.clear()
    sign_in(client, live, email)
    assert client.get(address).status_code in {403, 404}
    before = everything(live.db)["documents"]
    refused = post(client, live, address, form_token(client, "/vragen"))
    assert refused.status_code in {403, 404}
    assert "Geheim concept" not in refused.text
    assert everything(live.db)["documents"] == before


def test_when_the_question_moved_on_the_text_comes_back(live: Live, client: httpx.Client) -> None:
    question_id = asked(live)
    sign_in(client, live, CONTACT)
    address = f"/vragen/{question_id}/antwoorden"
    token = form_token(client, address)
    with live.db.writing() as s:
        ownership.transfer(s, actor(s, CONTACT), question_id, "BZK", "Wonen.", live.clock())
    refused = post(client, live, address, token)
    assert refused.status_code == 403
    assert "€ 44 per plek.</textarea>" in refused.text
    with live.db.writing() as s:
        answering.submit(s, actor(s, "contact@bzk.example"), question_id, "€ 50.", "Hoofd", live.clock())
    client.cookies.clear()
    sign_in(client, live, "coordinator@bzk.example")
    late = post(client, live, address, form_token(client, "/vragen"))
    assert late.status_code == 409
    assert "beantwoord door Hoofd" in late.text
    assert "€ 44 per plek.</textarea>" in late.text
    with live.db.reading() as s:
        assert s.scalars(sa.select(Document)).all() == []
