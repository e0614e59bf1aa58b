"""One's own days away, those of others for the administrator, and whether answers wait for release."""

from datetime import date, timedelta

import httpx
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.store.base import Db
from app.store.ministries import Ministry
from app.store.people import ContactAssignment, Person
from tests.support.accessible import assert_accessible
from tests.support.builders import a_register
from tests.support.live import Live
from tests.support.visits import send, sign_in, sign_in_on

CONTACT = "contact@jenv.example"


def person(db: Db, email: str = CONTACT) -> Person:
    with db.reading() as s:
        return s.scalars(sa.select(Person).where(Person.email == email)).one()


def days(first: date, last: date, **other: str) -> dict[str, str]:
    return {"van": first.isoformat(), "totEnMet": last.isoformat(), "act": "bewaar", **other}


def test_a_contact_is_away_and_comes_back(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    today = live.app.state.office.today()
    sign_in(client, live, CONTACT)
    deputy = person(live.db, "sg@jenv.example")
    last = today + timedelta(days=4)
    assert send(client, "/mijn/afwezigheid", days(today, last, vervanger=str(deputy.id))).status_code == 303
    kept = person(live.db)
    assert (kept.absent_from, kept.absent_until, kept.deputy_id) == (today, last, deputy.id)
    assert "Nu genoteerd" in client.get("/mijn/afwezigheid").text
    assert send(client, "/mijn/afwezigheid", {"act": "terug"}).status_code == 303
    assert person(live.db).absent_from is None


def test_days_that_will_not_do_come_back_as_typed(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    today = live.app.state.office.today()
    sign_in(client, live, CONTACT)
    answer = send(client, "/mijn/afwezigheid", days(today, today - timedelta(days=1)))
    assert answer.status_code == 400
    assert "De laatste dag ligt voor de eerste." in answer.text
    assert person(live.db).absent_from is None


def test_the_administrator_notes_anybodys_days(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    today = live.app.state.office.today()
    sign_in(client, live, "beheer@vng.example")
    place = f"/beheer/personen/{person(live.db).id}/afwezigheid"
    assert send(client, place, days(today, today)).status_code == 303
    assert person(live.db).absent_until == today
    assert "Genoteerd:" in client.get(f"/beheer/personen/{person(live.db).id}").text
    client.cookies.clear()
    sign_in(client, live, CONTACT)
    assert client.get(place).status_code == 403


def releases(db: Db) -> bool:
    with db.reading() as s:
        return s.scalars(sa.select(Ministry.releases_answers).where(Ministry.code == "JENV")).one()


def test_a_coordinator_decides_whether_answers_wait_for_release_and_a_contact_does_not(
    live: Live, client: httpx.Client
) -> None:
    a_register(live.db)
    sign_in(client, live, "coordinator@jenv.example")
    assert send(client, "/mijn/vrijgave", {"vrijgave": "ja"}, page="/mijn/afwezigheid").status_code == 303
    assert releases(live.db)
    client.cookies.clear()
    sign_in(client, live, CONTACT)
    assert "Antwoorden vrijgeven" not in client.get("/mijn/afwezigheid").text
    assert send(client, "/mijn/vrijgave", {}, page="/mijn/afwezigheid").status_code == 403
    client.cookies.clear()
    sign_in(client, live, "beheer@vng.example")
    ministry = person(live.db).ministry_id
    at_ministry = f"/beheer/ministeries/{ministry}"
    assert send(client, f"{at_ministry}/vrijgave", {}, page=at_ministry).status_code == 303
    assert not releases(live.db)


def test_the_last_contact_of_a_ministry_is_dropped_only_after_asking(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, "beheer@vng.example")
    with live.db.reading() as s:
        row = s.scalars(sa.select(ContactAssignment).where(ContactAssignment.person_id == person(live.db).id)).one()
    at_ministry = f"/beheer/ministeries/{row.ministry_id}"
    place = f"{at_ministry}/contactpersonen/{row.id}/verwijdering"
    asked = send(client, place, {}, page=at_ministry)
    assert asked.status_code == 200
    assert "Schrap de laatste contactpersoon?" in asked.text
    assert send(client, place, {"zeker": "ja"}, page=at_ministry).status_code == 303
    with live.db.reading() as s:
        assert s.get(ContactAssignment, row.id) is None


def test_the_page_of_absence_can_be_used_by_everybody(live: Live, page: Page) -> None:
    a_register(live.db)
    sign_in_on(page, live, "coordinator@jenv.example")
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{live.url}/mijn/afwezigheid")
    expect(page.locator("main h1")).to_be_visible()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
