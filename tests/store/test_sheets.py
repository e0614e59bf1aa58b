"""Spreadsheets from elsewhere as lines of text: what their programs show, in bounded memory, whatever is in them."""

import io
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date

import pytest
import xlsxwriter
from openpyxl import Workbook
from openpyxl.utils.datetime import MAC_EPOCH

from app.domain.errors import Invalid
from app.domain.exchange_columns import Reading
from app.domain.exchange_findings import Findings
from app.domain.exchange_tables import FileKind, Line, Trouble
from app.store.exchange import sheet_archive
from app.store.exchange.sheets import opened
from tests.support.workbooks import DUTCH, a_document, a_workbook, altered, part_of

SHEET, STYLES, BOOK = "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"
MIB = 1024 * 1024
AS_IT_IS = Reading()


def lines(content: bytes, reading: Reading = AS_IT_IS) -> list[Line]:
    """All lines below the headings."""
    with opened(io.BytesIO(content), Findings()) as register:
        return list(register.lines(reading))


def refused(content: bytes) -> str:
    """Why a file is refused."""
    with pytest.raises(Invalid) as refusal:
        lines(content)
    assert "{" not in str(refusal.value)
    return refusal.value.code


@pytest.mark.parametrize(("make", "kind"), [(a_workbook, FileKind.XLSX), (a_document, FileKind.ODS)])
def test_a_register_is_found_below_its_titles_on_the_tab_that_holds_it(
    make: Callable[[], bytes], kind: FileKind
) -> None:
    findings = Findings()
    with opened(io.BytesIO(make()), findings) as register:
        found = list(register.lines(Reading()))
        assert (list(register.headings), set(register.tabs)) == (DUTCH, {"Brieven", "Toelichting"})
    assert (findings.kind, findings.tab, findings.heading_line) == (kind, "Brieven", 4)
    assert [line.number for line in found] == [5, 6, 7]
    first, second, third = (line.cells for line in found)
    assert first[:6] == ["VNG/26/1", "Opvang", "2026-09-07", "JenV", "Welk bedrag per plek?", "JenV"]
    assert first[7] == "46293"
    assert second[:5] == ["VNG/26/1", "Opvang", "2026-09-07", "JenV", "En voor hoe lang?"]
    assert (third[2], third[4]) == ("2026-09-14", "Wie betaalt?\nEn wanneer?")


def test_a_tab_and_a_line_of_headings_can_be_chosen() -> None:
    assert [line.cells for line in lines(a_workbook(), Reading(tab="Toelichting", heading_line=1))] == []
    assert lines(a_workbook(), Reading(heading_line=5))[0].number == 6
    with pytest.raises(Invalid) as refusal:
        lines(a_workbook(), Reading(tab="Blad 3"))
    assert refusal.value.code == "no-tab"


def test_a_workbook_that_counts_from_1904_says_the_same_days() -> None:
    def touch(book: Workbook) -> None:
        book.epoch = MAC_EPOCH

    content = a_workbook(touch=touch)
    assert b"date1904" in part_of(content, BOOK)
    assert lines(content)[0].cells[2] == "2026-09-07"


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("dd-mm-yyyy", "2026-09-07"), ("[$-413]d mmmm jjjj", "2026-09-07"), ("[$-409]d\\-mmm\\-yy;@", "2026-09-07"),
        ('0.00 "dagen"', "46272"), ("[Red]#,##0", "46272"), ("General", "46272"), ("hh:mm", "46272"),
    ],
)  # fmt: skip
def test_the_format_of_a_cell_tells_whether_its_number_is_a_day(code: str, shown: str) -> None:
    def touch(book: Workbook) -> None:
        cell = book["Brieven"]["C5"]
        cell.value, cell.number_format = 46272, code

    assert lines(a_workbook(touch=touch))[0].cells[2] == shown


def test_a_formula_counts_by_its_outcome_and_without_one_is_told() -> None:
    formula = b'<c r="E5" t="str"><f>A5&amp;"?"</f><v>Welk bedrag?</v></c>'
    content = a_workbook()
    sheet = part_of(content, SHEET)
    begin = sheet.index(b'<c r="E5"')
    end = sheet.index(b"</c>", begin) + 4
    first = lines(altered(content, {SHEET: sheet[:begin] + formula + sheet[end:]}))[0]
    assert (first.cells[4], first.trouble) == ("Welk bedrag?", {})
    without = sheet[:begin] + b'<c r="E5"><f>A5</f><v></v></c>' + sheet[end:]
    assert lines(altered(content, {SHEET: without}))[0].trouble == {4: Trouble.FORMULA}
    wrong = sheet[:begin] + b'<c r="E5" t="e"><f>A5</f><v>#REF!</v></c>' + sheet[end:]
    found = lines(altered(content, {SHEET: wrong}))[0]
    assert (found.cells[4], found.trouble) == ("#REF!", {4: Trouble.ERROR})


def test_an_outcome_that_is_no_value_is_told_for_ods_too() -> None:
    content = a_document()
    text = part_of(content, "content.xml").replace(b"Welk bedrag per plek?", b"#NAME?")
    begin = text.index(b"#NAME?")
    cell = text.rindex(b"<table:table-cell", 0, begin)
    with_formula = text[: cell + 17] + b' table:formula="of:=X"' + text[cell + 17 :]
    assert lines(altered(content, {"content.xml": with_formula}))[0].trouble == {4: Trouble.ERROR}


def test_three_hundred_columns_are_read() -> None:
    headings = [f"Kolom {number}" for number in range(294)] + DUTCH[:6]
    row = [str(number) for number in range(294)] + ["A/1", "Opvang", date(2026, 9, 7), "JenV", "Hoeveel?", "JenV"]
    for content in (a_workbook([row], headings), a_document([row], headings)):
        assert lines(content)[0].cells[-6:] == ["A/1", "Opvang", "2026-09-07", "JenV", "Hoeveel?", "JenV"]


def test_what_stands_beyond_a_thousand_columns_is_refused() -> None:
    def touch(book: Workbook) -> None:
        book["Brieven"]["ALM5"] = "ver weg"

    assert refused(a_workbook(touch=touch)) == "too-many-columns"


def test_phonetic_text_is_left_out_and_rich_text_is_put_together() -> None:
    into = io.BytesIO()
    with xlsxwriter.Workbook(into) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, DUTCH[:6])
        sheet.write_row(1, 0, ["A/1", "Opvang", "2026-09-07", "", "Hoeveel?", "JenV"])
    content, part = into.getvalue(), "xl/sharedStrings.xml"
    strings = part_of(content, part).replace(
        b"<t>Hoeveel?</t>", b"<r><t>Hoe</t></r><r><t>veel?</t></r><rPh sb='0' eb='1'><t>xx</t></rPh>"
    )
    assert b"rPh" in strings
    assert lines(altered(content, {part: strings}))[0].cells[4] == "Hoeveel?"
    assert refused(altered(content, {part: strings[: len(strings) // 2]})) == "file-broken"
    assert refused(altered(content, {part: b"<sst></sst>"})) == "file-broken"


def test_a_strict_workbook_with_prefixed_names_is_read_alike() -> None:
    content = a_workbook([["A/1", "Opvang", "2026-09-07", "", "Hoeveel?", "JenV"]])
    sheet = part_of(content, SHEET).decode()
    for name in ("worksheet", "sheetData", "row", "c", "v"):
        sheet = sheet.replace(f"<{name} ", f"<x:{name} ").replace(f"<{name}>", f"<x:{name}>")
        sheet = sheet.replace(f"</{name}>", f"</x:{name}>")
    sheet = sheet.replace("<x:worksheet xmlns=", "<x:worksheet xmlns:x=")
    expected = lines(content)
    assert lines(altered(content, {SHEET: sheet.encode()})) == expected


def test_what_is_no_spreadsheet_is_refused_in_a_sentence() -> None:
    whole = a_workbook()
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)) == "file-old"
    assert refused(b"PK\x03\x04" + bytes(600)) == "file-broken"
    assert refused(whole[: len(whole) // 2]) == "file-broken"
    a_zip = io.BytesIO()
    with zipfile.ZipFile(a_zip, "w") as made:
        made.writestr("brief.txt", "geen rekenblad")
    assert refused(a_zip.getvalue()) == "file-unknown"
    assert refused(altered(whole, {SHEET: part_of(whole, SHEET)[:700]})) == "file-broken"
    assert refused(altered(whole, {SHEET: b"geen xml"})) == "file-broken"
    document = a_document()
    assert refused(altered(document, {"content.xml": part_of(document, "content.xml")[:-400]})) == "file-broken"
    locked = b"<manifest:manifest><manifest:encryption-data/></manifest:manifest>"
    assert refused(altered(document, {"META-INF/manifest.xml": locked})) == "file-locked"


def test_no_declaration_is_read_so_no_entity_is_ever_made() -> None:
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    assert refused(altered(a_workbook(), {SHEET: laughs})) == "file-broken"
    assert refused(altered(a_document(), {"content.xml": laughs + b'<table:table table:name="x">'})) == "file-broken"


def test_a_bomb_is_refused_before_it_fills_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_archive, "LARGEST_PART", 8 * MIB)
    rows = b'<row r="1"><c t="inlineStr"><is><t>x</t></is></c></row>'
    bomb = b"<worksheet><sheetData>" + rows * 200_000
    tracemalloc.start()
    try:
        assert refused(altered(a_workbook(), {SHEET: bomb})) == "file-too-large"
        assert refused(altered(a_workbook(), {SHEET: b"<worksheet a='" + bytes([32]) * 8_000_000})) == "file-too-large"
        assert tracemalloc.get_traced_memory()[1] < 64 * MIB
    finally:
        tracemalloc.stop()


def test_a_row_of_ods_that_says_it_stands_there_forever_takes_no_room() -> None:
    content = a_document()
    text = part_of(content, "content.xml")
    end = text.index(b"</table:table>", text.index(b'table:name="Brieven"'))
    empty = b'<table:table-row table:number-rows-repeated="99999999"><table:table-cell/></table:table-row>'
    assert len(lines(altered(content, {"content.xml": text[:end] + empty + text[end:]}))) == 3
    full = empty.replace(b"<table:table-cell/>", b"<table:table-cell><text:p>x</text:p></table:table-cell>")
    assert refused(altered(content, {"content.xml": text[:end] + full + text[end:]})) == "file-broken"
