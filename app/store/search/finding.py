"""Finding texts by their words, the newest first, and only what one may read."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor, Door
from app.domain.permissions import Role
from app.domain.search import Term, as_fts5, as_tsquery
from app.store.access import readable
from app.store.answering import Answer
from app.store.documents import Document
from app.store.letters import Letter
from app.store.lists.paging import PAGE_SIZE, Order, Page, page_of, read_mark
from app.store.ministries import Ministry
from app.store.questions import Question
from app.store.search import parts
from app.store.search.entries import WORDS, Found, SearchEntry, is_sqlite

MOST_COUNTED = 1000
FIRST_LOOK = 4000
_ORDER = Order((SearchEntry.__table__.c.id,), (int,), backwards=True)


@dataclass(frozen=True)
class SearchFilter:
    """What is searched for: all of the terms, in these kinds of text (empty: in all)."""

    terms: tuple[Term, ...]
    kinds: frozenset[Found] = frozenset()


@dataclass(frozen=True)
class _Reading:
    """All that a statement depends on: the database, the reader, the kinds of text, and which way the page goes."""

    lite: bool
    roles: frozenset[Role]
    ministry_id: int | None
    question_id: int | None
    kinds: frozenset[Found]
    starred: bool
    marked: bool = False
    back: bool = False

    @property
    def actor(self) -> Actor:
        """The reader."""
        return Actor(None, self.roles, self.ministry_id, Door.SESSION, self.question_id)


def found(
    session: Session, actor: Actor, wanted: SearchFilter, *, after: str | None = None, before: str | None = None
) -> Page[Any]:
    """Texts this actor may read that hold all terms, what was registered last first.

    Rows have: id, kind, about_id, document_id, document (name), question_id, letter_id, year, serial, position, title,
    subject, reference, letter_date, owner, state, said_by, text (its beginning; all of it where the words stand further
    on). Raises Invalid `bad-page` for a mark that isn't ours.
    """
    mark = read_mark(mark_, int)[0] if (mark_ := before or after) else None
    if not wanted.terms:
        return Page((), None)
    reading = _reading(session, actor, wanted, marked=mark is not None, back=bool(before))
    rows = session.execute(_page(reading), _values(reading, wanted, mark)).all()
    return page_of(rows, _ORDER, PAGE_SIZE, after=after, before=before)


def count_found(session: Session, actor: Actor, wanted: SearchFilter) -> int:
    """How many texts there are, counted no further than MOST_COUNTED + 1."""
    if not wanted.terms:
        return 0
    reading = _reading(session, actor, wanted)
    return session.execute(_count(reading), _values(reading, wanted)).scalar_one()


@lru_cache(maxsize=256)
def _page(reading: _Reading) -> sa.Select[*tuple[Any, ...]]:
    """The statement of a page; building it takes longer than searching."""
    chosen = _hits(reading).limit(PAGE_SIZE + 1).cte("chosen")
    if not reading.lite:
        # Else PostgreSQL, when it hasn't counted its rows yet, may search anew for every row that it joins.
        chosen = chosen.prefix_with("MATERIALIZED")
    entry, letter, question = SearchEntry.__table__, Letter.__table__, Question.__table__
    document, answer = Document.__table__, Answer.__table__
    owner, giver = Ministry.__table__.alias("owner"), Ministry.__table__.alias("giver")
    of_answers = sa.or_(entry.c.kind == Found.ANSWER, entry.c.kind == Found.ANSWER_DOCUMENT)
    columns = (
        *(entry.c[name] for name in ("id", "kind", "about_id", "document_id", "letter_id", "question_id")),
        sa.func.substr(entry.c.text, 1, FIRST_LOOK).label("text"),
        sa.func.length(entry.c.text).label("length"),
        document.c.name.label("document"),
        *(letter.c[name] for name in ("year", "serial", "subject", "reference", "letter_date")),
        *(question.c[name] for name in ("position", "title", "state")),
        owner.c.display.label("owner"),
        giver.c.display.label("said_by"),
        *_ORDER.columns(),
    )
    return (
        sa.select(*columns)
        .select_from(chosen)
        .join(entry, entry.c.id == chosen.c.id)
        .join(letter, letter.c.id == entry.c.letter_id)
        .outerjoin(question, question.c.id == entry.c.question_id)
        .outerjoin(owner, owner.c.id == question.c.owner_id)
        .outerjoin(document, document.c.id == entry.c.document_id)
        .outerjoin(answer, sa.and_(answer.c.id == entry.c.about_id, of_answers))
        .outerjoin(giver, giver.c.id == answer.c.ministry_id)
        .order_by(*(_ORDER.turned() if reading.back else _ORDER).by())
    )


@lru_cache(maxsize=256)
def _count(reading: _Reading) -> sa.Select[int]:
    some = _hits(reading).limit(MOST_COUNTED + 1).subquery()
    return sa.select(sa.func.count()).select_from(some)


def _hits(reading: _Reading) -> sa.Select[*tuple[Any, ...]]:
    """The numbers of the entries that the reader may see and that hold what is `asked`, in their order."""
    if not reading.lite:
        place = parts.hits(back=reading.back, starred=reading.starred)
        keys = (place.c.place, place.c.id)
        query = sa.select(place.c.id).where(*_readable(reading.actor, place))
        return query.order_by(*(keys if reading.back else (key.desc() for key in keys)))
    words, entries = sa.table(WORDS, sa.column("rowid", sa.BigInteger)), SearchEntry.__table__
    key, mark = words.c.rowid, sa.bindparam("mark", type_=sa.BigInteger)
    query = sa.select(key.label("id")).where(sa.literal_column(WORDS).op("MATCH")(sa.bindparam("asked", type_=sa.Text)))
    if reading.marked:
        query = query.where(key > mark if reading.back else key < mark)
    conditions = [*_readable(reading.actor, entries), *_of_kinds(reading.kinds)]
    if conditions:
        query = query.join_from(words, entries, entries.c.id == key).where(*conditions)
    return query.order_by(key if reading.back else key.desc())


def _of_kinds(kinds: frozenset[Found]) -> list[sa.ColumnElement[bool]]:
    return [SearchEntry.__table__.c.kind.in_(kinds)] if kinds else []


def _readable(actor: Actor, entry: Any) -> list[sa.ColumnElement[bool]]:
    """The condition that this actor may read the letter or question of an entry; none where they may read all."""
    if isinstance(readable(actor), sa.sql.elements.True_):
        return []
    of_question = _readable_one(actor, Question.id == entry.c.question_id, entry)
    of_letter = _readable_one(actor, Question.letter_id == entry.c.letter_id, entry)
    return [sa.case((entry.c.question_id.is_(None), of_letter), else_=of_question)]


def _readable_one(actor: Actor, about: sa.ColumnElement[bool], entry: Any) -> sa.ColumnElement[bool]:
    """Whether there is such a question that this actor may read.

    OFFSET 0: else PostgreSQL would first gather all that the actor may read, to look up the few that were found.
    """
    return sa.select(Question.id).where(about, readable(actor)).correlate(entry).offset(0).exists()


def _reading(
    session: Session, actor: Actor, wanted: SearchFilter, *, marked: bool = False, back: bool = False
) -> _Reading:
    starred = any(term.starts for term in wanted.terms)
    reader = (actor.roles, actor.ministry_id, actor.only_question_id)
    return _Reading(is_sqlite(session), *reader, wanted.kinds, starred, marked, back)


def _values(reading: _Reading, wanted: SearchFilter, mark: int | None = None) -> dict[str, Any]:
    if reading.lite:
        return {"asked": as_fts5(wanted.terms), "mark": mark}
    kinds = "|".join(f"/{kind.value}" for kind in sorted(wanted.kinds))
    return {"asked": as_tsquery(wanted.terms), "kinds": kinds, "mark": mark}
