"""The parts of an Excel workbook beside its sheets: what refers to what, shared texts, formats, merged cells.

Source: ECMA-376 part 1, 18.4 (shared strings), 18.8 (styles); part 2, 9.3 (relationships).
"""

import posixpath
import re
from array import array
from functools import cache
from tempfile import TemporaryFile

from app.domain.errors import Invalid, mark
from app.store.exchange.sheet_archive import LONGEST_TEXT, Archive, Feed, broken, elements, local

MOST_MERGED = 200_000
_IN_MEMORY = 200_000  # shared strings that are read so often that they stay in memory
_OVERLAP = 512
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
# Formats of dates that need no writing out. Source: 18.8.30.
_DATE_FORMATS = frozenset({*range(14, 18), 22, *range(27, 37), *range(50, 59)})


class Strings:
    """The texts that cells share, on disk; by number."""

    def __init__(self, archive: Archive, part: str) -> None:
        self._file = TemporaryFile()  # noqa: SIM115  # closed with the workbook
        self._ends = array("Q")
        self._kept: dict[int, str] = {}
        self._written, self._reading, self._phonetic, self._length = 0, False, False, 0
        feed = Feed(self._start, self._end, self._hear)
        try:
            for piece in archive.pieces(part):
                feed.feed(piece)
            feed.finish()
        except BaseException:
            self.close()
            raise

    def at(self, number: int) -> str:
        """A text. Raises Invalid `file-broken` where there is none by this number."""
        text = self._kept.get(number)
        if text is None:
            if not 0 <= number < len(self._ends):
                raise broken()
            begin = self._ends[number - 1] if number else 0
            self._file.seek(begin)
            text = self._file.read(self._ends[number] - begin).decode()
            if len(self._kept) < _IN_MEMORY and len(text) < 200:
                self._kept[number] = text
        return text

    def close(self) -> None:
        """Let the file on disk go."""
        self._file.close()

    def _start(self, element: str, _attributes: dict[str, str]) -> None:
        name = local(element)
        if name == "si":
            self._length = 0
        elif name == "t":
            self._reading = not self._phonetic
        elif name == "rPh":
            self._phonetic = True

    def _hear(self, text: str) -> None:
        if self._reading:
            self._length += len(text)
            if self._length > LONGEST_TEXT:
                raise broken()
            self._written += self._file.write(text.encode())

    def _end(self, element: str) -> None:
        name = local(element)
        if name == "si":
            self._ends.append(self._written)
        elif name == "t":
            self._reading = False
        elif name == "rPh":
            self._phonetic = False


def main_part(archive: Archive) -> str:
    """The path of the workbook itself. Raises Invalid `file-unknown`."""
    if "_rels/.rels" in archive.names:
        for target, kind in targets_of(archive, "").values():
            if kind.endswith("/officeDocument") and target in archive.names:
                return target
    if "xl/workbook.xml" in archive.names:
        return "xl/workbook.xml"
    sentence = mark("Dit bestand is geen rekenblad dat wij kunnen lezen. Sla het op als XLSX, ODS of CSV.")
    raise Invalid("file-unknown", sentence)


def targets_of(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """What a part refers to: number → path in the archive, and kind."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    if path not in archive.names:
        return {}
    return {
        one.get("Id", ""): (
            posixpath.normpath(posixpath.join("/", folder, one.get("Target", "")))[1:],
            one.get("Type", ""),
        )
        for element, one in elements(archive, path)
        if element == "Relationship"
    }


def date_styles(archive: Archive, part: str) -> frozenset[str]:
    """The styles, as cells name them, that show a number as a date."""
    written: dict[str, str] = {}
    styles: list[str] = []
    inside = False
    for element, one in elements(archive, part):
        if element == "numFmt":
            written[one.get("numFmtId", "")] = one.get("formatCode", "")
        elif element == "cellXfs":
            inside = True
        elif element in {"cellStyles", "dxfs"}:
            inside = False
        elif element == "xf" and inside:
            styles.append(one.get("numFmtId", "0"))
    return frozenset(str(place) for place, number in enumerate(styles) if _is_date(number, written))


def _is_date(number: str, written: dict[str, str]) -> bool:
    if number in written:
        signs = _QUOTED.sub("", written[number].partition(";")[0]).lower()
        return "y" in signs or "j" in signs or ("d" in signs and "m" in signs)
    return number.isdigit() and int(number) in _DATE_FORMATS


def merged_cells(archive: Archive, part: str) -> dict[tuple[int, int], int]:
    """Cells that were merged downwards: (row, column from 0) → the last row. They stand behind the rows in the file."""
    found: dict[tuple[int, int], int] = {}
    rest = b""
    for piece in archive.pieces(part):
        whole = rest + piece
        for one in _MERGED.finditer(whole) if b"mergeCell" in whole else ():
            first, last = int(one[2]), int(one[4])
            if last > first and len(found) < MOST_MERGED:
                found[first, column_of(one[1].decode())] = last
        rest = whole[-_OVERLAP:]
    return found


@cache
def column_of(letters: str) -> int:
    """The place of a column by its letters, from 0: A, B … AA."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    if not letters or not 0 < place <= 16_384:
        raise broken()
    return place - 1
