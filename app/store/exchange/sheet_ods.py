"""The lines of an OpenDocument spreadsheet (ODS), row by row.

Source: OpenDocument 1.3 part 3, 9 (tables), 6 (paragraphs), 19.385 (values of cells).
"""

import re
from collections.abc import Iterator
from html import unescape

from app.domain.errors import Invalid, mark
from app.domain.exchange_columns import MOST_COLUMNS
from app.domain.exchange_dates import EPOCH_1900
from app.domain.exchange_tables import Line, Trouble
from app.store.exchange.sheet_archive import LONGEST_TEXT, Archive, Feed, broken

CONTENT, MANIFEST = "content.xml", "META-INF/manifest.xml"
MOST_TABS = 1000
MOST_ROWS = 1_048_576
_TAB = re.compile(rb'<table:table\s[^>]*?table:name="([^"]{0,200})"')
_OVERLAP = 1024
_ERROR = re.compile(r"#[A-Z/0]{2,8}[!?]?|Err:\d{3}")
_SIGNS = {"text:s": " ", "text:tab": "\t", "text:line-break": "\n"}


class Document:
    """A spreadsheet: the names of its tables, and the lines of each."""

    epoch = EPOCH_1900

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        if CONTENT not in archive.names:
            raise broken()
        if MANIFEST in archive.names and any(b"encryption-data" in piece for piece in archive.pieces(MANIFEST)):
            raise Invalid("file-locked", mark("Dit bestand heeft een wachtwoord. Sla het op zonder wachtwoord."))
        self.tabs = tuple(_tabs(archive))
        if not self.tabs:
            raise broken()

    def lines(self, tab: str) -> Iterator[Line]:
        """The lines of a table that aren't empty. Raises Invalid as a workbook does.

        Cells that were merged downwards each hold what stands in the first of them.
        """
        rows = _Rows(tab)
        for piece in self._archive.pieces(CONTENT):
            rows.feed.feed(piece)
            yield from rows.taken()
            if rows.done:
                return
        rows.feed.finish()

    def close(self) -> None:
        """Nothing is kept on disk."""


def _tabs(archive: Archive) -> dict[str, None]:
    found: dict[str, None] = {}
    rest = b""
    for piece in archive.pieces(CONTENT):
        whole = rest + piece
        for one in _TAB.finditer(whole) if b"<table:table" in whole else ():
            if len(found) < MOST_TABS:
                found[unescape(one[1].decode(errors="replace"))] = None
        rest = whole[-_OVERLAP:]
    return found


class _Rows:
    """Hears the elements of the document, and makes lines of one table."""

    def __init__(self, tab: str) -> None:
        self._tab, self._inside, self.done = tab, False, False
        self._ready: list[Line] = []
        self._number, self._repeated = 1, 1
        self._cells: list[str] = []
        self._trouble: dict[int, Trouble] = {}
        self._filling: dict[int, tuple[int, str]] = {}
        self._place = 0
        self._attributes: dict[str, str] = {}
        self._text: list[str] = []
        self._length, self._paragraphs, self._aside = 0, 0, 0
        self.feed = Feed(self._start, self._end, self._hear)

    def taken(self) -> list[Line]:
        """The lines that have come to their end since the last time."""
        ready, self._ready = self._ready, []
        return ready

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        if not self._inside:
            self._inside = element == "table:table" and not self.done and attributes.get("table:name") == self._tab
        elif element in {"table:table-cell", "table:covered-table-cell"}:
            self._attributes, self._text, self._length, self._paragraphs = attributes, [], 0, 0
        elif element == "table:table-row":
            self._repeated = _count(attributes, "table:number-rows-repeated")
            self._cells, self._trouble, self._place = [], {}, 0
        elif element == "office:annotation":
            self._aside += 1
        elif element == "text:p" and not self._aside:
            if self._paragraphs:
                self._add("\n")
            self._paragraphs += 1
        elif element in _SIGNS and not self._aside:
            self._add(_SIGNS[element] * min(_count(attributes, "text:c"), LONGEST_TEXT))

    def _hear(self, text: str) -> None:
        if self._inside and self._paragraphs and not self._aside:
            self._add(text)

    def _add(self, text: str) -> None:
        self._length += len(text)
        if self._length > LONGEST_TEXT:
            raise broken()
        self._text.append(text)

    def _end(self, element: str) -> None:
        if not self._inside:
            return
        if element in {"table:table-cell", "table:covered-table-cell"}:
            self._close_cell()
        elif element == "table:table-row":
            self._close_row()
        elif element == "office:annotation":
            self._aside -= 1
        elif element == "table:table":
            self._inside, self.done = False, True

    def _close_cell(self) -> None:
        given, text = self._attributes, "".join(self._text)
        kind = given.get("office:value-type", "")
        if kind == "date":
            text = given.get("office:date-value", text)[:10]
        elif kind in {"float", "currency", "percentage"}:
            text = given.get("office:value", text).removesuffix(".0")
        times = _count(given, "table:number-columns-repeated")
        if not text and "table:formula" in given and not kind:
            self._trouble[self._place] = Trouble.FORMULA
        elif "table:formula" in given and _ERROR.fullmatch(text):
            self._trouble[self._place] = Trouble.ERROR
        down = _count(given, "table:number-rows-spanned")
        if text and down > 1:
            self._filling[self._place] = self._number + down - 1, text
        if text:
            if self._place + times > MOST_COLUMNS:
                sentence = mark("Rij {number} heeft meer dan {most} kolommen. Haal weg wat niet mee hoeft.")
                raise Invalid("too-many-columns", sentence, number=self._number, most=MOST_COLUMNS)
            self._cells.extend([""] * (self._place - len(self._cells)))
            self._cells.extend([text] * times)
        self._place += times

    def _close_row(self) -> None:
        for place, (last, text) in self._filling.items():
            if self._number <= last:
                self._cells.extend([""] * (place + 1 - len(self._cells)))
                self._cells[place] = self._cells[place] or text
        if any(self._cells) or self._trouble:
            # A row said to stand there more often than a sheet has room for is no row of a register.
            if self._number + self._repeated - 1 > MOST_ROWS:
                raise broken()
            self._ready.extend(
                Line(self._number + times, list(self._cells), self._trouble) for times in range(self._repeated)
            )
        self._number += self._repeated


def _count(attributes: dict[str, str], name: str) -> int:
    """How often something is said to stand there; once where nothing is said."""
    text = attributes.get(name, "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
