"""Which column of a file from elsewhere is which: by its heading, Dutch or English, however it is written."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.domain.errors import Invalid, mark

HEADINGS = (
    "reference", "subject", "letter_date", "addressee", "question", "owner",
    "asked_on", "due_on", "answered_on", "withdrawn_on", "dossier", "kind",
)  # fmt: skip
NEEDED = ("reference", "subject", "letter_date", "question", "owner")
MOST_COLUMNS = 1000
LOOKED_THROUGH = 30
"""Lines from the top among which the headings must stand: registers begin with titles and logos."""

COLUMN_NAMES: Mapping[str, str] = {
    "reference": mark("Kenmerk van de brief"),
    "subject": mark("Onderwerp"),
    "letter_date": mark("Datum van de brief"),
    "addressee": mark("Geadresseerde"),
    "question": mark("Vraag"),
    "owner": mark("Eigenaar"),
    "asked_on": mark("Gesteld op"),
    "due_on": mark("Uiterste antwoorddatum"),
    "answered_on": mark("Beantwoord op"),
    "withdrawn_on": mark("Ingetrokken op"),
    "dossier": mark("Dossier"),
    "kind": mark("Soort"),
}

# As `plain_heading` writes them, the likeliest first.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "reference": (
        "reference", "kenmerk", "ons kenmerk", "kenmerk brief", "kenmerk van de brief", "briefkenmerk", "kenmerk vng",
        "referentie", "briefnummer", "nummer brief", "zaaknummer", "onze referentie", "ref",
    ),
    "subject": (
        "subject", "onderwerp", "betreft", "onderwerp brief", "onderwerp van de brief", "titel", "titel brief",
    ),
    "letter_date": (
        "letter date", "datum brief", "briefdatum", "datum van de brief", "brief d d", "d d", "dagtekening", "date",
        "datum",
    ),
    "addressee": (
        "addressee", "geadresseerde", "gericht aan", "verzonden aan", "brief aan", "ontvanger", "recipient", "aan",
    ),
    "question": (
        "question", "vraag", "vraagtekst", "tekst vraag", "tekst van de vraag", "vraag verzoek", "de vraag",
        "vraag of verzoek", "verzoek", "omschrijving", "text",
    ),
    "owner": (
        "owner", "eigenaar", "ministerie", "departement", "verantwoordelijk ministerie", "verantwoordelijke",
        "vakdepartement", "ministry", "department", "eigenaar vraag",
    ),
    "asked_on": (
        "asked on", "gesteld op", "datum gesteld", "uitgezet op", "verzonden op", "datum uitgezet", "verzenddatum",
        "datum verzonden", "gesteld", "verzonden", "sent on", "asked",
    ),
    "due_on": (
        "due on", "uiterste antwoorddatum", "uiterlijk", "deadline", "uiterste datum", "antwoord voor", "termijn tot",
        "reactie voor", "antwoord uiterlijk", "reactietermijn", "due date", "due", "termijn",
    ),
    "answered_on": (
        "answered on", "beantwoord op", "datum antwoord", "antwoorddatum", "antwoord ontvangen", "datum beantwoord",
        "antwoord ontvangen op", "beantwoord", "antwoord d d", "answered", "antwoord",
    ),
    "withdrawn_on": (
        "withdrawn on", "ingetrokken op", "datum ingetrokken", "ingetrokken", "vervallen op", "vervallen", "withdrawn",
    ),
    "dossier": ("dossier", "thema", "theme", "programma", "beleidsterrein"),
    "kind": ("kind", "soort", "soort vraag", "type", "aard"),
}  # fmt: skip
_KNOWN = {name: column for column, names in _NAMES.items() for name in names}
_RANK = {name: rank for names in _NAMES.values() for rank, name in enumerate(names)}


@dataclass(frozen=True)
class Reading:
    """How somebody wants a file read. Empty: as the file itself suggests.

    `tab` is a sheet of a spreadsheet, `heading_line` the line with the headings, `columns` tells for each column of
    HEADINGS the place of its cell, from 0. `kept` are headings somebody once told apart: as `plain_heading` writes
    them → a column, or "" for one that takes no part.
    """

    tab: str = ""
    heading_line: int | None = None
    columns: Mapping[str, int] | None = None
    kept: Mapping[str, str] = field(default_factory=dict)


def plain_heading(text: str) -> str:
    """A heading without what makes no difference: capitals, accents, signs, line ends, spaces."""
    signs = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(sign if sign.isalnum() else " " for sign in signs if not _is_mark(sign)).split())


def columns_of(cells: Sequence[str], kept: Mapping[str, str]) -> dict[str, int]:
    """Tell in which cell each column stands, as far as headings are known; where two may be meant, the likelier."""
    found: dict[str, tuple[int, int]] = {}
    for place, cell in enumerate(cells):
        plain = plain_heading(cell)
        column = kept.get(plain, _KNOWN.get(plain, ""))
        rank = -1 if plain in kept else _RANK.get(plain, 0)
        if column and (column not in found or rank < found[column][0]):
            found[column] = (rank, place)
    return {column: place for column, (_, place) in found.items()}


def heading_among(lines: Iterable[Sequence[str]], kept: Mapping[str, str]) -> int:
    """Tell which of these lines holds the headings: the first with the most known ones; 0 where none holds any."""
    best, most = 0, 0
    for number, cells in enumerate(lines):
        known = len(columns_of(cells[:MOST_COLUMNS], kept))
        if known > most:
            best, most = number, known
    return best


def check_twice(cells: Sequence[str]) -> None:
    """Raise Invalid `heading-twice` where one heading of ours stands above two columns: which of them counts?"""
    plain = [plain_heading(cell) for cell in cells]
    for name, column in _KNOWN.items():
        if plain.count(name) > 1:
            written = cells[plain.index(name)].strip()
            sentence = mark("De kolom {column} staat er meer dan eens. Laat er één staan.")
            raise Invalid("heading-twice", sentence, column=written, field=column)


def _is_mark(sign: str) -> bool:
    return unicodedata.combining(sign) != 0
