"""Release, as a contact with a link and a coordinator who signs in see it."""

import re
from datetime import date

import httpx
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.domain.questions import State
from app.store.answering import Answer, Draft
from app.store.ministries import Ministry
from app.store.questions import Question
from app.usecases import releasing
from tests.support.accessible import assert_accessible
from tests.support.answer_links import link_to
from tests.support.builders import a_question, a_register, actor, at
from tests.support.live import Live
from tests.support.visits import send, sign_in, sign_in_on

CONTACT, COORDINATOR = "contact@jenv.example", "coordinator@jenv.example"
ANSWER = {"tekst": "€ 44 per plek.", "namens": "Hoofd Opvang", "act": "verstuur"}


def asked(live: Live, *, offered: bool = False) -> int:
    a_register(live.db)
    with live.db.writing() as s:
        jenv = s.scalars(sa.select(Ministry.id).where(Ministry.code == "JENV")).one()
        releasing.set_required(s, actor(s, COORDINATOR), jenv, True, at(date(2026, 11, 9)))
        question_id = a_question(s, sent_on=date(2026, 11, 9)).id
        if offered:
            now = at(date(2026, 11, 12))
            releasing.offer(s, actor(s, CONTACT), question_id, ANSWER["tekst"], ANSWER["namens"], now)
        return question_id


def standing(live: Live, question_id: int) -> tuple[State, bool]:
    """The question's state, and whether an answer waits."""
    with live.db.reading() as s:
        offered = s.scalars(sa.select(Draft.offered_at).where(Draft.question_id == question_id)).one_or_none()
        return s.get_one(Question, question_id).state, offered is not None


def test_an_answer_by_link_waits_is_taken_back_and_offered_again(live: Live, client: httpx.Client) -> None:
    question_id = asked(live)
    link = link_to(live, question_id)
    form = client.get(link).text
    assert "Bied het antwoord aan ter vrijgave" in form
    assert send(client, link, ANSWER).status_code == 303
    assert standing(live, question_id) == (State.ASKED, True)
    waits = client.get(link).text
    assert "Uw antwoord wacht op vrijgave" in waits
    assert ANSWER["tekst"] in waits
    other = send(client, link, {**ANSWER, "tekst": "€ 45."})
    assert other.status_code == 409
    assert "€ 45." in other.text
    assert "€ 44 per plek." in other.text
    assert send(client, f"{link}/terugneming", page=link).status_code == 303
    assert standing(live, question_id) == (State.ASKED, False)
    version = re.findall(r'name="versie" value="([0-9]+)"', client.get(link).text)[0]
    assert send(client, link, {**ANSWER, "tekst": "€ 45.", "versie": version}).status_code == 303
    assert standing(live, question_id) == (State.ASKED, True)


def test_a_coordinator_finds_the_answer_on_the_work_list_and_releases_it(live: Live, client: httpx.Client) -> None:
    question_id = asked(live, offered=True)
    sign_in(client, live, COORDINATOR)
    place = f"/vragen/{question_id}/vrijgeven"
    assert f'href="{place}"' in client.get("/").text
    assert "Er ligt een antwoord klaar. Geeft u het vrij?" in client.get(f"/vragen/{question_id}").text
    assert ANSWER["tekst"] in client.get(place).text
    assert send(client, place, {"act": "vrijgeven", "versie": "1"}).status_code == 303
    assert standing(live, question_id) == (State.ANSWERED, False)
    with live.db.reading() as s:
        assert s.scalars(sa.select(Answer.text)).one() == ANSWER["tekst"]


def test_what_is_sent_back_tells_the_contact_why_and_the_coordinator_that_it_is_gone(
    live: Live, client: httpx.Client
) -> None:
    question_id = asked(live, offered=True)
    sign_in(client, live, COORDINATOR)
    place = f"/vragen/{question_id}/vrijgeven"
    empty = send(client, place, {"act": "terugsturen", "versie": "1"})
    assert empty.status_code == 400
    assert "Schrijf wat er anders moet." in empty.text
    assert send(client, place, {"act": "terugsturen", "versie": "1", "reden": "Noem de dag."}).status_code == 303
    gone = send(client, place, {"act": "vrijgeven", "versie": "1"})
    assert gone.status_code == 409
    assert "JenV werkt het antwoord nog bij" in gone.text
    link = client.get(link_to(live, question_id)).text
    assert "De coördinator stuurde het antwoord terug:" in link
    assert "Noem de dag." in link


def test_vng_and_a_contributor_see_that_it_waits_and_nothing_of_the_text(live: Live, client: httpx.Client) -> None:
    question_id = asked(live, offered=True)
    for reader in ("secretariaat@vng.example", "regie@az.example"):
        client.cookies.clear()
        sign_in(client, live, reader)
        told = client.get(f"/vragen/{question_id}").text
        assert "JenV heeft een antwoord klaar; het wacht op vrijgave" in told
        assert ANSWER["tekst"] not in told
        assert client.get(f"/vragen/{question_id}/vrijgeven").status_code == 403


def test_a_contact_who_is_signed_in_offers_and_takes_back(live: Live, client: httpx.Client) -> None:
    question_id = asked(live)
    sign_in(client, live, CONTACT)
    place, at_question = f"/vragen/{question_id}/antwoorden", f"/vragen/{question_id}"
    assert send(client, place, ANSWER).status_code == 303
    told = client.get(at_question).text
    assert "wacht op vrijgave door de coördinator van JenV" in told
    assert ANSWER["tekst"] in told
    assert send(client, f"{at_question}/aanbieding-terugnemen", page=at_question).status_code == 303
    assert standing(live, question_id) == (State.ASKED, False)


def test_a_coordinator_releases_in_the_browser(live: Live, page: Page) -> None:
    question_id = asked(live, offered=True)
    sign_in_on(page, live, COORDINATOR)
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{live.url}/vragen/{question_id}/vrijgeven")
    expect(page.get_by_role("heading", name="Dit antwoord wacht op u")).to_be_visible()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="Geef het antwoord vrij").click()
    expect(page.locator(".regie-timeline")).to_contain_text("JenV heeft geantwoord, na vrijgave")
    assert standing(live, question_id) == (State.ANSWERED, False)


def test_the_page_behind_the_link_can_be_used_by_everybody_while_the_answer_waits(live: Live, page: Page) -> None:
    question_id = asked(live, offered=True)
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{live.url}{link_to(live, question_id)}")
    expect(page.get_by_role("heading", name="Uw antwoord wacht op vrijgave")).to_be_visible()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="Neem het antwoord terug").click()
    expect(page.get_by_label("Uw antwoord")).to_have_value(ANSWER["tekst"])
