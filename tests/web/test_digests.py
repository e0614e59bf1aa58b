"""The pages of the weekly digests, the leadership's start page, and how a digest prints."""

import csv
import io
import sys
from datetime import date

import httpx
import pytest
import sqlalchemy as sa
from odfdo import Document
from playwright.sync_api import Page, expect

from app.domain import definitions
from app.timetable import run_job
from tests.support.browser import assert_no_sideways_scroll
from tests.support.builders import a_question, a_register
from tests.support.live import Live
from tests.support.visits import sign_in, sign_in_on

LEADERSHIP = "directie@vng.example"
W47, W48 = date(2026, 11, 16), date(2026, 11, 23)


def two_weeks(live: Live) -> None:
    """Two digests: one question late in the first, two in the second."""
    a_register(live.db)
    with live.db.writing() as s:
        a_question(s, "JENV", date(2026, 10, 5))
        a_question(s, "BZK", date(2026, 10, 26))
    for day in (W47, W48):
        run_job(live.app.state.office, "digest", day)


def test_a_digest_begins_with_what_matters_and_tells_its_picture(live: Live, page: Page) -> None:
    two_weeks(live)
    sign_in_on(page, live, LEADERSHIP, "/overzichten/2026-W48")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "2 vragen te laat, 1 meer dan vorige week; de oudste is 27 dagen te laat, bij JenV."
    )
    expect(page.get_by_role("img", name="Vragen te laat, per week: 2026-W47: 1, 2026-W48: 2")).to_be_visible()


def test_a_digest_prints_on_a4_without_what_only_works_on_a_screen(live: Live, page: Page) -> None:
    two_weeks(live)
    sign_in_on(page, live, LEADERSHIP, "/overzichten/2026-W48")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 1000})  # A4 within its margins
    expect(page.get_by_role("navigation").first).to_be_hidden()
    expect(page.locator(".regie-printhead")).to_be_visible()
    assert_no_sideways_scroll(page)
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") <= 2


def test_what_is_shown_does_not_follow_the_register(live: Live, client: httpx.Client) -> None:
    two_weeks(live)
    sign_in(client, live, LEADERSHIP)
    before = client.get("/overzichten/2026-W48").text.split("<article")[1].split("</article>")[0]
    with live.db.writing() as s:
        a_question(s, "OCW", date(2026, 9, 1))
    assert before in client.get("/overzichten/2026-W48").text


def frozen_rows(live: Live) -> dict[str, tuple[object, ...]]:
    """All that is frozen of each week, byte for byte."""
    with live.db.reading() as s:
        return {row[0]: tuple(row) for row in s.execute(sa.text("SELECT * FROM digests ORDER BY week"))}


def test_a_new_version_of_the_definitions_leaves_what_was_frozen_byte_for_byte(
    live: Live, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        a_question(s, "JENV", date(2026, 10, 5))
    run_job(live.app.state.office, "digest", W47)
    sign_in(client, live, LEADERSHIP)
    addresses = [f"/overzichten/2026-W47{end}" for end in (".csv", "")]

    def shown() -> list[str]:
        return [client.get(address).raise_for_status().text.split("</article>")[0] for address in addresses]

    before, kept = shown(), frozen_rows(live)
    new = definitions.DEFINITION_VERSION + 1
    reworded = (definitions.Definition("te-laat", "Te laat", "Heel anders.", "anders", "Regie"),)
    for module in [one for name, one in sys.modules.items() if name.startswith("app.")]:
        for name, value in (("DEFINITION_VERSION", new), ("DEFINITIONS", reworded)):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, value)
    run_job(live.app.state.office, "digest", W47)
    run_job(live.app.state.office, "digest", W48)
    rows = frozen_rows(live)
    assert {"2026-W47": rows["2026-W47"]} == kept
    assert f"versie {new}" in client.get("/overzichten/2026-W48").text
    # The next week leads to it and from it; the rest of the page is as it was.
    assert [text.split("<article")[-1] for text in shown()] == [text.split("<article")[-1] for text in before]
    assert f"versie {new - 1}" in before[1]


def test_a_digest_can_be_taken_along_as_it_was_frozen(live: Live, client: httpx.Client) -> None:
    two_weeks(live)
    with live.db.writing() as s:
        a_question(s, "OCW", date(2026, 9, 1))
    sign_in(client, live, LEADERSHIP)
    shown = client.get("/overzichten/2026-W48").text
    assert all(f'href="/overzichten/2026-W48.{kind}"' in shown for kind in ("csv", "ods"))
    answer = client.get("/overzichten/2026-W48.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="weekoverzicht-2026-W48.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    late = [row for row in rows if row["Lijst"] == "Te laat"]
    assert [(row["Eigenaar"], row["Dagen te laat"], row["Uiterste antwoorddatum"]) for row in late] == [
        ("JenV", "27", "2026-10-26"),
        ("BZK", "6", "2026-11-16"),
    ]
    assert [row["Eigenaar"] for row in rows if row["Lijst"] == "Nieuw te laat"] == ["BZK"]
    assert {row["Adres"].rpartition("/")[0] for row in rows} == {f"{live.url}/vragen"}
    assert {(row["Week"], row["Peildatum"]) for row in rows} == {("2026-W48", "2026-11-22")}


def test_its_spreadsheet_holds_the_figures_and_the_trend_too(live: Live, client: httpx.Client) -> None:
    two_weeks(live)
    sign_in(client, live, LEADERSHIP)
    ods = Document(io.BytesIO(client.get("/overzichten/2026-W48.ods").raise_for_status().content))
    tables = {table.name: [list(row) for row in table.iter_values()] for table in ods.body.tables}
    assert list(tables) == ["Vragen", "Kerncijfers", "Trend"]
    assert tables["Kerncijfers"][1][:3] == ["Te laat", 2, 1]
    assert tables["Trend"][1:] == [["2026-W47", 1], ["2026-W48", 2]]


def test_a_title_that_would_be_a_formula_is_text_in_the_file(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        a_question(s, "JENV", date(2026, 10, 5)).title = "=HYPERLINK(1)"
    run_job(live.app.state.office, "digest", W48)
    sign_in(client, live, LEADERSHIP)
    assert ';"\'=HYPERLINK(1)";' in client.get("/overzichten/2026-W48.csv").text


def test_the_list_leads_to_each_week_and_weeks_lead_to_each_other(live: Live, page: Page) -> None:
    two_weeks(live)
    sign_in_on(page, live, LEADERSHIP)
    page.get_by_role("link", name="Overzichten").click()
    page.get_by_role("link", name="Week 47, 2026").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("1 vraag te laat")
    page.get_by_role("link", name="Week 48, 2026").click()
    expect(page).to_have_url(f"{live.url}/overzichten/2026-W48")


def test_the_leadership_starts_with_the_week_in_one_screen(live: Live, page: Page) -> None:
    two_weeks(live)
    sign_in_on(page, live, LEADERSHIP)
    expect(page.get_by_role("heading", level=1)).to_contain_text("2 vragen te laat, 1 meer dan vorige week")
    expect(page.get_by_role("heading", name="Langst te laat")).to_be_visible()
    # What is late longest is told once: the list begins with another view, and nothing stands beside it.
    expect(page.locator(".regie-list__bar")).to_contain_text("2 vragen · nog niet afgedaan")
    expect(page.get_by_role("complementary")).to_have_count(0)
    page.get_by_role("link", name="Bekijk het hele overzicht").click()
    expect(page).to_have_url(f"{live.url}/overzichten/2026-W48")


@pytest.mark.parametrize("email", ["coordinator@jenv.example", "contact@jenv.example", "beheer@vng.example"])
def test_digests_are_not_for_one_ministry_or_an_administrator(live: Live, client: httpx.Client, email: str) -> None:
    two_weeks(live)
    sign_in(client, live, email)
    for address in ("/overzichten", "/overzichten/2026-W48", "/overzichten/2026-W48.csv", "/overzichten/2026-W48.ods"):
        assert client.get(address).status_code == 403
    assert 'href="/overzichten"' not in client.get("/vragen").text


@pytest.mark.parametrize("week", ["2026-W49", "2026-W60", "vorige"])
def test_a_week_without_a_digest_is_not_found(live: Live, client: httpx.Client, week: str) -> None:
    two_weeks(live)
    sign_in(client, live, LEADERSHIP)
    for address in (f"/overzichten/{week}", f"/overzichten/{week}.csv", f"/overzichten/{week}.ods"):
        assert client.get(address).status_code == 404


def test_a_page_of_the_list_that_is_none_says_so(live: Live, client: httpx.Client) -> None:
    two_weeks(live)
    sign_in(client, live, LEADERSHIP)
    assert "Week 47" in client.get("/overzichten?na=2026-W48").text
    answer = client.get("/overzichten?na=zzz")
    assert answer.status_code == 400
    assert "Deze bladzijde bestaat niet." in answer.text


def test_it_is_read_in_the_readers_language(live: Live, client: httpx.Client) -> None:
    two_weeks(live)
    sign_in(client, live, "regie@az.example")
    with live.db.writing() as s:
        s.connection().exec_driver_sql("UPDATE people SET language = 'en' WHERE email = 'regie@az.example'")
    shown = client.get("/overzichten/2026-W48").text
    assert "2 questions late" in shown
    assert "Te laat, per ministerie" not in shown
