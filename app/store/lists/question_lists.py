"""Lists of questions: one query per page, rows not objects."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.domain.actors import Actor
from app.domain.questions import CLIMBING_STATES, HolderKind, QuestionKind, State
from app.store.access import readable
from app.store.answering import Answer
from app.store.letters import Letter, found_by
from app.store.lists.concurrences import awaiting, stalled
from app.store.lists.paging import PAGE_SIZE, Order, Page, turn
from app.store.ministries import Dossier, Ministry
from app.store.questions import HoldingPeriod, Question, Round

MOST_COUNTED = 1000


@dataclass(frozen=True)
class QuestionFilter:
    """What a list of questions is narrowed to; empty means everything this reader may see.

    `dossier_id` 0: only those without a dossier. `also`: further conditions on `questions`.

    `held_by`: only those whose ball lies with this holder, and with this ministry where one is given.
    `late_on`: only questions late on that day, `not_late_on`: only others. `among`: only these numbers (ids).
    `awaited_id`: only those that wait for this ministry's reply to a draft, `stalled_on`: those where one is overdue on
    that day. `words` is searched for in numbers, titles, subjects and references.
    """

    also: tuple[sa.ColumnElement[bool], ...] = ()
    owner_id: int | None = None
    kinds: frozenset[QuestionKind] = frozenset()
    states: frozenset[State] = frozenset()
    late_on: date | None = None
    not_late_on: date | None = None
    due_from: date | None = None
    due_until: date | None = None
    dossier_id: int | None = None
    letter_id: int | None = None
    contact_id: int | None = None
    min_rung: int | None = None
    held_by: tuple[frozenset[HolderKind], int | None] | None = None
    among: frozenset[int] | None = None
    awaited_id: int | None = None
    stalled_on: date | None = None
    words: str = ""


def late_on(day: date, today: date) -> sa.ColumnElement[bool]:
    """Questions late on a day: unanswered by its end, past their due date, with the clock running.

    Today and later by the present state. An earlier day by the present round: asked and due before, answered after it.
    """
    past_due = sa.and_(Question.due_on < day, Question.suspended.is_(False))
    unanswered = Question.state.in_(CLIMBING_STATES)
    if day >= today:
        return sa.and_(past_due, unanswered)
    asked = sa.exists().where(Round.question_id == Question.id, Round.number == Question.round, Round.asked_on <= day)
    later = sa.exists().where(
        Answer.question_id == Question.id, Answer.round == Question.round, Answer.answered_on > day
    )
    return sa.and_(past_due, asked, sa.or_(unanswered, later), Question.state != State.WITHDRAWN)


# Nothing is owed by the due date of a question that was answered, or whose clock stands still: those come last.
_unowed = sa.case((sa.and_(Question.state.in_(CLIMBING_STATES), Question.suspended.is_(False)), 0), else_=1)
_holder = aliased(Ministry)
_rung = sa.func.nullif(Question.rung, 0)
# Who has had the ball longest; what nobody holds comes last.
_held = sa.func.coalesce(HoldingPeriod.from_on, sa.literal(date.max, sa.Date()))
_NEWEST = Order((Question.id,), (int,), backwards=True)
_DUE = Order((Question.due_on, Question.id), (date, int))
_WORST = Order((_unowed, Question.due_on, Question.id), (int, date, int))

ORDERS: Mapping[str, Order] = {
    "nieuw": _NEWEST,
    "oud": _NEWEST.turned(),
    "termijn": _DUE,
    "-termijn": _DUE.turned(),
    "eigenaar": Order((sa.func.lower(Ministry.display), Question.due_on, Question.id), (str, date, int)),
    "-eigenaar": Order((sa.func.lower(Ministry.display), Question.due_on, Question.id), (str, date, int), True),
    "bal": Order((_held, Question.id), (date, int)),
    "-bal": Order((_held, Question.id), (date, int), backwards=True),
    "trede": Order((Question.rung, Question.due_on, Question.id), (int, date, int)),
    "-trede": Order((Question.rung, Question.due_on, Question.id), (int, date, int), backwards=True),
}
"""The orders people choose from, by their names in addresses; a minus turns one round."""


def question_rows(
    session: Session,
    actor: Actor,
    wanted: QuestionFilter,
    today: date,
    *,
    after: str | None = None,
    before: str | None = None,
    limit: int = PAGE_SIZE,
    order: str = "termijn",
    worst_first: bool = False,
) -> Page[Any]:
    """Questions this actor may read, in one of ORDERS, or what is owed before the rest and the longest overdue first.

    Rows have: id, letter_id, year, serial, position, title, kind, state, round, version, owner (display), owner_code,
    asked_on, due_on, original_due_on, expected_on, suspended, dossier, subject, reference, holder, holder_ministry,
    held_from, rung (highest reached for the present due date), deemed. Raises Invalid `bad-page` for a mark that
    isn't ours.
    """
    query = _question_select().where(readable(actor), *question_conditions(wanted, today))
    return turn(session, query, _WORST if worst_first else ORDERS[order], limit, after=after, before=before)


def count_questions(
    session: Session, actor: Actor, wanted: QuestionFilter, today: date, most: int = MOST_COUNTED
) -> int:
    """How many questions a filter finds, counted no further than `most` + 1 (shown as "1.000+")."""
    found = (
        sa.select(Question.id)
        .join(Letter, Letter.id == Question.letter_id)
        .where(readable(actor), *question_conditions(wanted, today))
        .limit(most + 1)
        .subquery()
    )
    return session.execute(sa.select(sa.func.count()).select_from(found)).scalar_one()


def _question_select() -> sa.Select[*tuple[Any, ...]]:
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            Question.id,
            Question.letter_id,
            Letter.year,
            Letter.serial,
            Question.position,
            Question.title,
            Question.kind,
            Question.state,
            Question.round,
            Question.version,
            Ministry.display.label("owner"),
            Ministry.code.label("owner_code"),
            Question.asked_on,
            Question.due_on,
            Question.original_due_on,
            Question.expected_on,
            Question.suspended,
            Question.deemed,
            Dossier.name.label("dossier"),
            Letter.subject,
            Letter.reference,
            HoldingPeriod.holder,
            _holder.display.label("holder_ministry"),
            HoldingPeriod.from_on.label("held_from"),
            _rung.label("rung"),
        )
        .join(Letter, Letter.id == Question.letter_id)
        .join(Ministry, Ministry.id == Question.owner_id)
        .outerjoin(Dossier, Dossier.id == Letter.dossier_id)
        .outerjoin(HoldingPeriod, sa.and_(HoldingPeriod.question_id == Question.id, HoldingPeriod.until_on.is_(None)))
        .outerjoin(_holder, _holder.id == HoldingPeriod.ministry_id)
    )
    return query


def question_conditions(wanted: QuestionFilter, today: date) -> list[sa.ColumnElement[bool]]:
    """What the filter means, as conditions on questions joined with their letters."""
    exact = {
        Question.owner_id: wanted.owner_id,
        Letter.dossier_id: wanted.dossier_id or None,
        Question.letter_id: wanted.letter_id,
        Question.contact_id: wanted.contact_id,
    }
    conditions: list[sa.ColumnElement[bool]] = [column == value for column, value in exact.items() if value is not None]
    among = {Question.kind: wanted.kinds, Question.state: wanted.states}
    conditions.extend(column.in_(values) for column, values in among.items() if values)
    conditions.extend(wanted.also)
    conditions.extend([Letter.dossier_id.is_(None)] if wanted.dossier_id == 0 else [])
    conditions.extend(_lateness(wanted, today))
    conditions.extend(_bounds(wanted))
    if wanted.held_by is not None:
        conditions.append(_held_by(*wanted.held_by))
    if wanted.among is not None:
        conditions.append(Question.id.in_(wanted.among))
    if wanted.awaited_id is not None:
        conditions.append(awaiting(wanted.awaited_id))
    if wanted.stalled_on is not None:
        conditions.append(stalled(wanted.stalled_on))
    if wanted.words.strip():
        conditions.append(found_by(wanted.words.strip(), Question.title))
    return conditions


def both(first: QuestionFilter, second: QuestionFilter, today: date) -> QuestionFilter:
    """What both filters let through."""
    return replace(first, also=(*first.also, *question_conditions(second, today)))


def _held_by(kinds: frozenset[HolderKind], ministry_id: int | None) -> sa.ColumnElement[bool]:
    open_now = aliased(HoldingPeriod)
    where = open_now.ministry_id == ministry_id if ministry_id else sa.true()
    return sa.exists().where(
        open_now.question_id == Question.id, open_now.until_on.is_(None), open_now.holder.in_(kinds), where
    )


def _bounds(wanted: QuestionFilter) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.due_from is not None:
        yield Question.due_on >= wanted.due_from
    if wanted.due_until is not None:
        yield Question.due_on <= wanted.due_until
    if wanted.min_rung is not None:
        yield Question.rung >= wanted.min_rung


def _lateness(wanted: QuestionFilter, today: date) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.late_on is not None:
        yield late_on(wanted.late_on, today)
    if wanted.not_late_on is not None:
        yield sa.not_(late_on(wanted.not_late_on, today))
