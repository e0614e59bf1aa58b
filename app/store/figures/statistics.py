"""What is counted for the figures: one grouped query over first rounds, and the few whose ledger must be read."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.domain.statistics import Bucket, Grouping, Selection, ageing_of
from app.store.figures.histograms import Cells, Histogram
from app.store.figures.selecting import rounds_of
from app.store.figures.singles import placed_singly
from app.store.terms import load_calendar


def histogram(session: Session, selection: Selection, grouping: Grouping) -> Histogram:
    """Count first rounds asked in the period, as they stood at the end of the day `as_of`, as recorded now.

    Groups are keyed by: `totaal`, a ministry's id (owner as of that day, or
    who does that one's work now), a dossier's id or `geen`, a month such as
    `2026-10`, a kind of term, a round's number or a kind of question. Only by round are there later rounds, only by
    kind commitments (toezeggingen), unless the selection wants them.
    """
    source = rounds_of(session, selection, grouping)
    calendar = load_calendar(session)
    cells = Cells()
    for value, bucket, days, late, due_on, at_once, to_concrete, is_concrete, rounds in session.execute(source.grouped):
        key = source.group_of(value)
        ageing = ageing_of(due_on, selection.as_of, calendar) if due_on else None
        cells.add((key, bucket, days, 0, late, ageing, at_once), (key, to_concrete, is_concrete), rounds)
    for row, cell in placed_singly(session, source, calendar):
        answer = (cell.group, cell.bucket, cell.days, cell.still, cell.late_at_first, cell.ageing, cell.concrete)
        cells.add(answer, (cell.group, row.concrete_days, row.is_concrete))
    return cells.histogram()


def bucket_counts(session: Session, selection: Selection) -> Counter[Bucket]:
    """How many of the same rounds are in each bucket: the histogram's counts, without what its curves need."""
    source = rounds_of(session, selection)
    found = Counter({Bucket(row.bucket): row.rounds for row in session.execute(source.by_bucket())})
    found.update(cell.bucket for _, cell in placed_singly(session, source, load_calendar(session)))
    return found


def questions_behind(session: Session, selection: Selection, bucket: Bucket | None) -> Sequence[int]:
    """The numbers (ids) of the questions behind a figure: of one bucket, or all that were asked, newest first."""
    source = rounds_of(session, selection)
    if bucket is None:
        return session.scalars(source.ids()).all()
    calendar = load_calendar(session)
    placed = [row.question_id for row, cell in placed_singly(session, source, calendar) if cell.bucket is bucket]
    return sorted([*session.scalars(source.ids_in(bucket)), *placed], reverse=True)
