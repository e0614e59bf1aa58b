"""The form of a letter proposes what the letter's own text says."""

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.support import samples
from tests.support.builders import a_register
from tests.support.live import Live
from tests.support.visits import send, sign_in, sign_in_on

WHO = "secretariaat@vng.example"
LETTER = """Ministerie van Justitie en Veiligheid
t.a.v. de minister

Datum: 3 november 2026
Kenmerk: TIB/U2026-0118
Betreft: Opvang na 4 maart 2027

Geachte minister,

Hoe stemmen J&V en BZK de opvang op elkaar af?
"""
START = {"datum-dag": "23", "datum-maand": "11", "datum-jaar": "2026"}


def value_of(page: str, name: str) -> str:
    return page.split(f'name="{name}"')[1].split('value="')[1].split('"', maxsplit=1)[0]


def test_what_is_empty_is_filled_in_from_the_text(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, WHO)
    typed = {**START, "tekst": LETTER, "onderwerp": "", "vragen-0-tekst": "Hoe stemmen J&V en BZK dit af?"}
    filled = send(client, "/brieven/nieuw", {**typed, "act": "lees-tekst"}).text
    assert value_of(filled, "onderwerp") == "Opvang na 4 maart 2027"
    assert value_of(filled, "kenmerk") == "TIB/U2026-0118"
    assert value_of(filled, "terAttentieVan") == "de minister"
    assert [value_of(filled, f"datum-{part}") for part in ("dag", "maand", "jaar")] == ["3", "11", "2026"]
    assert filled.count('<option value="JENV" selected') == 2, "addressee and owner"
    kept = send(client, "/brieven/nieuw", {**typed, "act": "lees-tekst", "onderwerp": "Mijn onderwerp"}).text
    assert value_of(kept, "onderwerp") == "Mijn onderwerp", "what was typed stays"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("brief.txt", LETTER.encode(), "De tekst van het bestand staat hieronder."),
        ("brief.pdf", samples.PDF, "In dit bestand staat geen tekst die Regie kan lezen"),
    ],
)
def test_the_text_of_a_file_is_read(live: Live, client: httpx.Client, name: str, content: bytes, told: str) -> None:
    a_register(live.db)
    sign_in(client, live, WHO)
    files = {"bestanden": (name, content)}
    shown = send(client, "/brieven/nieuw", {**START, "act": "bijlage"}, files=files).text
    assert told in shown
    readable = "hieronder." in told
    assert value_of(shown, "onderwerp") == ("Opvang na 4 maart 2027" if readable else "")
    assert ("Hoe stemmen J&amp;V en BZK" in shown) == readable
    again = send(client, "/brieven/nieuw", {**START, "act": "bijlage", "tekst": "Mijn tekst"}, files=files).text
    assert "Mijn tekst" in again
    assert told not in again, "what was typed stays, and no file is read over it"


def test_a_passage_proposes_who_it_is_for(live: Live, page: Page) -> None:
    a_register(live.db)
    sign_in_on(page, live, WHO, "/brieven/nieuw")
    page.get_by_label("Tekst van de brief", exact=True).fill(LETTER)
    page.get_by_role("button", name="Klaar met wijzigen").click()
    page.get_by_role("button", name="Vorige zin").click()
    page.get_by_role("button", name="Maak een vraag van de selectie").click()
    first = page.locator("#vragen-0")
    expect(first.get_by_label("Eigenaar")).to_have_value("JENV")
    expect(first.locator("input[value=BZK]")).to_be_checked()
    expect(first).to_contain_text("genoemd als J&V")
    expect(page.get_by_text("Vraag 1 gemaakt. Voorgesteld uit de tekst: JenV, BZK. Klopt dat?")).to_be_visible()


@pytest.mark.parametrize("query", ["", "tekst=niets", "tekst=BZK&datum-dag=99&datum-maand=x&datum-jaar=0"])
def test_a_passage_that_names_nobody_proposes_nothing(live: Live, client: httpx.Client, query: str) -> None:
    a_register(live.db)
    sign_in(client, live, WHO)
    told = client.get(f"/brieven/nieuw/voorstel?{query}")
    assert told.status_code == 200
    assert told.json()["ministeries"] == (["BZK"] if "BZK" in query else [])
