"""The rounds that a selection means, with the work of ministries that ended where it is now, if that is wanted."""

from collections.abc import Collection
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
    known = session.info.setdefault(_FOUND, {})
    is_narrow = any(one is not None for one in (selection.owner_id, selection.heir_id, selection.dossier_id))
    if is_narrow and selection not in known:
        known[selection] = session.scalars(ids).all()
    return any_of(known[selection]) if selection in known else ids


def remember(session: Session, selection: Selection, ids: Collection[int]) -> None:
    """Let a session know which questions these are, while it reads."""
    session.info.setdefault(_FOUND, {})[selection] = ids
