"""What was found in a file from an earlier register, before anything of it is written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from app.domain.errors import Invalid
from app.domain.exchange_tables import FileKind
from app.domain.exchange_text import Encoding
from app.domain.ministries import MinistryName

MOST_TOLD = 50


class Step(StrEnum):
    """What an import is at: reading the file (in bytes), comparing with the register, writing (both in rows)."""

    READ = "lezen"
    COMPARE = "vergelijken"
    WRITE = "schrijven"


Tick = Callable[[Step, int, int], None]
"""Hears how far a step has come, and of how much."""


@dataclass(frozen=True)
class Problem:
    """What is wrong on a line of the file (0: with the file as a whole)."""

    line: int
    wrong: Invalid


@dataclass
class Findings:
    """How a file reads, what it brings, and what is wrong with it.

    `rows` counts those that are right by themselves, `known` those on record already; `letters` is the number of
    references. `odd_dates` counts rows with a date not written as 2026-04-03, of which `odd_date` is one, read as
    `odd_day`. `kind` of file; for a spreadsheet `tab` is the sheet that was read; `heading_line` that of the headings.
    """

    kind: FileKind = FileKind.CSV
    tab: str = ""
    heading_line: int = 1
    headings: Sequence[str] = ()
    encoding: Encoding = Encoding.UTF_8
    separator: str = ","
    ignored: Sequence[str] = ()
    rows: int = 0
    letters: int = 0
    known: int = 0
    odd_dates: int = 0
    odd_date: str = ""
    odd_day: date | None = None
    new_bodies: Sequence[MinistryName] = ()
    new_dossiers: Sequence[str] = ()
    wrong: int = 0
    _told: list[Problem] = field(default_factory=list)

    def refuse(self, line: int, wrong: Invalid) -> None:
        """Note a problem. All are counted; the first ones of the file are kept, so that memory stays bounded."""
        self.wrong += 1
        self._told.append(Problem(line, wrong))
        if len(self._told) > 2 * MOST_TOLD:
            self._told = self.told()

    def told(self) -> list[Problem]:
        """The first problems, by line; at most MOST_TOLD."""
        return sorted(self._told, key=lambda problem: problem.line)[:MOST_TOLD]
