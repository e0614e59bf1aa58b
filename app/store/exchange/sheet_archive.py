"""Reading XML out of the ZIP of a spreadsheet: as a stream, in bounded memory, whatever somebody put into it."""

from collections.abc import Callable, Iterator
from typing import BinaryIO
from xml.parsers import expat  # nosec B407  # declarations are refused below, so no entity is ever made
from zipfile import BadZipFile, ZipFile
from zlib import error as zlib_error

from app.domain.errors import Invalid, mark

PIECE = 64 * 1024
MOST_PARTS = 10_000
LARGEST_PART = 8 * 1024**3
"""In bytes, unpacked. A sheet as full as Excel allows takes about two."""
LONGEST_TEXT = 1024 * 1024
"""Of one cell, in signs."""
_LONGEST_SILENCE = 4 * 1024 * 1024  # bytes of XML in which nothing begins or ends
_DENSEST, _DENSE_FROM = 1000, 256 * 1024 * 1024


def broken() -> Invalid:
    """Why a file that should be a spreadsheet can't be read."""
    sentence = mark(
        "Dit rekenblad is beschadigd of niet helemaal overgekomen. Open het in uw rekenprogramma, sla het opnieuw op "
        "en kies dat bestand."
    )
    return Invalid("file-broken", sentence)


def _bomb() -> Invalid:
    return Invalid("file-too-large", mark("Dit rekenblad is uitgepakt te groot om te lezen. Verdeel het."))


class Archive:
    """The parts of a spreadsheet. `read` is how many packed bytes of the part in hand were used, of `size`."""

    def __init__(self, file: BinaryIO) -> None:
        try:
            self._zip = ZipFile(file)
        except (BadZipFile, OSError, ValueError, NotImplementedError):
            raise broken() from None
        if len(self._zip.infolist()) > MOST_PARTS:
            raise _bomb()
        self.names = frozenset(self._zip.namelist())
        self.read = self.size = 0

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes of a part, unpacked. Raises Invalid `file-broken`, `file-too-large`."""
        try:
            info = self._zip.getinfo(name)
            if info.flag_bits & 1:
                sentence = mark("Dit bestand heeft een wachtwoord. Sla het op zonder wachtwoord.")
                raise Invalid("file-locked", sentence)
            self.read, self.size, unpacked = 0, info.file_size, 0
            with self._zip.open(info) as part:
                while piece := part.read(PIECE):
                    unpacked += len(piece)
                    dense = unpacked > _DENSE_FROM and unpacked > _DENSEST * info.compress_size
                    if unpacked > LARGEST_PART or dense:
                        raise _bomb()
                    self.read = unpacked
                    yield piece
        except (KeyError, BadZipFile, EOFError, zlib_error, NotImplementedError, RuntimeError, OSError):
            raise broken() from None

    def close(self) -> None:
        """Let the file go; whoever opened it closes it."""
        self._zip.close()


class Feed:
    """An XML parser that is fed piece by piece; `start` and `end` hear of elements, `text` of what stands in them."""

    def __init__(
        self,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None],
        text: Callable[[str], None],
    ) -> None:
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = start
        self._parser.EndElementHandler = end
        self._parser.CharacterDataHandler = text
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._fed = self._last = self._at = 0

    def feed(self, piece: bytes) -> None:
        """Read on. Raises Invalid `file-broken`."""
        self._fed += len(piece)
        try:
            self._parser.Parse(piece)
        except expat.ExpatError:
            raise broken() from None
        # What neither begins nor ends would all be kept in memory.
        if self._parser.CurrentByteIndex != self._at:
            self._at, self._last = self._parser.CurrentByteIndex, self._fed
        if self._fed - self._last > _LONGEST_SILENCE:
            raise _bomb()

    def finish(self) -> None:
        """There is no more. Raises Invalid `file-broken` where something was left open: the file was cut off."""
        try:
            self._parser.Parse(b"", True)
        except expat.ExpatError:
            raise broken() from None

    def _refuse(self, *_declared: object) -> None:
        raise broken()


def elements(archive: Archive, name: str) -> list[tuple[str, dict[str, str]]]:
    """All elements of a small part: name without prefix, and attributes. Raises Invalid as `pieces` does."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(element: str, attributes: dict[str, str]) -> None:
        if len(found) > LONGEST_TEXT:
            raise _bomb()
        found.append((local(element), attributes))

    feed = Feed(start, lambda _element: None, lambda _text: None)
    for piece in archive.pieces(name):
        feed.feed(piece)
    feed.finish()
    return found


def local(name: str) -> str:
    """An element's or attribute's name without its prefix."""
    return name.rpartition(":")[2]
