"""What the figures are made of: how many rounds share a place, of each group."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.statistics import Ageing, AnswerCell, Bucket, ConcreteCell

Moves = frozenset[tuple[tuple[Any, ...], int]]
"""Keys of cells, and by how much each grew or shrank."""


@dataclass(frozen=True)
class Histogram:
    """Cells of first answers and of concrete ones; no two share all but the count."""

    answers: Sequence[AnswerCell]
    concrete: Sequence[ConcreteCell]

    def groups(self) -> dict[str, "Histogram"]:
        """The cells of each group apart."""
        answers: dict[str, list[AnswerCell]] = defaultdict(list)
        concrete: dict[str, list[ConcreteCell]] = defaultdict(list)
        for cell in self.answers:
            answers[cell.group].append(cell)
        for one in self.concrete:
            concrete[one.group].append(one)
        return {key: Histogram(answers[key], concrete[key]) for key in answers}


class Cells:
    """A histogram that is being counted: as plain tuples, for there are far more rounds than cells.

    Keys: (group, bucket, days, still, late at first, ageing, verdict) and (group, days, concrete).
    """

    def __init__(self, answers: Counter[tuple[Any, ...]] | None = None, concrete: Counter[Any] | None = None) -> None:
        self.answers: Counter[tuple[Any, ...]] = Counter() if answers is None else answers
        self.concrete: Counter[tuple[Any, ...]] = Counter() if concrete is None else concrete

    def add(self, answer: tuple[Any, ...], concrete: tuple[Any, ...], times: int = 1) -> None:
        """Count so many rounds; with a number below 0 they are taken out again."""
        self.answers[answer] += times
        self.concrete[concrete] += times

    def add_all(self, others: "Cells") -> None:
        """Count these too."""
        self.answers.update(others.answers)
        self.concrete.update(others.concrete)

    def by_group(self) -> dict[str, Moves]:
        """What is counted of each group, where that is anything but 0."""
        found: dict[str, set[tuple[tuple[Any, ...], int]]] = defaultdict(set)
        for cell, count in (*self.answers.items(), *self.concrete.items()):
            if count:
                found[cell[0]].add((cell, count))
        return {group: frozenset(cells) for group, cells in found.items()}

    def histogram(self) -> Histogram:
        """The cells that hold anything."""
        return Histogram(
            [
                AnswerCell(
                    group,
                    Bucket(bucket),
                    days,
                    still,
                    bool(late),
                    Ageing(ageing) if ageing else None,
                    None if verdict is None else bool(verdict),
                    count,
                )
                for (group, bucket, days, still, late, ageing, verdict), count in self.answers.items()
                if count
            ],
            [
                ConcreteCell(group, days, bool(done), count)
                for (group, days, done), count in self.concrete.items()
                if count
            ],
        )

    def rows(self) -> dict[str, Any]:
        """The same as lists of plain values, to be kept; `from_rows` reads them."""
        return {
            "answers": [[*key, count] for key, count in self.answers.items()],
            "concrete": [[*key, count] for key, count in self.concrete.items()],
        }


def from_rows(rows: dict[str, Any]) -> Cells:
    """The cells that were written down by `Cells.rows`."""
    return Cells(
        Counter({tuple(key): count for *key, count in rows["answers"]}),
        Counter({tuple(key): count for *key, count in rows["concrete"]}),
    )
