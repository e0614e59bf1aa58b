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

MOST_HELD, MOST_GROUPS = 16, 60


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
    """The figures of what is kept, held for the next who asks where they were all worked out."""
    mark = mark_of(session)
    pool = session.get_bind().engine.pool
    with _lock:
        held = dict(_held.setdefault(pool, {}))
    own = {(one, at): counted for (one, at), counted in held.items() if one == kept}
    if (kept, mark) not in own:
        changed = () if mark == kept.mark else changed_since(session, kept)
        if changed is None:
            return None
        own |= _counted_at(session, kept, mark, changed, own)
    few = {key: counted for key, counted in own.items() if len(counted.keys) <= MOST_GROUPS}
    with _lock:
        _held[pool] = _newest(_held[pool], few)
    return own[kept, mark]


def _counted_at(
    session: Session, kept: Kept, mark: Mark, changed: Sequence[int], own: Mapping[tuple[Kept, Mark], Counted]
) -> dict[tuple[Kept, Mark], Counted]:
    """The figures as they were kept, and with these questions put in: as the register is now, at its `mark`."""
    cells = kept_cells(session, kept)
    first = own.get((kept, kept.mark)) or _worked_out(Counted(cells.histogram()))
    latest = first
    if changed:
        moved = put_in(session, kept, cells, changed)
        latest = _worked_out(Counted(cells.histogram(), moved), first, *own.values())
    return {(kept, kept.mark): first, (kept, mark): latest}


def _worked_out(counted: Counted, *others: Counted) -> Counted:
    """All figures of what was counted; those of groups that did not change since are taken from the others."""
    if len(counted.keys) <= MOST_GROUPS:
        for other in others:
            counted.take_over(other)
        counted.work_out()
    return counted


def _newest(
    held: Mapping[tuple[Kept, Mark], Counted], used: Mapping[tuple[Kept, Mark], Counted]
) -> dict[tuple[Kept, Mark], Counted]:
    """What is held of the last few that were asked for: of each as it was kept, and the latest since."""
    others = {key: one for key, one in held.items() if key not in used}
    found = others | dict(used)
    latest = dict(found.keys())
    found = {(kept, mark): one for (kept, mark), one in found.items() if mark in {kept.mark, latest[kept]}}
    return dict(list(found.items())[-MOST_HELD:])
