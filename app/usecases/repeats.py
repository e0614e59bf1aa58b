"""Saying that a question asks again what was asked before, and taking that back."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.calendar import civil_date
from app.domain.permissions import Task
from app.store import audit
from app.store.access import find_question, require
from app.store.questions import tell
from app.store.repeats import LINKED, UNLINKED, earlier_ids, put


def link(session: Session, actor: Actor, question_id: int, earlier_id: int, now: datetime) -> None:
    """Note that the question asks an earlier one again; done twice it changes nothing.

    Raises NotFound (`no-earlier-question`) unless that one was sent, in an earlier letter.
    """
    require(actor, Task.REGISTER)
    question = find_question(session, actor, question_id, for_update=True)
    there = earlier_ids(session, question.id)
    if earlier_id in there:
        return
    put(session, actor, question, [*there, earlier_id], now)
    tell(session, question, actor, LINKED, now, civil_date(now))
    audit.record(session, actor, LINKED, f"vraag:{question.id}", now, eerder=earlier_id)


def unlink(session: Session, actor: Actor, question_id: int, earlier_id: int, now: datetime) -> None:
    """Take back that the question asks an earlier one again; what isn't linked stays so."""
    require(actor, Task.REGISTER)
    question = find_question(session, actor, question_id, for_update=True)
    there = earlier_ids(session, question.id)
    if earlier_id not in there:
        return
    put(session, actor, question, [one for one in there if one != earlier_id], now)
    tell(session, question, actor, UNLINKED, now, civil_date(now))
    audit.record(session, actor, UNLINKED, f"vraag:{question.id}", now, eerder=earlier_id)
