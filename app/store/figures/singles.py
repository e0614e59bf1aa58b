"""The rounds whose stored dates don't tell how they stood on a day: their ledger is read for it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.calendar import Calendar
from app.domain.ledger import Entry
from app.domain.observations import Observed, place
from app.domain.statistics import AnswerCell
from app.store.figures.observations import FirstRounds
from app.store.terms import TermEntry, as_entry

LEDGERS_AT_ONCE = 1_000


def placed_singly(session: Session, source: FirstRounds, calendar: Calendar) -> Iterator[tuple[Any, AnswerCell]]:
    """The rounds of a selection that must be read singly, one by one, each with its cell."""
    rows = session.execute(source.singly).all()
    for begin in range(0, len(rows), LEDGERS_AT_ONCE):
        yield from place_rows(session, source, rows[begin : begin + LEDGERS_AT_ONCE], calendar)


def place_rows(
    session: Session, source: FirstRounds, rows: Sequence[Any], calendar: Calendar
) -> Iterator[tuple[Any, AnswerCell]]:
    """These rounds with their cells; rows as `singly` and `each` give them, so many at once as one statement takes."""
    entries: dict[tuple[int, int], list[Entry]] = defaultdict(list)
    ids = list(dict.fromkeys(row.question_id for row in rows))
    for entry in session.execute(_ledgers(ids, first_only=source.first_only)):
        entries[entry.question_id, entry.round].append(as_entry(cast("TermEntry", entry)))
    for row in rows:
        observed = Observed(
            group=source.group_of(row.key),
            asked_on=row.asked_on,
            original_due_on=row.original_due_on,
            answered_on=row.answered_on,
            answered_due_on=row.answered_due_on,
            withdrawn_on=row.withdrawn_on,
            concrete=None if row.at_once is None else bool(row.at_once),
            entries=entries[row.question_id, row.round],
        )
        yield row, place(observed, source.selection.as_of, calendar)


def _ledgers(question_ids: Sequence[int], *, first_only: bool) -> sa.Select[*tuple[Any, ...]]:
    """The entries of these questions, of each round in the order they were written; of the first, or of all."""
    query: sa.Select[*tuple[Any, ...]] = sa.select(*TermEntry.__table__.columns)
    if first_only:
        query = query.where(TermEntry.round == 1)
    return query.where(TermEntry.question_id.in_(question_ids)).order_by(TermEntry.question_id, TermEntry.sequence)
