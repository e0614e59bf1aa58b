"""What the filters above a list can be set to, as far as this reader may know of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.numbers import LetterNumber
from app.store.access import readable_letters
from app.store.letters import Letter
from app.store.people import Person, PersonRole

MOST = 100


@dataclass(frozen=True)
class Colleague:
    """Somebody at a ministry who may be the contact of a question."""

    id: int
    name: str


def colleagues(session: Session, ministry_id: int | None) -> Sequence[Colleague]:
    """Who works at a ministry, by name; nobody for no ministry."""
    works = sa.exists().where(PersonRole.person_id == Person.id)
    query = (
        sa.select(Person.id, Person.name)
        .where(Person.ministry_id == ministry_id, Person.ended_at.is_(None), works)
        .order_by(sa.func.lower(Person.name), Person.id)
        .limit(MOST)
    )
    return [Colleague(row.id, row.name) for row in session.execute(query)] if ministry_id else ()


def colleague(session: Session, person_id: int, ministry_id: int | None) -> Colleague | None:
    """Somebody by number, of this ministry (None: of any); who is no longer there is still found."""
    query = sa.select(Person.id, Person.name).where(Person.id == person_id, Person.ministry_id.is_not(None))
    if ministry_id is not None:
        query = query.where(Person.ministry_id == ministry_id)
    row = session.execute(query).one_or_none()
    return Colleague(row.id, row.name) if row else None


def letter_of_number(session: Session, actor: Actor, number: LetterNumber) -> int | None:
    """The letter of this number, if this actor may read it."""
    return session.execute(
        sa.select(Letter.id).where(Letter.year == number.year, Letter.serial == number.serial, readable_letters(actor))
    ).scalar_one_or_none()
