"""Who owns and answers, in the demo: passed on with a draft, released, sent back, reminded, given to a colleague."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.demo.content import Step
from app.demo.mailboxes import CENTRE, by_link, signed_in
from app.domain.actors import Actor
from app.domain.calendar import civil_date
from app.store.ministries import Ministry
from app.store.people import Person
from app.store.questions import Question
from app.usecases import absences, answering, contacts, ownership, releasing

RELEASING = "OCW"
AWAY, DEPUTY = "contact@fin.example", "dossierteam@fin.example"
AWAY_FOR = timedelta(days=9)


def transfer_with_draft(session: Session, question: Question, step: Step, at: datetime) -> None:
    """The contact passes the question on, and what was written with it."""
    ownership.transfer(session, by_link(question), question.id, step.to, step.text, at, with_draft=True)


def offer(session: Session, question: Question, step: Step, at: datetime) -> None:
    """The contact's answer waits for the coordinator."""
    releasing.offer(session, by_link(question), question.id, step.text, writer(session, question), at)


def send_back(session: Session, question: Question, step: Step, at: datetime) -> None:
    """The coordinator wants something changed first."""
    releasing.send_back(session, coordinator(session, question), question.id, step.text, at)


def release(session: Session, question: Question, _step: Step, at: datetime) -> None:
    """The coordinator gives the answer that waits."""
    answering.release(session, coordinator(session, question), question.id, at)


def remind(session: Session, question: Question, step: Step, at: datetime) -> None:
    """AZ reminds the contact."""
    contacts.remind(session, signed_in(session, CENTRE), question.id, step.text, at)


def change_contact(session: Session, question: Question, step: Step, at: datetime) -> None:
    """The coordinator gives the question to a colleague, by the mailbox's address (`to`)."""
    person_id = session.scalars(sa.select(Person.id).where(Person.email == step.to)).one()
    contacts.change_contact(session, coordinator(session, question), question.id, person_id, at)


def revoke_link(session: Session, question: Question, _step: Step, at: datetime) -> None:
    """The link went astray."""
    contacts.revoke_link(session, coordinator(session, question), question.id, at)


def coordinator(session: Session, question: Question) -> Actor:
    """The coordinator of the present owner, signed in."""
    code = session.get_one(Ministry, question.owner_id).code.lower()
    return signed_in(session, f"coordinator@{code}.example")


def writer(session: Session, question: Question) -> str:
    """In whose name a ministry answers."""
    return f"Contactpunt VNG, {session.get_one(Ministry, question.owner_id).display}"


def let_release(session: Session, at: datetime) -> None:
    """Answers of one ministry wait for its coordinator."""
    ministry = session.scalars(sa.select(Ministry).where(Ministry.code == RELEASING)).one()
    actor = signed_in(session, f"coordinator@{RELEASING.lower()}.example")
    releasing.set_required(session, actor, ministry.id, True, at)


def go_away(session: Session, at: datetime) -> None:
    """Somebody is away from today on, and a colleague stands in."""
    today: date = civil_date(at)
    deputy = session.scalars(sa.select(Person.id).where(Person.email == DEPUTY)).one()
    actor = signed_in(session, AWAY)
    absences.set_absence(session, actor, actor.person_id or 0, today, today + AWAY_FOR, deputy, at)


DEEDS = {
    "transfer_with_draft": transfer_with_draft,
    "offer": offer,
    "send_back": send_back,
    "release": release,
    "remind": remind,
    "change_contact": change_contact,
    "revoke_link": revoke_link,
}
