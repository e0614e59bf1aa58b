"""The matrix and a dossier as files: the numbers and the questions of the pages."""

from collections.abc import Iterable, Iterator
from dataclasses import astuple

from app.domain.errors import mark
from app.domain.numbers import QuestionNumber
from app.web.coordination.dossier_view import Told
from app.web.coordination.matrix_view import MatrixView
from app.web.frame.spreadsheets import Cell, Sheet
from app.web.questions.filter_parts import STATES
from app.wording import Wording

MATRIX_HEADINGS = (
    mark("Ministerie"),
    mark("Dossier"),
    mark("Nog geen antwoord"),
    mark("Te laat"),
    mark("Eigenaar betwist"),
    mark("Bezwaar"),
)
DOSSIER_HEADINGS = (
    mark("Dossier"),
    mark("Nummer"),
    mark("Vraag"),
    mark("Eigenaar"),
    mark("Meebetrokken"),
    mark("Bal ligt bij"),
    mark("Dagen bij houder"),
    mark("Uiterste antwoorddatum"),
    mark("Dagen te laat"),
    mark("Trede"),
    mark("Stand"),
    mark("Ronde"),
    mark("Adres"),
)


def matrix_sheet(words: Wording, view: MatrixView) -> Sheet:
    """A line for each cell in which an answer is owed."""
    rows = (
        [words.text(row.ministry.name), words.text(cell.dossier.name), *astuple(cell.numbers.counts)]
        for row in view.rows
        for cell in row.cells
        if cell.numbers.counts.open
    )
    return Sheet(words.text(mark("Samenhang")), [words.text(heading) for heading in MATRIX_HEADINGS], rows)


def dossier_sheet(words: Wording, lines: Iterable[Told], base_url: str) -> Sheet:
    """A line for each question, in the order of the page."""
    headings = [words.text(heading) for heading in DOSSIER_HEADINGS]
    return Sheet(words.text(mark("Vragen")), headings, _lines(words, lines, base_url))


def _lines(words: Wording, lines: Iterable[Told], base_url: str) -> Iterator[list[Cell]]:
    for one in lines:
        row, line = one.row, one.line
        yield [
            row.dossier,
            str(QuestionNumber(row.year, row.serial, row.position)),
            row.title,
            row.owner,
            ", ".join(one.contributors),
            f"{line.holder} ({line.holder_note})" if line.holder_note else line.holder,
            line.held_days,
            row.due_on,
            None if line.days is None else max(0, line.days),
            line.rung,
            words.text(STATES[row.state]),
            row.round,
            f"{base_url}{line.href}",
        ]
