"""Under which names Regie answers, and that links in mail come from its own address whatever a request says."""

import re
from collections.abc import Callable
from datetime import date

import pytest

from app.mail.post import post
from app.main import create_app
from app.settings import Settings
from app.store.base import Db
from tests.support.builders import a_question, a_register
from tests.support.clock import Clock
from tests.support.inside import Inside
from tests.support.live import Live
from tests.support.visits import cookies_of, form_token

US = "https://regie.example"
# Forms of goals S7: what a request may say about where it went. True where it names us.
FORMS: list[tuple[dict[str, str], bool]] = [
    ({}, True),
    ({"Host": "regie.example:443"}, True),
    ({"Host": "REGIE.EXAMPLE"}, True),
    ({"Host": "intern.example"}, True),
    ({"X-Forwarded-Host": "evil.example"}, True),
    ({"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "X-Forwarded-Port": "81"}, True),
    ({"X-Forwarded-Server": "evil.example", "X-Host": "evil.example"}, True),
    ({"Forwarded": "host=evil.example;proto=http"}, True),
    ({"X-Original-URL": "https://evil.example/", "X-Rewrite-URL": "//evil.example/"}, True),
    ({"Origin": US, "Referer": "https://evil.example/"}, True),
    ({"Host": "evil.example"}, False),
    ({"Host": "regie.example.evil.example"}, False),
    ({"Host": "evil.example:regie.example"}, False),
    ({"Host": "evil.example#regie.example"}, False),
    ({"Host": "evil.example@regie.example"}, False),
    ({"Host": "regie.example@evil.example"}, False),
    ({"Host": "regie.example, evil.example"}, False),
    ({"Host": "regie.example:443:80"}, False),
    ({"Host": "127.0.0.1"}, False),
    ({"Host": "[::1]:80"}, False),
    ({"Host": "localhost"}, False),
    ({"Host": ""}, False),
]


@pytest.fixture
def regie(make_settings: Callable[..., Settings], db: Db, clock: Clock) -> Live:
    """Regie on the internet, with one more name inside the house."""
    settings = make_settings(base_url=US, hosts="intern.example")
    a_register(db)
    return Live(US, db, clock, settings, create_app(settings, db=db, clock=clock))


def test_whatever_a_request_says_of_the_host_the_links_in_mail_are_ours(
    regie: Live, record_property: Callable[[str, object], None]
) -> None:
    with regie.db.writing() as session:
        question_id = a_question(session, sent_on=date(2026, 11, 16)).id
    browser, path = Inside(regie.app, US), f"/vragen/{question_id}/link-intrekken"
    for name, value in cookies_of(regie, "secretariaat@vng.example").items():
        browser.cookies.set(f"__Host-{name}", value, domain="regie.example", path="/")
    token = form_token(browser, path)
    for headers, ours in FORMS:
        us = {"Origin": US, "Sec-Fetch-Site": "same-origin"}
        answer = browser.post(path, data={"form_token": token}, headers=us | headers)
        assert answer.status_code == (303 if ours else 421), headers
        assert "evil" not in answer.text + str(answer.headers), headers
        assert answer.headers["x-content-type-options"] == "nosniff"
        post(regie.app.state.office)
    browser.close()
    sent = "".join(path.read_text() for path in regie.settings.mail_folder.glob("*.eml")).replace("=\n", "")
    addresses = set(re.findall(r"https?://[a-z0-9.:-]+", sent))
    assert addresses == {US}
    assert len(list(regie.settings.mail_folder.glob("*.eml"))) > sum(ours for _, ours in FORMS)
    record_property("forms of Host and X-Forwarded-*", len(FORMS))
    assert len(FORMS) >= 20


def test_whether_it_is_alive_may_be_asked_under_any_name(regie: Live) -> None:
    browser = Inside(regie.app, US)
    assert browser.get("/healthz", headers={"Host": "10.0.0.7:8000"}).status_code == 200
    elsewhere = browser.get("/aanmelden", headers={"Host": "10.0.0.7:8000"})
    assert (elsewhere.status_code, US in elsewhere.text) == (421, True)
    assert browser.request("HEAD", "/", headers={"Host": "10.0.0.7"}).status_code == 421
    browser.close()


def test_two_names_in_one_request_are_none(regie: Live) -> None:
    browser = Inside(regie.app, US)
    answer = browser.get("/aanmelden", headers=[("Host", "regie.example"), ("Host", "evil.example")])
    assert answer.status_code == 421
    browser.close()


def test_under_one_name_of_this_machine_it_answers_to_the_others(live: Live) -> None:
    browser = Inside(live.app, live.url)
    for name in ("localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000"):
        assert browser.get("/aanmelden", headers={"Host": name}).status_code == 200, name
    assert browser.get("/aanmelden", headers={"Host": "regie.example"}).status_code == 421
    browser.close()


@pytest.mark.parametrize(
    ("given", "hosts"),
    [
        ({"base_url": "https://regie.example:8443"}, {"regie.example"}),
        (
            {"base_url": "https://regie.example", "hosts": "Intern.example 10.0.0.7"},
            {"regie.example", "intern.example", "10.0.0.7"},
        ),
        ({"base_url": "http://127.0.0.1:8000"}, {"localhost", "127.0.0.1", "::1"}),
    ],
)
def test_the_names_come_from_the_settings(given: dict[str, str], hosts: set[str]) -> None:
    assert Settings(**given).all_hosts == hosts
