"""The audit chain and the access log as lists: narrowed by thing, actor, act and period, the newest first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Door
from app.domain.calendar import AMSTERDAM
from app.domain.errors import Invalid
from app.domain.numbers import LetterNumber, QuestionNumber
from app.store.access_log import AccessEntry
from app.store.audit import AuditEntry
from app.store.documents import Document
from app.store.letters import Letter
from app.store.lists.paging import PAGE_SIZE, Order, Page, turn
from app.store.people import Person
from app.store.questions import Question

MOST_PEOPLE = 200


@dataclass(frozen=True)
class Sought:
    """What the list is narrowed to; empty means everything. Days are civil, both ends included.

    `thing` is a number (2026-118.3, or 2026-118 with its questions) or what the log itself says (`taak:post`); `who` is
    part of a name or address; `act` is a word of the chain, which the access log has not.
    """

    thing: str = ""
    who: str = ""
    act: str = ""
    since: date | None = None
    until: date | None = None


def acts(
    session: Session, sought: Sought, *, after: str = "", before: str = "", limit: int = PAGE_SIZE
) -> Page[AuditEntry]:
    """A page of the audit chain. Raises Invalid `bad-page`."""
    query = sa.select(AuditEntry).where(*_narrowed(session, sought, AuditEntry))
    if sought.act:
        query = query.where(AuditEntry.act == sought.act)
    return _page(session, query, AuditEntry.sequence, limit, after, before)


def readings(
    session: Session, sought: Sought, *, after: str = "", before: str = "", limit: int = PAGE_SIZE
) -> Page[AccessEntry]:
    """A page of the access log. Raises Invalid `bad-page`."""
    query = sa.select(AccessEntry).where(*_narrowed(session, sought, AccessEntry))
    return _page(session, query, AccessEntry.id, limit, after, before)


def labels_of(person_ids: Iterable[int]) -> list[str]:
    """How the log names these people, by every door they may have come in."""
    return [f"{door}:{person_id}" for person_id in person_ids for door in Door]


def names_of(session: Session, things: Iterable[str]) -> Mapping[str, str]:
    """What people call the things and actors of these rows: `vraag:12` → 2026-118.3, `sessie:5` → a name.

    One query per kind; what is not found has no name.
    """
    wanted: dict[str, set[int]] = {}
    for thing in things:
        kind, _, number = thing.partition(":")
        if number.isascii() and number.isdecimal() and len(number) < 16:
            wanted.setdefault("persoon" if kind in set(Door) else kind, set()).add(int(number))
    found: dict[str, str] = {}
    for kind, select in _NAMES.items():
        ids = wanted.get(kind)
        if ids:
            column = select.selected_columns[0]
            found |= {f"{kind}:{row[0]}": _name(row[1:]) for row in session.execute(select.where(column.in_(ids)))}
    return found


_NAMES: Mapping[str, sa.Select[*tuple[Any, ...]]] = {
    "persoon": sa.select(Person.id, Person.name),
    "brief": sa.select(Letter.id, Letter.year, Letter.serial),
    "vraag": sa.select(Question.id, Letter.year, Letter.serial, Question.position).join(
        Letter, Letter.id == Question.letter_id
    ),
    "document": sa.select(Document.id, Document.name),
}


def _name(parts: Sequence[Any]) -> str:
    match parts:
        case (str(name),):
            return name
        case (year, serial):
            return str(LetterNumber(year, serial))
        case _:
            return str(QuestionNumber(*parts))


def _narrowed(
    session: Session, sought: Sought, table: type[AuditEntry] | type[AccessEntry]
) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if sought.thing:
        found.append(table.object.in_(_things(session, sought.thing)))
    if sought.who:
        part = sought.who.lower()
        named = sa.or_(sa.func.lower(Person.name).contains(part, autoescape=True), Person.email.contains(part))
        people = session.scalars(sa.select(Person.id).where(named).order_by(Person.id).limit(MOST_PEOPLE)).all()
        found.append(table.actor.in_([*labels_of(people), sought.who]))
    if sought.since:
        found.append(table.at >= _midnight(sought.since))
    if sought.until:
        found.append(table.at < _midnight(sought.until + timedelta(days=1)))
    return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=AMSTERDAM)


def _things(session: Session, text: str) -> list[str]:
    asked = sa.select(Question.id).join(Letter, Letter.id == Question.letter_id)
    try:
        one = QuestionNumber.parse(text)
    except Invalid:
        pass
    else:
        found = asked.where(Letter.year == one.year, Letter.serial == one.serial, Question.position == one.position)
        return [f"vraag:{number}" for number in session.scalars(found)]
    try:
        letter = LetterNumber.parse(text)
    except Invalid:
        return [text]
    whole = sa.and_(Letter.year == letter.year, Letter.serial == letter.serial)
    letters = [f"brief:{number}" for number in session.scalars(sa.select(Letter.id).where(whole))]
    return letters + [f"vraag:{number}" for number in session.scalars(asked.where(whole))]


def _page(session: Session, query: sa.Select[Any], key: Any, limit: int, after: str, before: str) -> Page[Any]:
    newest_first = Order((key,), (int,), backwards=True)
    found = turn(session, query, newest_first, limit, after=after or None, before=before or None)
    return Page([row[0] for row in found.rows], found.next, found.previous)
