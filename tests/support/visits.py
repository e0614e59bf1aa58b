"""Somebody at a browser: signing in, and sending the forms that pages hold."""

import re
import secrets
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

import httpx
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.domain.capabilities import sign_in_code
from app.domain.means import Means
from app.store.accounts import SignInCode, open_session
from app.store.people import Person
from app.web.frame.sessions import BROWSER, SESSION
from tests.support.live import Live

TOKEN = re.compile(r'name="form_token" value="([0-9a-f]+)"')
Fields = Mapping[str, str | Sequence[str]]


def form_token(client: httpx.Client, path: str) -> str:
    """The token in the forms of a page."""
    found = TOKEN.search(client.get(path).raise_for_status().text)
    assert found, f"no form on {path}"
    return found.group(1)


def send(
    client: httpx.Client, path: str, fields: Fields | None = None, *, page: str | None = None, files: object = None
) -> httpx.Response:
    """Send a form to `path` as a browser would from `page` (else the same address)."""
    typed = {**(fields or {}), "form_token": form_token(client, page or path)}
    origin = str(client.base_url).rstrip("/")
    headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
    return client.post(path, data=typed, files=files, headers=headers)  # type: ignore[arg-type]


def mailed_code(live: Live) -> str:
    """The code that the youngest mail would hold."""
    with live.db.reading() as session:
        challenge = session.scalars(sa.select(SignInCode.id).order_by(SignInCode.created_at.desc())).first()
    assert challenge
    return sign_in_code(challenge, live.app.state.office.key_for("code"))


def cookies_of(live: Live, email: str, browser: str | None = None, means: Means = Means.PASSKEY) -> dict[str, str]:
    """Sign somebody in as with a passkey, without the pages: the cookies that this browser (or a new one) has then."""
    browser, now = browser or secrets.token_urlsafe(32), live.clock()
    with live.db.writing() as session:
        person = session.scalars(sa.select(Person).where(Person.email == email)).one()
        assert person.ended_at is None, f"nobody can sign in as {email}"
        secret = live.app.state.office.sign_in_key
        token = open_session(session, person.id, means, browser, secret, now)
    live.clock.advance(seconds=1)  # so that the order of signing in can be told
    return {SESSION: token, BROWSER: browser}


def sign_in(client: httpx.Client, live: Live, email: str) -> httpx.Client:
    """Sign somebody in."""
    for name, value in cookies_of(live, email, client.cookies.get(BROWSER)).items():
        client.cookies.set(name, value, domain="localhost.local", path="/")
    return client


def sign_in_on(page: Page, live: Live, email: str, path: str = "/") -> None:
    """Sign somebody in, in a real browser, and go to `path`."""
    had = {one.get("name"): one.get("value") for one in page.context.cookies(live.url)}
    cookies = cookies_of(live, email, had.get(BROWSER)).items()
    page.context.add_cookies([{"name": name, "value": value, "url": live.url} for name, value in cookies])
    page.goto(live.url + unquote(path))


def sign_in_by_the_pages(page: Page, live: Live, email: str, path: str = "/") -> None:
    """Sign somebody in, in a real browser, as people do: by address and code, on the way to `path`."""
    page.goto(f"{live.url}/aanmelden?naar={path}")
    page.get_by_label("Uw e-mailadres").fill(email)
    page.get_by_role("button", name="Stuur mij een code").click()
    enter_code(page, live)
    page.wait_for_url(lambda url: "/aanmelden" not in url)
    live.clock.advance(seconds=1)


def enter_code(page: Page, live: Live) -> None:
    """Type the mailed code once the page asks for it: before that no code need have been made."""
    field = page.get_by_label("Code")
    expect(field).to_be_visible()
    field.fill(mailed_code(live))
    page.get_by_role("button", name="Aanmelden").click()
