"""Ministries beside dossiers: how many questions wait for an answer, and what is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

DARKEST = 3


@dataclass(frozen=True)
class Counts:
    """Questions without an answer: all of them, and those late, of disputed ownership, and objected to."""

    open: int = 0
    late: int = 0
    disputed: int = 0
    objected: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


@dataclass(frozen=True)
class Matrix:
    """Counts by (ministry, dossier), both by id; dossier 0 is none. A question counts once: with its owner."""

    cells: Mapping[tuple[int, int], Counts]

    @property
    def ministries(self) -> frozenset[int]:
        """The ministries that owe an answer."""
        return frozenset(ministry for ministry, _ in self.cells)

    @property
    def dossiers(self) -> frozenset[int]:
        """The dossiers in which an answer is owed."""
        return frozenset(dossier for _, dossier in self.cells)

    def cell(self, ministry: int, dossier: int) -> Counts:
        """One cell; zeros where nothing is owed."""
        return self.cells.get((ministry, dossier), Counts())

    def row(self, ministry: int) -> Counts:
        """All of a ministry."""
        return sum((counts for (one, _), counts in self.cells.items() if one == ministry), Counts())

    def column(self, dossier: int) -> Counts:
        """All of a dossier."""
        return sum((counts for (_, one), counts in self.cells.items() if one == dossier), Counts())

    @property
    def total(self) -> Counts:
        """All there is."""
        return sum(self.cells.values(), Counts())

    def shade(self, counts: Counts) -> int:
        """How dark a cell is drawn, 0 to 3: nothing late, and then in thirds of the cell with most late questions."""
        most = max((one.late for one in self.cells.values()), default=0)
        return -(-DARKEST * counts.late // most) if most else 0
