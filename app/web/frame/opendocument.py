"""What all files that people download have in common, and the packing of OpenDocument ones (ODS, ODT).

A file is written into a temporary one first, so that memory stays small, the database is let go before the reader's
line is waited for, and a fault still gives an error page instead of half a file.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from tempfile import SpooledTemporaryFile
from typing import IO
from xml.sax.saxutils import escape  # nosec B406  # writes XML, reads none
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from starlette.responses import Response, StreamingResponse

IN_MEMORY = 1024 * 1024
CHUNK = 64 * 1024
FILE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "private, no-store",
}
"""With every file that is taken along: no browser runs or keeps it."""

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACES = re.compile(r"^ | {2,}| $|\t")
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    '<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{kind}"/>'
    "{entries}</manifest:manifest>"
)
_ENTRY = '<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>'


def namespaces(*extra: tuple[str, str]) -> str:
    """The namespaces of an OpenDocument file; `extra` are pairs of prefix and name."""
    common = {"office": "office", "table": "table", "text": "text", "style": "style", "fo": "xsl-fo-compatible"}
    return " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in {**common, **dict(extra)}.items()
    )


def pack(
    file: IO[bytes], kind: str, content: Iterable[str], styles: str = "", pictures: Mapping[str, str] | None = None
) -> None:
    """Write an OpenDocument file of a media type: its content in parts, its styles and its pictures (SVG) by name."""
    pictures = pictures or {}
    xml = ["content.xml", "styles.xml"] if styles else ["content.xml"]
    entries = "".join(_ENTRY.format(name=name, kind="text/xml") for name in xml)
    entries += "".join(_ENTRY.format(name=name, kind="image/svg+xml") for name in pictures)
    with ZipFile(file, "w") as archive:
        # First and not compressed: that is how programs tell the file's type.
        archive.writestr(ZipInfo("mimetype"), kind, ZIP_STORED)
        archive.writestr(ZipInfo("META-INF/manifest.xml"), _MANIFEST.format(kind=kind, entries=entries), ZIP_DEFLATED)
        if styles:
            archive.writestr(ZipInfo("styles.xml"), styles, ZIP_DEFLATED)
        for name, drawn in pictures.items():
            archive.writestr(ZipInfo(name), drawn, ZIP_DEFLATED)
        entry = ZipInfo("content.xml")
        entry.compress_type = ZIP_DEFLATED
        with archive.open(entry, "w", force_zip64=True) as into:
            for part in content:
                into.write(part.encode())


def plain(text: str) -> str:
    """The text without what XML has no sign for."""
    return _NO_XML.sub("", text)


def written(text: str) -> list[str]:
    """The lines of a text as XML: escaped, and with spaces and tabs that would be lost otherwise."""
    lines = plain(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [_SPACES.sub(_spaces, escape(line)) for line in lines]


def download(fill: Callable[[IO[bytes]], None], name: str, media_type: str) -> Response:
    """The answer with a file that `fill` writes, under a name."""
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
            **FILE_HEADERS,
        },
    )


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    # Closed also when the reader goes away halfway.
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


def _spaces(found: re.Match[str]) -> str:
    """Spaces at the ends or in a row, and tabs, which would be lost otherwise."""
    return "<text:tab/>" if found[0] == "\t" else f'<text:s text:c="{len(found[0])}"/>'
