"""Commitments beside the answers that made them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.domain.actors import Actor
from app.domain.numbers import QuestionNumber
from app.domain.questions import State
from app.store.access import readable
from app.store.answering import Answer, Commitment
from app.store.letters import Letter
from app.store.ministries import Ministry
from app.store.questions import Question


@dataclass(frozen=True)
class Made:
    """A commitment that an answer made, to the question `from_question_id`: the question it is kept as."""

    question_id: int
    number: QuestionNumber
    answer_id: int
    from_question_id: int
    title: str
    quote: str
    owner: str
    state: State
    due_on: date


@dataclass(frozen=True)
class Origin:
    """Where a commitment comes from: the words, in the answer of a ministry to a question."""

    quote: str
    answer_text: str
    answered_on: date
    ministry: str
    question_id: int
    number: QuestionNumber
    title: str


_original = aliased(Question)


def made_in(session: Session, actor: Actor, question_id: int) -> Sequence[Made]:
    """The commitments that answers to this question made, as far as this reader may see them, in order."""
    return _made(session, actor, Answer.question_id == question_id)


def made_in_letter(session: Session, actor: Actor, letter_id: int) -> Sequence[Made]:
    """The commitments that answers to a letter made, as far as this reader may see them, in order."""
    return _made(session, actor, Question.letter_id == letter_id)


def _made(session: Session, actor: Actor, condition: sa.ColumnElement[bool]) -> Sequence[Made]:
    rows = session.execute(
        sa.select(Question, Commitment, Answer.question_id, Letter.year, Letter.serial, Ministry.display)
        .join(Commitment, Commitment.question_id == Question.id)
        .join(Answer, Answer.id == Commitment.answer_id)
        .join(Letter, Letter.id == Question.letter_id)
        .join(Ministry, Ministry.id == Question.owner_id)
        .where(condition, readable(actor))
        .order_by(Question.position)
    )
    return [
        Made(
            question_id=question.id,
            number=QuestionNumber(year, serial, question.position),
            answer_id=commitment.answer_id,
            from_question_id=from_id,
            title=question.title,
            quote=commitment.quote,
            owner=owner,
            state=question.state,
            due_on=question.due_on,
        )
        for question, commitment, from_id, year, serial, owner in rows
    ]


def origin_of(session: Session, question_id: int) -> Origin | None:
    """Where a commitment comes from; None for a question that is none."""
    row = session.execute(
        sa.select(
            Commitment.quote,
            Answer.text,
            Answer.answered_on,
            Ministry.display,
            _original.id,
            Letter.year,
            Letter.serial,
            _original.position,
            _original.title,
        )
        .join(Answer, Answer.id == Commitment.answer_id)
        .join(Ministry, Ministry.id == Answer.ministry_id)
        .join(_original, _original.id == Answer.question_id)
        .join(Letter, Letter.id == _original.letter_id)
        .where(Commitment.question_id == question_id)
    ).one_or_none()
    if row is None:
        return None
    quote, text, answered_on, ministry, original_id, year, serial, position, title = row
    return Origin(
        quote=quote,
        answer_text=text,
        answered_on=answered_on,
        ministry=ministry,
        question_id=original_id,
        number=QuestionNumber(year, serial, position),
        title=title,
    )
