"""Commitments: a promise in an answer becomes a question of its own, so that it is held to its day."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.calendar import civil_date
from app.domain.commitments import NewCommitment, check_commitment
from app.domain.errors import NotFound, WrongState, mark
from app.domain.ledger import Entry, EntryKind
from app.domain.permissions import Task
from app.domain.questions import HolderKind, QuestionKind, State
from app.domain.terms import Term, TermKind
from app.store import audit
from app.store.access import find_letter, find_question, require
from app.store.answering import Answer, Commitment
from app.store.letters import Letter
from app.store.ministries import ministry_names
from app.store.outbox import enqueue
from app.store.ownership import follow_succession, present_contact
from app.store.people import Person
from app.store.questions import Question, Round, pass_ball, tell
from app.store.terms import append

RECORDED, MADE = "toezegging-vastleggen", "toezegging-gedaan"
"""What the story of the commitment begins with, and what it adds to that of the question whose answer made it."""


@dataclass(frozen=True)
class _Promise:
    """Who promised what, where and when."""

    original: Question
    answer: Answer
    due_on: date
    quote: str
    what: str


def record(
    session: Session, actor: Actor, question_id: int, new: NewCommitment, now: datetime, *, answer_id: int | None = None
) -> Question:
    """Record a promise that an answer to this question makes (else its latest), as a question in the same letter.

    It is its ministry's (or that one's successor's) from the start, accepted, and due on its day. The question that was
    answered stays as it is. The same promise recorded twice is one. Raises Invalid for what is missing, NotFound
    `no-answer`, WrongState for a question that was withdrawn.
    """
    require(actor, Task.REGISTER)
    # Question first, letter second. With the letter locked two promises get two numbers, and the same one is one.
    original = find_question(session, actor, question_id, for_update=True)
    letter = find_letter(session, actor, original.letter_id, for_update=True)
    answer = _answer(session, original, answer_id)
    if original.state is State.WITHDRAWN:
        sentence = mark("Deze vraag is ingetrokken. Heropen de vraag om een toezegging vast te leggen.")
        raise WrongState("withdrawn", sentence)
    due_on = check_commitment(new, answer.text, answer.answered_on, civil_date(now))
    promise = _Promise(original, answer, due_on, " ".join(new.quote.split()), " ".join(new.what.split()))
    known = _known(session, promise)
    if known is not None:
        return known
    question = _write(session, actor, letter, promise, now)
    audit.record(
        session,
        actor,
        RECORDED,
        f"vraag:{question.id}",
        now,
        antwoord=answer.id,
        bij=original.id,
        uiterlijk=due_on,
    )
    return question


def _answer(session: Session, original: Question, answer_id: int | None) -> Answer:
    """The answer meant: this one, else the latest. Raises NotFound (`no-answer`)."""
    query = sa.select(Answer).where(Answer.question_id == original.id).order_by(Answer.round.desc()).limit(1)
    if answer_id is not None:
        query = query.where(Answer.id == answer_id)
    answer = session.scalars(query).one_or_none()
    if answer is None:
        raise NotFound("no-answer", mark("Op deze vraag is nog geen antwoord waarin iets is toegezegd."))
    return answer


def _known(session: Session, promise: _Promise) -> Question | None:
    return session.scalars(
        sa.select(Question)
        .join(Commitment, Commitment.question_id == Question.id)
        .where(
            Commitment.answer_id == promise.answer.id,
            Commitment.quote == promise.quote,
            Question.title == promise.what,
            Question.original_due_on == promise.due_on,
        )
        .limit(1)
    ).one_or_none()


def _write(session: Session, actor: Actor, letter: Letter, promise: _Promise, now: datetime) -> Question:
    """The question, its ledger, who has the ball, and both stories; its ministry hears of it."""
    made_on, due_on = promise.answer.answered_on, promise.due_on
    last = session.execute(sa.select(sa.func.max(Question.position)).where(Question.letter_id == letter.id))
    term = Term(TermKind.AGREED, named_on=due_on)
    question = Question(
        letter_id=letter.id,
        position=last.scalar_one() + 1,
        title=promise.what,
        text=promise.quote,
        kind=QuestionKind.COMMITMENT,
        owner_id=promise.answer.ministry_id,
        contact_id=promise.original.contact_id,
        state=State.ACCEPTED,
        term_kind=term.kind,
        term_named_on=due_on,
        asked_on=made_on,
        due_on=due_on,
        original_due_on=due_on,
        term_set_on=made_on,
    )
    session.add(question)
    session.flush()
    session.add_all(
        [
            Commitment(question_id=question.id, answer_id=promise.answer.id, quote=promise.quote),
            Round(question_id=question.id, number=1, asked_on=made_on, original_due_on=due_on, term_kind=term.kind),
        ]
    )
    append(session, question, Entry(1, EntryKind.SET, made_on, term=term), actor, now, made_on)
    pass_ball(session, question, HolderKind.OWNER, question.owner_id, made_on)
    today = civil_date(now)
    tell(session, question, actor, RECORDED, now, today)
    tell(session, promise.original, actor, MADE, now, today, reason=promise.what)
    follow_succession(session, question, ministry_names(session), made_on, now)
    _mail_contact(session, question, now)
    return question


def _mail_contact(session: Session, question: Question, now: datetime) -> None:
    contact_id = present_contact(session, question)
    if contact_id is not None:
        person = session.get_one(Person, contact_id)
        enqueue(session, person, "commitment", f"commitment:{question.id}", now, question_id=question.id)
    session.flush()
