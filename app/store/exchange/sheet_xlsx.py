"""The lines of an Excel workbook (XLSX), row by row.

Source: ECMA-376 part 1, 18.2 (workbook), 18.3 (worksheets).
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta

from app.domain.errors import Invalid, mark
from app.domain.exchange_columns import MOST_COLUMNS
from app.domain.exchange_dates import EPOCH_1900, EPOCH_1904
from app.domain.exchange_tables import Line, Trouble
from app.store.exchange.sheet_archive import LONGEST_TEXT, Archive, Feed, broken, elements, local
from app.store.exchange.xlsx_parts import Strings, column_of, date_styles, main_part, merged_cells, targets_of

MOST_DAYS = 100_000


class Workbook:
    """A workbook: the names of its sheets, and the lines of each."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        path = main_part(archive)
        self._parts: dict[str, str] = {}
        targets = targets_of(archive, path)
        self.epoch = EPOCH_1900
        for element, attributes in elements(archive, path):
            if element == "workbookPr" and attributes.get("date1904") in {"1", "true"}:
                self.epoch = EPOCH_1904
            elif element == "sheet":
                number = next((value for name, value in attributes.items() if name.endswith(":id")), "")
                target = targets.get(number, ("", ""))[0]
                if target in archive.names:
                    self._parts[attributes.get("name", "")] = target
        if not self._parts:
            raise broken()
        self.tabs = tuple(self._parts)
        kinds = {kind.rpartition("/")[2]: target for target, kind in targets.values() if target in archive.names}
        self._styles = date_styles(archive, kinds["styles"]) if "styles" in kinds else frozenset()
        self._strings_part = kinds.get("sharedStrings")
        self._strings: Strings | None = None

    def lines(self, tab: str) -> Iterator[Line]:
        """The lines of a sheet that aren't empty. Raises Invalid `file-broken`, `file-too-large`, `too-many-columns`.

        Cells that were merged downwards each hold what stands in the first of them.
        """
        part = self._parts[tab]
        merged = merged_cells(self._archive, part)
        if self._strings is None and self._strings_part:
            self._strings = Strings(self._archive, self._strings_part)
        rows = _Rows(self._strings, self._styles, self.epoch)
        filling: dict[int, tuple[int, str]] = {}
        for piece in self._archive.pieces(part):
            rows.feed.feed(piece)
            for line in rows.taken():
                yield _filled(line, merged, filling) if merged else line
        rows.feed.finish()

    def close(self) -> None:
        """Let go of what was kept on disk."""
        if self._strings is not None:
            self._strings.close()


def _filled(line: Line, merged: dict[tuple[int, int], int], filling: dict[int, tuple[int, str]]) -> Line:
    for place in range(max(len(line.cells), max(filling, default=-1) + 1)):
        text = line.cells[place] if place < len(line.cells) else ""
        if text and (line.number, place) in merged:
            filling[place] = merged[line.number, place], text
        elif not text and place in filling and line.number <= filling[place][0]:
            line.cells.extend([""] * (place + 1 - len(line.cells)))
            line.cells[place] = filling[place][1]
    return line


class _Rows:
    """Hears the elements of a sheet, and makes lines of them."""

    def __init__(self, strings: "Strings | None", date_styles: frozenset[str], epoch: date) -> None:
        self._strings, self._styles, self._epoch = strings, date_styles, epoch
        self._days: dict[str, str] = {}
        self._ready: list[Line] = []
        self._number, self._place = 0, -1
        self._cells: list[str] = []
        self._trouble: dict[int, Trouble] = {}
        self._kind, self._style, self._formula = "", "", False
        self._text: list[str] = []
        self._length, self._reading, self._phonetic = 0, False, False
        self.feed = Feed(self._start, self._end, self._hear)

    def taken(self) -> list[Line]:
        """The lines that have come to their end since the last time."""
        ready, self._ready = self._ready, []
        return ready

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        name = element if ":" not in element else local(element)
        if name == "c":
            reference = attributes.get("r")
            self._place = column_of(reference.rstrip("0123456789")) if reference else self._place + 1
            self._kind, self._style, self._formula = attributes.get("t", "n"), attributes.get("s", ""), False
            self._text, self._length = [], 0
        elif name in {"v", "t"}:
            self._reading = not self._phonetic
        elif name == "f":
            self._formula = True
        elif name == "row":
            self._number = int(attributes.get("r", self._number + 1))
            self._cells, self._place, self._trouble = [], -1, {}
        elif name == "rPh":
            self._phonetic = True

    def _hear(self, text: str) -> None:
        if self._reading:
            self._length += len(text)
            if self._length > LONGEST_TEXT:
                raise broken()
            self._text.append(text)

    def _end(self, element: str) -> None:
        name = element if ":" not in element else local(element)
        if name == "c":
            self._close_cell("".join(self._text) if self._text else "")
        elif name in {"v", "t"}:
            self._reading = False
        elif name == "row":
            if any(self._cells) or self._trouble:
                self._ready.append(Line(self._number, self._cells, self._trouble))
        elif name == "rPh":
            self._phonetic = False

    def _close_cell(self, text: str) -> None:
        place = self._place
        if text:
            text = self._value(text)
        elif self._formula and self._kind != "str":
            self._trouble[place] = Trouble.FORMULA
        if self._kind == "e":
            self._trouble[place] = Trouble.ERROR
        if text:
            self._put(place, text)

    def _value(self, text: str) -> str:
        """What people see in the cell."""
        match self._kind:
            case "s":
                return self._strings.at(int(text)) if self._strings and text.isdigit() else ""
            case "n":
                return self._dated(text) if self._style in self._styles else _number(text)
            case "d":
                return text[:10]
        return text

    def _put(self, place: int, text: str) -> None:
        if place >= MOST_COLUMNS:
            sentence = mark("Rij {number} heeft meer dan {most} kolommen. Haal weg wat niet mee hoeft.")
            raise Invalid("too-many-columns", sentence, number=self._number, most=MOST_COLUMNS)
        missing = place - len(self._cells)
        if missing > 0:
            self._cells.extend([""] * missing)
        if missing >= 0:
            self._cells.append(text)
        else:
            self._cells[place] = text

    def _dated(self, text: str) -> str:
        # Registers have few days and many cells.
        day = self._days.get(text)
        if day is None:
            if len(self._days) > MOST_DAYS:
                self._days.clear()
            day = self._days[text] = _day(text, self._epoch)
        return day


def _day(text: str, epoch: date) -> str:
    """The day that a number stands for; what is no such number stays as it is."""
    with suppress(ValueError, OverflowError):
        serial = int(float(text))
        # 29 February 1900 counts in the older epoch, though it never was.
        early = epoch == EPOCH_1900 and serial < 60
        return (epoch + timedelta(days=serial + early)).isoformat()
    return text


def _number(text: str) -> str:
    """A number as people write it: without a point where it is whole."""
    if text.isdigit():
        return text
    with suppress(ValueError, OverflowError):
        value = float(text)
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return text
