"""Files from elsewhere: in which encoding they are written, and what parts their cells."""

import csv
from collections.abc import Iterable, Sequence
from contextlib import suppress
from enum import StrEnum

from app.domain.errors import Invalid, mark
from app.domain.exchange_columns import columns_of

LONGEST_LINE = 1024 * 1024
"""In bytes; a longer one is no row of a register."""

SEPARATORS = (",", ";", "\t")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_BOM = b"\xef\xbb\xbf"


class Encoding(StrEnum):
    """The encodings that are read, by their Python names; UTF-8 with or without a byte-order mark."""

    UTF_8 = "utf-8-sig"
    WINDOWS = "cp1252"


def encoding_of(lines: Iterable[bytes]) -> Encoding:
    """Tell how a file is written, from all its lines: UTF-8, unless nothing in it is and windows-1252 fits.

    Raises Invalid: `file-empty`, `file-not-csv`, `line-too-long`, `mixed-encoding`, `unknown-encoding`.
    """
    utf_8, other = 0, 0
    empty = True
    for number, line in enumerate(lines, start=1):
        empty = empty and not line.removeprefix(_BOM).strip()
        if number == 1:
            _refuse_other_files(line)
            utf_8 += line.startswith(_BOM)
        if len(line) >= LONGEST_LINE:
            sentence = mark("Regel {number} is te lang voor een register. Sla het bestand opnieuw op als CSV.")
            raise Invalid("line-too-long", sentence, number=number)
        if line.isascii():
            continue
        if _is_utf_8(line):
            utf_8 += 1
        else:
            _refuse_beyond_windows(line, number)
            other = other or number
        if utf_8 and other:
            sentence = mark(
                "Regel {number} is niet als UTF-8 geschreven, andere regels wel. Sla het bestand opnieuw op als UTF-8."
            )
            raise Invalid("mixed-encoding", sentence, number=other)
    if empty:
        raise Invalid("file-empty", mark("Het bestand is leeg. Kies een bestand met een regel met kolomnamen."))
    return Encoding.WINDOWS if other else Encoding.UTF_8


def separator_of(lines: Sequence[str]) -> str:
    """Tell what parts the cells: of comma, semicolon and tab the one that yields the most known headings on a line.

    Where no heading is known, the one that parts these lines, the first of the file, into the most cells.
    """

    def known(separator: str) -> tuple[int, int]:
        rows: list[list[str]] = []
        with suppress(csv.Error):  # told when the line is read
            rows.extend(csv.reader(lines, delimiter=separator))
        return max((len(columns_of(cells, {})) for cells in rows), default=0), sum(len(cells) for cells in rows)

    return max(SEPARATORS, key=known)


def _refuse_other_files(line: bytes) -> None:
    if line.startswith(_UTF_16) or b"\0" in line:
        sentence = mark("Dit is geen CSV in UTF-8 of windows-1252. Sla het bestand opnieuw op als CSV (UTF-8).")
        raise Invalid("file-not-csv", sentence)


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _refuse_beyond_windows(line: bytes, number: int) -> None:
    try:
        line.decode(Encoding.WINDOWS)
    except UnicodeDecodeError:
        sentence = mark(
            "Regel {number} bevat een teken dat wij niet kunnen lezen. Sla het bestand opnieuw op als UTF-8."
        )
        raise Invalid("unknown-encoding", sentence, number=number) from None
