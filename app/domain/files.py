"""Which files letters and answers may carry, and under which name they are shown. What is inside: `file_contents`."""

import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from app.domain.errors import Invalid, mark

MEGABYTE = 1024 * 1024
LARGEST = 25 * MEGABYTE
LONGEST_NAME = 255
"""In bytes of UTF-8: what the file systems of readers can hold."""

FIELD = "documenten"
NAMELESS = "document"


class FileKind(StrEnum):
    """The kinds of file that are taken, by their usual extension."""

    PDF = "pdf"
    DOCX = "docx"
    ODT = "odt"
    EML = "eml"
    TXT = "txt"
    JPEG = "jpeg"
    PNG = "png"


MEDIA_TYPES: Mapping[FileKind, str] = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.ODT: "application/vnd.oasis.opendocument.text",
    FileKind.EML: "message/rfc822",
    FileKind.TXT: "text/plain",
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
}
EXTENSIONS: Mapping[str, FileKind] = {**{str(kind): kind for kind in FileKind}, "jpg": FileKind.JPEG}
ACCEPT = ",".join(f".{extension}" for extension in EXTENSIONS)
"""For the file field of a form, so that the browser offers only these."""

# Signs that Windows allows in no name; a path never gets here.
_UNUSABLE = str.maketrans(dict.fromkeys('<>:"|?*', "_"))
# Control and format signs (right-to-left overrides and zero-width signs among them), halves of a pair, private and
# unassigned signs: they change how a name reads, or can't be written down.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def safe_name(name: str) -> str:
    """The name to keep and show: without path, unseen signs and signs that some systems refuse; never empty.

    A name that is too long loses its middle, not its extension.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(sign if unicodedata.category(sign) not in _UNSEEN else " " * sign.isspace() for sign in last)
    clean = " ".join(unicodedata.normalize("NFC", seen).translate(_UNUSABLE).split())
    stem, dot, extension = clean.rpartition(".")
    if not dot:
        stem, extension = clean, ""
    stem, ending = stem.strip(". "), f".{extension.strip()}" if extension.strip() else ""
    ending = _cut(ending, 20)
    return (_cut(stem, LONGEST_NAME - len(ending.encode())).rstrip(". ") or NAMELESS) + ending


def _cut(text: str, most_bytes: int) -> str:
    return text.encode()[:most_bytes].decode(errors="ignore")


def kind_of(name: str) -> FileKind:
    """The kind that a (safe) name says a file is. Raises Invalid `file-type` for one that is not taken."""
    kind = EXTENSIONS.get(name.rpartition(".")[2].lower()) if "." in name else None
    if kind is None:
        sentence = mark("“{name}” nemen wij niet aan. Kies een PDF, DOCX, ODT, EML, TXT, JPEG of PNG.")
        raise Invalid("file-type", sentence, field=FIELD, name=name)
    return kind


def check_size(name: str, size: int) -> None:
    """Raise Invalid unless the file has between 1 byte and 25 MB: `file-empty`, `file-too-large`."""
    if size == 0:
        raise Invalid("file-empty", mark("“{name}” is leeg. Kies het bestand opnieuw."), field=FIELD, name=name)
    if size > LARGEST:
        sentence = mark("“{name}” is groter dan {most} MB. Maak het bestand kleiner of verdeel het.")
        raise Invalid("file-too-large", sentence, field=FIELD, name=name, most=LARGEST // MEGABYTE)


def mismatch(name: str, kind: FileKind) -> Invalid:
    """The refusal `file-mismatch`: what is inside is not what the name says."""
    sentence = mark("“{name}” is geen goed {kind}-bestand. Open het, bewaar het opnieuw als {kind} en kies dat.")
    return Invalid("file-mismatch", sentence, field=FIELD, name=name, kind=kind.upper())


def with_macros(name: str) -> Invalid:
    """The refusal `file-mismatch` for a document that carries programs."""
    sentence = mark("“{name}” bevat macro’s. Bewaar het zonder macro’s of als PDF, en kies dat.")
    return Invalid("file-mismatch", sentence, field=FIELD, name=name)
