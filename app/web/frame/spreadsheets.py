"""What a page shows, as a file for a spreadsheet program: CSV, ODS (the open standard) or XLSX.

All are written row by row, and none holds a formula.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from io import TextIOWrapper
from typing import IO, TYPE_CHECKING
from xml.sax.saxutils import quoteattr  # nosec B406  # writes XML, reads none

from starlette.responses import Response

from app.domain.errors import Invalid, mark
from app.later import Later
from app.web.frame.opendocument import download, namespaces, pack, plain, written

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet
else:
    xlsxwriter = Later("xlsxwriter")

Cell = str | int | float | date | None

CSV_TYPE = "text/csv; charset=utf-8"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_575
"""Below the headings; spreadsheet programs have room for no more."""

# What spreadsheet programs take for the beginning of a formula, or skip before one. Source: OWASP, CSV injection.
_CONTROLS = ("\t", "\r", "\n")
_SKIPPED = " \t\r\n\u00a0\u200b\ufeff"
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
# What XLSX has room for. Source: Excel specifications and limits.
_XLSX_TEXT, _XLSX_TAB = 32_767, 31
_NO_TAB = re.compile(r"[\[\]:*?/\\]")


class SheetKind(StrEnum):
    """The kinds of files, as their names end."""

    ODS = "ods"
    XLSX = "xlsx"
    CSV = "csv"


SHEET_TYPES = {SheetKind.ODS: ODS_TYPE, SheetKind.XLSX: XLSX_TYPE, SheetKind.CSV: CSV_TYPE}


@dataclass(frozen=True)
class Sheet:
    """A table: its name (a tab in ODS and XLSX), its headings, and its rows, which are read once."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def sheet_answer(kind: SheetKind, file_name: str, *sheets: Sheet) -> Response:
    """The sheets as a file of a kind; CSV has room for the first one. Raises Invalid `too-many-rows`."""
    return download(lambda file: write_sheets(kind, file, *sheets), f"{file_name}.{kind}", SHEET_TYPES[kind])


def write_sheets(kind: SheetKind, file: IO[bytes], *sheets: Sheet) -> None:
    """Write the sheets as a file of a kind; CSV has room for the first one. Raises Invalid `too-many-rows`."""
    match kind:
        case SheetKind.ODS:
            write_ods(file, *sheets)
        case SheetKind.XLSX:
            write_xlsx(file, *sheets)
        case SheetKind.CSV:
            write_csv(file, sheets[0])


def sheet_links(address: Callable[[str], str]) -> list[tuple[str, str]]:
    """Name and address of each kind of file, for a page's buttons; `address` takes the end of a name (`.ods`)."""
    return [(kind.name, address(f".{kind}")) for kind in SheetKind]


def csv_answer(file_name: str, sheet: Sheet) -> Response:
    """The sheet as a CSV file that Excel opens as it is: UTF-8 with a byte-order mark, semicolons, decimal commas.

    Text that would be a formula is preceded by an apostrophe. Dates are ISO. Raises Invalid `too-many-rows`.
    """

    return download(lambda file: write_csv(file, sheet), f"{file_name}.csv", CSV_TYPE)


def ods_answer(file_name: str, *sheets: Sheet) -> Response:
    """The sheets as an OpenDocument spreadsheet. Raises Invalid `too-many-rows`.

    Each text is a cell whose value type is string, which no program evaluates; so it stands there to the letter.
    Source: OpenDocument 1.3, part 3, on `office:value-type` and `table:formula`.
    """

    return download(lambda file: write_ods(file, *sheets), f"{file_name}.ods", ODS_TYPE)


def xlsx_answer(file_name: str, *sheets: Sheet) -> Response:
    """The sheets as an Excel workbook. Raises Invalid `too-many-rows`."""
    return download(lambda file: write_xlsx(file, *sheets), f"{file_name}.xlsx", XLSX_TYPE)


def write_csv(file: IO[bytes], sheet: Sheet) -> None:
    """Write the sheet as `csv_answer` says."""
    text = TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(map(_plain, sheet.headings))
    writer.writerows(map(_plain, row) for row in _counted(sheet.rows))
    text.detach()


def write_ods(file: IO[bytes], *sheets: Sheet) -> None:
    """Write the sheets as `ods_answer` says."""
    pack(file, ODS_TYPE, _content(sheets))


def write_xlsx(file: IO[bytes], *sheets: Sheet) -> None:
    """Write the sheets as a workbook, one row in memory at a time.

    Each text is a string cell, which Excel evaluates no more than ODS does; one too long for a cell ends in an
    ellipsis.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        day, bold = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"bold": True})
        for sheet in sheets:
            tab = book.add_worksheet(_NO_TAB.sub(" ", plain(sheet.name))[:_XLSX_TAB])
            tab.freeze_panes(1, 0)
            tab.write_row(0, 0, map(_fitting, sheet.headings), bold)
            for number, row in enumerate(_counted(sheet.rows), start=1):
                for column, cell in enumerate(row):
                    _write(tab, number, column, cell, day)


def defused(text: str) -> str:
    """Text that no spreadsheet program takes for a formula: preceded by an apostrophe where one would."""
    dangerous = text.startswith(_CONTROLS) or text.lstrip(_SKIPPED).startswith(_FORMULA)
    return f"'{text}" if dangerous else text


def _write(tab: "Worksheet", row: int, column: int, cell: Cell, day: object) -> None:
    if cell is None:
        return
    if isinstance(cell, str):
        tab.write_string(row, column, _fitting(cell))
    elif isinstance(cell, date):
        tab.write_datetime(row, column, cell, day)
    else:
        tab.write_number(row, column, cell)


def _fitting(text: str) -> str:
    text = plain(text)
    return text if len(text) <= _XLSX_TEXT else f"{text[: _XLSX_TEXT - 1]}…"


def _plain(cell: Cell) -> str | int:
    """A cell for CSV. Only whole numbers stand without quotation marks; none of ours begins with a formula's sign."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return defused(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return cell if isinstance(cell, int) else str(cell).replace(".", ",")


def _counted(rows: Iterable[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            sentence = mark("Een rekenblad heeft plaats voor {most} regels. Maak de lijst korter met de filters.")
            raise Invalid("too-many-rows", sentence, most=MOST_ROWS)
        yield row


_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    f'<office:document-content {namespaces(("number", "datastyle"))} office:version="1.3">'
    '<office:automatic-styles><number:date-style style:name="iso"><number:year number:style="long"/>'
    '<number:text>-</number:text><number:month number:style="long"/><number:text>-</number:text>'
    '<number:day number:style="long"/></number:date-style>'
    '<style:style style:name="day" style:family="table-cell" style:data-style-name="iso"/>'
    '<style:style style:name="heading" style:family="table-cell">'
    '<style:text-properties fo:font-weight="bold"/></style:style></office:automatic-styles>'
    "<office:body><office:spreadsheet>"
)
_FOOT = "</office:spreadsheet></office:body></office:document-content>"


def _content(sheets: Sequence[Sheet]) -> Iterator[str]:
    yield _HEAD
    for sheet in sheets:
        yield f"<table:table table:name={quoteattr(plain(sheet.name))}>"
        headings = "".join(_text_cell(heading, ' table:style-name="heading"') for heading in sheet.headings)
        yield f"<table:table-header-rows><table:table-row>{headings}</table:table-row></table:table-header-rows>"
        for row in _counted(sheet.rows):
            yield f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>"
        yield "</table:table>"
    yield _FOOT


def _cell(cell: Cell) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, str):
        return _text_cell(cell)
    if isinstance(cell, date):
        return (
            f'<table:table-cell table:style-name="day" office:value-type="date" office:date-value="{cell.isoformat()}">'
            f"<text:p>{cell.isoformat()}</text:p></table:table-cell>"
        )
    return (
        f'<table:table-cell office:value-type="float" office:value="{cell}"><text:p>{cell}</text:p></table:table-cell>'
    )


def _text_cell(text: str, style: str = "") -> str:
    paragraphs = "".join(f"<text:p>{line}</text:p>" for line in written(text))
    return f'<table:table-cell{style} office:value-type="string">{paragraphs}</table:table-cell>'
