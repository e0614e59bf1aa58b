"""Searching: what one may read is found and marked, whatever was typed; the box proposes numbers and references."""

from datetime import date

import httpx
import pytest
from playwright.sync_api import Page, expect

from app.domain.letters import NewQuestion
from app.usecases import answering
from tests.support.builders import a_new_letter, a_register, a_sent_letter, actor, at, questions_of
from tests.support.live import Live
from tests.support.visits import sign_in, sign_in_on

SECRETARIAT, ELSEWHERE = "secretariaat@vng.example", "contact@bzk.example"


def some_letters(live: Live) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        asked = NewQuestion("Wat kost <b>opvang</b> per plek?", "JENV", "Kosten & plekken")
        letter = a_sent_letter(s, a_new_letter(asked, subject="Bekostiging", reference="VNG/2026/77"))
        answering.submit(
            s,
            actor(s, "contact@jenv.example"),
            questions_of(s, letter)[0].id,
            "Wél 44 euro.",
            "Hoofd",
            at(date(2026, 11, 2)),
        )
        a_sent_letter(
            s, a_new_letter(NewQuestion("Wie bouwt?", "BZK", "Bouw"), subject="Wonen", reference="VNG/2026/78")
        )


@pytest.mark.database("sqlite", "postgresql")
def test_what_was_found_is_marked_and_nothing_in_it_is_alive(live: Live, client: httpx.Client) -> None:
    some_letters(live)
    sign_in(client, live, SECRETARIAT)
    told = client.get("/zoeken", params={"zoek": "OPVANGEN"}).text
    assert "&lt;b&gt;<mark>opvang</mark>&lt;/b&gt;" in told
    assert "Kosten &amp; plekken" in told
    assert "1 tekst gevonden" in told
    answer = client.get("/zoeken", params={"zoek": '"44 euro"', "soort": "antwoorden"}).text
    assert "antwoord van JenV" in answer
    assert client.get("/zoeken", params={"zoek": "44", "soort": "brieven"}).text.count("<mark>") == 0
    assert client.get("/zoeken", params={"zoek": "2026-001.1"}).text.count('href="/vragen/1"') == 1
    assert "Precies dit nummer of kenmerk" in client.get("/zoeken", params={"zoek": "vng/2026/78"}).text
    assert 'href="/zoeken?zoek=opv%2A"' in client.get("/zoeken", params={"zoek": "opv"}).text


def test_nothing_typed_breaks_it(live: Live, client: httpx.Client) -> None:
    some_letters(live)
    sign_in(client, live, SECRETARIAT)
    for typed in (
        "\x00",
        "🙂",
        "a" * 10_000,
        'woord "',
        "NEAR(a b) OR *",
        "' OR 1=1 --",
        "%",
        "e\u0301",
        "(((((",
        "a* " * 300,
    ):
        for path in ("/zoeken", "/zoeken/voorstellen"):
            assert client.get(path, params={"zoek": typed}).status_code == 200, (path, typed)
    assert "Hier staat geen woord of nummer in." in client.get("/zoeken", params={"zoek": "🙂"}).text
    assert "Wij zochten op het begin ervan." in client.get("/zoeken", params={"zoek": "woord " * 100}).text
    assert client.get("/zoeken", params={"zoek": "a", "na": "onzin"}).status_code == 400
    wrong = client.get("/zoeken", params={"zoek": "a", "soort": "onzin"})
    assert (wrong.status_code, "kent “onzin” niet" in wrong.text) == (400, True)


def test_the_box_proposes_what_begins_so_and_only_what_may_be_read(live: Live, client: httpx.Client) -> None:
    some_letters(live)
    sign_in(client, live, SECRETARIAT)

    def proposed(typed: str) -> list[str]:
        told = client.get("/zoeken/voorstellen", params={"zoek": typed}).text
        return [part.split('"')[0] for part in told.split('<option value="')[1:]]

    assert proposed("2026-") == []
    assert proposed("2026-0") == proposed("2026-00") == proposed("vng/2026") == ["2026-002", "2026-001"]
    assert proposed("2026-001") == ["2026-001"]
    assert proposed("2026-1") == []
    assert proposed("2026-001.") == ["2026-001.1"]
    assert proposed("VNG/2026/77") == ["2026-001"]
    assert proposed("%") == proposed("_") == []
    client.cookies.clear()
    sign_in(client, live, ELSEWHERE)
    assert proposed("2026-0") == ["2026-002"]
    assert proposed("2026-001.") == []
    assert "Kosten" not in client.get("/zoeken", params={"zoek": "2026-001.1"}).text


def test_numbers_are_proposed_while_one_types(live: Live, page: Page) -> None:
    some_letters(live)
    sign_in_on(page, live, SECRETARIAT, "/zoeken?zoek=opvang")
    expect(page.get_by_text("1 tekst gevonden")).to_be_visible()
    page.locator("#zoek").press_sequentially("2026-00")
    expect(page.locator("#voorstellen option")).to_have_count(2)
