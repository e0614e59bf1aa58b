"""Managing people and ministries, by the pages."""

import httpx
import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.store.base import Db
from app.store.ministries import Ministry
from app.store.people import Person, roles_of
from tests.support.browser import assert_no_sideways_scroll
from tests.support.builders import a_register
from tests.support.live import Live
from tests.support.visits import send, sign_in, sign_in_on

ADMIN = "beheer@vng.example"
PEOPLE = "/beheer/personen"


def person_id(db: Db, email: str) -> int:
    with db.reading() as session:
        return session.scalars(sa.select(Person.id).where(Person.email == email)).one()


def ministry_id(db: Db, code: str) -> int:
    with db.reading() as session:
        return session.scalars(sa.select(Ministry.id).where(Ministry.code == code)).one()


def test_an_administrator_adds_somebody_who_then_is_contact(live: Live, page: Page) -> None:
    a_register(live.db)
    sign_in_on(page, live, ADMIN, PEOPLE)
    page.get_by_role("link", name="Voeg iemand toe").click()
    page.get_by_label("Naam").fill("Afdeling Opvang")
    page.get_by_label("E-mailadres").fill("opvang@jenv.example")
    page.get_by_label("Contactpersoon").check()
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_role("alert")).to_contain_text("Kies het ministerie waar deze persoon werkt.")
    expect(page.get_by_label("Naam")).to_have_value("Afdeling Opvang")
    expect(page.get_by_label("Contactpersoon")).to_be_checked()
    page.get_by_label("Ministerie", exact=True).select_option(label="JenV – ministerie van Justitie en Veiligheid")
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_role("status")).to_contain_text("Afdeling Opvang kan zich nu aanmelden")
    page.goto(f"{live.url}/beheer/ministeries/{ministry_id(live.db, 'JENV')}")
    page.get_by_label("Contactpersoon", exact=True).select_option(label="Afdeling Opvang, opvang@jenv.example")
    page.get_by_label("Dossier").select_option(index=1)
    page.get_by_role("button", name="Wijs aan").click()
    expect(page.get_by_role("link", name="Afdeling Opvang")).to_be_visible()
    page.get_by_role("link", name="Afdeling Opvang").click()
    page.get_by_role("button", name="Deze persoon is gestopt").click()
    expect(page.get_by_role("status")).to_contain_text("kan niet meer aanmelden")
    page.get_by_role("button", name="Laat weer toe").click()
    expect(page.get_by_role("button", name="Deze persoon is gestopt")).to_be_visible()


def test_pages_fit_a_telephone(live: Live, narrow_page: Page) -> None:
    a_register(live.db)
    sign_in_on(narrow_page, live, ADMIN, PEOPLE)
    for address in (PEOPLE, f"{PEOPLE}/nieuw", f"{PEOPLE}/1", "/beheer/ministeries", "/beheer/ministeries/1"):
        narrow_page.goto(live.url + address)
        assert_no_sideways_scroll(narrow_page)


def test_what_was_typed_stays_when_something_is_wrong(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, ADMIN)
    typed = {
        "name": "<b>Naam</b>",
        "email": "geen adres",
        "roles": ["directie", "onzin"],
        "language": "en",
        "ministry": "3",
    }
    answer = send(client, PEOPLE, typed, page=f"{PEOPLE}/nieuw")
    assert answer.status_code == 400
    assert "Vul een e-mailadres in" in answer.text
    assert 'value="geen adres"' in answer.text
    assert "&lt;b&gt;Naam&lt;/b&gt;" in answer.text
    assert "<b>Naam</b>" not in answer.text
    assert 'value="3" selected' in answer.text


@pytest.mark.parametrize("ministry", ["x", "-1", "9" * 20, "1.5"])
def test_a_ministry_that_is_no_number_is_refused(live: Live, client: httpx.Client, ministry: str) -> None:
    a_register(live.db)
    sign_in(client, live, ADMIN)
    typed = {"name": "N", "email": "n@vng.example", "roles": "directie", "language": "nl", "ministry": ministry}
    assert send(client, PEOPLE, typed, page=f"{PEOPLE}/nieuw").status_code == 400


def test_somebody_is_changed(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, ADMIN)
    who = person_id(live.db, "directie@vng.example")
    typed = {
        "name": "Bestuur",
        "email": "directie@vng.example",
        "roles": ["directie", "secretariaat"],
        "language": "en",
    }
    assert send(client, f"{PEOPLE}/{who}", typed).status_code == 303
    with live.db.reading() as session:
        assert session.get_one(Person, who).name == "Bestuur"
        assert {str(role) for role in roles_of(session, who)} == {"directie", "secretariaat"}
    assert "Bestuur" in client.get(f"{PEOPLE}?zoek=best").text
    assert client.get(f"{PEOPLE}/999999").status_code == 404


def test_who_reads_english_gets_english_pages(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    with live.db.writing() as session:
        session.execute(sa.update(Person).where(Person.email == ADMIN).values(language="en"))
    sign_in(client, live, ADMIN)
    assert '<html lang="en">' in client.get(PEOPLE).text


def test_the_list_pages_on(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, ADMIN)
    first = client.get(PEOPLE).text
    link = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = client.get(link)
    assert second.status_code == 200
    assert "contact@az.example" in first
    assert "contact@az.example" not in second.text
    assert client.get(f"{PEOPLE}?na=onzin").status_code == 400


def test_a_ministry_gets_an_end_and_a_successor(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, ADMIN)
    address = f"/beheer/ministeries/{ministry_id(live.db, 'OCW')}"
    typed = {
        "valid_until-dag": "31",
        "valid_until-maand": "2",
        "valid_until-jaar": "2027",
        "aliases": "MinOCW\r\n\r\nOnderwijs",
    }
    answer = send(client, address, typed)
    assert answer.status_code == 400
    assert "Deze dag bestaat niet" in answer.text
    assert 'value="31"' in answer.text
    typed |= {"valid_until-dag": "28", "successor": str(ministry_id(live.db, "VWS"))}
    assert send(client, address, typed).status_code == 303
    shown = client.get(address).text
    assert "MinOCW\nOnderwijs" in shown
    assert 'value="2027"' in shown
    assert "daarna VWS" in client.get("/beheer/ministeries").text
