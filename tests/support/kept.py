"""The histogram that pages work with: what is kept, with what happened since."""

from sqlalchemy.orm import Session

from app.domain.statistics import Grouping, Selection
from app.store.figures.histograms import Histogram
from app.store.figures.kept_figures import changed_since, kept_cells, kept_now, put_in


def kept_histogram(session: Session, selection: Selection, grouping: Grouping) -> Histogram | None:
    """None where nothing is kept for a selection, or too much happened since."""
    kept = kept_now(session, selection, grouping)
    changed = changed_since(session, kept) if kept else None
    if kept is None or changed is None:
        return None
    cells = kept_cells(session, kept)
    put_in(session, kept, cells, changed)
    return cells.histogram()
