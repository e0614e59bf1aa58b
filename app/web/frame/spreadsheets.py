"""What a page shows, as a file for a spreadsheet program: CSV, or ODS (the open standard), which runs no formulas.

Both are written row by row into a temporary file first, so that memory stays small, the database is let go before the
reader's line is waited for, and a fault still gives an error page instead of half a file.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import TextIOWrapper
from tempfile import SpooledTemporaryFile
from typing import IO
from xml.sax.saxutils import escape, quoteattr  # nosec B406  # writes XML, reads none
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from starlette.responses import Response, StreamingResponse

from app.domain.errors import Invalid, mark

Cell = str | int | float | date | None

CSV_TYPE = "text/csv; charset=utf-8"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
MOST_ROWS = 1_048_575
"""Below the headings; spreadsheet programs have room for no more."""

IN_MEMORY = 1024 * 1024
CHUNK = 64 * 1024

# What spreadsheet programs take for the beginning of a formula, or skip before one. Source: OWASP, CSV injection.
_CONTROLS = ("\t", "\r", "\n")
_SKIPPED = " \t\r\n\u00a0\u200b\ufeff"
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACES = re.compile(r"^ | {2,}| $|\t")


@dataclass(frozen=True)
class Sheet:
    """A table: its name (a tab in ODS), its headings, and its rows, which are read once."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def csv_answer(file_name: str, sheet: Sheet) -> Response:
    """The sheet as a CSV file that Excel opens as it is: UTF-8 with a byte-order mark, semicolons, decimal commas.

    Text that would be a formula is preceded by an apostrophe. Dates are ISO. Raises Invalid `too-many-rows`.
    """

    def fill(file: IO[bytes]) -> None:
        text = TextIOWrapper(file, encoding="utf-8-sig", newline="")
        writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(map(_plain, sheet.headings))
        writer.writerows(map(_plain, row) for row in _counted(sheet.rows))
        text.detach()

    return _download(fill, f"{file_name}.csv", CSV_TYPE)


def ods_answer(file_name: str, *sheets: Sheet) -> Response:
    """The sheets as an OpenDocument spreadsheet. Raises Invalid `too-many-rows`.

    Each text is a cell whose value type is string, which no program evaluates; so it stands there to the letter.
    Source: OpenDocument 1.3, part 3, on `office:value-type` and `table:formula`.
    """

    def fill(file: IO[bytes]) -> None:
        with ZipFile(file, "w") as archive:
            # First and not compressed: that is how programs tell the file's type.
            archive.writestr(ZipInfo("mimetype"), ODS_TYPE, ZIP_STORED)
            archive.writestr(ZipInfo("META-INF/manifest.xml"), _MANIFEST, ZIP_DEFLATED)
            entry = ZipInfo("content.xml")
            entry.compress_type = ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as content:
                for part in _content(sheets):
                    content.write(part.encode())

    return _download(fill, f"{file_name}.ods", ODS_TYPE)


def defused(text: str) -> str:
    """Text that no spreadsheet program takes for a formula: preceded by an apostrophe where one would."""
    dangerous = text.startswith(_CONTROLS) or text.lstrip(_SKIPPED).startswith(_FORMULA)
    return f"'{text}" if dangerous else text


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


def _download(fill: Callable[[IO[bytes]], None], name: str, media_type: str) -> Response:
    file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # read, and closed, while the answer goes out
    try:
        fill(file)
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)
    return StreamingResponse(
        _chunks(file),
        media_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Length": str(size),
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
            "Cache-Control": "private, no-store",
        },
    )


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    # Closed also when the reader goes away halfway.
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office",
        "table": "table",
        "text": "text",
        "style": "style",
        "number": "datastyle",
        "fo": "xsl-fo-compatible",
    }.items()
)
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{ODS_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
_HEAD = (
    f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES} office:version="1.3">'
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
        yield f"<table:table table:name={quoteattr(_NO_XML.sub('', sheet.name))}>"
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
    lines = _NO_XML.sub("", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    paragraphs = "".join(f"<text:p>{_SPACES.sub(_spaces, escape(line))}</text:p>" for line in lines)
    return f'<table:table-cell{style} office:value-type="string">{paragraphs}</table:table-cell>'


def _spaces(found: re.Match[str]) -> str:
    """Spaces at the ends or in a row, and tabs, which would be lost otherwise."""
    return "<text:tab/>" if found[0] == "\t" else f'<text:s text:c="{len(found[0])}"/>'
