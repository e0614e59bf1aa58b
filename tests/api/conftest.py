"""Clients of the API: each a person of the register with a token of their own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from app.usecases.accounts import tokens
from tests.support.api import a_letter
from tests.support.builders import a_register
from tests.support.live import Live

Caller = Callable[..., httpx.Client]


@pytest.fixture
def caller(live: Live) -> Iterator[Caller]:
    """Makes a client for somebody of the register, by their address; `headers` go with each request."""
    a_register(live.db)
    with ExitStack() as opened:

        def call(email: str, **headers: str) -> httpx.Client:
            with live.db.writing() as session:
                token = tokens.make_for(session, email, live.clock())
            given = {"Authorization": f"Bearer {token}", **headers}
            return opened.enter_context(httpx.Client(base_url=f"{live.url}/api/v1", headers=given, timeout=20))

        yield call


@pytest.fixture
def vng(caller: Caller) -> httpx.Client:
    """The VNG's secretariat."""
    return caller("secretariaat@vng.example")


@pytest.fixture
def jenv(caller: Caller) -> httpx.Client:
    """The contact at JenV."""
    return caller("contact@jenv.example")


@pytest.fixture
def a_sent_letter(vng: httpx.Client) -> Callable[..., Any]:
    """Registers a letter by API and sends it on its own date; gives it as it then stands."""

    def make(*questions: dict[str, Any], **other: Any) -> Any:
        made = vng.post("/brieven", json=a_letter(*questions, **other))
        assert made.status_code == 201, made.text
        sent = vng.post(f"/brieven/{made.json()['id']}/verzending", json={"datum": made.json()["datum"]})
        assert sent.status_code == 200, sent.text
        return sent.json()

    return make


@pytest.fixture
def a_sent_question(a_sent_letter: Callable[..., Any]) -> Callable[..., Any]:
    """One sent question of its own letter."""

    def make(owner: str = "JENV", **other: Any) -> Any:
        return a_sent_letter({"tekst": "Wanneer komt er duidelijkheid?", "eigenaar": owner, **other})["vragen"][0]

    return make
