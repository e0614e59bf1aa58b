"""The figures of each group of a histogram, worked out once; those of what is kept are held for the next who asks.

With more questions a histogram holds more of the days and verdicts there can be, and every curve has more steps, so
that reading it takes longer. But what is kept is the same for everybody until it is counted anew; and when something
happens to a question, only the groups that it is or was in get other figures.
"""

from collections.abc import Mapping, Sequence
from threading import Lock
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.statistics import Figures, Grouping, Selection, figures
from app.store.figures.histograms import Histogram, Moves
from app.store.figures.kept_figures import (
    Kept,
    Mark,
    cells_now,
    changed_since,
    kept_cells,
    kept_now,
    mark_of,
    put_in,
)

MOST_HELD, MOST_GROUPS = 8, 60


class Counted:
    """The figures of the groups of a histogram by key, each worked out when it is first asked for.

    `moved` tells by group what was put in since it was kept.
    """

    def __init__(self, histogram: Histogram, moved: Mapping[str, Moves] | None = None) -> None:
        self.moved = moved or {}
        self._cells: Mapping[str, Histogram] = histogram.groups()
        self.keys: Sequence[str] = tuple(self._cells)
        self._found: dict[tuple[str, ...], Figures] = {}

    def of(self, *keys: str) -> Figures:
        """The figures of these groups together."""
        if keys not in self._found:
            cells = [self._cells[key] for key in keys]
            answers = (cell for one in cells for cell in one.answers)
            self._found[keys] = figures(answers, (cell for one in cells for cell in one.concrete))
        return self._found[keys]

    def work_out(self) -> None:
        """Work out each group and all together, and let the cells go: nothing else can be asked for afterwards."""
        for key in self.keys:
            self.of(key)
        self.of(*self.keys)
        self._cells = {}

    def take_over(self, other: "Counted") -> None:
        """Take from another that was worked out, of the same kept one, the figures of groups with the same moves."""
        same = (key for key in other.keys if self.moved.get(key) == other.moved.get(key))
        self._found.update({(key,): other.of(key) for key in same})


_held: "WeakKeyDictionary[sa.Pool, dict[tuple[Kept, Mark], Counted]]" = WeakKeyDictionary()
_lock = Lock()


def kept_figures(session: Session, selection: Selection, grouping: Grouping) -> Counted | None:
    """The figures from what is kept for a selection, with what happened since.

    The total is the sum of whatever groups are kept. None where nothing is kept for it, or too much happened since.
    """
    whole = kept_now(session, selection, Grouping.MINISTRY if grouping is Grouping.TOTAL else grouping)
    if whole:
        return _of_all(session, whole)
    cells = cells_now(session, selection, grouping)
    return Counted(cells.histogram()) if cells else None


def _of_all(session: Session, kept: Kept) -> Counted | None:
    """The figures of what is kept, held for the next who asks."""
    mark = mark_of(session)
    register = session.get_bind().engine.pool
    with _lock:
        held = dict(_held.setdefault(register, {}))
    if (kept, mark) in held:
        return held[kept, mark]
    changed = () if mark == kept.mark else changed_since(session, kept)
    if changed is None:
        return None
    cells = kept_cells(session, kept)
    held = {(one, at): figures for (one, at), figures in held.items() if one == kept}
    if (kept, kept.mark) not in held:
        held[kept, kept.mark] = _worked_out(Counted(cells.histogram()))
    if changed:
        moved = put_in(session, kept, cells, changed)
        held[kept, mark] = _worked_out(Counted(cells.histogram(), moved), *held.values())
    with _lock:
        _held[register] = _newest(_held[register] | held)
    return held[kept, mark]


def _worked_out(counted: Counted, *others: Counted) -> Counted:
    """All figures of what was counted; those of groups that did not change since are taken from the others."""
    if len(counted.keys) <= MOST_GROUPS:
        for other in others:
            counted.take_over(other)
        counted.work_out()
    return counted


def _newest(held: dict[tuple[Kept, Mark], Counted]) -> dict[tuple[Kept, Mark], Counted]:
    """What is held of the last few that were asked for: of each as it was kept, and the latest since."""
    latest = dict(held.keys())
    held = {(kept, mark): one for (kept, mark), one in held.items() if mark in {kept.mark, latest[kept]}}
    return dict(list(held.items())[-MOST_HELD:])
