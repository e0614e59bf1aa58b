"""Who hears by mail of a ledger: the secretariat of a request, the contact of what became of its term."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.permissions import Role
from app.store.outbox import enqueue
from app.store.ownership import present_contact
from app.store.people import Person, PersonRole
from app.store.questions import Question
from app.store.term_requests import TermRequest


def tell_contact(
    session: Session, question: Question, now: datetime, *, sequence: int = 0, request: TermRequest | None = None
) -> None:
    """Tell of an entry of the present round, or of what was decided on a request.

    The decision goes to whoever asked, if they still work for the owner; all else to the question's contact.
    """
    asker = session.get(Person, request.asked_by_id) if request and request.asked_by_id else None
    if asker is None or asker.ended_at is not None or asker.ministry_id != question.owner_id:
        contact_id = present_contact(session, question)
        asker = session.get(Person, contact_id) if contact_id else None
    if asker is None:
        return
    about = f"request:{request.id}" if request else f"{question.round}:{sequence}"
    params: dict[str, Any] = {"request_id": request.id} if request else {"round": question.round, "sequence": sequence}
    enqueue(session, asker, "term", f"term:{question.id}:{about}", now, question_id=question.id, **params)


def tell_secretariat(session: Session, question: Question, request: TermRequest, now: datetime) -> None:
    """Tell everybody of the secretariat that a request waits."""
    secretariat = (
        sa.select(Person)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(PersonRole.role == Role.SECRETARIAT, Person.ended_at.is_(None))
        .order_by(Person.id)
    )
    for person in session.scalars(secretariat).all():
        key = f"request:{request.id}:{person.id}"
        enqueue(session, person, "request", key, now, question_id=question.id, request_id=request.id)
