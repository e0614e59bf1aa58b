"""What is inside a file, judged without unpacking or running any of it. Each function reads a seekable stream."""

import codecs
import struct
import zipfile
import zlib
from collections.abc import Iterator
from email.parser import BytesHeaderParser
from email.policy import default as mail_policy
from enum import Enum, auto
from typing import BinaryIO

CHUNK = 1024 * 1024
HEADERS_WITHIN = 256 * 1024
LARGEST_UNPACKED = 500 * CHUNK
"""A text of 25 MB that unpacks to more is a bomb."""

# The directory at the end of a zip file: a real document has some dozens of members of about 80 bytes each. More is
# refused before Python makes an object of every member.
LARGEST_DIRECTORY = 512 * 1024
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x07"
_END_FORMAT = struct.Struct("<4s4H2LH")
_LONGEST_COMMENT = 65_535

DOCX_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
ODT_TYPE = b"application/vnd.oasis.opendocument.text"
_MAIL_HEADERS = ("from", "to", "subject", "date", "message-id", "received", "return-path")
_CONTROL = bytes(sorted({*range(32)} - {*b"\t\n\r\f"}))


class Verdict(Enum):
    """What came of looking inside."""

    RIGHT = auto()
    WRONG = auto()
    MACROS = auto()


def chunks(stream: BinaryIO) -> Iterator[bytes]:
    """The whole stream from its start, a megabyte at a time."""
    stream.seek(0)
    while chunk := stream.read(CHUNK):
        yield chunk


def is_plain_text(stream: BinaryIO) -> bool:
    """Tell whether it is text in UTF-8 or in Windows' own signs (cp1252), without control signs."""
    return any(_decodes(stream, encoding) for encoding in ("utf-8", "cp1252"))


def _decodes(stream: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in chunks(stream):
            if len(chunk.translate(None, _CONTROL)) != len(chunk):
                return False
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def is_mail(stream: BinaryIO) -> bool:
    """Tell whether it starts with the headers of a mail: two known ones, From or Received among them, and no NUL."""
    if any(b"\0" in chunk for chunk in chunks(stream)):
        return False
    stream.seek(0)
    headers = BytesHeaderParser(policy=mail_policy).parsebytes(stream.read(HEADERS_WITHIN))
    found = [name for name in _MAIL_HEADERS if name in headers]
    return len(found) > 1 and ("from" in found or "received" in found)


def has_zip_inside(stream: BinaryIO) -> bool:
    """Tell whether it could be opened as a zip file too: a picture or PDF that is an archive for other eyes."""
    tail = _tail(stream)
    at = tail.rfind(_END)
    return at >= 0 and len(tail) - at >= _END_FORMAT.size


def _tail(stream: BinaryIO) -> bytes:
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _LONGEST_COMMENT - _END_FORMAT.size - 20))
    return stream.read()


def _opened(stream: BinaryIO) -> zipfile.ZipFile | None:
    """The zip file, if it starts as one and its directory is of a size that a document can have."""
    stream.seek(0)
    if stream.read(4) != b"PK\x03\x04":
        return None
    tail = _tail(stream)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_FORMAT.size or _END_64 in tail[max(0, at - 20) : at]:
        return None
    if _END_FORMAT.unpack_from(tail, at)[5] > LARGEST_DIRECTORY:
        return None
    try:
        return zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, ValueError, OSError):
        return None


def _sound(archive: zipfile.ZipFile) -> bool:
    """No bomb, nothing encrypted or packed in rare ways, no name twice, no path that leaves the document."""
    members = archive.infolist()
    names = [member.filename for member in members]
    return (
        sum(member.file_size for member in members) <= LARGEST_UNPACKED
        and not any(member.flag_bits & 1 or member.compress_type not in _PACKED for member in members)
        and len(set(names)) == len(names)
        and not any(name.startswith("/") or ".." in name.split("/") or "\\" in name for name in names)
    )


def _first_bytes(archive: zipfile.ZipFile, name: str) -> bytes:
    """The beginning of a member, at most a megabyte; nothing where it is absent or broken."""
    try:
        with archive.open(name) as member:
            return member.read(CHUNK)
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, ValueError):
        return b""


def look_into_docx(stream: BinaryIO) -> Verdict:
    """Whether it is a Word document; one with macros is told apart. Source: ISO/IEC 29500-2 (packages)."""
    archive = _opened(stream)
    if archive is None or not _sound(archive):
        return Verdict.WRONG
    names = {name.lower() for name in archive.namelist()}
    types = _first_bytes(archive, "[Content_Types].xml")
    if any(name.endswith("vbaproject.bin") for name in names) or b"macroEnabled" in types:
        return Verdict.MACROS
    return Verdict.RIGHT if DOCX_MAIN.encode() in types and "word/document.xml" in names else Verdict.WRONG


def look_into_odt(stream: BinaryIO) -> Verdict:
    """Whether it is an OpenDocument text; one with macros is told apart. Source: OpenDocument 1.3 part 2, §3.3."""
    archive = _opened(stream)
    if archive is None or not _sound(archive):
        return Verdict.WRONG
    names = archive.namelist()
    if any(name.startswith(("Basic/", "Scripts/")) and not name.endswith("/") for name in names):
        return Verdict.MACROS
    right = _first_bytes(archive, "mimetype").strip() == ODT_TYPE and {"content.xml", "META-INF/manifest.xml"} <= set(
        names
    )
    return Verdict.RIGHT if right else Verdict.WRONG
