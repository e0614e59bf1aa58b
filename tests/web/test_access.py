"""One's own access: sessions and keys."""

import re

import httpx
from playwright.sync_api import Page, expect

from tests.support.accessible import assert_accessible
from tests.support.browser import assert_no_sideways_scroll
from tests.support.builders import a_register
from tests.support.live import Live
from tests.support.visits import send, sign_in, sign_in_on

CONTACT = "contact@jenv.example"
PLACE = "/mijn/toegang"
KEY = {"naam": "Zaaksysteem", "waarvoor": ["lezen"], "tot": "2026-12-31"}


def asks(live: Live, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{live.url}/api/v1/vragen", headers=headers, timeout=60).status_code


def test_a_key_is_shown_once_works_and_can_be_revoked(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, CONTACT)
    made = send(client, "/mijn/sleutels", KEY, page=PLACE)
    token = re.findall(r"regie_[A-Za-z0-9_-]{43}", made.text)[0]
    assert token not in client.get(PLACE).text
    assert asks(live, token) == 200
    headers = {"Authorization": f"Bearer {token}"}
    refused = httpx.post(f"{live.url}/api/v1/vragen/1/aanvaarding", headers=headers, timeout=60)
    assert (refused.status_code, refused.json()["code"]) == (403, "scope")
    assert send(client, "/mijn/sleutels/1/intrekking", page=PLACE).status_code == 303
    assert asks(live, token) == 401
    assert "ingetrokken op" in client.get(PLACE).text


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, CONTACT)
    refused = send(client, "/mijn/sleutels", {**KEY, "tot": "2030-01-01"}, page=PLACE)
    assert refused.status_code == 400
    assert "uiterlijk" in refused.text
    assert 'value="Zaaksysteem"' in refused.text


def test_another_browser_can_be_signed_out(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, CONTACT)
    with httpx.Client(base_url=live.url) as other:
        sign_in(other, live, CONTACT)
        assert len(re.findall(r"/mijn/aanmeldingen/[0-9]+/einde", client.get(PLACE).text)) == 2
        assert send(client, "/mijn/aanmeldingen/2/einde", page=PLACE).status_code == 303
        assert other.get(PLACE).status_code == 303, "to the sign-in page"
        assert send(client, "/mijn/aanmeldingen/2/einde", page=PLACE).status_code == 303
    with httpx.Client(base_url=live.url) as stranger:
        sign_in(stranger, live, "contact@bzk.example")
        send(stranger, "/mijn/aanmeldingen/1/einde", page=PLACE)
    assert client.get(PLACE).status_code == 200


def test_the_page_can_be_used_by_everybody(live: Live, narrow_page: Page) -> None:
    a_register(live.db)
    sign_in_on(narrow_page, live, CONTACT, PLACE)
    narrow_page.get_by_label("Naam", exact=True).fill("Zaaksysteem")
    narrow_page.get_by_label("Lezen").check()
    for part, value in (("Dag", "31"), ("Maand", "12"), ("Jaar", "2026")):
        narrow_page.get_by_label(part).fill(value)
    narrow_page.get_by_role("button", name="Maak de sleutel").click()
    expect(narrow_page.get_by_role("heading", name="Uw nieuwe sleutel")).to_be_visible()
    assert_accessible(narrow_page)
    assert_no_sideways_scroll(narrow_page)
