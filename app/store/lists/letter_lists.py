"""Lists of letters, with their questions counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.questions import CLIMBING_STATES, State, letter_state
from app.store.access import readable, readable_letters
from app.store.answering import made_by_answer
from app.store.letters import Letter, found_by
from app.store.lists.paging import PAGE_SIZE, Order, Page, turn
from app.store.lists.question_lists import late_on
from app.store.ministries import Dossier, Ministry
from app.store.questions import Question


@dataclass(frozen=True)
class LetterFilter:
    """What a list of letters is narrowed to; `dossier_id` 0: only those without a dossier; `among`: these numbers."""

    state: State | None = None
    dossier_id: int | None = None
    owner_id: int | None = None
    words: str = ""
    dated_from: date | None = None
    dated_until: date | None = None
    among: frozenset[int] | None = None


_NUMBERED = Order((Letter.year, Letter.serial), (int, int), backwards=True)
_DATED = Order((Letter.letter_date, Letter.id), (date, int))
LETTER_ORDERS: Mapping[str, Order] = {
    "nieuw": _NUMBERED,
    "oud": _NUMBERED.turned(),
    "datum": _DATED,
    "-datum": _DATED.turned(),
}
"""The orders people choose from, by their names in addresses; a minus turns one round."""


@dataclass(frozen=True)
class LetterRow:
    """A letter in a list, with its questions counted."""

    letter: Any
    state: State
    questions: int
    open: int
    late: int
    owners: Sequence[str]


def letter_rows(
    session: Session,
    actor: Actor,
    wanted: LetterFilter,
    today: date,
    *,
    after: str | None = None,
    before: str | None = None,
    limit: int = PAGE_SIZE,
    order: str = "nieuw",
) -> Page[LetterRow]:
    """Letters this actor may read, in one of LETTER_ORDERS; counts are of the questions they may read."""
    query = (
        sa.select(
            Letter.id,
            Letter.year,
            Letter.serial,
            Letter.subject,
            Letter.reference,
            Letter.letter_date,
            Letter.sent_on,
            Ministry.display.label("addressee"),
            Ministry.code.label("addressee_code"),
            Dossier.name.label("dossier"),
        )
        .join(Ministry, Ministry.id == Letter.addressee_id)
        .outerjoin(Dossier, Dossier.id == Letter.dossier_id)
        .where(readable_letters(actor), *_letter_conditions(wanted))
    )
    found = turn(session, query, LETTER_ORDERS[order], limit, after=after, before=before)
    return Page(_with_questions(session, actor, found.rows, today), found.next, found.previous)


def _letter_conditions(wanted: LetterFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.dossier_id is not None:
        conditions.append(Letter.dossier_id == (wanted.dossier_id or None))  # 0: IS NULL
    if wanted.among is not None:
        conditions.append(Letter.id.in_(wanted.among))
    if wanted.dated_from is not None:
        conditions.append(Letter.letter_date >= wanted.dated_from)
    if wanted.dated_until is not None:
        conditions.append(Letter.letter_date <= wanted.dated_until)
    if wanted.owner_id is not None:
        conditions.append(_has(Question.owner_id == wanted.owner_id))
    if wanted.state is not None:
        conditions.append(_in_state(wanted.state))
    if wanted.words.strip():
        conditions.append(found_by(wanted.words.strip(), Letter.subject))
    return conditions


def _has(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(Question.letter_id == Letter.id, condition)


def _counts(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """A question of the letter that counts for its state: not a promise that came with an answer."""
    return _has(sa.and_(condition, ~made_by_answer()))


def _in_state(state: State) -> sa.ColumnElement[bool]:
    """The rule of `domain.questions.letter_state`, in SQL; a test holds the two together."""
    if state is State.WITHDRAWN:
        return sa.and_(_counts(sa.true()), ~_counts(Question.state != State.WITHDRAWN))
    done = {State.SETTLED: [State.SETTLED], State.ANSWERED: [State.ANSWERED, State.SETTLED], State.DRAFT: [State.DRAFT]}
    if state in done:
        # That a concept was never sent follows; said in words, few letters are read for it.
        unsent = Letter.sent_on.is_(None) if state is State.DRAFT else sa.true()
        others = Question.state.not_in([*done[state], State.WITHDRAWN])
        return sa.and_(unsent, _counts(Question.state == state), ~_counts(others))
    return sa.or_(
        _counts(Question.state.in_(CLIMBING_STATES)),
        sa.and_(_counts(Question.state == State.DRAFT), _counts(Question.state.in_([State.ANSWERED, State.SETTLED]))),
    )


def _with_questions(session: Session, actor: Actor, letters: Sequence[Any], today: date) -> list[LetterRow]:
    found: dict[int, list[Any]] = {letter.id: [] for letter in letters}
    query = (
        sa.select(
            Question.letter_id,
            Question.state,
            Ministry.display.label("owner"),
            late_on(today, today).label("late"),
            made_by_answer().label("promise"),
        )
        .join(Ministry, Ministry.id == Question.owner_id)
        .where(Question.letter_id.in_(list(found)), readable(actor))
        .order_by(Question.letter_id, Question.position)
    )
    for row in session.execute(query):
        found[row.letter_id].append(row)
    return [
        LetterRow(
            letter=letter,
            state=_state(found[letter.id]),
            questions=len(found[letter.id]),
            open=sum(row.state in CLIMBING_STATES for row in found[letter.id]),
            late=sum(bool(row.late) for row in found[letter.id]),
            owners=list(dict.fromkeys(row.owner for row in found[letter.id])),
        )
        for letter in letters
    ]


def _state(rows: Sequence[Any]) -> State:
    """The letter's state, by its questions; who sees nothing but a promise of it sees that one's."""
    return letter_state([row.state for row in rows if not row.promise] or [row.state for row in rows])
