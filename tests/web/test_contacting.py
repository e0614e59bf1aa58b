"""Another contact, a new link and a reminder, on the pages of the office; and what the question's page says of it."""

from datetime import date

import httpx
import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.store.outbox import MailState, OutboxMail
from app.store.people import Person
from app.store.questions import Question
from app.usecases import absences
from tests.support.accessible import assert_accessible
from tests.support.answer_links import link_to
from tests.support.builders import a_new_letter, a_question, a_register, a_sent_letter, actor, questions_of
from tests.support.live import Live
from tests.support.visits import send, sign_in, sign_in_on

CONTACT, COORDINATOR, COLLEAGUE = "contact@jenv.example", "coordinator@jenv.example", "sg@jenv.example"


def asked(live: Live) -> int:
    a_register(live.db)
    with live.db.writing() as s:
        return a_question(s, sent_on=date(2026, 11, 9)).id


def person_id(live: Live, email: str) -> int:
    with live.db.reading() as s:
        return s.scalars(sa.select(Person.id).where(Person.email == email)).one()


def test_a_coordinator_gives_a_question_to_a_colleague_and_the_old_link_says_so(
    live: Live, client: httpx.Client
) -> None:
    question_id = asked(live)
    old = link_to(live, question_id)
    sign_in(client, live, COORDINATOR)
    place = f"/vragen/{question_id}/contactpersoon"
    form = client.get(place).text
    assert "sg@jenv.example" in form
    assert "contact@bzk.example" not in form
    chosen = {"persoon": str(person_id(live, COLLEAGUE)), "was": str(person_id(live, CONTACT))}
    assert send(client, place, chosen).status_code == 303
    assert "JenV heeft een andere contactpersoon voor deze vraag" in client.get(f"/vragen/{question_id}").text
    dead = client.get(old)
    assert dead.status_code == 404
    assert "Sg is nu de contactpersoon voor deze vraag" in dead.text
    assert client.get(link_to(live, question_id)).status_code == 200
    too_late = send(client, place, {**chosen, "persoon": str(person_id(live, COORDINATOR))})
    assert too_late.status_code == 409
    assert "Intussen is Sg de contactpersoon" in too_late.text
    assert "Dit gebeurde het laatst:" in too_late.text


def test_an_absent_contact_and_who_stands_in_stand_on_the_page(live: Live, client: httpx.Client) -> None:
    question_id = asked(live)
    today = live.app.state.office.today()
    with live.db.writing() as s:
        contact = person_id(live, CONTACT)
        deputy = person_id(live, COLLEAGUE)
        absences.set_absence(s, actor(s, CONTACT), contact, today, today, deputy, live.app.state.office.now())
    sign_in(client, live, COORDINATOR)
    assert "Sg vervangt." in client.get(f"/vragen/{question_id}").text


def test_az_reminds_a_contact_once_a_working_day_and_keeps_what_it_wrote(live: Live, client: httpx.Client) -> None:
    question_id = asked(live)
    sign_in(client, live, "regie@az.example")
    place = f"/vragen/{question_id}/herinneren"
    assert send(client, place, {"opmerking": "Morgen overleg."}).status_code == 303
    assert "JenV herinnerd door Regie" in client.get(f"/vragen/{question_id}").text
    again = send(client, place, {"opmerking": "Nog iets."})
    assert again.status_code == 409
    assert "Op de volgende werkdag kan het weer." in again.text
    assert "Nog iets." in again.text


def test_a_link_that_went_astray_is_revoked(live: Live, client: httpx.Client) -> None:
    question_id = asked(live)
    old = link_to(live, question_id)
    sign_in(client, live, CONTACT)
    assert send(client, f"/vragen/{question_id}/link-intrekken").status_code == 303
    assert client.get(old).status_code == 404
    assert client.get(link_to(live, question_id)).status_code == 200


def test_a_mail_about_several_questions_that_bounced_is_told_on_each(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        one = a_new_letter().questions[0]
        ids = [question.id for question in questions_of(s, a_sent_letter(s, a_new_letter(one, one)))]
        s.execute(sa.update(OutboxMail).where(OutboxMail.kind == "asked").values(state=MailState.BOUNCED))
        assert s.get_one(Question, ids[1]).contact_id
    sign_in(client, live, "secretariaat@vng.example")
    for question_id in ids:
        assert "De mail aan contact@jenv.example is niet bezorgd." in client.get(f"/vragen/{question_id}").text


@pytest.mark.parametrize("place", ["contactpersoon", "herinneren", "link-intrekken"])
def test_the_pages_of_a_contact_can_be_used_by_everybody(live: Live, page: Page, place: str) -> None:
    question_id = asked(live)
    sign_in_on(page, live, COORDINATOR)
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{live.url}/vragen/{question_id}/{place}")
    expect(page.locator("main h1")).to_be_visible()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
