"""Whatever goes wrong under /api is a problem by RFC 9457, with the version on it."""

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
import sqlalchemy as sa

from app.store.letters import Letter
from app.web.frame.frame import Frame
from tests.api.conftest import Caller
from tests.support.api import a_letter, assert_problem
from tests.support.live import Live


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/brieven/",
        "/api/v1/onbekend",
        "/api/v1/vragen/1/",
        "/api/v1/vragen/1/mening",
        "/api/v1/vragen/%0A/mening",
        "/api/v1/vragen/..%2F1/mening",
        "/api/v2/vragen",
        "/api/",
        "/api",
    ],
)
@pytest.mark.database("sqlite")
def test_an_unknown_address_is_not_found_and_sent_nowhere_else(client: httpx.Client, path: str) -> None:
    assert "location" not in client.get(path).headers
    assert_problem(client.get(path), 404, "not-found")
    assert_problem(client.post(path, json={}), 404, "not-found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/brieven", "GET, POST"),
        ("POST", "/brieven/1", "GET"),
        ("GET", "/brieven/1/verzending", "POST"),
        ("PUT", "/vragen/1", "GET"),
        ("PATCH", "/vragen/1/antwoorden", "POST"),
        ("OPTIONS", "/vragen", "GET"),
        ("POST", "/openapi.json", "GET"),
    ],
)
@pytest.mark.database("sqlite")
def test_a_method_that_an_address_does_not_know_is_told_which_it_does(
    client: httpx.Client, method: str, path: str, allowed: str
) -> None:
    answer = client.request(method, f"/api/v1{path}")
    assert_problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == allowed


@pytest.mark.database("sqlite")
def test_head_is_get_without_the_body(vng: httpx.Client) -> None:
    answer = vng.head("/brieven")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["api-version"] == "1.0.0"


@pytest.mark.database("sqlite")
def test_sentences_come_in_the_language_asked_for_and_codes_do_not(client: httpx.Client) -> None:
    dutch = client.get("/api/v1/vragen")
    english = client.get("/api/v1/vragen", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert_problem(dutch, 401, "unauthenticated")
    assert_problem(english, 401, "unauthenticated")
    assert (dutch.headers["content-language"], english.headers["content-language"]) == ("nl", "en")
    assert dutch.json()["title"] == "Geen geldige sleutel"
    assert english.json()["title"] == "No valid token"


@pytest.mark.database("sqlite")
def test_every_answer_has_the_version_and_may_not_be_kept_or_framed(vng: httpx.Client, client: httpx.Client) -> None:
    made = vng.post("/brieven", json=a_letter())
    answers = [made, vng.get("/vragen"), vng.get("/brieven/0"), client.get("/api/v1/vragen"), client.get("/api/")]
    answers += [vng.post("/brieven", json=[]), client.get("/api/v1/openapi.json"), vng.delete("/vragen")]
    assert {one.status_code for one in answers} == {200, 201, 400, 401, 404, 405}
    for answer in answers:
        assert answer.headers["api-version"] == "1.0.0"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "set-cookie" not in answer.headers


@pytest.mark.database("sqlite")
def test_over_https_browsers_are_told_to_stay_there(live: Live, client: httpx.Client) -> None:
    assert "strict-transport-security" not in client.get("/api/v1/openapi.json").headers
    around = next(one for one in live.app.user_middleware if one.cls is Frame)
    around.kwargs["settings"] = live.settings.model_copy(update={"base_url": live.url.replace("http:", "https:")})
    live.app.middleware_stack = None
    assert client.get("/api/v1/openapi.json").headers["strict-transport-security"].startswith("max-age=")


@pytest.mark.database("sqlite")
def test_a_fault_of_ours_tells_nothing_of_our_code(vng: httpx.Client, live: Live) -> None:
    with live.db.writing() as session:
        session.execute(sa.text(f"ALTER TABLE {Letter.__tablename__} RENAME TO gone"))
    answer = vng.get("/brieven")
    assert_problem(answer, 500, "internal-error")
    assert "gone" not in answer.text
    assert "letters" not in answer.text


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"", "bad-json"),
        (b"{", "bad-json"),
        (b'{"onderwerp": "a",}', "bad-json"),
        (b"\xff\xfe", "bad-json"),
        (b'{"onderwerp": "\\ud800"}', "bad-json"),
        (b'{"a":' * 5000, "bad-json"),
        (b"[]", "bad-type"),
        (b"null", "bad-type"),
        (b'"brief"', "bad-type"),
        (b"{}", "missing"),
        (b'{"onderwerp": NaN}', "bad-type"),
        (json.dumps({**a_letter(), "vragen": [1] * 5000}).encode(), "too-many"),
    ],
)
@pytest.mark.database("sqlite")
def test_what_is_no_letter_in_json_is_a_bad_request(vng: httpx.Client, sent: bytes, code: str) -> None:
    answer = vng.post("/brieven", content=sent, headers={"Content-Type": "application/json"})
    told = assert_problem(answer, 400, code)
    assert told["fouten"]
    assert len(told["fouten"]) <= 100


@pytest.mark.parametrize("kind", [None, "text/plain", "application/xml", "application/json; charset=latin1", "json"])
@pytest.mark.database("sqlite")
def test_what_is_not_sent_as_json_is_not_read(vng: httpx.Client, kind: str | None) -> None:
    headers = {} if kind is None else {"Content-Type": kind}
    answer = vng.post("/brieven", content=json.dumps(a_letter()).encode(), headers=headers)
    assert_problem(answer, 415, "unsupported-media-type")


@pytest.mark.database("sqlite")
def test_json_may_say_its_charset(vng: httpx.Client) -> None:
    headers = {"Content-Type": 'Application/JSON; charset="UTF-8"'}
    assert vng.post("/brieven", content=json.dumps(a_letter()).encode(), headers=headers).status_code == 201


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("text/html", 406),
        ("application/xml, text/csv;q=0.5", 406),
        ("application/json;q=0", 406),
        ("text/html, application/json;q=0.1", 200),
        ("application/*", 200),
        ("*/*;q=0.8", 200),
    ],
)
@pytest.mark.database("sqlite")
def test_who_takes_no_json_gets_none(vng: httpx.Client, accept: str, status: int) -> None:
    answer = vng.get("/brieven", headers={"Accept": accept})
    assert answer.status_code == status
    if status == 406:
        assert_problem(answer, 406, "not-acceptable")


def pieces(megabytes: int) -> Iterator[bytes]:
    """A body that doesn't say beforehand how long it is."""
    yield b'{"onderwerp": "'
    for _ in range(megabytes):
        yield b"x" * 1024 * 1024


@pytest.mark.database("sqlite")
def test_a_body_that_is_too_large_is_not_taken_in(vng: httpx.Client, live: Live) -> None:
    headers = {"Content-Type": "application/json"}
    assert_problem(vng.post("/brieven", content=b" " * (9 * 1024 * 1024), headers=headers), 413, "too-large")
    assert_problem(vng.post("/brieven", content=pieces(9), headers=headers), 413, "too-large")


@pytest.mark.database("sqlite")
def test_a_body_is_not_awaited_before_it_is_known_who_sends_it(live: Live) -> None:
    host, port = urlsplit(live.url).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(b"POST /api/v1/brieven HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n")
        line.sendall(b"Content-Length: 209715200\r\n\r\n{")
        head, _, told = b"".join(iter(lambda: line.recv(65536), b"")).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 401 ")
    assert b"api-version: 1.0.0" in head.lower()
    assert b"application/problem+json" in head
    assert json.loads(told)["code"] == "unauthenticated"


@pytest.mark.database("sqlite")
def test_two_who_act_on_one_question_are_told_that_it_moved_on(caller: Caller) -> None:
    vng, jenv = caller("secretariaat@vng.example"), caller("contact@jenv.example")
    letter = vng.post("/brieven", json=a_letter()).json()
    vng.post(f"/brieven/{letter['id']}/verzending")
    path = f"/vragen/{letter['vragen'][0]['id']}"
    vng.post(f"{path}/intrekking", json={"reden": "Dubbel"})
    told = assert_problem(jenv.post(f"{path}/antwoorden", json={"tekst": "Ja."}), 409, "wrong-state")
    assert told["detail"].startswith("Deze vraag is ingetrokken.")
