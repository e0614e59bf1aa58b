"""A register from elsewhere, whatever program it comes from: its tabs, the line with its headings, its lines."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from io import SEEK_END
from itertools import chain, islice
from typing import BinaryIO, Protocol

from app.domain.errors import Invalid, mark
from app.domain.exchange_columns import LOOKED_THROUGH, Reading, columns_of, heading_among
from app.domain.exchange_findings import Findings
from app.domain.exchange_tables import FileKind, Line
from app.store.exchange.sheet_archive import Archive
from app.store.exchange.sheet_csv import Text
from app.store.exchange.sheet_ods import CONTENT, Document
from app.store.exchange.sheet_xlsx import Workbook

MOST_TABS_TRIED = 20
_ARCHIVE, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class _Source(Protocol):
    @property
    def epoch(self) -> date | None:
        """Day 0, where days may be numbers."""

    @property
    def tabs(self) -> Sequence[str]:
        """The names of its sheets."""

    def lines(self, tab: str) -> Iterator[Line]:
        """The lines of one."""

    def close(self) -> None:
        """Let go of what was kept."""


class Register:
    """An opened file. What it is and how it was read stands in `findings`; `headings` is the line that was chosen."""

    def __init__(self, source: _Source, archive: Archive | None, file: BinaryIO, findings: Findings) -> None:
        self._source, self._archive, self._file = source, archive, file
        self._size = file.seek(0, SEEK_END)
        self.findings = findings
        self.epoch = source.epoch
        self.tabs = source.tabs
        self.headings: Sequence[str] = ()

    def lines(self, reading: Reading) -> Iterator[Line]:
        """The lines under the headings, which are found as `reading` says, or else as the file suggests.

        Raises Invalid `no-tab`, and whatever shows on the way.
        """
        tab = self._tab(reading)
        lines = self._source.lines(tab)
        top = list(islice(lines, LOOKED_THROUGH))
        chosen = heading_among([line.cells for line in top], reading.kept)
        if reading.heading_line is not None:
            chosen = next((place for place, line in enumerate(top) if line.number >= reading.heading_line), 0)
        if top:
            self.headings = [" ".join(cell.split()) for cell in top[chosen].cells]
            self.findings.heading_line = top[chosen].number
        self.findings.tab, self.findings.headings = tab, self.headings
        return chain(top[chosen + 1 :], lines)

    def top(self, tab: str, most: int) -> list[Line]:
        """The first lines of a tab."""
        with closing(self._source.lines(tab)) as lines:  # type: ignore[type-var]  # each is a generator
            return list(islice(lines, most))

    def progress(self) -> tuple[int, int]:
        """How far reading has come, and of how much; in bytes, of the file or of the sheet unpacked."""
        if self._archive is not None:
            return self._archive.read, self._archive.size
        return self._file.tell(), self._size

    def _tab(self, reading: Reading) -> str:
        if reading.tab:
            if reading.tab not in self.tabs:
                sentence = mark("Het tabblad {tab} staat niet in dit bestand. Kies uit: {tabs}.")
                raise Invalid("no-tab", sentence, field="tab", tab=reading.tab, tabs=", ".join(self.tabs))
            return reading.tab
        if len(self.tabs) == 1:
            return self.tabs[0]

        def known(tab: str) -> int:
            rows = (line.cells for line in self.top(tab, LOOKED_THROUGH))
            return max((len(columns_of(cells, reading.kept)) for cells in rows), default=0)

        return max(self.tabs[:MOST_TABS_TRIED], key=known)


@contextmanager
def opened(file: BinaryIO, findings: Findings) -> Iterator[Register]:
    """A file from elsewhere; who opened it closes it.

    Raises Invalid for what can't be read: `file-old`, `file-broken`, `file-locked`, `file-unknown`, `file-too-large`,
    and for text what `encoding_of` raises.
    """
    file.seek(0)
    beginning = file.read(8)
    if beginning.startswith(_OLE):
        sentence = mark(
            "Dit is een bestand van een oude Excel, of het heeft een wachtwoord. Sla het op als XLSX of ODS."
        )
        raise Invalid("file-old", sentence)
    if not beginning.startswith(_ARCHIVE):
        text = Text(file)
        findings.encoding, findings.separator = text.encoding, text.separator
        yield Register(text, None, file, findings)
        return
    archive = Archive(file)
    with closing(archive):
        is_ods = CONTENT in archive.names
        findings.kind = FileKind.ODS if is_ods else FileKind.XLSX
        source: _Source = Document(archive) if is_ods else Workbook(archive)
        with closing(source):
            yield Register(source, archive, file, findings)
