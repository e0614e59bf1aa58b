"""Passkeys in a real browser with a device of its own, and who needs one."""

from collections.abc import Callable

import httpx
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.store.accounts import UserSession
from app.store.audit import AuditEntry
from app.store.challenges import PasskeyChallenge
from app.store.credentials import Passkey
from app.store.outbox import OutboxMail
from app.store.people import Person
from app.usecases.accounts import enrolments
from tests.support.accessible import assert_accessible
from tests.support.browser import assert_no_sideways_scroll
from tests.support.builders import a_register
from tests.support.devices import a_device, an_answer, options_for
from tests.support.live import Live
from tests.support.visits import enter_code, mailed_code, send, sign_in

WHO = "beheer@vng.example"
PLACE = "/beheer/personen"
OWN = "/mijn/toegang"


def a_link(live: Live, email: str = WHO) -> str:
    """The address of a link that adds a passkey, as `setup` prints it."""
    with live.db.writing() as session:
        number = enrolments.make_by_command(session, email, live.clock())
    link: str = live.app.state.office.enrolment_link(number)
    return link


def acts(live: Live) -> list[str]:
    with live.db.reading() as session:
        return list(session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.sequence)))


def test_a_link_makes_a_passkey_and_that_opens_the_door_from_then_on(live: Live, page: Page) -> None:
    a_register(live.db)
    a_device(page)
    link = a_link(live)
    page.goto(link)
    page.get_by_label("Naam van de passkey").fill("Laptop van het werk")
    page.get_by_role("button", name="Maak een passkey").click()
    expect(page.get_by_role("button", name="Afmelden")).to_be_visible()
    page.get_by_role("button", name="Afmelden").click()
    page.goto(link)
    expect(page.get_by_text("Deze link is al gebruikt")).to_be_visible()
    page.goto(f"{live.url}{PLACE}?zoek=jenv")
    page.get_by_role("button", name="Meld u aan met een passkey").click()
    expect(page.get_by_role("heading", name="Personen")).to_be_visible()
    assert page.url == f"{live.url}{PLACE}?zoek=jenv"
    with live.db.reading() as session:
        passkey = session.scalars(sa.select(Passkey)).one()
        assert (passkey.name, passkey.last_used_at) == ("Laptop van het werk", live.clock())
        assert session.scalars(sa.select(PasskeyChallenge)).all() == [], "a challenge is used up"
        assert session.scalars(sa.select(OutboxMail.kind)).all() == ["access"], "the owner hears of it"
        assert [one.means for one in session.scalars(sa.select(UserSession))] == ["passkey", "passkey"]
    assert [act for act in acts(live) if act.startswith(("uit", "pass", "aan", "af"))] == [
        "uitnodigen",
        "passkey-toevoegen",
        "aanmelden",
        "afmelden",
        "aanmelden",
    ]


def test_passkeys_are_named_listed_and_removed_but_not_the_last_one(live: Live, narrow_page: Page) -> None:
    page = narrow_page
    a_register(live.db)
    a_device(page)
    page.goto(a_link(live))
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    page.get_by_role("button", name="Maak een passkey").click()
    page.wait_for_url(lambda url: "/uitnodiging/" not in url)
    page.goto(live.url + OWN)
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    page.get_by_label("Naam van de passkey").fill("Telefoon")
    page.get_by_role("button", name="Maak een passkey").click()
    expect(page.get_by_text("Dit apparaat heeft al een passkey voor u")).to_be_visible()
    page.get_by_role("button", name="Verwijder Passkey 1").click()
    expect(page.get_by_role("alert")).to_contain_text("Dit is uw laatste passkey")
    a_device(page, "usb")
    page.get_by_label("Naam van de passkey").fill("Telefoon")
    page.get_by_role("button", name="Maak een passkey").click()
    expect(page.get_by_role("status")).to_contain_text("De passkey “Telefoon” is toegevoegd")
    page.get_by_role("button", name="Verwijder Passkey 1").click()
    expect(page.get_by_role("status")).to_contain_text("De passkey “Passkey 1” is verwijderd")
    live.clock.advance(minutes=31)
    page.get_by_role("button", name="Verwijder Telefoon").click()
    expect(page.get_by_role("alert")).to_contain_text("Laat eerst opnieuw zien wie u bent")


def test_a_copied_passkey_opens_nothing_and_blocks_the_one_it_was_copied_from(live: Live, page: Page) -> None:
    a_register(live.db)
    device = a_device(page)
    page.goto(a_link(live))
    page.get_by_role("button", name="Maak een passkey").click()
    for _ in range(2):
        page.get_by_role("button", name="Afmelden").click()
        page.get_by_role("button", name="Meld u aan met een passkey").click()
        expect(page.get_by_role("button", name="Afmelden")).to_be_visible()
    device.set_back(1)
    page.goto(f"{live.url}/aanmelden?opnieuw=ja")
    page.get_by_role("button", name="Meld u aan met een passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("Deze passkey is geblokkeerd")
    page.goto(live.url + PLACE)
    expect(page.get_by_role("heading", name="Aanmelden", exact=True)).to_be_visible()
    page.get_by_role("button", name="Meld u aan met een passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("Deze passkey is geblokkeerd")
    assert "passkey-blokkeren" in acts(live)


def test_who_ended_or_was_forgotten_is_told_so_and_who_opens_another_address_too(live: Live, page: Page) -> None:
    a_register(live.db)
    a_device(page)
    page.goto(a_link(live))
    page.get_by_role("button", name="Maak een passkey").click()
    page.get_by_role("button", name="Afmelden").click()
    with live.db.writing() as session:
        session.execute(sa.update(Person).where(Person.email == WHO).values(ended_at=live.clock()))
    page.get_by_role("button", name="Meld u aan met een passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("als gestopt")
    with live.db.writing() as session:
        session.execute(sa.delete(Passkey))
    page.get_by_role("button", name="Meld u aan met een passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("kent Regie niet")
    page.goto(f"{live.url.replace('localhost', '127.0.0.1')}/aanmelden")
    page.get_by_role("button", name="Meld u aan met een passkey").click()
    expect(page.get_by_text("Passkeys werken alleen op het eigen adres")).to_be_visible()


def test_an_answer_from_elsewhere_of_another_browser_too_late_or_of_nobody_is_refused(
    live: Live, client: httpx.Client
) -> None:
    a_register(live.db)

    def asked(browser: httpx.Client = client) -> str:
        challenge: str = options_for(browser, "/aanmelden/passkey/opties", "/aanmelden")["challenge"]
        return challenge

    def refused(answer: str, browser: httpx.Client = client) -> str:
        sent = send(browser, "/aanmelden/passkey", {"antwoord": answer}, page="/aanmelden")
        assert (sent.status_code, "regie" in browser.cookies) == (400, False), sent.text
        return sent.text

    elsewhere = an_answer(asked(), "https://regie.example.net")
    assert f"Passkeys werken alleen op {live.url}" in refused(elsewhere)
    assert "was al gebruikt" in refused(elsewhere), "a refused answer uses up its challenge too"
    with httpx.Client(base_url=live.url) as other:
        assert "was al gebruikt" in refused(an_answer(asked(), live.url), other)
    late = an_answer(asked(), live.url)
    live.clock.advance(minutes=5)
    assert "Dit duurde te lang" in refused(late)
    assert "kent Regie niet" in refused(an_answer(asked(), live.url))
    for garbage in ("{}", "[]", "null", "x", '{"id": 1}', an_answer(asked(), live.url, type="key"), "9" * 5000):
        assert "een antwoord dat niet klopt" in refused(garbage), garbage
    assert "JavaScript" in refused("")


def test_a_code_brings_who_manages_no_further_than_what_to_do_now(live: Live, scriptless_page: Page) -> None:
    a_register(live.db)
    page = scriptless_page
    page.goto(live.url + PLACE)
    expect(page.get_by_text("Voor een passkey moet JavaScript aanstaan")).to_be_visible()
    page.get_by_label("Uw e-mailadres").fill(WHO)
    page.get_by_role("button", name="Stuur mij een code").click()
    enter_code(page, live)
    expect(page.get_by_role("heading", name="Nog één stap")).to_be_visible()
    for path in (PLACE, OWN, "/postvak-uit", "/aanmelden"):
        page.goto(live.url + path)
        expect(page.get_by_role("heading", name="Nog één stap")).to_be_visible()
    page.goto(f"{live.url}/hulp")
    expect(page.get_by_role("navigation", name="Hoofdnavigatie")).to_have_count(0)


def test_a_code_is_enough_for_a_ministry_and_where_it_was_said_to_be(
    serve: Callable[..., Live], client: httpx.Client
) -> None:
    live = serve()
    a_register(live.db)
    with httpx.Client(base_url=live.url) as contact:
        send(contact, "/aanmelden", {"email": "contact@jenv.example"})
        assert send(contact, "/aanmelden/code", {"code": mailed_code(live)}).headers["location"] == "/"
        assert contact.get("/vragen").status_code == 200
    live.clock.advance(seconds=1)
    send(client, "/aanmelden", {"email": WHO})
    assert send(client, "/aanmelden/code", {"code": mailed_code(live)}).headers["location"] == "/aanmelden/verder"
    assert send(client, PLACE, {}, page="/hulp").status_code == 403
    relaxed = serve(require_strong=False)
    assert client.get(f"{relaxed.url}{PLACE}").status_code == 200
    assert serve(demo=True, require_strong=None).settings.requires_strong is False


def test_signing_in_elsewhere_makes_up_for_a_session_that_is_old(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, WHO)
    live.clock.advance(minutes=31)
    key = {"naam": "Zaaksysteem", "waarvoor": ["beheer"], "tot": "2026-12-31"}
    refused = send(client, "/mijn/sleutels", key, page=OWN)
    assert (refused.status_code, 'value="Zaaksysteem"' in refused.text) == (403, True)
    assert "/aanmelden?opnieuw=ja" in refused.text
    assert client.get("/aanmelden?opnieuw=ja").status_code == 200
    sign_in(client, live, WHO)
    assert "regie_" in send(client, "/mijn/sleutels", key, page=OWN).text
