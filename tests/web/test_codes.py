"""Signing in and out, by the pages."""

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.main import create_app
from app.settings import Settings
from app.store.base import Db
from app.store.people import Person
from app.web.accounts.arriving import local_path
from tests.support.browser import assert_no_sideways_scroll
from tests.support.builders import a_register
from tests.support.clock import Clock
from tests.support.live import Live
from tests.support.visits import enter_code, mailed_code, send, sign_in, sign_in_on

WHO = "beheer@vng.example"
PLACE = "/beheer/personen"


@pytest.fixture
def live(serve: Callable[..., Live]) -> Live:
    """Regie where a code is enough for everybody; where it isn't, see test_passkeys."""
    return serve(require_strong=False)


def test_somebody_signs_in_with_the_mailed_code_and_lands_where_they_wanted(live: Live, page: Page) -> None:
    a_register(live.db)
    page.goto(f"{live.url}{PLACE}?zoek=jenv")
    expect(page.get_by_role("heading", name="Aanmelden")).to_be_visible()
    expect(page.get_by_text("In Regie staat elke vraag uit een brief")).to_be_visible()
    page.get_by_label("Uw e-mailadres").fill(WHO)
    page.get_by_role("button", name="Stuur mij een code").click()
    page.get_by_label("Code").fill("1234")
    page.get_by_role("button", name="Aanmelden").click()
    expect(page.get_by_role("alert")).to_contain_text("U kunt nog 4 keer proberen")
    enter_code(page, live)
    expect(page.get_by_role("heading", name="Personen")).to_be_visible()
    assert page.url == f"{live.url}{PLACE}?zoek=jenv"
    cookie = next(one for one in page.context.cookies() if one["name"] == "regie")
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/")
    page.get_by_role("button", name="Afmelden").click()
    expect(page.get_by_role("status")).to_have_text("U bent afgemeld.")
    page.goto(f"{live.url}{PLACE}")
    expect(page.get_by_role("heading", name="Aanmelden")).to_be_visible()


def test_it_works_without_javascript_and_on_a_telephone(live: Live, scriptless_page: Page, narrow_page: Page) -> None:
    a_register(live.db)
    sign_in_on(scriptless_page, live, WHO, PLACE)
    expect(scriptless_page.get_by_role("heading", name="Personen")).to_be_visible()
    for address in ("/aanmelden", "/hulp", "/nergens"):
        narrow_page.goto(live.url + address)
        assert_no_sideways_scroll(narrow_page)


def test_an_unknown_address_sees_the_same_pages(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    pages = []
    for email in (WHO, "niemand@vng.example"):
        with httpx.Client(base_url=live.url) as browser:
            answer = send(browser, "/aanmelden", {"email": email})
            wrong = send(browser, "/aanmelden/code", {"code": "00000000"})
            pages.append(
                (answer.status_code, answer.headers["location"], wrong.status_code, _without_tokens(wrong.text))
            )
    assert pages[0] == pages[1]


def _without_tokens(html: str) -> str:
    return re.sub(r'name="form_token" value="[0-9a-f]+"', "", html)


def test_who_wanted_no_page_in_particular_lands_where_their_work_is(live: Live) -> None:
    a_register(live.db)
    for email, place in ((WHO, "/beheer"), ("contact@jenv.example", "/"), ("regie@az.example", "/")):
        with httpx.Client(base_url=live.url) as browser:
            send(browser, "/aanmelden", {"email": email})
            answer = send(browser, "/aanmelden/code", {"code": mailed_code(live)})
            live.clock.advance(seconds=1)
            assert answer.headers["location"] == place


def test_each_sign_in_gets_a_new_session_and_ends_the_one_before(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    planted = "A" * 43
    client.cookies.set("regie", planted, domain="localhost.local")
    sign_in(client, live, WHO)
    first = client.cookies["regie"]
    assert first != planted
    challenge = send(client, "/aanmelden", {"email": "directie@vng.example"}, page="/hulp")
    assert challenge.status_code == 303
    send(client, "/aanmelden/code", {"code": mailed_code(live)}, page="/hulp")
    assert client.cookies["regie"] != first
    with httpx.Client(base_url=live.url, cookies={"regie": first}) as thief:
        assert thief.get(PLACE).status_code == 303


def test_a_session_is_dead_after_signing_out_and_when_its_person_ended(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, WHO)
    assert client.get(PLACE).status_code == 200
    with live.db.writing() as session:
        session.execute(sa.update(Person).where(Person.email == WHO).values(ended_at=live.clock()))
    assert client.get(PLACE).status_code == 303
    with live.db.writing() as session:
        session.execute(sa.update(Person).where(Person.email == WHO).values(ended_at=None))
    assert client.get(PLACE).status_code == 303, "a cookie that was dead once is taken away"
    sign_in(client, live, WHO)
    kept = client.cookies["regie"]
    assert send(client, "/afmelden", page="/hulp").status_code == 303
    assert "regie" not in client.cookies
    with httpx.Client(base_url=live.url, cookies={"regie": kept}) as thief:
        assert thief.get(PLACE).status_code == 303


def test_a_session_lasts_while_it_is_used(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, WHO)
    for _ in range(3):
        live.clock.advance(minutes=50)
        assert client.get(PLACE).status_code == 200
    live.clock.advance(minutes=61)
    assert client.get(PLACE).status_code == 303


def test_a_form_typed_while_the_session_ended_goes_through_after_signing_in_again(
    live: Live, client: httpx.Client
) -> None:
    a_register(live.db)
    sign_in(client, live, WHO)
    token = re.search(r'form_token" value="([0-9a-f]+)"', client.get(f"{PLACE}/nieuw").text)
    assert token
    typed = {
        "form_token": token.group(1),
        "name": "Nieuw",
        "email": "nieuw@vng.example",
        "roles": "directie",
        "language": "nl",
    }
    live.clock.advance(hours=2)
    refused = client.post(PLACE, data=typed, headers={"Origin": live.url})
    assert refused.status_code == 403
    assert "U bent niet meer aangemeld" in refused.text
    sign_in(client, live, WHO)
    assert client.post(PLACE, data=typed, headers={"Origin": live.url}).status_code == 303


def test_a_code_page_without_a_code_asked_for_begins_at_the_beginning(live: Live, client: httpx.Client) -> None:
    answer = client.get("/aanmelden/code?naar=/brieven")
    assert (answer.status_code, answer.headers["location"]) == (303, "/aanmelden?naar=/brieven")


def test_after_five_tries_only_a_new_code_helps(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    send(client, "/aanmelden", {"email": WHO})
    for _ in range(5):
        answer = send(client, "/aanmelden/code", {"code": "1"})
    assert "Vraag een nieuwe aan" in answer.text
    answer = send(client, "/aanmelden/code", {"code": mailed_code(live)})
    assert answer.status_code == 400
    assert "regie" not in client.cookies


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("/vragen/12?x=1", "/vragen/12?x=1"),
        ("/vragen?zoek=%C3%A9", "/vragen?zoek=%C3%A9"),
        ("", "/"),
        ("vragen", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("/a\r\nSet-Cookie: x=1", "/"),
        ("/\tx", "/"),
        ("javascript:alert(1)", "/"),
        ("/aanmelden?naar=/aanmelden", "/"),
        ("/é", "/"),
        ("http:///x", "/"),
        ("/[", "/["),
        ("//[", "/"),
    ],
)
def test_only_pages_of_ours_are_gone_on_to(wanted: str, path: str) -> None:
    assert local_path(wanted) == path


def test_over_https_cookies_are_bound_to_this_host(
    make_settings: Callable[..., Settings], db: Db, clock: Clock
) -> None:
    settings = make_settings(base_url="https://regie.example")
    transport = httpx.ASGITransport(app=create_app(settings, db=db, clock=clock))

    async def cookies() -> list[str]:
        async with httpx.AsyncClient(transport=transport, base_url="https://regie.example") as browser:
            answer = await browser.get("/aanmelden")
            assert answer.headers["strict-transport-security"] == "max-age=31536000"
            return answer.headers.get_list("set-cookie")

    with ThreadPoolExecutor(1) as elsewhere:  # a browser test may have left its own event loop running here
        (browser_cookie,) = elsewhere.submit(lambda: asyncio.run(cookies())).result()
    assert re.fullmatch(
        r"__Host-regie-browser=[\w-]{43}; HttpOnly; Max-Age=\d+; Path=/; SameSite=lax; Secure", browser_cookie
    )


def test_only_the_demo_without_a_mail_server_shows_codes(make_settings: Callable[..., Settings]) -> None:
    assert not make_settings().shows_codes
    assert make_settings(demo=True).shows_codes
    assert not make_settings(demo=True, smtp_url="smtp://localhost:25").shows_codes


def test_no_page_shows_the_code_outside_the_demo(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    send(client, "/aanmelden", {"email": WHO})
    assert mailed_code(live) not in client.get("/aanmelden/code").text
