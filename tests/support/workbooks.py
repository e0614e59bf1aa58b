"""Spreadsheets from elsewhere, made by programs that read nothing of ours: openpyxl and odfdo; or by hand, when bad."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from odfdo import Cell, Document, Row, Table
from openpyxl import Workbook

TITLES = (["Vragen aan het Rijk, bijgewerkt tot november"], [], ["Vertrouwelijk"])
DUTCH = ["Ons kenmerk", "Betreft", "Datum brief", "Gericht aan", "Vraag", "Ministerie", "Uitgezet op", "Uiterlijk",
         "Beantwoord op", "Opmerking"]  # fmt: skip
ROWS: Sequence[Sequence[Any]] = (
    ["VNG/26/1", "Opvang", datetime(2026, 9, 7), "JenV", "Welk bedrag per plek?", "JenV", "7-9-2026", 46293, "", "x"],  # noqa: DTZ001
    [None, None, None, None, "En voor hoe lang?", "JenV", "7 september 2026", "28-09-26", "21/09/2026", None],
    ["VNG/26/2", "Jeugd", date(2026, 9, 14), "VWS", "Wie betaalt?\nEn wanneer?", "VWS", "2026-09-14", "", "", ""],
)
"""Three questions in two letters: the first letter's cells are merged over two rows; dates are mixed."""


def a_workbook(
    rows: Sequence[Sequence[Any]] = ROWS,
    headings: Sequence[str] = DUTCH,
    titles: Sequence[Sequence[Any]] = TITLES,
    touch: Callable[[Workbook], None] = lambda _book: None,
) -> bytes:
    """An Excel workbook with titles, headings and rows; the cells of the first letter are merged downwards."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Brieven"
    for line in (*titles, headings, *rows):
        sheet.append(list(line))
    first = len(titles) + 2
    if len(rows) > 1 and rows[1][0] is None:
        sheet.merge_cells(f"A1:{'J'}1")
        for column in "ABCD":
            sheet.merge_cells(f"{column}{first}:{column}{first + 1}")
    book.create_sheet("Toelichting").append(["Lees dit eerst"])
    touch(book)
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


def a_document(
    rows: Sequence[Sequence[Any]] = ROWS,
    headings: Sequence[str] = DUTCH,
    titles: Sequence[Sequence[Any]] = TITLES,
) -> bytes:
    """The same as an OpenDocument spreadsheet."""
    document = Document("spreadsheet")
    document.body.clear()
    for name, lines in (("Toelichting", [["Lees dit eerst"]]), ("Brieven", [*titles, headings, *rows])):
        table = Table(name)
        for line in lines:
            row = Row()
            for value in line:
                row.append_cell(Cell(value))
            table.append_row(row)
        document.body.append(table)
    if len(rows) > 1 and rows[1][0] is None:
        table, first = document.body.get_table(name="Brieven"), len(titles) + 1
        for column in range(4):
            table.set_span((column, first, column, first + 1))
    into = io.BytesIO()
    document.save(into)
    return into.getvalue()


def altered(content: bytes, parts: Mapping[str, bytes | None]) -> bytes:
    """A spreadsheet with other parts in it; None: without that part."""
    into = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            if name not in parts:
                made.writestr(name, source.read(name))
        for name, part in parts.items():
            if part is not None:
                made.writestr(name, part)
    return into.getvalue()


def part_of(content: bytes, name: str) -> bytes:
    """One part of a spreadsheet."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        return source.read(name)
