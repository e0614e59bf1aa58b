"""The lists of administration that grow: ministries, dossiers, terms, equated days, people. Searched, page by page."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.store.letters import Letter
from app.store.lists.paging import PAGE_SIZE, Order, Page, turn
from app.store.ministries import Dossier, Ministry, MinistryAlias
from app.store.people import Person
from app.store.terms import DefaultTerm, EquatedDay

PEOPLE_BY_NAME = Order((Person.name, Person.id), (str, int))


@dataclass(frozen=True)
class Turn:
    """What is sought in a list (`text`, in any of its words), and which page: after a mark, or right before one."""

    text: str = ""
    after: str = ""
    before: str = ""


def ministry_ids(session: Session, asked: Turn, today: date, *, ended: bool | None = None) -> Page[int]:
    """The numbers of ministries by display name, those of today first; `ended`: only those that have, or haven't.

    Raises Invalid (`bad-page`), as all of these do.
    """
    is_over = sa.case((Ministry.valid_until < today, 1), else_=0)
    query = sa.select(Ministry.id)
    if ended is not None:
        query = query.where(is_over == int(ended))
    if asked.text:
        alias = sa.exists().where(MinistryAlias.ministry_id == Ministry.id, has_words(asked.text, MinistryAlias.alias))
        query = query.where(sa.or_(has_words(asked.text, Ministry.display, Ministry.name, Ministry.code), alias))
    order = Order((is_over, sa.func.lower(Ministry.display), Ministry.id), (int, str, int))
    found = page_of_list(session, query, order, asked)
    return Page([row.id for row in found.rows], found.next, found.previous)


def terms(session: Session, asked: Turn) -> Page[DefaultTerm]:
    """The terms by name, those that are offered first."""
    ended = sa.case((DefaultTerm.ended_at.is_not(None), 1), else_=0)
    query = sa.select(DefaultTerm)
    if asked.text:
        query = query.where(has_words(asked.text, DefaultTerm.name, DefaultTerm.law))
    found = page_of_list(session, query, Order((ended, DefaultTerm.name, DefaultTerm.id), (int, str, int)), asked)
    return Page([row.DefaultTerm for row in found.rows], found.next, found.previous)


def dossiers(session: Session, asked: Turn) -> Page[Any]:
    """Rows of id, slug, name, ended_at and letters (how many) by name, those that are offered first."""
    ended = sa.case((Dossier.ended_at.is_not(None), 1), else_=0)
    letters = sa.select(sa.func.count()).where(Letter.dossier_id == Dossier.id).scalar_subquery()
    query = sa.select(Dossier.id, Dossier.slug, Dossier.name, Dossier.ended_at, letters.label("letters"))
    if asked.text:
        query = query.where(has_words(asked.text, Dossier.name, Dossier.slug))
    return page_of_list(session, query, Order((ended, sa.func.lower(Dossier.name), Dossier.id), (int, str, int)), asked)


def equated_days(session: Session, asked: Turn) -> Page[EquatedDay]:
    """The equated days, the last one first; sought by a year or day (`2026-05`) or the decree."""
    query = sa.select(EquatedDay)
    if asked.text:
        query = query.where(has_words(asked.text, sa.cast(EquatedDay.day, sa.String), EquatedDay.basis))
    found = page_of_list(session, query, Order((EquatedDay.day,), (date,), backwards=True), asked)
    return Page([row.EquatedDay for row in found.rows], found.next, found.previous)


def page_of_list(session: Session, query: sa.Select[*tuple[Any, ...]], order: Order, asked: Turn) -> Page[Any]:
    """The page that is asked for, of a query in this order."""
    return turn(session, query, order, PAGE_SIZE, after=asked.after or None, before=asked.before or None)


def has_words(text: str, *columns: Any) -> sa.ColumnElement[bool]:
    """Whether one of these columns holds the text, whatever its capitals."""
    return sa.or_(*(column.icontains(text, autoescape=True) for column in columns))
