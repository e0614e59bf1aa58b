"""Small files of every kind that is taken, and many that should not be."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

DOCX_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
DOCX_MEMBERS = {"[Content_Types].xml": DOCX_TYPES, "_rels/.rels": "<r/>", "word/document.xml": "<w:document/>"}
ODT_MEMBERS = {
    "mimetype": "application/vnd.oasis.opendocument.text",
    "content.xml": "<office:document-content/>",
    "META-INF/manifest.xml": "<manifest:manifest/>",
}
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + bytes(200) + b"\xff\xd9"
EML = (
    b"Received: from post.example\r\nFrom: regie@az.example\r\nTo: secretariaat@vng.example\r\nSubject: Antwoord\r\n"
    b"Date: Mon, 23 Nov 2026 09:00:00 +0100\r\n\r\nGeacht bestuur,\r\n"
)
TXT = "Geacht bestuur,\n\nHierbij ons antwoord over Oekraïne.\n".encode()

# A letter as the association writes them, lines broken by the page: six ministries named, two of them ended since.
LETTER = """Vereniging van Nederlandse Gemeenten

Ministerie van Algemene Zaken
t.a.v. de minister-president

Datum: 16 november 2026
Kenmerk: VNG/2026/4711
Betreft: Samenhang en samenwerking in het migratiebeleid

Geachte heer,

Gemeenten voeren het asiel- en migratiebeleid uit. Zij merken dat maatregelen elkaar
tegenspreken, omdat zij niet vooraf samen zijn getoetst.

De huisvesting van statushouders is daarvan een voorbeeld: de ministeries van A&M en VRO geven
gemeenten opdrachten die niet bij elkaar passen. Hoe brengt u deze opdrachten bij elkaar? De
gewijzigde wet maakt de wachttijden langer. Welke gevolgen verwacht u voor de keten?

Gemeenten willen bestuurlijk meepraten over de opvang van ontheemden uit Oekraïne. J&V zegde dat
eerder toe. Wanneer nodigt J&V gemeenten uit voor dat overleg?

Kinderen van nieuwkomers wachten op een plaats op school. Wij vragen OCW en VWS om aan te geven
welke voorzieningen er in 2027 komen.

Wij doen een dringend beroep op het ministerie van Algemene Zaken om de regie te versterken.

Met vriendelijke groet,
Vereniging van Nederlandse Gemeenten
"""


def packed(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file with these members, in order."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return into.getvalue()


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png() -> bytes:
    """One grey pixel."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\x00\x80")
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


PNG = png()
DOCX = packed(DOCX_MEMBERS)
ODT = packed(ODT_MEMBERS)
ZIP = packed({"virus.js": "alert(1)"})
STORED = zipfile.ZIP_STORED
OLD_MACROS = b"\xd0\xcf\x11\xe0" + bytes(600) + "_VBA_PROJECT".encode("utf-16-le")
WITH_SHEET = packed({**DOCX_MEMBERS, "word/embeddings/1.xlsx": packed({"xl/workbook.xml": "<workbook/>"})})
GOOD = {
    "brief.pdf": PDF,
    "brief.docx": DOCX,
    "brief.odt": ODT,
    "met-tabel.docx": WITH_SHEET,
    "mail.eml": EML,
    "brief.txt": TXT,
    "oud.txt": "Oekraïne, één".encode("cp1252"),
    "foto.jpg": JPEG,
    "foto.jpeg": JPEG,
    "foto.png": PNG,
}


def _bomb() -> bytes:
    with_bomb = {**DOCX_MEMBERS, **{f"word/media/{n}.bin": bytes(60_000_000) for n in range(10)}}
    return packed(with_bomb)


def _encrypted() -> bytes:
    """The flag is what counts: bit 0 of each member's general purpose flags."""
    sealed = bytearray(DOCX)
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = sealed.find(sign)
        while place >= 0:
            sealed[place + at] |= 1
            place = sealed.find(sign, place + 4)
    return bytes(sealed)


def _crowded() -> bytes:
    return packed({**DOCX_MEMBERS, **{f"{'x' * 90}{n}": "" for n in range(5000)}}, zipfile.ZIP_STORED)


def _twice() -> bytes:
    """One name twice: which of the two a reader sees depends on the reader."""
    other = packed({**DOCX_MEMBERS, "word/documenx.xml": "<other/>"})
    return other.replace(b"word/documenx.xml", b"word/document.xml")


def bad_files() -> dict[str, tuple[str, bytes, str]]:
    """What is wrong → (name, content, code of the refusal)."""
    program, html = b"MZ\x90\x00" + bytes(60) + b"PE\x00\x00" + bytes(500), b"<!DOCTYPE html><script>alert(1)</script>"
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    mismatched: dict[str, tuple[str, bytes]] = {
        f"{what} as {name}": (f"brief.{name}", content)
        for what, content in (("program", program), ("page", html), ("picture with script", svg), ("archive", ZIP))
        for name in ("pdf", "docx", "odt", "txt", "eml", "jpg", "png")
    }
    mismatched |= {f"pdf as {name}": (f"brief.{name}", PDF) for name in ("docx", "odt", "txt", "eml", "jpg", "png")}
    mismatched |= {f"word text as {name}": (f"brief.{name}", DOCX) for name in ("pdf", "odt", "txt", "eml", "png")}
    mismatched |= {
        "pdf after other signs": ("brief.pdf", b"\n\n" + PDF),
        "pdf that is an archive too": ("brief.pdf", PDF + ZIP),
        "picture that is an archive too": ("foto.jpg", JPEG + ZIP),
        "png that is an archive too": ("foto.png", PNG + ZIP),
        "archive behind a page": ("brief.docx", html + DOCX),
        "gif with a picture's name": ("foto.png", b"GIF89a" + bytes(100)),
        "text with a NUL": ("brief.txt", b"Geacht\x00bestuur"),
        "text in UTF-16": ("brief.txt", "Geacht bestuur".encode("utf-16")),
        "text with escape codes": ("brief.txt", b"\x1b]0;titel\x07tekst"),
        "rich text as text": ("brief.txt", b"{\\rtf1 tekst}"),
        "page after a byte order mark": ("brief.txt", b"\xef\xbb\xbf  <HTML><body>"),
        "mail without headers": ("mail.eml", TXT),
        "mail with one header": ("mail.eml", b"Subject: x\r\n\r\ntekst"),
        "mail with a NUL": ("mail.eml", EML + b"\x00"),
        "word text, cut off": ("brief.docx", DOCX[:-30]),
        "word text without its main part": ("brief.docx", packed({"[Content_Types].xml": DOCX_TYPES})),
        "spreadsheet as word text": (
            "brief.docx",
            packed({"[Content_Types].xml": DOCX_TYPES.replace("word", "sheet"), "word/document.xml": ""}),
        ),
        "word text with macros": ("brief.docx", packed({**DOCX_MEMBERS, "word/vbaProject.bin": b"x"})),
        "word text with macros by its type": (
            "brief.docx",
            packed(
                {**DOCX_MEMBERS, "[Content_Types].xml": DOCX_TYPES.replace("document.main", "document.macroEnabled")}
            ),
        ),
        "open document with macros": ("brief.odt", packed({**ODT_MEMBERS, "Basic/Standard/Module1.xml": "<x/>"})),
        "open document that is a spreadsheet": (
            "brief.odt",
            packed({**ODT_MEMBERS, "mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
        ),
        "bomb": ("brief.docx", _bomb()),
        "small bomb": ("brief.docx", packed({**DOCX_MEMBERS, "word/media/1.bin": bytes(40_000_000)})),
        "archive in an archive in a text": (
            "brief.docx",
            packed({**DOCX_MEMBERS, "word/embeddings/1.xlsx": packed({"xl/media/1.bin": ZIP})}),
        ),
        "bomb inside a text": (
            "brief.odt",
            packed({**ODT_MEMBERS, "Object 1": packed({f"{n}.bin": bytes(9_000_000) for n in range(5)})}, STORED),
        ),
        "sheet with macros inside a text": (
            "brief.docx",
            packed({**DOCX_MEMBERS, "word/embeddings/1.xlsm": packed({"xl/vbaProject.bin": b"x"})}),
        ),
        "old document with macros inside a text": (
            "brief.docx",
            packed({**DOCX_MEMBERS, "word/embeddings/1.bin": OLD_MACROS}),
        ),
        "hundred files inside a text": (
            "brief.docx",
            packed({**DOCX_MEMBERS, **{f"word/embeddings/{n}.xlsx": ZIP for n in range(100)}}),
        ),
        "broken archive inside a text": ("brief.docx", packed({**DOCX_MEMBERS, "word/embeddings/1.xlsx": ZIP[:40]})),
        "encrypted word text": ("brief.docx", _encrypted()),
        "thousands of members": ("brief.docx", _crowded()),
        "a name twice": ("brief.docx", _twice()),
        "a path that leaves the document": ("brief.docx", packed({**DOCX_MEMBERS, "../../evil.sh": "rm"})),
        "a packing that is rare": ("brief.docx", packed(DOCX_MEMBERS, zipfile.ZIP_LZMA)),
    }
    refused = {what: (name, content, "file-mismatch") for what, (name, content) in mismatched.items()}
    kinds = ("svg", "html", "exe", "js", "docm", "doc", "zip", "xhtml", "lnk", "7z")
    refused |= {f"kind {ending}": (f"brief.{ending}", TXT, "file-type") for ending in kinds}
    refused |= {
        "no extension": ("brief", PDF, "file-type"),
        "extension after the kind": ("brief.pdf.exe", PDF, "file-type"),
        "extension turned around": ("brief\u202efdp.exe", PDF, "file-type"),
        "empty": ("brief.pdf", b"", "file-empty"),
        "empty text": ("brief.txt", b"", "file-empty"),
    }
    return refused
