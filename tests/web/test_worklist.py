"""My work list: what waits for whom, and the questions behind it."""

import re
from datetime import date

import httpx
import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.domain.actors import CLOCKWORK
from app.domain.letters import NewQuestion
from app.store.base import Db
from app.store.outbox import MailState, OutboxMail
from app.store.people import Person
from app.usecases import answering, escalation, letters, ownership
from tests.support.beginnings import beginning
from tests.support.builders import a_new_letter, a_register, a_sent_letter, actor, at, questions_of, secretariat
from tests.support.live import Live
from tests.support.visits import sign_in, sign_in_on

SECRETARIAT, CONTACT, REGIE = "secretariaat@vng.example", "contact@jenv.example", "regie@az.example"


@beginning
def a_morning(db: Db) -> None:
    """Monday 23 November: two late, one due this week, one answered, one disputed, a concept, a mail that bounced."""
    a_register(db)
    with db.writing() as s:

        def ask(owner: str, title: str, day: date, dossier: str | None = None) -> int:
            new = a_new_letter(NewQuestion(f"{title}?", owner, title), letter_date=day, dossier=dossier, subject=title)
            return questions_of(s, a_sent_letter(s, new))[0].id

        ask("JENV", "Wachttijden bij de IND", date(2026, 9, 10), "asiel-en-migratie")
        accepted = ask("BZK", "Woonruimte", date(2026, 10, 20))
        answering.accept(s, actor(s, "contact@bzk.example"), accepted, at(date(2026, 10, 22)))
        ask("JENV", "Veiligheid", date(2026, 11, 5))
        answered = ask("SZW", "Beschut werk", date(2026, 11, 2))
        answering.submit(s, actor(s, "contact@szw.example"), answered, "600 plekken.", "Hoofd", at(date(2026, 11, 20)))
        disputed = ask("OCW", "Gebouwen", date(2026, 11, 10))
        ownership.decline(s, actor(s, "contact@ocw.example"), disputed, "BZK.", "", at(date(2026, 11, 12)))
        letters.register(s, secretariat(s), a_new_letter(subject="Samenhang"), at(date(2026, 11, 20)))
        s.flush()
        bounced = s.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "asked").order_by(OutboxMail.id)).first()
        assert bounced
        bounced.state, bounced.why = MailState.BOUNCED, "Dit adres bestaat niet."
        escalation.sweep(s, CLOCKWORK, date(2026, 11, 23), at(date(2026, 11, 23), 6))


def assert_shown(page: Page, *titles: str) -> None:
    """The list comes to hold these questions, in this order: a page that was just asked for may still be on its way."""
    expect(page.locator(".regie-item__title")).to_have_text(list(titles))


def views(page: Page) -> dict[str, str]:
    texts = [text.split() for text in page.locator(".regie-views__link").all_text_contents()]
    return {" ".join(words[:-1]): words[-1] for words in texts}


@pytest.mark.database("sqlite", "postgresql")
def test_the_secretariat_sees_what_is_worst_and_what_waits(live: Live, page: Page) -> None:
    a_morning(live.db)
    sign_in_on(page, live, SECRETARIAT)
    assert_shown(page, "Wachttijden bij de IND", "Woonruimte")
    first = page.get_by_role("row").nth(1)
    expect(first).to_contain_text("53 dagen")
    expect(first).to_contain_text("trede 5")
    assert views(page) == {
        "Te laat": "2",
        "Te beoordelen": "1",
        "Loopt deze week af": "1",
        "Eigenaar betwist": "1",
        "Concept": "1",
        "Nog niet afgedaan": "5",
        "Niet bezorgd": "1",
    }
    aside = page.get_by_role("complementary")
    expect(aside).to_contain_text("3 dingen wachten op u.")
    expect(aside).to_contain_text("SZW, wacht 3 dagen op u")
    expect(aside).to_contain_text("Dit adres bestaat niet.")
    expect(aside).to_contain_text("2026-006, 1 vraag")
    expect(page.get_by_role("navigation", name="Hoofdnavigatie")).to_contain_text("Werkvoorraad 3")
    aside.get_by_role("link", name="Beschut werk").click()
    expect(page.get_by_role("heading", name="Is het antwoord concreet?")).to_be_visible()


def test_each_view_is_a_link_and_filters_stand_in_the_address(live: Live, page: Page) -> None:
    a_morning(live.db)
    sign_in_on(page, live, SECRETARIAT)
    for view, expected in (
        ("Te beoordelen", ["Beschut werk"]),
        ("Loopt deze week af", ["Veiligheid"]),
        ("Eigenaar betwist", ["Gebouwen"]),
        ("Concept", ["Welk bedrag per opvangplek geldt na 4 maart 2027?"]),
    ):
        page.get_by_role("link", name=view).first.click()
        assert_shown(page, *expected)
    page.get_by_role("link", name="Nog niet afgedaan").click()
    page.get_by_label("Eigenaar", exact=True).select_option("JENV")
    page.get_by_role("button", name="Filter").click()
    assert_shown(page, "Wachttijden bij de IND", "Veiligheid")
    expect(page).to_have_url(re.compile("weergave=open"))
    expect(page).to_have_url(re.compile("ministerie=JENV"))
    page.get_by_label("Trede", exact=True).select_option("4")
    page.get_by_role("button", name="Filter").click()
    assert_shown(page, "Wachttijden bij de IND")
    page.get_by_role("link", name="Te laat").first.click()
    expect(page).to_have_url(re.compile("weergave=te-laat.*ministerie=JENV|ministerie=JENV.*weergave=te-laat"))  # kept
    page.get_by_role("link", name="Niet bezorgd").click()
    expect(page).to_have_url(f"{live.url}/postvak-uit?stand=geweigerd")


def test_a_contact_sees_only_what_its_ministry_owes(live: Live, page: Page) -> None:
    a_morning(live.db)
    sign_in_on(page, live, CONTACT)
    assert_shown(page, "Wachttijden bij de IND", "Veiligheid")
    assert views(page)["Te beantwoorden"] == "2"
    expect(page.get_by_label("Eigenaar", exact=True)).to_have_count(0)
    expect(page.get_by_role("complementary")).to_contain_text("Behandelt u deze vraag?")
    expect(page.get_by_role("complementary")).to_contain_text("53 dagen te laat")
    page.goto(f"{live.url}/?weergave=te-laat&ministerie=BZK")
    expect(page.get_by_text("Geen vragen gevonden.")).to_be_visible()  # no filter widens what a ministry sees
    page.get_by_role("link", name="Eigenaar: BZK").click()
    assert_shown(page, "Wachttijden bij de IND")


def test_az_sees_disputes_first_and_leadership_the_worst(live: Live, page: Page) -> None:
    a_morning(live.db)
    sign_in_on(page, live, REGIE)
    assert_shown(page, "Gebouwen")
    page.get_by_role("complementary").get_by_role("link", name="Gebouwen").click()
    expect(page.get_by_role("heading", name="Wijs een eigenaar aan")).to_be_visible()
    page.context.clear_cookies()
    sign_in_on(page, live, "directie@vng.example")
    assert_shown(page, "Wachttijden bij de IND", "Woonruimte")
    expect(page.get_by_role("complementary")).to_contain_text("Er wacht nu niets op u.")
    expect(page.get_by_role("complementary")).to_contain_text("JenV, 53 dagen te laat")


def test_an_administrator_has_no_casework_but_what_the_office_needs(live: Live, client: httpx.Client) -> None:
    a_morning(live.db)
    with live.db.writing() as s:
        person = s.scalars(sa.select(Person).where(Person.email == CONTACT)).one()
        person.bounced_at = at(date(2026, 11, 20))
        held = s.scalars(sa.select(OutboxMail).where(OutboxMail.state == MailState.PENDING).limit(1)).one()
        held.state = MailState.HELD
    sign_in(client, live, "beheer@vng.example")
    told = client.get("/").text
    for title in ("Aangehouden mail", "Mail niet bezorgd", "Mensen die geen mail bereikt", "Taken die te laat zijn"):
        assert title in told
    assert "Wachttijden bij de IND" not in told
    client.cookies.clear()
    assert client.get("/").headers["location"] == "/aanmelden"


def test_an_empty_list_says_so(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    for email in (SECRETARIAT, CONTACT, REGIE, "directie@vng.example", "coordinator@jenv.example", "sg@jenv.example"):
        client.cookies.clear()
        sign_in(client, live, email)
        told = client.get("/")
        assert told.status_code == 200
        assert "Hier staat nu niets." in told.text
    assert client.get("/", params={"na": "onzin"}).status_code == 400
    told = client.get("/", params={"weergave": "x", "trede": "99", "dossier": "é" * 500})
    assert told.status_code == 400
    assert "Het filter “Trede” kent “99” niet." in told.text


@pytest.mark.parametrize("who", [SECRETARIAT, "directie@vng.example"])
def test_vngs_own_wait_is_listed_the_longest_first_with_what_is_beyond_its_term(
    live: Live, client: httpx.Client, who: str
) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        for owner, day in (("JENV", date(2026, 11, 20)), ("BZK", date(2026, 10, 30)), ("SZW", date(2026, 11, 2))):
            new = a_new_letter(NewQuestion(f"Vraag aan {owner}?", owner), letter_date=date(2026, 10, 5))
            question = questions_of(s, a_sent_letter(s, new))[0]
            contact = actor(s, f"contact@{owner.lower()}.example")
            answering.submit(s, contact, question.id, "Ja.", "Hoofd", at(day))
    sign_in(client, live, who)
    view = "te-beoordelen" if who == SECRETARIAT else "wacht-op-vng"
    told = " ".join(client.get(f"/?weergave={view}").text.split())
    assert told.count("langer dan 15 werkdagen") == 2, "in the list and beside it"
    today = told[told.index('id="vandaag"') :]
    first, second, third = map(today.index, ("Vraag aan BZK?", "Vraag aan SZW?", "Vraag aan JENV?"))
    assert first < second < third
    assert "wacht 24 dagen" in today
