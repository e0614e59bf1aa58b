"""One line in the log per request: who, what, which object, with what result, from where. No secrets."""

import logging
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app.usecases.accounts import tokens
from tests.support.answer_links import link_to
from tests.support.builders import a_question, a_register
from tests.support.live import Live
from tests.support.visits import sign_in

SECRETARIAT = "secretariaat@vng.example"
Lines = Callable[[int], list[dict[str, Any]]]


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Lines:
    """The facts of the last so many requests; a line is written just after its answer went out."""
    caplog.set_level(logging.INFO, "app.web.frame.access_log")

    def wait_for(many: int) -> list[dict[str, Any]]:
        ends = time.monotonic() + 10
        found: list[dict[str, Any]] = []
        while len(found) < many and time.monotonic() < ends:
            found = [record.facts for record in caplog.records if hasattr(record, "facts")]
        return found[-many:]

    return wait_for


def test_it_says_who_did_what_to_which_object_from_where(live: Live, client: httpx.Client, lines: Lines) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        question_id = a_question(s).id
    sign_in(client, live, SECRETARIAT)
    assert client.get(f"/vragen/{question_id}?zoek=geheim").status_code == 200
    client.head("/vragen")
    before_last, last = lines(2)
    assert before_last["what"].startswith("GET /vragen/{")
    assert before_last["who"].startswith("sessie:")
    assert str(question_id) in before_last["object"]
    assert (before_last["result"], before_last["from"]) == (200, "127.0.0.1")
    assert last["what"] == "HEAD /vragen"
    assert "geheim" not in str(lines(2))


def test_a_link_and_a_key_are_not_in_it(live: Live, client: httpx.Client, lines: Lines) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        question_id = a_question(s).id
        key = tokens.make_for(s, SECRETARIAT, live.clock())
    link = link_to(live, question_id)
    client.get(link)
    client.get(link.replace("/a/", "/ergens/anders/"))
    client.get(f"/api/v1/vragen/{question_id}", headers={"Authorization": f"Bearer {key}"})
    by_link, nowhere, by_key = lines(3)
    assert (by_link["what"], by_link["object"]) == ("GET /a/{token}", f"question:{question_id}")
    assert by_link["who"].startswith("link:")
    assert (nowhere["what"], nowhere["result"], nowhere["who"]) == ("GET /ergens/anders/…", 404, None)
    assert by_key["what"].startswith("GET /api/v1/vragen/{")
    assert by_key["who"].startswith("api:")
    for secret in (link.split("/")[-1], key):
        assert secret not in str(lines(3))


def test_a_fault_of_ours_is_in_it_too(live: Live, client: httpx.Client, lines: Lines) -> None:
    def broken() -> None:
        raise RuntimeError("kapot")

    live.app.router.add_route("/kapot", lambda _request: broken(), methods=["GET"])
    assert client.get("/kapot").status_code == 500
    assert (lines(1)[0]["what"], lines(1)[0]["result"]) == ("GET /kapot", 500)
