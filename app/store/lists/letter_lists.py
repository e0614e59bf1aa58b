"""Lists of letters, with their questions counted."""

from collections.abc import Sequence
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
from app.store.lists.paging import PAGE_SIZE, Page, read_mark, write_mark
from app.store.lists.question_lists import late_on
from app.store.ministries import Dossier, Ministry
from app.store.questions import Question


@dataclass(frozen=True)
class LetterFilter:
    """What a list of letters is narrowed to."""

    state: State | None = None
    dossier_id: int | None = None
    owner_id: int | None = None
    words: str = ""


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
    limit: int = PAGE_SIZE,
) -> Page[LetterRow]:
    """Letters this actor may read, newest number first; counts are of the questions they may read."""
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
        .order_by(Letter.year.desc(), Letter.serial.desc())
        .limit(limit + 1)
    )
    if after is not None:
        year, serial = read_mark(after, int, int)
        query = query.where(sa.tuple_(Letter.year, Letter.serial) < sa.tuple_(year, serial))
    letters = session.execute(query).all()
    following = None
    if len(letters) > limit:
        letters = letters[:limit]
        following = write_mark([letters[-1].year, letters[-1].serial])
    return Page(_with_questions(session, actor, letters, today), following)


def _letter_conditions(wanted: LetterFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.dossier_id is not None:
        conditions.append(Letter.dossier_id == wanted.dossier_id)
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
        must = State.SETTLED if state is State.SETTLED else state
        return sa.and_(
            _counts(Question.state == must), ~_counts(Question.state.not_in([*done[state], State.WITHDRAWN]))
        )
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
