"""The list of questions, taken along as a file."""

import csv
import io
from datetime import date

import httpx
import pytest
import sqlalchemy as sa
from odfdo import Document
from openpyxl import load_workbook
from playwright.sync_api import Page

from app.domain.letters import NewQuestion
from app.store.base import Db
from app.store.people import Person
from app.usecases import letters
from app.web.questions import exchange
from app.wording import wording
from tests.support.beginnings import beginning
from tests.support.builders import a_new_letter, a_register, a_sent_letter, at, secretariat
from tests.support.live import Live
from tests.support.visits import sign_in, sign_in_on

SECRETARIAT, CONTACT = "secretariaat@vng.example", "contact@jenv.example"


@beginning
def a_list(db: Db) -> None:
    """Three questions sent to JenV and BZK, one of them late, and a concept."""
    a_register(db)
    with db.writing() as s:
        late = NewQuestion("Wanneer?", "JENV", '=HYPERLINK("http://evil.example")')
        a_sent_letter(s, a_new_letter(late, letter_date=date(2026, 10, 5), dossier="asiel-en-migratie"))
        a_sent_letter(
            s,
            a_new_letter(
                NewQuestion("Hoeveel?", "JENV", "Bedrag"),
                NewQuestion("Waar?", "BZK", "Plaats"),
                letter_date=date(2026, 11, 16),
                subject="@SUM(1)",
                reference="-1",
            ),
        )
        letters.register(s, secretariat(s), a_new_letter(subject="Nog niet weg"), at(date(2026, 11, 20)))


def rows(client: httpx.Client, query: str = "") -> list[dict[str, str]]:
    """The CSV file, by its headings."""
    answer = client.get(f"/vragen.csv{query}").raise_for_status()
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_file_holds_what_the_page_holds(live: Live, client: httpx.Client) -> None:
    a_list(live.db)
    sign_in(client, live, SECRETARIAT)
    found = rows(client)
    assert [row["Nummer"] for row in found] == ["2026-003.1", "2026-002.2", "2026-002.1", "2026-001.1"]
    assert found[-1] == {
        "Nummer": "2026-001.1",
        "Vraag": '\'=HYPERLINK("http://evil.example")',
        "Soort": "Vraag",
        "Stand": "Uitgezet",
        "Ronde": "1",
        "Eigenaar": "JenV",
        "Bal ligt bij": "JenV",
        "Sinds": "2026-10-05",
        "Gesteld op": "2026-10-05",
        "Uiterste antwoorddatum": "2026-10-26",
        "Oorspronkelijke antwoorddatum": "2026-10-26",
        "Verwacht op": "",
        "Dagen te laat": "28",
        "Trede": "",
        "Dossier": "Asiel en migratie",
        "Onderwerp van de brief": "Opvang van Oekraïners na 4 maart 2027",
        "Kenmerk": "VNG/2026/118",
        "Adres": f"{live.url}/vragen/{found[-1]['Adres'].rsplit('/', 1)[1]}",
    }
    assert (found[1]["Onderwerp van de brief"], found[1]["Kenmerk"]) == ("'@SUM(1)", "'-1")


def test_ods_holds_the_same_with_days_as_days(live: Live, client: httpx.Client) -> None:
    a_list(live.db)
    sign_in(client, live, SECRETARIAT)
    answer = client.get("/vragen.ods").raise_for_status()
    assert answer.headers["content-disposition"] == 'attachment; filename="vragen-2026-11-23.ods"'
    table = Document(io.BytesIO(answer.content)).body.get_table(0)
    assert table is not None
    headings, *values = table.iter_values()
    by_heading = dict(zip(headings, values[-1], strict=True))
    assert by_heading["Vraag"] == '=HYPERLINK("http://evil.example")'
    assert by_heading["Uiterste antwoorddatum"] == date(2026, 10, 26)
    assert by_heading["Dagen te laat"] == 28
    assert [row[0] for row in values] == [row["Nummer"] for row in rows(client)]


def test_xlsx_holds_the_same_and_no_formula(live: Live, client: httpx.Client) -> None:
    a_list(live.db)
    sign_in(client, live, SECRETARIAT)
    answer = client.get("/vragen.xlsx").raise_for_status()
    assert answer.headers["content-disposition"] == 'attachment; filename="vragen-2026-11-23.xlsx"'
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    headings, *values = sheet.iter_rows()
    last = {str(heading.value): cell for heading, cell in zip(headings, values[-1], strict=True)}
    assert (last["Vraag"].value, last["Vraag"].data_type) == ('=HYPERLINK("http://evil.example")', "s")
    assert last["Uiterste antwoorddatum"].value.date() == date(2026, 10, 26)
    assert [row[0].value for row in values] == [row["Nummer"] for row in rows(client)]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("?ministerie=BZK", ["2026-002.2"]),
        ("?dossier=asiel-en-migratie", ["2026-001.1"]),
        ("?stand=concept", ["2026-003.1"]),
        ("?laat=ja", ["2026-001.1"]),
        ("?zoek=2026-002", ["2026-002.2", "2026-002.1"]),
        ("?zoek=bestaat+niet", []),
    ],
)
def test_the_filters_of_the_page_hold(live: Live, client: httpx.Client, query: str, numbers: list[str]) -> None:
    a_list(live.db)
    sign_in(client, live, SECRETARIAT)
    assert [row["Nummer"] for row in rows(client, query)] == numbers


def test_a_ministry_takes_along_only_what_it_may_read(live: Live, client: httpx.Client) -> None:
    a_list(live.db)
    sign_in(client, live, CONTACT)
    assert [row["Nummer"] for row in rows(client)] == ["2026-002.1", "2026-001.1"]
    assert rows(client, "?ministerie=BZK") == []


@pytest.mark.parametrize("path", ["/vragen.csv", "/vragen.xlsx"])
def test_nobody_takes_anything_along_without_signing_in(live: Live, client: httpx.Client, path: str) -> None:
    a_list(live.db)
    answer = client.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/aanmelden?naar={path}")


def test_headings_and_states_are_in_the_readers_language(live: Live, client: httpx.Client) -> None:
    a_list(live.db)
    with live.db.writing() as s:
        s.execute(sa.update(Person).values(language="en"))
    sign_in(client, live, SECRETARIAT)
    first = rows(client)[0]
    assert wording("en").gettext("Stand") in first
    assert first[wording("en").gettext("Stand")] == wording("en").gettext("Concept")
    assert wording("en").gettext("Stand") != "Stand"


def test_long_lists_come_whole(live: Live, client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "BATCH", 2)
    a_list(live.db)
    sign_in(client, live, SECRETARIAT)
    assert [row["Nummer"] for row in rows(client)] == ["2026-003.1", "2026-002.2", "2026-002.1", "2026-001.1"]


def test_the_page_offers_the_files_of_what_it_shows(live: Live, page: Page) -> None:
    a_list(live.db)
    sign_in_on(page, live, SECRETARIAT, "/vragen")
    page.goto(f"{live.url}/vragen?ministerie=BZK")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert download.value.suggested_filename == "vragen-2026-11-23.csv"
    assert (text.count("\n"), "2026-002.2" in text) == (2, True)
