"""How it stands on one page: for whom, of whom, each picture with its table."""

import re
from datetime import date

import httpx
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.domain.questions import State
from app.store.questions import Question
from app.usecases import closing, kept_figures
from tests.support.builders import a_register, at, secretariat
from tests.support.live import Live
from tests.support.visits import sign_in, sign_in_on
from tests.web.test_statistics import COORDINATOR, LEADERSHIP, TODAY, a_season


def test_leadership_sees_all_ministries_by_name_and_every_picture_has_its_table(live: Live, page: Page) -> None:
    a_season(live.db)
    sign_in_on(page, live, LEADERSHIP, "/stand")
    expect(page.get_by_text("6 vragen zijn te laat.")).to_be_visible()
    rows = page.locator(".regie-matrix tbody th").all_inner_texts()
    assert rows == ["BZK", "JenV", "OCW", "Samen"]
    page.get_by_text("Toon als tabel").last.click()
    table = page.get_by_role("table", name="Hoe lang al te laat?")
    assert sum(int(row.split()[-1]) for row in table.get_by_role("row").all_inner_texts()[1:]) == 6
    for name in ("Download ODS", "Download CSV"):
        for link in page.get_by_role("link", name=name).all():
            assert page.request.get(f"{live.url}{link.get_attribute('href')}").ok


def test_a_coordinator_sees_the_own_ministry_only_and_a_contact_nothing(live: Live, client: httpx.Client) -> None:
    a_season(live.db)
    sign_in(client, live, COORDINATOR)
    text = client.get("/stand").text
    assert "3 vragen zijn te laat." in text
    assert "BZK" not in text
    client.cookies.clear()
    sign_in(client, live, "contact@jenv.example")
    assert client.get("/stand").status_code == 403


def test_an_empty_register_says_what_comes_here(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, LEADERSHIP)
    assert "Zodra er een brief verstuurd is" in client.get("/stand").text


def test_the_line_of_late_questions_ends_today(live: Live, client: httpx.Client) -> None:
    a_season(live.db)
    with live.db.reading() as s:
        counted = kept_figures.count(s, TODAY, live.clock())
    with live.db.writing() as s:
        kept_figures.put_away(s, counted)
    sign_in(client, live, LEADERSHIP)
    text = client.get("/stand").text
    assert "2026-W48: 6" in text
    assert text.count("regie-chart__line--late") > 4


def test_late_questions_that_the_figures_leave_out_are_counted_in_words_with_the_way_to_both(
    live: Live, client: httpx.Client
) -> None:
    a_season(live.db)
    with live.db.writing() as s:
        question = s.scalars(sa.select(Question).where(Question.state == State.SETTLED).limit(1)).one()
        closing.reopen(s, secretariat(s), question.id, "Toch niet.", at(date(2026, 11, 3)))
    sign_in(client, live, LEADERSHIP)
    text = client.get("/stand").text
    assert '<a href="/vragen?laat=ja">7 vragen zijn te laat.</a>' in text
    assert "Toezeggingen en latere rondes tellen daarin niet mee." in text
    counted = re.search(r'<a href="([^"]+)">Zo zijn het 6 vragen\.</a>', text)
    assert counted
    assert "7 vragen" in client.get("/vragen?laat=ja").text
    assert "6 vragen" in client.get(counted[1].replace("&amp;", "&")).text
    client.cookies.clear()
    sign_in(client, live, COORDINATOR)
    assert '<a href="/vragen?laat=ja&amp;ministerie=JENV">4 vragen zijn te laat.</a>' in client.get("/stand").text
