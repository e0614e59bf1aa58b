"""The frame around pages: the menu, the logo, and the pages that lead further."""

import re
from pathlib import Path

import httpx
from playwright.sync_api import Page, expect

from app.main import create_app
from app.store.base import Db
from app.web.office.indexes import ROOMS
from tests.support.builders import a_register
from tests.support.clock import Clock
from tests.support.live import Door, Live
from tests.support.visits import sign_in, sign_in_on
from tests.web.test_policy import routes_of

ADMIN, SECRETARIAT = "beheer@vng.example", "secretariaat@vng.example"
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><path d="M0 0h9"/></svg>'


def test_every_page_of_administration_is_led_to(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    index = ""
    for email in (ADMIN, SECRETARIAT):
        client.cookies.clear()
        sign_in(client, live, email)
        index += client.get("/beheer").text
    pages = {route.path for route in routes_of(live.app) if re.fullmatch(r"/beheer/[^/{.]+", route.path)}
    assert len(pages) > 4
    assert {page for page in pages if f'href="{page}"' not in index} == set()


def test_every_door_of_the_index_opens_for_whom_it_is_shown(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, ADMIN)
    for email in (ADMIN, SECRETARIAT):
        client.cookies.clear()
        sign_in(client, live, email)
        shown = client.get("/beheer").text
        doors = [door.href for _, room in ROOMS for door in room if f'href="{door.href}"' in shown]
        assert doors
        for href in [*doors, "/mijn", "/mijn/toegang"]:
            assert client.get(href).status_code == 200, href
    client.cookies.clear()
    sign_in(client, live, "contact@jenv.example")
    assert client.get("/beheer").status_code == 403
    assert 'href="/beheer"' not in client.get("/mijn").text


def test_on_a_telephone_the_rest_of_the_menu_opens_without_a_script(live: Live, narrow_page: Page) -> None:
    a_register(live.db)
    narrow_page.context.route("**/*.js*", lambda route: route.abort())
    sign_in_on(narrow_page, live, SECRETARIAT)
    menu = narrow_page.get_by_role("navigation", name="Hoofdnavigatie")
    expect(menu.get_by_role("link", name="Brieven")).to_be_visible()
    expect(menu.get_by_role("link", name="Postvak uit")).to_be_hidden()
    menu.get_by_text("Meer").press("Enter")
    menu.get_by_role("link", name="Postvak uit").click()
    narrow_page.wait_for_url("**/postvak-uit")
    expect(menu.locator("summary")).to_contain_text("Postvak uit")


def test_with_room_the_whole_menu_stands_open(live: Live, page: Page) -> None:
    a_register(live.db)
    sign_in_on(page, live, SECRETARIAT, "/mijn")
    menu = page.get_by_role("navigation", name="Hoofdnavigatie")
    expect(menu.get_by_role("link", name="Postvak uit")).to_be_visible()
    expect(menu.get_by_text("Meer")).to_be_hidden()


def test_the_house_shows_its_own_logo(tmp_path: Path, make_settings: object, db: Db, clock: Clock, door: Door) -> None:
    file = tmp_path / "logo.svg"
    file.write_bytes(DRAWING)
    settings = make_settings(base_url=door.url, logo=file, name="Vraagbaak")  # type: ignore[operator]
    with door.opened(create_app(settings, db=db, clock=clock)), httpx.Client(base_url=door.url) as client:
        page = client.get("/aanmelden").text
        found = re.search(r'<img class="regie-brand__logo" src="(/huisstijl/logo\?v=\w+)" alt="" width="120"', page)
        assert found
        assert "Vraagbaak" in page
        answer = client.get(found.group(1))
    assert (answer.content, answer.headers["content-type"]) == (DRAWING, "image/svg+xml")
    assert answer.headers["content-security-policy"].endswith("sandbox")
    assert "immutable" in answer.headers["cache-control"]


def test_without_a_logo_there_is_none(client: httpx.Client) -> None:
    assert client.get("/huisstijl/logo").status_code == 404
    assert "regie-brand__sign" in client.get("/aanmelden").text
