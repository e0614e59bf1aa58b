"""Keeping the figures as the job does, and the histogram that pages work with: with what happened since."""

from datetime import date

from sqlalchemy.orm import Session

from app.domain.statistics import Grouping, Selection
from app.store.base import Db
from app.store.figures.histograms import Histogram
from app.store.figures.kept_figures import changed_since, kept_cells, kept_now, put_in
from app.usecases.kept_figures import count, put_away
from tests.support.builders import at


def keep(db: Db, today: date) -> str:
    """What the job does: count while reading, then put away. What it says."""
    with db.reading() as session:
        counted = count(session, today, at(today, 23))
    with db.writing() as session:
        put_away(session, counted)
    return str(counted)


def kept_histogram(session: Session, selection: Selection, grouping: Grouping) -> Histogram | None:
    """None where nothing is kept for a selection, or too much happened since."""
    kept = kept_now(session, selection, grouping)
    changed = changed_since(session, kept) if kept else None
    if kept is None or changed is None:
        return None
    cells = kept_cells(session, kept)
    put_in(session, kept, cells, changed)
    return cells.histogram()
