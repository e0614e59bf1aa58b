"""Lists of questions: one query per page, rows not objects."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.domain.actors import Actor
from app.domain.questions import CLIMBING_STATES, QuestionKind, State
from app.store.access import readable
from app.store.answering import Answer
from app.store.letters import Letter, found_by
from app.store.lists.concurrences import awaiting, stalled
from app.store.lists.paging import PAGE_SIZE, Page, read_mark, write_mark
from app.store.ministries import Dossier, Ministry
from app.store.questions import HoldingPeriod, Question, Round

MOST_COUNTED = 1000


@dataclass(frozen=True)
class QuestionFilter:
    """What a list of questions is narrowed to; empty means everything this reader may see.

    `late_on`: only questions late on that day, `not_late_on`: only others. `among`: only these numbers (ids).
    `awaited_id`: only those that wait for this ministry's reply to a draft, `stalled_on`: those where one is overdue on
    that day. `words` is searched for in numbers, titles, subjects and references.
    """

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


_holder = aliased(Ministry)
_rung = sa.func.nullif(Question.rung, 0)


def question_rows(
    session: Session,
    actor: Actor,
    wanted: QuestionFilter,
    today: date,
    *,
    after: str | None = None,
    limit: int = PAGE_SIZE,
    newest_first: bool = False,
) -> Page[Any]:
    """Questions this actor may read, soonest (or longest) due first, else newest first.

    Rows have: id, letter_id, year, serial, position, title, kind, state, round, owner (display), owner_code, asked_on,
    due_on, original_due_on, expected_on, suspended, dossier, subject, reference, holder, holder_ministry, held_from,
    rung (highest reached for the present due date), deemed. Raises Invalid `bad-page` for a mark that isn't ours.
    """
    keys = (Question.id.desc(),) if newest_first else (Question.due_on, Question.id)
    query = (
        _question_select().where(readable(actor), *_question_conditions(wanted, today)).order_by(*keys).limit(limit + 1)
    )
    if after is not None:
        query = query.where(_after(after, newest_first=newest_first))
    rows = session.execute(query).all()
    following = None
    if len(rows) > limit:
        rows = rows[:limit]
        following = write_mark([rows[-1].id] if newest_first else [rows[-1].due_on.isoformat(), rows[-1].id])
    return Page(rows, following)


def count_questions(session: Session, actor: Actor, wanted: QuestionFilter, today: date) -> int:
    """How many questions a filter finds, counted no further than MOST_COUNTED + 1 (shown as "1.000+")."""
    found = (
        sa.select(Question.id)
        .join(Letter, Letter.id == Question.letter_id)
        .where(readable(actor), *_question_conditions(wanted, today))
        .limit(MOST_COUNTED + 1)
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


def _question_conditions(wanted: QuestionFilter, today: date) -> list[sa.ColumnElement[bool]]:
    exact = {
        Question.owner_id: wanted.owner_id,
        Letter.dossier_id: wanted.dossier_id,
        Question.letter_id: wanted.letter_id,
        Question.contact_id: wanted.contact_id,
    }
    conditions: list[sa.ColumnElement[bool]] = [column == value for column, value in exact.items() if value is not None]
    among = {Question.kind: wanted.kinds, Question.state: wanted.states}
    conditions.extend(column.in_(values) for column, values in among.items() if values)
    conditions.extend(_lateness(wanted, today))
    if wanted.due_from is not None:
        conditions.append(Question.due_on >= wanted.due_from)
    if wanted.due_until is not None:
        conditions.append(Question.due_on <= wanted.due_until)
    if wanted.min_rung is not None:
        conditions.append(_rung >= wanted.min_rung)
    if wanted.among is not None:
        conditions.append(Question.id.in_(wanted.among))
    if wanted.awaited_id is not None:
        conditions.append(awaiting(wanted.awaited_id))
    if wanted.stalled_on is not None:
        conditions.append(stalled(wanted.stalled_on))
    if wanted.words.strip():
        conditions.append(found_by(wanted.words.strip(), Question.title))
    return conditions


def _lateness(wanted: QuestionFilter, today: date) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.late_on is not None:
        yield late_on(wanted.late_on, today)
    if wanted.not_late_on is not None:
        yield sa.not_(late_on(wanted.not_late_on, today))


def _after(text: str, *, newest_first: bool) -> sa.ColumnElement[bool]:
    if newest_first:
        (last,) = read_mark(text, int)
        return Question.id < sa.literal(last)
    due_on, last = read_mark(text, date, int)
    return sa.tuple_(Question.due_on, Question.id) > sa.tuple_(sa.literal(due_on), sa.literal(last))
