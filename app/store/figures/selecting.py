"""The rounds that a selection means, with the work of ministries that ended where it is now, if that is wanted."""

from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.statistics import Grouping, Selection
from app.store.figures.heirs import heirs_on, needs_heirs
from app.store.figures.observations import FirstRounds
from app.store.many import any_of

_FOUND = "regie_selected"


def rounds_of(session: Session, selection: Selection, grouping: Grouping = Grouping.TOTAL) -> FirstRounds:
    """The statements over the rounds of a selection."""
    if not needs_heirs(selection, grouping):
        return _plain(selection, grouping)
    return FirstRounds(selection, grouping, heirs_on(session, selection.present_on or selection.as_of))


@lru_cache(maxsize=4)
def _plain(selection: Selection, grouping: Grouping) -> FirstRounds:
    """A few are held, of a megabyte each: building takes longer than a small register's database takes to answer."""
    return FirstRounds(selection, grouping)


def selected(session: Session, selection: Selection) -> sa.Select[*tuple[Any, ...]]:
    """The numbers (ids) of the questions of a selection, in no order, for a condition.

    Whose questions they were or in which dossier takes looking up: that is done once while a session reads.
    """
    ids = rounds_of(session, selection).ids().order_by(None)
    if selection.owner_id is None and selection.heir_id is None and selection.dossier_id is None:
        return ids
    found = session.info.setdefault(_FOUND, {})
    if selection not in found:
        found[selection] = session.scalars(ids).all()
    return any_of(found[selection])
