"""Earlier questions: those that resemble a text, and those that were linked, each with its last answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.ministries import succession
from app.domain.numbers import QuestionNumber
from app.domain.questions import State, Verdict
from app.domain.similarity import Candidate, Similar, key_words, most_alike
from app.store.access import readable
from app.store.answering import Answer
from app.store.letters import Letter
from app.store.ministries import Ministry, ministry_names
from app.store.questions import Question, QuestionRepeat

LOOKED_AT = 10_000
"""The newest so many questions of the ministry or dossier, and the newest so many of all, are looked at."""


@dataclass(frozen=True)
class Sought:
    """What is compared with earlier questions.

    `letter_id`: its own letter, where it is registered. `until`: only with what was sent by that day.
    """

    text: str
    owner_id: int | None = None
    dossier_id: int | None = None
    letter_id: int | None = None
    until: date | None = None


@dataclass(frozen=True)
class Earlier:
    """An earlier (or later) question with its last answer; `similar` tells why it is proposed."""

    id: int
    number: str
    title: str
    text: str
    owner: str
    state: State
    asked_on: date
    answer: str | None
    answered_on: date | None
    verdict: Verdict | None
    similar: Similar | None = None


@dataclass(frozen=True)
class Linked:
    """What a question asks again, and where it was asked again itself; both oldest first."""

    before: Sequence[Earlier]
    after: Sequence[Earlier]


def similar_questions(session: Session, actor: Actor, sought: Sought) -> list[Earlier]:
    """Questions sent before that share the rarest words with a text, the most alike first.

    Two statements, whatever the size of the register.
    """
    words = key_words(sought.text)
    if not words:
        return []
    looked_at = {one.id: one for near in (True, False) for one in _candidates(session, actor, sought, words, near)}
    found = most_alike(words, (one for one in looked_at.values() if one.places), len(looked_at))
    rows = _earlier(session, actor, {one.id: one for one in found})
    return [rows[one.id] for one in found if one.id in rows]


def chosen_questions(session: Session, actor: Actor, ids: Sequence[int]) -> list[Earlier]:
    """These questions, as far as this actor may read them, in this order."""
    rows = _earlier(session, actor, dict.fromkeys(ids))
    return [rows[one] for one in ids if one in rows]


def linked(session: Session, actor: Actor, question_id: int) -> Linked:
    """What this question asks again, and what asks it again, as far as this actor may read those."""
    pairs = session.execute(
        sa.select(QuestionRepeat.question_id, QuestionRepeat.earlier_id).where(
            sa.or_(QuestionRepeat.question_id == question_id, QuestionRepeat.earlier_id == question_id)
        )
    ).all()
    before = sorted(pair.earlier_id for pair in pairs if pair.question_id == question_id)
    after = sorted(pair.question_id for pair in pairs if pair.earlier_id == question_id)
    rows = _earlier(session, actor, dict.fromkeys([*before, *after])) if pairs else {}
    return Linked([rows[one] for one in before if one in rows], [rows[one] for one in after if one in rows])


def _candidates(
    session: Session, actor: Actor, sought: Sought, words: Sequence[str], near: bool
) -> Sequence[Candidate]:
    """The newest questions (only those near: of the ministry or its predecessors, or the dossier), and which words
    each of them has."""
    owners = _with_predecessors(session, sought.owner_id)
    is_owner = Question.owner_id.in_(owners)
    is_dossier = Letter.dossier_id == sought.dossier_id if sought.dossier_id else sa.false()
    if near and not owners and not sought.dossier_id:
        return []
    newest = (
        sa.select(
            Question.id,
            sa.func.lower(Question.title + " " + Question.text).label("said"),
            sa.case((is_owner, 1), else_=0).label("same_ministry"),
            sa.case((is_dossier, 1), else_=0).label("same_dossier"),
        )
        .join(Letter, Letter.id == Question.letter_id)
        .where(readable(actor), Question.state != State.DRAFT, Question.asked_on.is_not(None), *_others(sought))
        .where(sa.or_(is_owner, is_dossier) if near else sa.true())
        .order_by(Question.id.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    has = [sa.case((newest.c.said.contains(word), 2**place), else_=0) for place, word in enumerate(words)]
    rows = session.execute(sa.select(newest.c.id, sum(has[1:], has[0]), newest.c.same_ministry, newest.c.same_dossier))
    return [
        Candidate(
            number,
            frozenset(place for place in range(len(words)) if places >> place & 1),
            bool(same_ministry),
            bool(same_dossier),
        )
        for number, places, same_ministry, same_dossier in rows
    ]


def _others(sought: Sought) -> list[sa.ColumnElement[bool]]:
    """Nothing of its own letter, or sent after it."""
    conditions: list[sa.ColumnElement[bool]] = []
    if sought.until is not None:
        conditions.append(Question.asked_on <= sought.until)
    if sought.letter_id is not None:
        conditions.append(Question.letter_id != sought.letter_id)
    return conditions


def _with_predecessors(session: Session, ministry_id: int | None) -> list[int]:
    """The ministry and those that it succeeded: what they were asked, it may be asked again."""
    if ministry_id is None:
        return []
    names = ministry_names(session)
    return [one.id for one in names if ministry_id in {heir.id for heir in succession(one, names)}]


def _earlier(session: Session, actor: Actor, wanted: Mapping[int, Similar | None]) -> dict[int, Earlier]:
    last = (
        sa.select(sa.func.max(Answer.round))
        .where(Answer.question_id == Question.id)
        .correlate(Question)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(Question, Letter, Ministry.display, Answer)
        .join(Letter, Letter.id == Question.letter_id)
        .join(Ministry, Ministry.id == Question.owner_id)
        .outerjoin(Answer, sa.and_(Answer.question_id == Question.id, Answer.round == last))
        .where(Question.id.in_(wanted), readable(actor), Question.asked_on.is_not(None))
    )
    return {
        question.id: Earlier(
            id=question.id,
            number=str(QuestionNumber(letter.year, letter.serial, question.position)),
            title=question.title,
            text=question.text,
            owner=owner,
            state=question.state,
            asked_on=question.asked_on or letter.letter_date,
            answer=answer.text if answer else None,
            answered_on=answer.answered_on if answer else None,
            verdict=answer.verdict if answer else None,
            similar=wanted[question.id],
        )
        for question, letter, owner, answer in rows
    }
