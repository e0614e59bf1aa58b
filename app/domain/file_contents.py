"""What is inside a file, judged without unpacking or running any of it. Each function reads a seekable stream."""

import codecs
import shutil
import struct
import tempfile
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
MOST_TIMES_LARGER, ALWAYS_FINE = 200, 20 * CHUNK
"""So is one that unpacks to so many times its size: real texts stay below 60. Up to so many bytes nobody is hurt."""
MOST_NESTED = 50
"""Sheets and drawings that one text may hold as files of their own; those hold no archive again."""

# The directory at the end of a zip file: a real document has some dozens of members of about 80 bytes each. More is
# refused before Python makes an object of every member.
LARGEST_DIRECTORY = 512 * 1024
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ARCHIVE = b"PK\x03\x04"
_COMPOUND, _COMPOUND_MACROS = b"\xd0\xcf\x11\xe0", "_VBA_PROJECT".encode("utf-16-le")
_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x07"
_END_FORMAT = struct.Struct("<4s4H2LH")
_LONGEST_COMMENT = 65_535

DOCX_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
ODT_TYPE = b"application/vnd.oasis.opendocument.text"
_ODF_MACROS = ("basic/", "scripts/")
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
    if stream.read(4) != _ARCHIVE:
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
    packed, unpacked = (
        sum(sizes) for sizes in zip(*((one.compress_size, one.file_size) for one in members), strict=True)
    )
    return (
        unpacked <= min(LARGEST_UNPACKED, max(ALWAYS_FINE, packed * MOST_TIMES_LARGER))
        and not any(member.flag_bits & 1 or member.compress_type not in _PACKED for member in members)
        and len(set(names)) == len(names)
        and not any(name.startswith("/") or ".." in name.split("/") or "\\" in name for name in names)
    )


def _first_bytes(archive: zipfile.ZipFile, name: str, most: int = CHUNK) -> bytes:
    """The beginning of a member, at most a megabyte; nothing where it is absent or broken."""
    try:
        with archive.open(name) as member:
            return member.read(most)
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, ValueError):
        return b""


def _nested(archive: zipfile.ZipFile) -> Verdict:
    """What is inside the files that a text holds: sound ones without macros, and no archive within an archive."""
    nested = 0
    for member in archive.infolist():
        if (begins := _first_bytes(archive, member.filename, 4)) == _ARCHIVE:
            nested += 1
            verdict = _look_into_nested(archive, member) if nested <= MOST_NESTED else Verdict.WRONG
        else:
            verdict = _look_into_compound(archive, member) if begins == _COMPOUND else Verdict.RIGHT
        if verdict is not Verdict.RIGHT:
            return verdict
    return Verdict.RIGHT


def _look_into_nested(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Verdict:
    with tempfile.TemporaryFile() as copy:
        try:
            with archive.open(member) as content:
                shutil.copyfileobj(content, copy, CHUNK)
        except (zipfile.BadZipFile, zlib.error, EOFError):
            return Verdict.WRONG
        inner = _opened(copy)
        if inner is None or not _sound(inner):
            return Verdict.WRONG
        if _has_macros(inner):
            return Verdict.MACROS
        again = any(_first_bytes(inner, one, 4) == _ARCHIVE for one in inner.namelist())
        return Verdict.WRONG if again else Verdict.RIGHT


def _look_into_compound(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Verdict:
    """A document of the old kind (before 2007) inside the new one. Source: MS-CFB 2.6, MS-OVBA 2.2.1."""
    before = b""
    try:
        with archive.open(member) as content:
            while chunk := content.read(CHUNK):
                if _COMPOUND_MACROS in before + chunk:
                    return Verdict.MACROS
                before = chunk[-len(_COMPOUND_MACROS) :]
    except (zipfile.BadZipFile, zlib.error, EOFError):
        return Verdict.WRONG
    return Verdict.RIGHT


def _has_macros(archive: zipfile.ZipFile) -> bool:
    types = _first_bytes(archive, "[Content_Types].xml")
    names = [name.lower() for name in archive.namelist()]
    programs = any(
        name.endswith("vbaproject.bin") or name.startswith(_ODF_MACROS) for name in names if name[-1:] != "/"
    )
    return programs or b"macroEnabled" in types


def look_into_docx(stream: BinaryIO) -> Verdict:
    """Whether it is a Word document; one with macros is told apart. Source: ISO/IEC 29500-2 (packages)."""
    archive = _opened(stream)
    if archive is None or not _sound(archive):
        return Verdict.WRONG
    names = {name.lower() for name in archive.namelist()}
    types = _first_bytes(archive, "[Content_Types].xml")
    if _has_macros(archive):
        return Verdict.MACROS
    right = DOCX_MAIN.encode() in types and "word/document.xml" in names
    return _nested(archive) if right else Verdict.WRONG


def look_into_odt(stream: BinaryIO) -> Verdict:
    """Whether it is an OpenDocument text; one with macros is told apart. Source: OpenDocument 1.3 part 2, §3.3."""
    archive = _opened(stream)
    if archive is None or not _sound(archive):
        return Verdict.WRONG
    names = archive.namelist()
    if _has_macros(archive):
        return Verdict.MACROS
    right = _first_bytes(archive, "mimetype").strip() == ODT_TYPE and {"content.xml", "META-INF/manifest.xml"} <= set(
        names
    )
    return _nested(archive) if right else Verdict.WRONG
