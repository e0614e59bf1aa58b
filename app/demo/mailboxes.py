"""The functional mailboxes of the demo: people's roles without invented people."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import COMMAND, Actor, Door
from app.domain.people import PersonFacts
from app.domain.permissions import Role
from app.store.ministries import Ministry
from app.store.people import Person, roles_of
from app.store.questions import Question
from app.usecases import people, reference

SECRETARIAT, LEADERSHIP, ADMIN = "secretariaat@vng.example", "directie@vng.example", "beheer@vng.example"
CENTRE = "regie@az.example"
AT_VNG = {SECRETARIAT: (Role.SECRETARIAT, "Secretariaat VNG"), LEADERSHIP: (Role.LEADERSHIP, "Directie VNG")}
AT_MINISTRY = {
    "contact": (Role.CONTACT, "Contactpunt VNG, {}"),
    "coordinator": (Role.COORDINATOR, "Coördinatie, {}"),
    "sg": (Role.SG, "Bureau secretaris-generaal, {}"),
}
# A second mailbox that answers, at some ministries.
COLLEAGUES = frozenset({"EZK", "FIN", "OCW"})


def open_mailboxes(session: Session, now: datetime) -> None:
    """Give VNG, AZ and every ministry its mailboxes; `contact@` is each ministry's general one."""
    reference.setup(session, COMMAND, ADMIN, now)
    for email, (role, name) in AT_VNG.items():
        _add(session, email, name, role, None, now)
    for ministry in session.scalars(sa.select(Ministry).order_by(Ministry.id)).all():
        for box, (role, name) in AT_MINISTRY.items():
            email = f"{box}@{ministry.code.lower()}.example"
            person = _add(session, email, name.format(ministry.display), role, ministry.id, now)
            if role is Role.CONTACT:
                people.name_contact(session, COMMAND, ministry.id, None, person.id, now)
        if ministry.code in COLLEAGUES:
            address = f"dossierteam@{ministry.code.lower()}.example"
            _add(session, address, f"Dossierteam, {ministry.display}", Role.CONTACT, ministry.id, now)
        if ministry.code == "AZ":
            _add(session, CENTRE, "Regie, AZ", Role.REGIE, ministry.id, now)


def signed_in(session: Session, email: str) -> Actor:
    """The mailbox's owner, signed in."""
    person = session.scalars(sa.select(Person).where(Person.email == email)).one()
    return Actor(person.id, roles_of(session, person.id), person.ministry_id, Door.SESSION)


def by_link(question: Question) -> Actor:
    """The contact of a question, come in by the link in the mail."""
    roles = frozenset({Role.CONTACT})
    return Actor(question.contact_id, roles, question.owner_id, Door.LINK, only_question_id=question.id)


def _add(session: Session, email: str, name: str, role: Role, ministry_id: int | None, now: datetime) -> Person:
    return people.add(session, COMMAND, PersonFacts(email, name, "nl", frozenset({role}), ministry_id), now)
