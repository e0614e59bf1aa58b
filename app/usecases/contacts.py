"""Whoever answers for a ministry: another contact for one question, a new link, a reminder by hand."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.calendar import civil_date
from app.domain.errors import Invalid, OutOfDate, WrongState, mark
from app.domain.ownership import check_note, check_reminder
from app.domain.permissions import Role
from app.domain.questions import TRANSITIONS, Act, State, next_state
from app.store import audit
from app.store.access import question_for_act
from app.store.outbox import enqueue
from app.store.ownership import mail_new_owner, present_contact
from app.store.people import Person, people_with, roles_of
from app.store.questions import Question, QuestionEvent, tell
from app.store.terms import load_calendar

DISOWNED = "antwoord-ontkennen"
"""What the story and the audit chain call it when a contact says that an answer was not theirs."""


def change_contact(
    session: Session, actor: Actor, question_id: int, person_id: int, now: datetime, *, instead_of: int | None = None
) -> Question:
    """A colleague at the owner takes the question over: mail with a new link, and the old link dies.

    `instead_of` is the contact that was read before choosing (0: nobody). Raises Invalid for somebody who doesn't work
    there or is contact already, OutOfDate where another colleague became contact meanwhile.
    """
    question = question_for_act(session, actor, question_id, Act.CHANGE_CONTACT)
    next_state(question.state, Act.CHANGE_CONTACT)
    person = session.get(Person, person_id)
    if person is not None and person.id == question.contact_id:
        sentence = mark("{name} is al de contactpersoon voor deze vraag. Kies een ander.")
        raise Invalid("same-contact", sentence, field="persoon", name=person.name)
    if instead_of not in {None, question.contact_id or 0}:
        now_there = session.get(Person, question.contact_id) if question.contact_id else None
        sentence = mark("Intussen is {name} de contactpersoon. Kies opnieuw als u dat wilt veranderen.")
        raise OutOfDate("contact-changed", sentence, name=now_there.name if now_there else "–")
    if person is None or person.ended_at or person.ministry_id != question.owner_id or not roles_of(session, person.id):
        sentence = mark("Kies iemand die bij dit ministerie werkt.")
        raise Invalid("not-there", sentence, field="persoon")
    before, question.contact_id = question.contact_id, person.id
    _new_link(session, question, now)
    tell(session, question, actor, Act.CHANGE_CONTACT, now, civil_date(now))
    audit.record(session, actor, Act.CHANGE_CONTACT, f"vraag:{question.id}", now, was=before, wordt=person.id)
    return question


def revoke_link(session: Session, actor: Actor, question_id: int, now: datetime) -> Question:
    """The link in the mails of before opens nothing any more; the contact gets a new one."""
    question = question_for_act(session, actor, question_id, Act.REVOKE_LINK)
    next_state(question.state, Act.REVOKE_LINK)
    _new_link(session, question, now)
    tell(session, question, actor, Act.REVOKE_LINK, now, civil_date(now))
    audit.record(session, actor, Act.REVOKE_LINK, f"vraag:{question.id}", now, reeks=question.link_serial)
    return question


def disown(session: Session, actor: Actor, question_id: int, now: datetime) -> Question:
    """The contact says that somebody else gave the answer: its links die, and the secretariat hears why.

    What becomes of the answer is the secretariat's to judge. Raises WrongState (`not-answered`) where no answer waits.
    """
    question = question_for_act(session, actor, question_id, Act.REVOKE_LINK)
    if question.state is not State.ANSWERED:
        sentence = mark("Er wacht geen antwoord op een oordeel. Mail het secretariaat van de VNG als dat niet klopt.")
        raise WrongState("not-answered", sentence)
    _new_link(session, question, now)
    tell(session, question, actor, DISOWNED, now, civil_date(now))
    audit.record(session, actor, DISOWNED, f"vraag:{question.id}", now, reeks=question.link_serial)
    for person in people_with(session, Role.SECRETARIAT):
        key = f"disowned:{question.id}:{question.link_serial}:{person.id}"
        enqueue(session, person, "disowned", key, now, question_id=question.id, urgent=True, round=question.round)
    return question


def remind(session: Session, actor: Actor, question_id: int, note: str, now: datetime) -> Question:
    """Send the contact a reminder now, with a word of one's own; once a working day for each question.

    Raises WrongState (`reminded-already`), Invalid (`no-contact`).
    """
    question = question_for_act(session, actor, question_id, Act.REMIND)
    next_state(question.state, Act.REMIND)
    check_note(note)
    today = civil_date(now)
    by_hand = sa.select(sa.func.max(QuestionEvent.on)).where(
        QuestionEvent.question_id == question.id,
        QuestionEvent.act == Act.REMIND,
        QuestionEvent.actor_id.is_not(None),
    )
    check_reminder(session.execute(by_hand).scalar_one(), today, load_calendar(session))
    contact_id = present_contact(session, question)
    if contact_id is None:
        sentence = mark("Dit ministerie heeft nog geen contactpersoon. Wijs er eerst een aan.")
        raise Invalid("no-contact", sentence)
    tell(session, question, actor, Act.REMIND, now, today, reason=note.strip() or None)
    key = f"remind:{question.id}:{today}"
    contact = session.get_one(Person, contact_id)
    enqueue(session, contact, "remind", key, now, question_id=question.id, round=question.round)
    audit.record(session, actor, Act.REMIND, f"vraag:{question.id}", now)
    return question


def _new_link(session: Session, question: Question, now: datetime) -> None:
    question.link_serial += 1
    question.version += 1
    session.flush()
    if (question.state, Act.SUBMIT) in TRANSITIONS:
        mail_new_owner(session, question, now)
