"""The figures of one ministry, dossier or month, to read, to print and as a text; bad addresses say what to do."""

import io
import re
from datetime import date
from xml.etree import ElementTree as ET

import httpx
import pytest
from odfdo import Document
from playwright.sync_api import Page, expect

from app.domain.letters import NewQuestion
from app.store.base import Db
from app.usecases import answering
from app.web.statistics import figure_query, focus_view, holding
from app.web.statistics import pages as figure_pages
from tests.support.beginnings import beginning
from tests.support.builders import a_new_letter, a_register, a_sent_letter, actor, at, questions_of
from tests.support.live import Live
from tests.support.registers import a_random_register
from tests.support.visits import sign_in, sign_in_on

LEADERSHIP = "directie@vng.example"
LINK = re.compile(r'class="regie-(?:count|figures__)-?link" href="([^"]+)">([\d.]+)<')


@beginning
def a_season(db: Db) -> None:
    """Of 5 October six questions to JenV in a dossier, two of them answered in time, and one to BZK in none."""
    a_register(db)
    with db.writing() as s:
        asked = [NewQuestion(f"Vraag {n}?", "JENV") for n in range(6)]
        questions = questions_of(s, a_sent_letter(s, a_new_letter(*asked, dossier="asiel-en-migratie")))
        for question in questions[:2]:
            answering.submit(s, actor(s, "contact@jenv.example"), question.id, "Ja.", "Chef", at(date(2026, 10, 12)))
        a_sent_letter(s, a_new_letter(NewQuestion("Waar?", "BZK"), letter_date=date(2026, 11, 2)))


@pytest.mark.parametrize(
    ("path", "title", "asked"),
    [
        ("ministerie/JENV", "JenV", "6"),
        ("dossier/asiel-en-migratie", "Asiel en migratie", "6"),
        ("maand/2026-11", "November 2026", "1"),
    ],
)
def test_each_number_of_a_page_leads_to_its_questions(
    live: Live, client: httpx.Client, path: str, title: str, asked: str
) -> None:
    a_season(live.db)
    sign_in(client, live, LEADERSHIP)
    text = client.get(f"/statistieken/{path}").raise_for_status().text
    assert f"<h1>{title}</h1>" in text
    found = LINK.findall(text)
    assert asked in {number for _, number in found}
    for href, number in found:
        behind = client.get(href.replace("&amp;", "&")).raise_for_status().text
        assert f"<strong>{number} vra" in behind


def test_the_report_is_a_text_document_with_the_same_numbers(live: Live, client: httpx.Client) -> None:
    a_season(live.db)
    sign_in(client, live, LEADERSHIP)
    answer = client.get("/statistieken/ministerie/JENV.odt").raise_for_status()
    assert answer.headers["content-disposition"] == 'attachment; filename="cijfers-ministerie-JENV-2026-11-23.odt"'
    tables = [list(table.iter_values()) for table in Document(io.BytesIO(answer.content)).body.get_tables()]
    by_dossier = next(rows for rows in tables if rows[0][0] == "Groep")
    assert by_dossier[1][:6] == ["Asiel en migratie", "6", "2", "0", "0", "4"]
    assert by_dossier[-1][:2] == ["JenV", "6"]
    assert next(rows for rows in tables if rows[0][0] == "Na zoveel dagen")[1][1:3] == ["67 %", "67 %"]


def test_the_text_document_has_the_pictures_of_the_page_each_told_and_with_its_table(
    live: Live, client: httpx.Client
) -> None:
    a_season(live.db)
    sign_in(client, live, LEADERSHIP)
    shown = client.get("/statistieken/ministerie/JENV").raise_for_status().text
    document = Document(io.BytesIO(client.get("/statistieken/ministerie/JENV.odt").raise_for_status().content))
    body = document.body
    titles = []
    for frame in body.get_frames():
        titles.append(frame.svg_title)
        assert f'aria-label="{frame.svg_description.rstrip(".")}"' in shown
        name = frame.get_images()[0].url
        assert document.get_part("META-INF/manifest.xml").get_media_type(name) == "image/svg+xml"
        drawn = ET.fromstring(document.get_part(name))  # noqa: S314  # our own
        marks = [
            one.get("d") or one.get("width") for one in drawn.iter() if "%" in one.get("width", "") or one.get("d")
        ]
        assert marks
        assert [mark for mark in marks if f'"{mark}"' not in shown] == []
        assert frame.parent.get_elements("following-sibling::table:table")
    assert titles == ["Hoe snel komt het antwoord?", "Op tijd of te laat"]


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("ministerie/BESTAATNIET", 404, "Dit ministerie is er niet."),
        ("dossier/geen-dossier", 404, "Dit dossier is er niet."),
        ("maand/2026-13", 404, "Deze maand is er niet."),
        ("maand/2031-01", 404, "Deze maand is er niet."),
        ("maand/2026", 404, "Deze maand is er niet."),
        ("ministerie/JENV?van=gisteren", 400, "Vul een dag in zoals 30-11-2026."),
        ("ministerie/JENV?van=1800-01-01", 400, "Kies een datum van"),
        ("vergelijken?ministerie=JENV", 400, "Kies er twee of drie"),
        ("vergelijken?ministerie=JENV&ministerie=JENV", 400, "Kies er twee of drie"),
        ("vergelijken?ministerie=JENV&ministerie=BZK&ministerie=OCW&ministerie=DEF", 400, "Kies er twee of drie"),
        ("vergelijken?ministerie=JENV&ministerie=XX", 400, "Dit ministerie is er niet."),
        ("vergelijken?periode=2026&periode=ooit", 400, "Deze periode kennen wij niet."),
        ("vergelijken?periode=2026&periode=2027", 400, "na de peildatum"),
    ],
)
def test_an_address_typed_by_hand_gets_a_sentence_that_says_what_to_do(
    live: Live, client: httpx.Client, path: str, status: int, sentence: str
) -> None:
    a_season(live.db)
    sign_in(client, live, LEADERSHIP)
    answer = client.get(f"/statistieken/{path}")
    assert (answer.status_code, sentence in answer.text) == (status, True)


def test_a_coordinator_sees_their_own_ministry_only(live: Live, client: httpx.Client) -> None:
    a_season(live.db)
    sign_in(client, live, "coordinator@jenv.example")
    assert client.get("/statistieken/ministerie/BZK").status_code == 403
    assert client.get("/statistieken/ministerie/BZK.odt").status_code == 403
    assert client.get("/statistieken/vergelijken?ministerie=BZK&ministerie=OCW").text.count("regie-count-link") == 0
    assert "BZK" not in client.get("/statistieken/maand/2026-11").raise_for_status().text
    assert "Asiel en migratie" in client.get("/statistieken/ministerie/JENV").raise_for_status().text


def test_ministries_stand_by_name_and_periods_in_time(live: Live, client: httpx.Client) -> None:
    a_season(live.db)
    sign_in(client, live, LEADERSHIP)
    for query, columns in (
        ("ministerie=OCW&ministerie=JENV&ministerie=BZK", ["BZK", "JenV", "OCW"]),
        ("periode=2026-11&periode=2026-10", ["oktober 2026", "november 2026"]),
    ):
        text = client.get(f"/statistieken/vergelijken?{query}").raise_for_status().text
        heads = re.findall(r'<th scope="col" role="columnheader" class="regie-table__num">([^<]+)<', text)
        assert heads == columns
        for href, number in LINK.findall(text):
            assert f"<strong>{number} vra" in client.get(href.replace("&amp;", "&")).text


def test_very_many_groups_are_turned_page_by_page(
    live: Live, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (figure_query, figure_pages, focus_view):
        monkeypatch.setattr(module, "MOST_GROUPS", 4)
    a_random_register(live.db, 400)
    sign_in(client, live, LEADERSHIP)
    path, seen = "/statistieken?groepering=maand&van=2024-06-01", []
    while path:
        text = client.get(path).raise_for_status().text
        seen += re.findall(r'<a href="/statistieken/maand/([\d-]+)', text.split('id="h-meer"')[0])
        found = re.search(r'href="([^"]+)" rel="next"', text)
        path = found[1].replace("&amp;", "&") if found else ""
    assert seen == sorted(set(seen))
    assert f" van {len(seen)}. In de bestanden" in text
    assert (len(seen) > 20, seen[0], seen[-1]) == (True, "2024-06", "2026-11")
    assert re.search(r"En nog \d+ groep", client.get("/statistieken/dossier/asiel-en-migratie").text)
    assert client.get("/statistieken?pagina=nul").status_code == 400


def test_very_many_holders_are_cut_and_told(live: Live, client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (holding, focus_view):
        monkeypatch.setattr(module, "MOST_HOLDERS", 1)
    a_season(live.db)
    sign_in(client, live, LEADERSHIP)
    for path in ("bal", "ministerie/JENV"):
        text = client.get(f"/statistieken/{path}").raise_for_status().text
        assert (text.count('class="regie-held"'), bool(re.search(r"En nog \d houders?;", text))) == (1, True)
    assert client.get("/statistieken/bal.csv").text.count("eigenaar") == 2


def test_everybody_can_read_and_print_it(live: Live, page: Page) -> None:
    a_season(live.db)
    sign_in_on(page, live, LEADERSHIP, "/statistieken/ministerie/JENV")
    expect(page.get_by_role("img", name=re.compile("^JenV: de mediaan is nog niet bereikt"))).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Download ODT")).to_be_hidden()
    expect(page.get_by_role("heading", name="Per maand")).to_be_visible()
