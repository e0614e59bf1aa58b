"""Signing in at a provider of OpenID Connect, through the whole dance, at a real one on this machine."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.store.accounts import UserSession
from app.store.audit import AuditEntry
from app.store.credentials import OpenIdAccount
from app.store.people import Person
from tests.support.browser import assert_no_sideways_scroll
from tests.support.builders import a_register
from tests.support.clock import Clock
from tests.support.live import Live
from tests.support.openid import OpenIdProvider

WHO = "beheer@vng.example"
START = "/aanmelden/openid/rijk"
PLACE = "/beheer/personen"
Serve = Callable[..., Live]


@pytest.fixture
def elsewhere(serve: Serve, clock: Clock, openid_provider: OpenIdProvider, tmp_path: Path) -> Iterator[Live]:
    """Regie with a provider, by the clock that the provider has: tokens are good for minutes."""
    clock.now = datetime.now(UTC)
    live = serve(openid=openid_provider.settings(tmp_path), require_strong=True)
    a_register(live.db)
    yield live
    openid_provider.set(lie="")


@pytest.fixture
def browser_of(elsewhere: Live) -> Iterator[httpx.Client]:
    """Somebody's browser, at Regie and at the provider."""
    with httpx.Client(base_url=elsewhere.url, timeout=60) as opened:
        yield opened


def there(browser: httpx.Client, wanted: str = "") -> str:
    """Where Regie sends this browser."""
    answer = browser.get(START + (f"?naar={wanted}" if wanted else ""))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def sessions_of(live: Live) -> int:
    with live.db.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(UserSession)) or 0


def test_an_administrator_signs_in_with_an_account_of_their_organisation(
    elsewhere: Live, page: Page, narrow_page: Page, openid_provider: OpenIdProvider
) -> None:
    narrow_page.goto(f"{elsewhere.url}/aanmelden")
    expect(narrow_page.get_by_role("link", name="Ga naar Rijksaccount")).to_be_visible()
    assert_no_sideways_scroll(narrow_page)
    page.goto(f"{elsewhere.url}{PLACE}?zoek=jenv")
    page.get_by_role("link", name="Ga naar Rijksaccount").click()
    page.get_by_placeholder("Enter any login").fill(WHO)
    page.get_by_placeholder("and password").fill("x")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Personen")).to_be_visible()
    assert page.url == f"{elsewhere.url}{PLACE}?zoek=jenv"
    page.goto(f"{elsewhere.url}/mijn/toegang")
    expect(page.get_by_text("met een account")).to_be_visible()
    expect(page.get_by_text("U kunt zich ook aanmelden met Rijksaccount")).to_be_visible()


def test_the_account_stays_theirs_when_the_address_goes_to_somebody_else(
    elsewhere: Live, browser_of: httpx.Client, openid_provider: OpenIdProvider
) -> None:
    assert openid_provider.sign_in(browser_of, there(browser_of), WHO).headers["location"] == "/beheer"
    # The address now belongs to another account there: that one doesn't get in.
    openid_provider.set(account="nieuw", email=WHO)
    with httpx.Client(base_url=elsewhere.url, timeout=60) as thief:
        refused = openid_provider.sign_in(thief, there(thief), "nieuw")
        assert refused.status_code == 403
        assert "hoort in Regie een ander account" in refused.text
        assert thief.get(PLACE).status_code == 303
    # And whoever had it gets in, whatever their address is called now.
    openid_provider.set(account=WHO, email="andere.naam@vng.example")
    with httpx.Client(base_url=elsewhere.url, timeout=60) as again:
        openid_provider.sign_in(again, there(again), WHO)
        assert again.get(PLACE).status_code == 200
    openid_provider.set(account=WHO, email=WHO)
    with elsewhere.db.reading() as session:
        assert session.scalars(sa.select(OpenIdAccount.subject)).all() == [WHO]
        acts = session.scalars(sa.select(AuditEntry.act).where(AuditEntry.act.in_(["account-koppelen"]))).all()
    assert len(acts) == 1


def test_whom_regie_does_not_know_or_no_longer_knows_is_told_so(
    elsewhere: Live, browser_of: httpx.Client, openid_provider: OpenIdProvider
) -> None:
    unknown = openid_provider.sign_in(browser_of, there(browser_of), "niemand@vng.example")
    assert (unknown.status_code, "niemand@vng.example staat niet in Regie" in unknown.text) == (403, True)
    with httpx.Client(base_url=elsewhere.url, timeout=60) as known:
        openid_provider.sign_in(known, there(known), "directie@vng.example")
        with elsewhere.db.writing() as session:
            session.execute(sa.update(Person).values(ended_at=elsewhere.clock()).where(Person.ministry_id.is_(None)))
        assert known.get("/vragen").status_code == 303
        ended = openid_provider.sign_in(known, there(known), "directie@vng.example")
    assert (ended.status_code, "als gestopt" in ended.text) == (403, True)
    with httpx.Client(base_url=elsewhere.url, timeout=60) as never:
        ended = openid_provider.sign_in(never, there(never), "secretariaat@vng.example")
    assert (ended.status_code, "als gestopt" in ended.text) == (403, True)
    with elsewhere.db.reading() as session:
        assert len(session.scalars(sa.select(OpenIdAccount)).all()) == 1
        assert session.scalar(sa.select(sa.func.count()).where(Person.email == "niemand@vng.example")) == 0


@pytest.mark.parametrize(
    ("lie", "sentence"),
    [
        ("nonce", "terugstuurde klopt niet"),
        ("key", "terugstuurde klopt niet"),
        ("unverified", "geen bevestigd e-mailadres"),
    ],
)
def test_a_token_that_is_not_for_us_or_not_theirs_opens_nothing(
    elsewhere: Live, browser_of: httpx.Client, openid_provider: OpenIdProvider, lie: str, sentence: str
) -> None:
    openid_provider.set(lie=lie)
    answer = openid_provider.sign_in(browser_of, there(browser_of), WHO)
    assert sentence in answer.text
    assert answer.status_code in {400, 403}
    assert "regie" not in browser_of.cookies
    assert sessions_of(elsewhere) == 0


def test_what_comes_back_is_taken_once_in_the_browser_that_went(
    elsewhere: Live, browser_of: httpx.Client, openid_provider: OpenIdProvider
) -> None:
    back = openid_provider.way_back(browser_of, there(browser_of), WHO)
    with httpx.Client(base_url=elsewhere.url, timeout=60) as other:
        assert "begon in een ander venster" in other.get(back).text
        there(other)  # a way of its own does not help either
        assert "begon in een ander venster" in other.get(back).text
    forged = browser_of.get(back.replace("state=", "state=x"))
    assert (forged.status_code, "begon in een ander venster" in forged.text) == (400, True)
    assert "duurde te lang" in browser_of.get(back).text, "the attempt was used up"
    back = openid_provider.way_back(browser_of, there(browser_of), WHO)
    elsewhere.clock.advance(minutes=11)
    assert "duurde te lang" in browser_of.get(back).text
    elsewhere.clock.now = datetime.now(UTC)
    back = openid_provider.way_back(browser_of, there(browser_of), WHO)
    assert browser_of.get(back).status_code == 303
    assert browser_of.get(back).status_code == 400
    assert sessions_of(elsewhere) == 1


def test_who_thinks_better_of_it_can_choose_again(
    elsewhere: Live, browser_of: httpx.Client, openid_provider: OpenIdProvider
) -> None:
    answer = openid_provider.cancel(browser_of, there(browser_of, "/brieven"))
    assert "U hebt het aanmelden bij Rijksaccount afgebroken" in answer.text
    assert 'name="naar" value="/brieven"' in answer.text
    assert browser_of.get("/aanmelden/openid/onbekend").status_code == 404


def test_a_provider_with_a_client_secret_works_too_and_one_that_is_away_is_named(
    serve: Serve, clock: Clock, openid_provider: OpenIdProvider, tmp_path: Path
) -> None:
    clock.now = datetime.now(UTC)
    live = serve(openid=openid_provider.settings_with_secret(tmp_path))
    a_register(live.db)
    with httpx.Client(base_url=live.url, timeout=60) as browser:
        way = browser.get("/aanmelden/openid/dienst").headers["location"]
        assert openid_provider.sign_in(browser, way, "secretariaat@vng.example").headers["location"] == "/"
    file = openid_provider.settings_with_secret(tmp_path)
    file.write_text(file.read_text().replace(openid_provider.issuer, "http://127.0.0.1:9"))
    away = serve(openid=file)
    with httpx.Client(base_url=away.url, timeout=60) as browser:
        answer = browser.get("/aanmelden/openid/dienst")
    assert (answer.status_code, "Dienstaccount is nu niet bereikbaar" in answer.text) == (400, True)
