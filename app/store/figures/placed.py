"""Each question in the figures by itself: the groups it belongs to, and the cells in which it counts."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from app.domain.calendar import Calendar
from app.domain.statistics import NO_DOSSIER, Bucket, Grouping, Selection, ageing_of
from app.store.figures.heirs import Heirs
from app.store.figures.selecting import rounds_of
from app.store.figures.singles import place_rows
from app.store.questions import Round
from app.store.terms import load_calendar

AT_ONCE = 1_000
PLACED = (Grouping.MINISTRY, Grouping.DOSSIER, Grouping.MONTH, Grouping.TERM)
"""The groupings of which each question knows its own group, whatever the others are."""


class Placed(NamedTuple):
    """One question as of a day, in plain values that can be kept. `asked` is the ordinal of the day it was asked.

    The rest is what the cells of a histogram say: see AnswerCell and ConcreteCell.
    """

    question_id: int
    owner_id: int
    dossier_id: int | None
    asked: int
    term_kind: str
    bucket: str
    days: int
    still: int
    late_at_first: int
    ageing: str | None
    verdict: int | None
    concrete_days: int
    is_concrete: int

    def cells(self, grouping: Grouping, heirs: Heirs) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """The keys of the two cells it counts in, as `Cells.add` takes them."""
        group = group_of(grouping, [self[column] for column in COLUMNS[grouping]], heirs)
        return (group, *self[5:11]), (group, *self[11:])


COLUMNS = {
    Grouping.TOTAL: (4,),
    Grouping.MINISTRY: (1,),
    Grouping.SUCCESSOR: (1, 2),
    Grouping.DOSSIER: (2,),
    Grouping.MONTH: (3,),
    Grouping.TERM: (4,),
}
"""Which values of Placed tell the group."""


def group_of(grouping: Grouping, values: Sequence[Any], heirs: Heirs) -> str:
    """The key of the group that a question with these values belongs to."""
    match grouping:
        case Grouping.TOTAL:
            return grouping.value
        case Grouping.SUCCESSOR:
            return str(heirs.of(*values))
        case Grouping.MONTH:
            return _month(*values)
        case Grouping.DOSSIER if values[0] is None:
            return NO_DOSSIER
        case _:
            return str(values[0])


def placed(session: Session, selection: Selection, ids: Collection[int] | None = None) -> Iterator[Placed]:
    """The questions of a selection one by one, in the order of their numbers; of these `ids` only, if there are any.

    Read in pieces, however many there are. As `histogram` counts them, by the same statements.
    """
    source, calendar = rounds_of(session, selection), load_calendar(session)
    query = source.each
    if ids is not None:
        query = query.where(Round.question_id.in_(sorted(ids)))
    found = session.execute(query.execution_options(yield_per=AT_ONCE))
    ageing = lru_cache(None)(lambda due_on: ageing_of(due_on, selection.as_of, calendar).value)
    for rows in found.partitions():
        singly = dict(_singly(session, source, rows, calendar))
        for row in rows:
            is_late = row.bucket == Bucket.OPEN_LATE
            how = singly.get(row.question_id) or (
                row.bucket, row.days, 0, row.late_at_first, ageing(row.original_due_on) if is_late else None,
            )  # fmt: skip
            yield Placed._make((
                row.question_id, row.owner_id, row.dossier_id, row.asked_on.toordinal(), str(row.term_kind),
                *how, row.at_once, row.concrete_days, row.is_concrete,
            ))  # fmt: skip


def _singly(session: Session, source: Any, rows: Any, calendar: Calendar) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Of those whose ledger must be read: how they stood."""
    single = [row for row in rows if row.single]
    for row, cell in place_rows(session, source, single, calendar) if single else ():
        ageing = cell.ageing.value if cell.ageing else None
        yield row.question_id, (cell.bucket.value, cell.days, cell.still, int(cell.late_at_first), ageing)


@lru_cache(maxsize=1_000)
def _month(ordinal: int) -> str:
    day = date.fromordinal(ordinal)
    return f"{day.year:04}-{day.month:02}"
