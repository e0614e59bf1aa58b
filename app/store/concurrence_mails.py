"""Who hears of a request to concur: the contact that is asked, the owner's contact, and whoever is late."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.store.concurrence import Contribution, ContributionState
from app.store.ladder.readers import coordinators
from app.store.letters import Letter
from app.store.many import any_of
from app.store.outbox import enqueue, enqueue_each
from app.store.people import Person, contact_for
from app.store.questions import Question


def mail_contributor(
    session: Session, question: Question, ministry_id: int, kind: str, key: str, now: datetime, **params: Any
) -> None:
    """One mail to a contributor's contact for the dossier; to nobody where the ministry has none."""
    person_id = _contact(session, question, ministry_id)
    if person_id is not None:
        urgent = kind == "replied"
        person = session.get_one(Person, person_id)
        enqueue(session, person, kind, key, now, question_id=question.id, urgent=urgent, **params)


def mail_owner(session: Session, question: Question, key: str, step: str, now: datetime) -> None:
    """Tell the owner's contact how the concurrence ended."""
    if question.contact_id is not None:
        person = session.get_one(Person, question.contact_id)
        enqueue(session, person, "concurrence", key, now, question_id=question.id, step=step)


def overdue(today: date) -> sa.Select[Contribution]:
    """The requests whose reply is overdue and that nobody was told of yet, by number."""
    return (
        sa.select(Contribution)
        .where(
            Contribution.state == ContributionState.ASKED,
            Contribution.due_on < today,
            Contribution.reminded_on.is_(None),
        )
        .order_by(Contribution.id)
    )


def would_remind(session: Session, today: date) -> tuple[int, int]:
    """How many requests the sweep of a day would tell of, and in how many mails. Reads only."""
    requests = session.scalars(overdue(today)).all()
    return len(requests), len(_readers(session, requests)) if requests else 0


def remind_late(session: Session, today: date, now: datetime, not_before: datetime) -> tuple[list[int], int]:
    """Tell of each reply that is overdue, once: the contributor's contact, and the owner's coordinator.

    One mail for each reader, with all requests in it. Gives the requests, by number, and how many mails.
    """
    late = overdue(today).with_for_update().execution_options(populate_existing=True)
    requests = session.scalars(late).all()
    if not requests:
        return [], 0
    for one in requests:
        one.reminded_on = today
    session.flush()
    readers = _readers(session, requests)
    people = session.execute(
        sa.select(Person.id, Person.email, Person.language).where(Person.id.in_(any_of(readers))).order_by(Person.id)
    )
    mails = 0
    for person_id, address, language in people:
        about = readers[person_id]
        key = f"stalled:{today}:{person_id}:{about[0]}"
        params = {"contribution_ids": about}
        enqueue_each(session, [(person_id, address, language)], "stalled", key, now, not_before, params)
        mails += 1
    return [one.id for one in requests], mails


def _readers(session: Session, requests: Sequence[Contribution]) -> dict[int, list[int]]:
    """Who hears of which requests: person → requests."""
    readers: dict[int, list[int]] = defaultdict(list)
    known = coordinators()
    pairs = session.execute(sa.select(known.c.ministry_id, known.c.person_id))
    by_ministry = dict(pairs.all())
    for one in requests:
        question = session.get_one(Question, one.question_id)
        told = {_contact(session, question, one.ministry_id), by_ministry.get(question.owner_id)}
        for person_id in told - {None}:
            readers[person_id or 0].append(one.id)
    return readers


def _contact(session: Session, question: Question, ministry_id: int) -> int | None:
    return contact_for(session, ministry_id, session.get_one(Letter, question.letter_id).dossier_id)
