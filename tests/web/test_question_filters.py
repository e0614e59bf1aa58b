"""Filters, order and place of a list of questions stand in its address; what makes no sense there is said."""

import re
from datetime import date
from typing import Any

import httpx
import pytest

from app.domain.letters import NewQuestion
from app.usecases import answering
from tests.support.builders import a_new_letter, a_register, a_sent_letter, actor, at, questions_of
from tests.support.live import Live
from tests.support.visits import sign_in

SECRETARIAT, CONTACT = "secretariaat@vng.example", "contact@jenv.example"


def three_letters(live: Live) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        for title, owner, day in (
            ("Wachttijden", "JENV", date(2026, 9, 10)),
            ("Woonruimte", "BZK", date(2026, 10, 20)),
            ("Veiligheid", "JENV", date(2026, 11, 5)),
        ):
            new = a_new_letter(NewQuestion(f"{title}?", owner, title), letter_date=day)
            found = questions_of(s, a_sent_letter(s, new, now=at(day)))[0]
        answering.submit(s, actor(s, CONTACT), found.id, "Ja.", "Hoofd", at(date(2026, 11, 20)))


def shown(client: httpx.Client, path: str = "/vragen", **query: Any) -> list[str]:
    told = client.get(path, params=query).raise_for_status().text
    return re.findall(r'regie-item__title" href="/vragen/\d+">([^<]+)<', told)


def test_every_filter_narrows_and_stands_above_the_list_as_a_chip(live: Live, client: httpx.Client) -> None:
    three_letters(live)
    sign_in(client, live, SECRETARIAT)
    for query, expected, chip in (
        ({"bal": "vng"}, ["Veiligheid"], "Bal ligt bij: <strong>VNG"),
        ({"bal": "BZK"}, ["Woonruimte"], "Bal ligt bij: <strong>BZK"),
        ({"van": "2026-10-02", "tot": "2026-11-11"}, ["Woonruimte"], "Uiterlijk vanaf: <strong>vr 2 oktober 2026"),
        ({"brief": "2026-002"}, ["Woonruimte"], "Brief: <strong>2026-002"),
        ({"trede": "1"}, [], "Trede: <strong>1 en hoger"),
        ({"soort": "toezegging"}, [], "Soort: <strong>Toezeggingen"),
        ({"stand": "open", "ministerie": "JENV"}, ["Wachttijden"], "Stand: <strong>Nog geen antwoord"),
        ({"laat": "ja"}, ["Woonruimte", "Wachttijden"], "Termijn: <strong>Alleen te laat"),
        ({"weergave": "te-beoordelen"}, ["Veiligheid"], "Weergave: <strong>Te beoordelen"),
        ({"zoek": "<b>x</b>"}, [], "Gezocht: <strong>“&lt;b&gt;x&lt;/b&gt;”"),
    ):
        assert shown(client, **query) == expected, query
        assert chip in client.get("/vragen", params=query).text


def test_the_contact_of_a_question_is_a_filter_too_but_never_one_of_elsewhere(live: Live, client: httpx.Client) -> None:
    three_letters(live)
    sign_in(client, live, CONTACT)
    assert shown(client, contact="ik") == ["Veiligheid", "Wachttijden"]
    with live.db.reading() as s:
        stranger, own = actor(s, "contact@bzk.example").person_id, actor(s, "coordinator@jenv.example").person_id
    assert shown(client, contact=str(own)) == []
    refused = client.get("/vragen", params={"contact": str(stranger)})
    assert (refused.status_code, "Contact@bzk" in refused.text) == (400, False)


@pytest.mark.parametrize("path", ["/vragen", "/"])
def test_what_makes_no_sense_is_said_and_nothing_else_is_listed_instead(
    live: Live, client: httpx.Client, path: str
) -> None:
    three_letters(live)
    sign_in(client, live, SECRETARIAT)
    names = ("ministerie", "dossier", "stand", "trede", "soort", "laat", "van", "tot", "bal", "brief", "contact",
             "bezwaar", "volgorde", "weergave")  # fmt: skip
    for name in names:
        for value in ("onzin'\"><b>", "9" * 400, "\x00", "-1", "é" * 200):
            told = client.get(path, params={name: value})
            if value == "\x00":
                assert told.status_code == 200  # a NUL is read as a space, and that as nothing
                continue
            assert (told.status_code, "regie-item__title" in told.text) == (400, False), (name, value)
            assert "Deze lijst kunnen wij niet tonen." in told.text
            assert "<b>" not in told.text.replace("<b>Regie", "")
    period = client.get(path, params={"van": "2026-11-02", "tot": "2026-11-01"})
    assert "De laatste dag ligt voor de eerste." in period.text
    assert client.get("/vragen.csv", params={"stand": "onzin"}).status_code == 400


@pytest.mark.database("sqlite", "postgresql")
def test_each_column_sorts_one_way_and_then_the_other(live: Live, client: httpx.Client) -> None:
    three_letters(live)
    sign_in(client, live, SECRETARIAT)
    oldest = ["Wachttijden", "Woonruimte", "Veiligheid"]
    for order, expected in (
        ("nieuw", oldest[::-1]),
        ("oud", oldest),
        ("termijn", oldest),
        ("-termijn", oldest[::-1]),
        ("eigenaar", ["Woonruimte", "Wachttijden", "Veiligheid"]),
        ("-eigenaar", ["Veiligheid", "Wachttijden", "Woonruimte"]),
        ("bal", oldest),
        ("-bal", oldest[::-1]),
        ("trede", oldest),
    ):
        assert shown(client, volgorde=order) == expected, order
    told = client.get("/vragen", params={"volgorde": "termijn", "laat": "ja"}).text
    assert 'aria-sort="ascending"><a class="regie-sort" href="/vragen?laat=ja&amp;volgorde=-termijn"' in told
    assert client.get("/vragen.csv", params={"volgorde": "oud"}).text.index("Wachttijden") < client.get(
        "/vragen.csv", params={"volgorde": "oud"}
    ).text.index("Veiligheid")


@pytest.mark.database("sqlite", "postgresql")
def test_pages_lead_on_and_back_with_filters_and_order_kept(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        asked = [NewQuestion(f"Onderwerp {number}?", "JENV" if number % 3 else "BZK") for number in range(1, 181)]
        a_sent_letter(s, a_new_letter(*asked))
    sign_in(client, live, SECRETARIAT)
    for order in ("nieuw", "-termijn", "eigenaar", "-bal", "-trede"):
        address, pages = f"/vragen?ministerie=JENV&volgorde={order}", []
        while address:
            told = client.get(address).raise_for_status().text
            pages.append((address, re.findall(r'regie-item__title" href="([^"]+)"', told)))
            following = re.search(r'href="([^"]+)" rel="next"', told)
            address = following[1].replace("&amp;", "&") if following else ""
        assert [len(links) for _, links in pages] == [50, 50, 20]
        assert len({link for _, links in pages for link in links}) == 120
        back = re.search(r'href="([^"]+)" rel="prev"', told)
        assert back
        told = client.get(back[1].replace("&amp;", "&")).text
        assert re.findall(r'regie-item__title" href="([^"]+)"', told) == pages[1][1]
