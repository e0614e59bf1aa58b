"""Which rows a person may read, and how a person stands to a question. Rows are narrowed here, in SQL."""

from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import NotAllowed, NotFound, mark
from app.domain.permissions import Relation, Task, may
from app.domain.questions import Act, State
from app.store.letters import Letter
from app.store.questions import Contributor, FormerOwner, Question

Row = TypeVar("Row", Question, Letter)


def readable(actor: Actor) -> sa.ColumnElement[bool]:
    """The questions this actor may read, as a condition on `questions`.

    Concepts are the secretariat's alone; a ministry sees what it owns, contributes to, or passed on.
    """
    if actor.only_question_id is not None:
        return Question.id == actor.only_question_id
    if may(actor.roles, Task.REGISTER):
        return sa.true()
    was_sent = sa.and_(Question.state != State.DRAFT, Question.asked_on.is_not(None))
    if may(actor.roles, Task.SEE_ALL):
        return was_sent
    if actor.ministry_id is None:
        return sa.false()
    contributes = sa.exists().where(
        Contributor.question_id == Question.id, Contributor.ministry_id == actor.ministry_id
    )
    owned_before = sa.exists().where(
        FormerOwner.question_id == Question.id, FormerOwner.ministry_id == actor.ministry_id
    )
    return sa.and_(was_sent, sa.or_(Question.owner_id == actor.ministry_id, contributes, owned_before))


def readable_letters(actor: Actor) -> sa.ColumnElement[bool]:
    """The letters this actor may read: all for the secretariat, else those with a question they may read."""
    if may(actor.roles, Task.REGISTER) and actor.only_question_id is None:
        return sa.true()
    return sa.exists().where(Question.letter_id == Letter.id, readable(actor))


def relation_to(session: Session, actor: Actor, question: Question) -> Relation:
    """How the actor's ministry stands to a question."""
    if actor.ministry_id is None:
        return Relation.OTHER
    if actor.ministry_id == question.owner_id:
        return Relation.OWNER
    if session.get(Contributor, (question.id, actor.ministry_id)):
        return Relation.CONTRIBUTOR
    if session.get(FormerOwner, (question.id, actor.ministry_id)):
        return Relation.FORMER
    return Relation.OTHER


def find_question(session: Session, actor: Actor, question_id: int, *, for_update: bool = False) -> Question:
    """The question, if this actor may read it; raises NotFound otherwise, so that nobody learns it exists.

    With `for_update` its row is locked until the transaction ends: acts on one question happen one after the other.
    """
    query = sa.select(Question).where(Question.id == question_id, readable(actor))
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    question = session.scalars(query).one_or_none() or _once_more(session, query, for_update)
    if question is None:
        raise NotFound("no-question", mark("Deze vraag bestaat niet, of u mag hem niet zien."))
    return question


def find_letter(session: Session, actor: Actor, letter_id: int, *, for_update: bool = False) -> Letter:
    """The letter, if this actor may read it; raises NotFound otherwise."""
    query = sa.select(Letter).where(Letter.id == letter_id, readable_letters(actor))
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    letter = session.scalars(query).one_or_none() or _once_more(session, query, for_update)
    if letter is None:
        raise NotFound("no-letter", mark("Deze brief bestaat niet, of u mag hem niet zien."))
    return letter


def _once_more(session: Session, query: sa.Select[Row], for_update: bool) -> Row | None:
    """Ask again for what was to be locked and wasn't found.

    PostgreSQL looks at a row anew once it gets the lock, but at the other tables (who owned it before, who contributes)
    as they were when it began to wait: a question that was passed on in between would seem to be nobody's business.
    """
    return session.scalars(query).one_or_none() if for_update else None


def question_for_act(session: Session, actor: Actor, question_id: int, act: Act) -> Question:
    """Lock the question this actor wants to act on. Raises NotFound where unreadable, NotAllowed where not theirs."""
    question = find_question(session, actor, question_id, for_update=True)
    if not may(actor.roles, act, relation_to(session, actor, question)):
        raise NotAllowed(
            "not-allowed", mark("U mag dit niet doen bij deze vraag. Vraag het de coördinator of het secretariaat.")
        )
    return question


def require(actor: Actor, task: Task) -> None:
    """Raise NotAllowed unless the actor may do this task."""
    if not may(actor.roles, task):
        raise NotAllowed("not-allowed", mark("U mag dit niet doen. Vraag het de beheerder als u denkt van wel."))
