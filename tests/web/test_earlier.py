"""Was this asked before? In the form of a letter, and on the page of a question; without JavaScript."""

import re
from datetime import date

import httpx
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.domain.letters import NewQuestion
from app.store.base import Db
from app.store.questions import QuestionRepeat
from app.usecases import answering
from tests.support.accessible import assert_accessible
from tests.support.beginnings import beginning
from tests.support.builders import a_new_letter, a_register, a_sent_letter, actor, at, questions_of
from tests.support.live import Live
from tests.support.visits import form_token, send, sign_in, sign_in_on

SECRETARIAT = "secretariaat@vng.example"
AMOUNT = "Welk bedrag per opvangplek geldt na 4 maart 2027?"
LETTER = {
    "onderwerp": "Opvang",
    "kenmerk": "VNG/2026/200",
    "datum-dag": "20",
    "datum-maand": "11",
    "datum-jaar": "2026",
    "aan": "JENV",
    "kanaal": "brief",
    "vragen-0-tekst": "Wat wordt het bedrag voor opvangplekken?",
    "vragen-0-eigenaar": "JENV",
    "vragen-0-soort": "vraag",
    "vragen-0-termijn-soort": "norm",
    "vragen-0-termijn-aantal": "3",
    "vragen-0-termijn-eenheid": "weken",
}


@beginning
def an_earlier_question(db: Db) -> int:
    """One that was answered."""
    a_register(db)
    with db.writing() as s:
        number = questions_of(s, a_sent_letter(s, a_new_letter(NewQuestion(AMOUNT, "JENV"))))[0].id
        answering.submit(s, actor(s, "contact@jenv.example"), number, "44 euro.", "Directeur", at(date(2026, 10, 20)))
        return number


def test_the_form_proposes_earlier_questions_and_keeps_what_is_ticked_until_it_is_saved(
    live: Live, client: httpx.Client
) -> None:
    number = an_earlier_question(live.db)
    sign_in(client, live, SECRETARIAT)
    page = send(client, "/brieven/nieuw", {**LETTER, "act": "vragen-0-eerder"}).text
    assert re.search(rf'name="vragen-0-herhaalt" value="{number}"', page)
    assert "44 euro." in page
    assert "Deelt de woorden:" in page
    ticked = {**LETTER, "vragen-0-herhaalt": str(number)}
    checked = send(client, "/brieven/nieuw", {**ticked, "act": "controleer"}).text
    assert re.search(rf'name="vragen-0-herhaalt" value="{number}"', checked)
    moved = send(client, "/brieven/nieuw", {**ticked, "act": "vragen-erbij"}).text
    assert re.search(rf'value="{number}" checked', moved)
    saved = send(client, "/brieven/nieuw", {**ticked, "act": "bewaar"})
    assert saved.status_code == 303
    assert re.search(rf'value="{number}" checked', client.get(saved.headers["location"] + "/bewerken").text)
    with live.db.reading() as s:
        assert s.scalars(sa.select(QuestionRepeat.earlier_id)).all() == [number]


def test_where_nothing_is_alike_the_form_says_so(live: Live, client: httpx.Client) -> None:
    an_earlier_question(live.db)
    sign_in(client, live, SECRETARIAT)
    other = {**LETTER, "vragen-0-tekst": "Hoe zit het met de wolf?", "act": "vragen-0-eerder"}
    assert "Geen eerdere vraag lijkt hierop." in send(client, "/brieven/nieuw", other).text


def test_a_link_is_made_and_undone_on_the_page_of_the_question_and_shown_on_both(
    live: Live, client: httpx.Client
) -> None:
    first = an_earlier_question(live.db)
    with live.db.writing() as s:
        later = a_new_letter(NewQuestion(AMOUNT, "JENV"), letter_date=date(2026, 11, 2))
        again = questions_of(s, a_sent_letter(s, later))[0].id
    sign_in(client, live, SECRETARIAT)
    path = f"/vragen/{again}/eerder"
    assert "44 euro." in client.get(path).text
    assert send(client, path, {"eerder": str(first), "act": "koppel"}).status_code == 303
    assert re.search(rf"Eerder gevraagd.*/vragen/{first}", client.get(f"/vragen/{again}").text, re.DOTALL)
    assert re.search(rf"Opnieuw gevraagd.*/vragen/{again}", client.get(f"/vragen/{first}").text, re.DOTALL)
    assert "Gekoppeld: deze vraag is eerder gesteld" in client.get(f"/vragen/{again}").text
    assert send(client, path, {"eerder": str(first), "act": "los"}).status_code == 303
    assert "Opnieuw gevraagd" not in client.get(f"/vragen/{first}").text
    token = form_token(client, path)
    assert token
    assert send(client, path, {"eerder": "999", "act": "koppel"}).status_code == 404


def test_only_the_secretariat_searches(live: Live, client: httpx.Client) -> None:
    first = an_earlier_question(live.db)
    sign_in(client, live, "regie@az.example")
    assert client.get(f"/vragen/{first}/eerder").status_code == 403
    assert "Zoek eerdere vragen" not in client.get(f"/vragen/{first}").text


def test_everybody_can_use_the_proposals_in_the_form(live: Live, page: Page) -> None:
    an_earlier_question(live.db)
    sign_in_on(page, live, SECRETARIAT, "/brieven/nieuw")
    page.get_by_label("Tekst van de vraag of het verzoek").fill("Wat wordt het bedrag voor opvangplekken?")
    page.get_by_role("button", name="Zoek eerdere vragen").click()
    box = page.get_by_role("checkbox", name=AMOUNT)
    expect(box).to_be_visible()
    box.check()
    assert_accessible(page)
    page.set_viewport_size({"width": 360, "height": 740})
    assert_accessible(page)
