"""What a register from elsewhere comes as: a file of lines, or a spreadsheet with tabs."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from app.domain.errors import Invalid, mark


class FileKind(StrEnum):
    """The kinds of files that are read."""

    CSV = "csv"
    XLSX = "xlsx"
    ODS = "ods"


class Trouble(StrEnum):
    """Why a cell of a spreadsheet has no value to read."""

    FORMULA = "formule"
    ERROR = "fout"


class Line(NamedTuple):
    """One line: its number in the file, its cells as text, and by place those that can't be read."""

    number: int
    cells: list[str]
    trouble: Mapping[int, Trouble] = {}


def troubled(trouble: Trouble, heading: str, text: str) -> Invalid:
    """Return what is wrong with a cell under a heading; `text` is what stands in it."""
    if trouble is Trouble.FORMULA:
        sentence = mark(
            "In kolom {column} staat een formule zonder uitkomst. Open het bestand in uw rekenprogramma en sla het op."
        )
        return Invalid("formula", sentence, column=heading)
    sentence = mark("In kolom {column} staat een fout van het rekenprogramma: {value}. Verbeter de formule.")
    return Invalid("cell-error", sentence, column=heading, value=text)
