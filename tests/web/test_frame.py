"""What goes around every answer."""

import logging
import re
from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI, HTTPException

from app.main import create_app
from app.settings import Settings
from app.store.base import Db
from app.web.frame.frame import MaskLinks
from tests.support.builders import a_register
from tests.support.clock import Clock
from tests.support.inside import Inside
from tests.support.live import Live
from tests.support.visits import form_token, send, sign_in

NO_UNSAFE = re.compile(r"unsafe-|\*|http:")
EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
ADDRESSES = ("/aanmelden", "/hulp", "/nergens", "/healthz", "/.well-known/security.txt", "/favicon.ico", "/postvak-uit")


def assert_framed(answer: httpx.Response) -> None:
    for name, value in EVERYWHERE.items():
        assert answer.headers[name] == value, f"{answer.url}: {name}"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert not NO_UNSAFE.search(policy)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_carries_the_security_headers(client: httpx.Client, address: str) -> None:
    for method in ("GET", "HEAD", "POST", "DELETE"):
        answer = client.request(method, address)
        assert_framed(answer)
        assert answer.headers["cache-control"] == "no-store"


def test_files_of_the_style_are_kept_for_long_when_their_address_has_a_version(client: httpx.Client) -> None:
    page = client.get("/aanmelden").text
    address = re.search(r'href="(/static/css/base\.css\?v=[0-9a-f]{12})"', page)
    assert address
    answer = client.get(address.group(1))
    assert_framed(answer)
    assert "immutable" in answer.headers["cache-control"]
    assert client.get("/static/css/base.css").headers["cache-control"] == "no-cache"
    assert client.get("/static/../pyproject.toml").status_code == 404
    assert client.get("/static/%2e%2e/pyproject.toml").status_code == 404


def test_every_file_a_page_asks_for_is_there(client: httpx.Client) -> None:
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/aanmelden").text)
    assert len(addresses) > 8
    for address in addresses:
        assert client.get(address).status_code == 200, address


def test_over_https_browsers_are_told_to_stay_there(
    make_settings: Callable[..., Settings], db: Db, clock: Clock, live: Live, client: httpx.Client
) -> None:
    assert "strict-transport-security" not in client.get("/aanmelden").headers
    secure = create_app(make_settings(base_url="https://regie.example"), db=db, clock=clock)
    browser = Inside(secure, "https://regie.example")
    for address in (*ADDRESSES, "/static/css/base.css", "/api/v1/vragen", "/a/geen.link"):
        assert browser.get(address).headers["strict-transport-security"] == "max-age=31536000", address
    browser.close()


def test_a_fault_of_ours_gives_a_page_with_the_headers_and_no_detail(live: Live, client: httpx.Client) -> None:
    def broken() -> None:
        raise LookupError("a secret of the house")

    live.app.add_api_route("/stuk", broken)
    answer = client.get("/stuk")
    assert answer.status_code == 500
    assert "Er ging iets mis bij ons" in answer.text
    assert "secret" not in answer.text
    assert_framed(answer)


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/nergens", 404),
        ("GET", "/aanmelden/", 404),
        ("POST", "/hulp", 405),
        ("GET", "/afmelden", 405),
    ],
)
def test_a_wrong_address_gives_a_page_that_says_so(
    client: httpx.Client, method: str, address: str, status: int
) -> None:
    answer = client.request(method, address)
    assert answer.status_code == status
    assert "<h1" in answer.text
    assert "Aanmelden" in answer.text, "the way on"


def test_the_answer_to_head_is_that_to_get_without_its_body(client: httpx.Client) -> None:
    answer = client.head("/aanmelden")
    assert answer.status_code == 200
    assert answer.content == b""
    assert int(answer.headers["content-length"]) > 1000


def test_pages_speak_the_language_of_the_browser(client: httpx.Client) -> None:
    assert "<h1>Aanmelden</h1>" in client.get("/aanmelden").text
    english = client.get("/aanmelden", headers={"Accept-Language": "en"}).text
    assert "<h1>Sign in</h1>" in english
    assert '<html lang="en">' in english


def test_a_number_that_no_row_can_have_is_not_found(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, "beheer@vng.example")
    for number in ("0", "-1", "9" * 30, "x", "1.5", "%00"):
        assert client.get(f"/beheer/personen/{number}").status_code == 404, number


def test_a_nul_in_an_address_finds_nothing_and_breaks_nothing(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, "secretariaat@vng.example")
    for address in ("/brieven?zoek=", "/vragen?zoek=a", "/vragen.csv?zoek=", "/?zoek="):
        assert client.get(f"{address}%00").status_code == 200, address
    for address in ("/vragen?na=", "/overzichten?na="):
        assert client.get(f"{address}%00").status_code == 400, address


# Each set is what a browser could send along with a form; True where the form is one of ours.
SITES = [
    ({"Sec-Fetch-Site": "same-origin", "Origin": "{us}"}, True),
    ({"Sec-Fetch-Site": "none"}, True),
    ({"Origin": "{us}"}, True),
    ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
    ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, False),
    ({"Sec-Fetch-Site": "cross-site", "Origin": "{us}"}, False),
    ({"Sec-Fetch-Site": "same-site", "Origin": "{us}"}, False),
    ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, False),
    ({"Origin": "https://evil.example"}, False),
    ({"Origin": "null"}, False),
    ({"Origin": "{us}.evil.example"}, False),
    ({}, False),
]


@pytest.mark.parametrize(("headers", "ours"), SITES)
def test_a_form_from_another_site_is_refused(
    live: Live, client: httpx.Client, headers: dict[str, str], ours: bool
) -> None:
    sent = {name: value.format(us=live.url) for name, value in headers.items()}
    typed = {"email": "iemand@vng.example", "form_token": form_token(client, "/aanmelden")}
    answer = client.post("/aanmelden", data=typed, headers=sent)
    assert answer.status_code == (303 if ours else 403)


def test_a_form_without_the_token_of_this_browser_is_refused(live: Live, client: httpx.Client) -> None:
    with httpx.Client(base_url=live.url) as other:
        stolen = form_token(other, "/aanmelden")
    ours = form_token(client, "/aanmelden")
    for token in ("", stolen, ours[:-1], ours.upper() + "é"):
        typed = {"email": "iemand@vng.example", "form_token": token}
        answer = client.post("/aanmelden", data=typed, headers={"Origin": live.url})
        assert answer.status_code == 403, token
        assert "verlopen" in answer.text


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("text/plain", b"email=x", 415),
        ("multipart/form-data", b"--x", 400),
        ("multipart/form-data; boundary=x", b"nonsense", 400),
        ("multipart/form-data; boundary=x; charset=idna", b"--x--", 415),
        ("application/x-www-form-urlencoded", b"email=%ff%00%ed%a0%80", 403),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(6000)), 400),
        ("application/x-www-form-urlencoded", b"email=" + b"x" * 100_000, 413),
    ],
)
def test_a_body_that_is_no_form_gives_a_page_that_says_so(
    live: Live, client: httpx.Client, kind: str, body: bytes, status: int
) -> None:
    answer = client.post("/aanmelden", content=body, headers={"Origin": live.url, "Content-Type": kind})
    assert answer.status_code == status
    assert_framed(answer)


def test_a_large_body_is_not_read_before_we_know_who_sends_it(live: Live, client: httpx.Client) -> None:
    sent = 0

    def endless() -> object:
        nonlocal sent
        for _ in range(2000):
            sent += 64 * 1024
            yield b"x" * 64 * 1024

    headers = {"Origin": live.url, "Content-Type": "multipart/form-data; boundary=x"}
    try:
        answer = client.post("/beheer/personen", content=endless(), headers=headers)
    except (httpx.WriteError, httpx.RemoteProtocolError, httpx.ReadError):
        pass  # the server hung up in the middle of it
    else:
        assert answer.status_code == 403
    assert sent < 64 * 1024 * 1024


def test_what_was_typed_in_a_form_comes_clean(live: Live, client: httpx.Client) -> None:
    answer = send(client, "/aanmelden", {"email": "  een\x00\x01adres\r\n"})
    assert answer.status_code == 400
    assert 'value="eenadres"' in answer.text


def test_the_access_log_shows_no_answer_link() -> None:
    seen = logging.LogRecord(
        "uvicorn.access",
        logging.INFO,
        "",
        0,
        '%s - "%s %s HTTP/%s" %d',
        ("::1", "GET", "/a/1.answer.3.4.1.1.abc?x=1", "1.1", 200),
        None,
    )
    assert MaskLinks().filter(seen)
    assert seen.getMessage() == '::1 - "GET /a/…?x=1 HTTP/1.1" 200'


def test_what_a_proxy_says_about_the_host_changes_nothing(live: Live, client: httpx.Client) -> None:
    evil = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    for address in ("/aanmelden", "/nergens", "/.well-known/security.txt", "/postvak-uit"):
        answer = client.get(address, headers=evil)
        assert "evil.example" not in answer.text
        assert "evil.example" not in answer.headers.get("location", "")


def test_security_txt_says_where_to_report(live: Live, client: httpx.Client) -> None:
    text = client.get("/.well-known/security.txt").text
    assert "Contact: mailto:beheer@vng.example" in text
    assert "Expires: 2027-05-22T00:00:00Z" in text


def test_an_http_error_keeps_its_own_headers(live: Live, client: httpx.Client) -> None:
    def teapot() -> None:
        raise HTTPException(429, headers={"Retry-After": "30"})

    app: FastAPI = live.app
    app.add_api_route("/druk", teapot)
    answer = client.get("/druk")
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "30"
