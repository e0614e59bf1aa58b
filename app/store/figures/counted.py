"""The figures of each group of a histogram, worked out once; those of what is kept are held for the next who asks.

With more questions a histogram holds more of the days and verdicts there can be, and every curve has more steps, so
that reading it takes longer. But what is kept is the same for everybody until it is counted anew.
"""

from collections.abc import Mapping, Sequence
from threading import Lock
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.statistics import Figures, Grouping, Selection, figures
from app.store.figures.kept_figures import Kept, kept_histogram, kept_now
from app.store.figures.statistics import Histogram

MOST_HELD, MOST_GROUPS = 4, 60


class Counted:
    """The figures of the groups of a histogram by key, each worked out when it is first asked for."""

    def __init__(self, histogram: Histogram) -> None:
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


_held: "WeakKeyDictionary[sa.Pool, dict[Kept, Counted]]" = WeakKeyDictionary()
_lock = Lock()


def kept_figures(session: Session, selection: Selection, grouping: Grouping) -> Counted | None:
    """The figures from what is kept for a selection; None where there is none, or the register has changed since."""
    kept = kept_now(session, selection, grouping)
    if kept is None:
        return None
    register = session.get_bind().engine.pool
    with _lock:
        held = _held.setdefault(register, {})
        if kept in held:
            return held[kept]
    found = kept_histogram(session, selection, grouping)
    if found is None:
        return None
    counted = Counted(found)
    if len(counted.keys) <= MOST_GROUPS:
        counted.work_out()
        with _lock:
            held[kept] = counted
            while len(held) > MOST_HELD:
                del held[next(iter(held))]
    return counted
