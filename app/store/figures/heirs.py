"""Where the work of ministries that ended is now, for figures that follow it there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import Invalid
from app.domain.ministries import MinistryName, succession, successor_on
from app.domain.statistics import Grouping, Selection
from app.store.letters import Letter
from app.store.many import any_of, pairs
from app.store.ministries import ministry_names

# Makes one number of an owner and a dossier; there are never so many dossiers.
_PAIRS = 1_000_000


@dataclass(frozen=True)
class Heirs:
    """Who does the work of each ministry that ended; `by_dossier` where that is another one in a dossier.

    A ministry without a successor that exists stands for itself. Statements get them as lists to look into: as cases
    they would be tried one by one for each row, and there are only so many values in a statement.
    """

    in_general: Mapping[int, int] = field(default_factory=dict)
    by_dossier: Mapping[tuple[int, int], int] = field(default_factory=dict)

    def key(self, owner_id: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """What `of_key` needs to tell whose work it is now; with heirs by dossier the letter must be in the statement.

        So rows are grouped before their owners' heirs are looked up: owners are far fewer.
        """
        return _pair(owner_id) if self.by_dossier else owner_id

    def of_key(self, key: int) -> int:
        """Who does the work of a `key` now."""
        return self.of(*divmod(key, _PAIRS)) if self.by_dossier else self.of(key)

    def of(self, owner_id: int, dossier_id: int | None = None) -> int:
        """Who does an owner's work in a dossier, or in none, now."""
        return self.by_dossier.get((owner_id, dossier_id or 0), self.in_general.get(owner_id, owner_id))

    def work_of(self, heir_id: int, owner_id: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        """The condition that what this owner has is the heir's work now; like `key` with the letter."""
        ended = [one for one, heir in self.in_general.items() if heir == heir_id]
        theirs = owner_id.in_(any_of([heir_id, *ended]) if heir_id not in self.in_general else any_of(ended))
        if not self.by_dossier:
            return theirs
        comes = [_number(pair) for pair, heir in self.by_dossier.items() if heir == heir_id]
        leaves = [_number(pair) for pair, heir in self.by_dossier.items() if heir != heir_id]
        return sa.or_(_pair(owner_id).in_(any_of(comes)), sa.and_(theirs, _pair(owner_id).not_in(any_of(leaves))))

    def joined(
        self, query: sa.Select[*tuple[Any, ...]], ministry_id: Any
    ) -> tuple[sa.Select[*tuple[Any, ...]], sa.ColumnElement[Any]]:
        """The statement, and in it who does the work of this ministry, a plain column, now."""
        found = [ministry_id]
        if self.in_general:
            general = pairs(self.in_general)
            query = query.outerjoin(general, general.c.key == ministry_id)
            found.insert(0, general.c.value)
        if self.by_dossier:
            elsewhere = pairs({_number(pair): heir for pair, heir in self.by_dossier.items()})
            query = query.outerjoin(elsewhere, elsewhere.c.key == _pair(ministry_id))
            found.insert(0, elsewhere.c.value)
        return query, sa.func.coalesce(*found) if len(found) > 1 else ministry_id


def needs_heirs(selection: Selection, grouping: Grouping) -> bool:
    """Whether it matters where the work of ministries that ended is now."""
    return grouping is Grouping.SUCCESSOR or selection.heir_id is not None


def _number(pair: tuple[int, int]) -> int:
    return pair[0] * _PAIRS + pair[1]


def _pair(owner_id: Any) -> sa.ColumnElement[int]:
    found: sa.ColumnElement[int] = owner_id * _PAIRS + sa.func.coalesce(Letter.dossier_id, 0)
    return found


def heirs_on(session: Session, on: date) -> Heirs:
    """Where the work is on a day; worked out once in a session, which sees one moment."""
    known: dict[date, Heirs] = session.info.setdefault("heirs", {})
    if on not in known:
        known[on] = _heirs_on(session, on)
    return known[on]


def _heirs_on(session: Session, on: date) -> Heirs:
    names = {one.id: one for one in ministry_names(session)}
    in_general: dict[int, int] = {}
    by_dossier: dict[tuple[int, int], int] = {}
    for one in names.values():
        if one.has_ended(on):
            in_general[one.id] = general = _heir(one, on, names, None)
            for dossier_id in _branching(one, names):
                heir_id = _heir(one, on, names, dossier_id)
                if heir_id != general:
                    by_dossier[one.id, dossier_id] = heir_id
    return Heirs(in_general, by_dossier)


def _branching(ministry: MinistryName, names: Mapping[int, MinistryName]) -> Iterable[int]:
    """The dossiers that leave the chain of successors somewhere."""
    found: set[int] = set()
    try:
        for one in succession(ministry, names):
            found.update(dossier_id for dossier_id, _ in one.by_dossier)
    except Invalid:  # a chain that runs in a circle has been walked once by then
        pass
    return found


def _heir(ministry: MinistryName, on: date, names: Mapping[int, MinistryName], dossier_id: int | None) -> int:
    try:
        return successor_on(ministry, on, names, dossier_id).id
    except Invalid:
        return ministry.id
