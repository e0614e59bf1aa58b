"""The pictures of the guide: which page of the demo, by whom, and what is done there before it is taken."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from tests.support.addresses import ADMIN, CENTRE, LEADERSHIP, NOBODY, SECRETARIAT
from tests.support.browser import NARROW, WIDE
from tests.support.hands import Hands
from tests.support.live import Live
from tests.support.visits import sign_in_on

LETTER = """Geachte heer, mevrouw,

De tijdelijke bescherming van ontheemden uit Oekraïne loopt tot en met 4 maart 2027. Gemeenten besluiten dit najaar of zij huurcontracten voor opvanglocaties verlengen.

Wij vragen u welk bedrag per opvangplaats na die datum geldt, en op welke dag gemeenten daar zekerheid over krijgen. Zonder dat bedrag kunnen colleges geen verplichtingen aangaan.

Wij verzoeken de staatssecretaris van Onderwijs, Cultuur en Wetenschap het onderwijs aan nieuwkomers ook na de zomer te bekostigen.

Met vriendelijke groet,
Vereniging van Nederlandse Gemeenten"""  # noqa: E501  # a paragraph of a letter is one line
ASKED = (
    "Wij vragen u welk bedrag per opvangplaats na die datum geldt, en op welke dag gemeenten daar zekerheid over "
    "krijgen."
)
REQUESTED = (
    "Wij verzoeken de staatssecretaris van Onderwijs, Cultuur en Wetenschap het onderwijs aan nieuwkomers ook na de "
    "zomer te bekostigen."
)
ANSWER = (
    "Vanaf 5 maart 2027 geldt een bedrag van € 44 per plaats per dag. De regeling staat uiterlijk 18 december 2026 in"
)


def nothing(_page: Page) -> None:
    """The page as it opens."""


def type_a_letter(page: Page) -> None:
    """Paste the text of a letter, and make two of its sentences questions."""
    page.get_by_label("Onderwerp").fill("Opvang van Oekraïners na 4 maart 2027")
    page.get_by_label("Kenmerk van de VNG").fill("VNG/2026/4711")
    date = page.get_by_role("group", name="Datum van de brief")
    for part, number in (("Dag", "23"), ("Maand", "11"), ("Jaar", "2026")):
        date.get_by_label(part).fill(number)
    page.get_by_label("Gericht aan").select_option("JENV")
    page.get_by_label("Dossier").select_option("asiel-en-migratie")
    page.get_by_label("Tekst van de brief", exact=True).fill(LETTER)
    page.get_by_role("button", name="Klaar met wijzigen").click()
    hands = Hands(page)
    for number, passage in enumerate((ASKED, REQUESTED), start=1):
        hands.drag_over(passage)
        hands.press("Enter")
        expect(page.locator("[data-passage-state]")).to_contain_text(f"Vraag {number} gemaakt.")
    first = page.locator("#vragen-0")
    first.get_by_label("Eigenaar").select_option("JENV")
    first.locator("input[value=FIN]").check()
    page.get_by_text("Kies een bestand", exact=True).click()
    page.get_by_role("heading", name="De brief", exact=True).scroll_into_view_if_needed()
    expect(page.get_by_role("heading", name="2 vragen aan 2 ministeries")).to_be_visible()
    expect(page.locator("[data-autosave-state]")).to_contain_text("Concept bewaard")


def check_a_letter(page: Page) -> None:
    """Have the letter that was typed checked."""
    page.get_by_role("button", name="Controleer de brief").click()
    expect(page.get_by_role("heading", name="Controleer de brief")).to_be_visible()


def type_an_answer(page: Page) -> None:
    """Begin to answer."""
    page.get_by_label("Uw antwoord").fill(f"{ANSWER} de Staatscourant.")
    page.get_by_label("Uw antwoord").scroll_into_view_if_needed()


@dataclass(frozen=True)
class Picture:
    """One picture: who opens which address (its parts are given to `take`), what they do, and how it is taken.

    Without an address it goes on where the one before ended.
    """

    who: str
    path: str
    steps: Callable[[Page], None] = nothing
    width: int = WIDE
    height: int = 860
    dark: bool = False


PICTURES: Mapping[str, Picture] = {
    "werkvoorraad": Picture(SECRETARIAT, "/"),
    "registreren": Picture(SECRETARIAT, "/brieven/nieuw", type_a_letter, height=1000),
    "controleren": Picture(SECRETARIAT, "", check_a_letter, height=1000),
    "vraag": Picture(SECRETARIAT, "/vragen/{told}", height=1500),
    "vraag-donker": Picture(SECRETARIAT, "/vragen/{told}", height=1000, dark=True),
    "antwoorden": Picture(NOBODY, "{link}", type_an_answer, width=NARROW, height=600),
    "weekoverzicht": Picture(LEADERSHIP, "/overzichten/{week}", height=1000),
    "stand": Picture(LEADERSHIP, "/stand", height=1000),
    "samenhang": Picture(CENTRE, "/samenhang"),
    "escalatieladder": Picture(ADMIN, "/beheer/escalatieladder/vooruitblik?dag-dag=26&dag-maand=11&dag-jaar=2026"),
    "postvak-uit": Picture(SECRETARIAT, "/postvak-uit"),
}


def take(live: Live, page: Page, known: Mapping[str, object], into: Path | None) -> dict[str, str]:
    """Do the steps of all pictures, and write them into a folder, if there is one; tell the heading of each."""
    shown = {}
    for name, picture in PICTURES.items():
        page.set_viewport_size({"width": picture.width, "height": picture.height})
        page.emulate_media(color_scheme="dark" if picture.dark else "light")
        if picture.who == NOBODY:
            page.context.clear_cookies()
            page.goto(live.url + picture.path.format_map(known))
        elif picture.path:
            sign_in_on(page, live, picture.who, picture.path.format_map(known))
        picture.steps(page)
        shown[name] = page.get_by_role("heading", level=1).inner_text()
        if into is not None:
            page.evaluate("document.fonts.ready")
            page.mouse.move(0, 0)
            (into / f"{name}.png").write_bytes(small(page.screenshot(animations="disabled", caret="hide")))
    return shown


def small(png: bytes) -> bytes:
    """The same picture with a palette of its most frequent colours, a third of the size."""
    with Image.open(BytesIO(png)) as opened, Image.new("P", (1, 1)) as palette, BytesIO() as written:
        whole = opened.convert("RGB")
        frequent = sorted(whole.getcolors(whole.width * whole.height), reverse=True)[:256]
        palette.putpalette([part for _, colour in frequent for part in colour])
        whole.quantize(palette=palette, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
        return written.getvalue()
