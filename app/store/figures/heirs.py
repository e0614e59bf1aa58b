"""Where the work of ministries that ended is now, for figures that follow it there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from app.domain.errors import Invalid
from app.domain.ministries import MinistryName, successor_on
from app.store.ministries import ministry_names


@dataclass(frozen=True)
class Heirs:
    """Who does the work of each ministry that ended; `by_dossier` where that is another one in a dossier.

    A ministry without a successor that exists stands for itself.
    """

    in_general: dict[int, int] = field(default_factory=dict)
    by_dossier: dict[tuple[int, int], int] = field(default_factory=dict)


def heirs_on(session: Session, on: date) -> Heirs:
    """Where the work is on a day."""
    names = ministry_names(session)
    dossiers = {dossier_id for one in names for dossier_id, _ in one.by_dossier}
    found = Heirs()
    for one in names:
        if one.has_ended(on):
            found.in_general[one.id] = general = _heir(one, on, names, None)
            for dossier_id in dossiers:
                heir_id = _heir(one, on, names, dossier_id)
                if heir_id != general:
                    found.by_dossier[one.id, dossier_id] = heir_id
    return found


def _heir(ministry: MinistryName, on: date, names: Sequence[MinistryName], dossier_id: int | None) -> int:
    try:
        return successor_on(ministry, on, names, dossier_id).id
    except Invalid:
        return ministry.id
