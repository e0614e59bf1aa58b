"""The text in files of every kind that a letter comes in."""

import zipfile
from pathlib import Path

import pytest

from app.domain.files import FileKind
from app.store.file_texts import LONGEST, text_of
from tests.support import samples

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)
DOCX = samples.packed(
    samples.DOCX_MEMBERS
    | {
        "word/document.xml": f"<w:document {WORD}><w:body><w:p><w:r><w:t>Geachte </w:t></w:r><w:r><w:t>minister,</w:t>"
        "</w:r></w:p><w:p><w:r><w:t>Wij</w:t><w:tab/><w:t>vragen.</w:t></w:r></w:p></w:body></w:document>"
    }
)
ODT = samples.packed(
    samples.ODT_MEMBERS
    | {
        "content.xml": f"<office:document-content {ODF}><office:body><text:h>Opvang</text:h><text:p>Wij "
        "<text:span>vragen</text:span><text:s/>u.</text:p></office:body></office:document-content>"
    }
)
MAIL = (
    "From: a@b.example\r\nTo: c@d.example\r\nSubject: Vraag\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/html; charset=utf-8\r\n\r\n"
    "<html><head><title>x</title><style>p{}</style></head><body><p>Eén</p><p>Twee</p></body></html>"
).encode()


def a_pdf(*lines: str) -> bytes:
    """A page with these lines, written by hand."""
    text = " ".join(f"({line}) Tj 0 -20 Td" for line in lines)
    stream = f"BT /F1 12 Tf 50 700 Td {text} ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return out + head + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))


@pytest.mark.parametrize(
    ("kind", "content", "text"),
    [
        (FileKind.PDF, a_pdf("Geachte minister,", "Wij vragen u."), "Geachte minister,\nWij vragen u."),
        (FileKind.DOCX, DOCX, "Geachte minister,\nWij\tvragen."),
        (FileKind.ODT, ODT, "Opvang\nWij vragen u."),
        (FileKind.EML, samples.EML, "Geacht bestuur,"),
        (FileKind.EML, MAIL, "Eén\nTwee"),
        (FileKind.TXT, samples.TXT, "Geacht bestuur,\n\nHierbij ons antwoord over Oekraïne."),
        (FileKind.TXT, "Oekraïne".encode("cp1252"), "Oekraïne"),
        (FileKind.PDF, a_pdf(), ""),
        (FileKind.PDF, b"%PDF-1.4 broken", ""),
        (FileKind.DOCX, samples.DOCX, ""),
        (FileKind.JPEG, samples.JPEG, ""),
    ],
)
def test_each_kind_gives_its_text(tmp_path: Path, kind: FileKind, content: bytes, text: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert text_of(path, kind) == text


def test_a_bomb_gives_no_text_and_takes_no_memory_of_ours(tmp_path: Path) -> None:
    path, lol = tmp_path / "file", "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", f'<!DOCTYPE x [<!ENTITY l0 "lol">{lol}]><x>&l11;</x>')
    assert text_of(path, FileKind.ODT) == ""


def test_a_very_long_text_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("a" * (LONGEST + 1000))
    assert len(text_of(path, FileKind.TXT)) == LONGEST
