"""Guessing on a large scale (S11): what gets through, from one address and from a hundred; others are not locked out.

Requests come through a proxy that says from where, as in production.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator

import httpx
import pytest
import sqlalchemy as sa
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app.domain.limits import CALLS, FORMS, SIGN_IN
from app.store.accounts import SignInCode
from app.usecases.accounts import tokens
from app.usecases.accounts.codes import CODES_FOR_STRANGERS, CODES_PER_BROWSER, TRIES
from tests.support.answer_links import link_to
from tests.support.api import assert_problem
from tests.support.builders import a_question, a_register
from tests.support.live import Door, Live
from tests.support.visits import form_token, mailed_code, send, sign_in

GUESSES = 1000
WHO, OTHER = "contact@jenv.example", "contact@bzk.example"


@pytest.fixture
def guarded(serve: Callable[..., Live], door: Door) -> Iterator[Live]:
    """Regie with its limits, behind a proxy on this machine."""
    live = serve(limit_factor=1)
    a_register(live.db)
    with door.opened(ProxyHeadersMiddleware(live.app, "127.0.0.1")):  # type: ignore[arg-type]
        yield live


def a_browser(live: Live, address: str) -> httpx.Client:
    """Somebody's browser at an address."""
    headers = {"X-Forwarded-For": address, "Origin": live.url, "Sec-Fetch-Site": "same-origin"}
    return httpx.Client(base_url=live.url, timeout=60, headers=headers)


def signs_in(browser: httpx.Client, live: Live, email: str) -> bool:
    """Whether somebody gets in with a mailed code."""
    live.clock.advance(milliseconds=1)  # the youngest code is theirs
    send(browser, "/aanmelden", {"email": email})
    return send(browser, "/aanmelden/code", {"code": mailed_code(live)}).status_code == 303


def guess(live: Live, addresses: list[str]) -> Counter[int]:
    """A thousand guesses in a minute, asking for a new code whenever one is dead; how often which status came back."""
    found: Counter[int] = Counter()
    with a_browser(live, addresses[0]) as browser:
        token = form_token(browser, "/aanmelden")
        asking = True
        for n in range(GUESSES):
            live.clock.advance(milliseconds=60)
            path = "/aanmelden" if asking else "/aanmelden/code"
            typed = {"email": WHO} if asking else {"code": f"{n:08}"}
            headers = {"X-Forwarded-For": addresses[n % len(addresses)]}
            answer = browser.post(path, data={**typed, "form_token": token}, headers=headers)
            found[answer.status_code] += 1
            asking = "kan niet meer gebruikt worden" in answer.text or (asking and answer.status_code != 303)
    return found


def tries(live: Live) -> int:
    with live.db.reading() as session:
        return session.scalar(sa.select(sa.func.coalesce(sa.func.sum(SignInCode.tries), 0))) or 0


@pytest.mark.parametrize("number", [1, 100])
def test_a_thousand_guesses_a_minute_are_held_off_and_nobody_else_is_locked_out(
    guarded: Live, number: int, record_property: Callable[[str, object], None], capsys: pytest.CaptureFixture[str]
) -> None:
    live, addresses = guarded, [f"10.0.0.{n + 1}" for n in range(number)]
    with a_browser(live, addresses[0]) as own_desk:
        assert signs_in(own_desk, live, WHO)
        send(own_desk, "/afmelden", page="/hulp")
        before = tries(live)
        found = guess(live, addresses)
        guessed = tries(live) - before
        allowed = sum(count for status, count in found.items() if status != 429)
        assert guessed <= CODES_PER_BROWSER * TRIES < CODES_FOR_STRANGERS * TRIES
        assert allowed <= number * SIGN_IN.most
        if number == 1:
            assert found[429] >= GUESSES - SIGN_IN.most
        assert signs_in(own_desk, live, WHO), "at the same address, whoever was guessed at"
    with a_browser(live, "10.9.9.9") as elsewhere:
        assert signs_in(elsewhere, live, OTHER)
    told = f"S11 {number} address(es): {GUESSES} requests, {allowed} let through, {guessed} guesses tried, others in"
    record_property("guesses", told)
    with capsys.disabled():
        sys.stdout.write(f"\n{told}\n")


def test_who_does_something_too_often_is_told_how_long_to_wait(guarded: Live) -> None:
    with a_browser(guarded, "10.0.0.1") as browser:
        token = form_token(browser, "/aanmelden")
        answers = [browser.post("/afmelden", data={"form_token": token}) for _ in range(SIGN_IN.most // 2 + 1)]
        assert answers[-2].status_code == 303
        assert (answers[-1].status_code, answers[-1].headers["retry-after"]) == (429, "2")
        assert "Wacht 2 seconden" in answers[-1].text
        sign_in(browser, guarded, WHO)
        found = Counter(browser.get("/vragen?zoek=opvang").status_code for _ in range(70))
        assert found == {200: 60, 429: 10}
        assert browser.get("/vragen").status_code == 200, "only searching waits"
        assert send(browser, "/mijn/aanmeldingen/einde", page="/mijn/toegang").status_code == 303


def test_who_answers_by_a_link_is_held_to_the_limit_of_a_person_and_neighbours_are_not(guarded: Live) -> None:
    with guarded.db.writing() as session:
        first, second = a_question(session).id, a_question(session, owner="BZK").id
    link, neighbour = link_to(guarded, first), link_to(guarded, second)
    with a_browser(guarded, "10.0.0.1") as browser:
        token = form_token(browser, link)
        draft = {"tekst": "Wij zijn begonnen", "form_token": token}
        found = Counter(browser.post(f"{link}/concept", data=draft).status_code for _ in range(FORMS.most // 2 + 3))
        assert found == {200: FORMS.most // 2, 429: 3}
        assert browser.get(link).status_code == 200, "reading does not wait"
        draft["form_token"] = form_token(browser, neighbour)
        assert browser.post(f"{neighbour}/concept", data=draft).status_code == 200


def test_a_key_is_held_to_its_limit_and_so_is_who_tries_keys(guarded: Live) -> None:
    with guarded.db.writing() as session:
        made = [tokens.make_for(session, email, guarded.clock()) for email in (WHO, OTHER)]
    with a_browser(guarded, "10.0.0.1") as system:
        first, second = ({"Authorization": f"Bearer {token}"} for token in made)
        found = Counter(
            system.get("/api/v1/ministeries", headers=first).status_code for _ in range(CALLS.most // 2 + 5)
        )
        assert found == {200: CALLS.most // 2, 429: 5}
        answer = system.get("/api/v1/ministeries", headers=first)
        assert_problem(answer, 429, "too-many-requests")
        assert int(answer.headers["retry-after"]) >= 1
        assert system.get("/api/v1/ministeries", headers=second).status_code == 200
        wrong = {"Authorization": "Bearer regie_verzonnen"}
        found = Counter(system.get("/api/v1/ministeries", headers=wrong).status_code for _ in range(40))
        assert found == {401: 30, 429: 10}
        guarded.clock.advance(minutes=1)
        assert system.get("/api/v1/ministeries", headers=first).status_code == 200
