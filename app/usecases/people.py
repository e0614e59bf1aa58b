"""People: added, changed, ended, and named as contact of a ministry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import Invalid, NotFound, mark
from app.domain.people import MINISTRY_ROLES, PersonFacts
from app.domain.permissions import Role, Task
from app.domain.questions import State
from app.store import audit
from app.store.access import require
from app.store.accounts import end_sessions
from app.store.base import insert_new
from app.store.credentials import revoke_enrolments
from app.store.lists.paging import Page
from app.store.lists.reference_lists import PEOPLE_BY_NAME, Turn, has_words, page_of_list
from app.store.ministries import Dossier, Ministry
from app.store.people import ContactAssignment, Person, PersonRole, roles_by_person, roles_of
from app.store.questions import Question

CLOSED = (State.SETTLED, State.WITHDRAWN)
EVERYBODY = Turn()


@dataclass(frozen=True)
class Listed:
    """One line of the list of people."""

    id: int
    name: str
    email: str
    ministry_display: str | None
    ended_at: datetime | None
    bounced_at: datetime | None
    roles: tuple[Role, ...]


@dataclass(frozen=True)
class ContactLine:
    """Who is contact of a ministry, for one dossier or (dossier None) for all others."""

    id: int
    ministry_id: int
    ministry_display: str
    dossier: str | None
    person_id: int
    person_name: str
    person_ended: bool


def listing(
    session: Session, actor: Actor, asked: Turn = EVERYBODY, *, ministry_id: int | None = None, ended: bool = False
) -> Page[Listed]:
    """A page of people by name; the text asked for is part of a name or address. Raises Invalid (`bad-page`)."""
    require(actor, Task.MANAGE_PEOPLE)
    query = sa.select(Person, Ministry.display).outerjoin(Ministry, Ministry.id == Person.ministry_id)
    if asked.text:
        query = query.where(has_words(asked.text, Person.name, Person.email))
    if ministry_id is not None:
        query = query.where(Person.ministry_id == ministry_id)
    if not ended:
        query = query.where(Person.ended_at.is_(None))
    found = page_of_list(session, query, PEOPLE_BY_NAME, asked)
    roles = roles_by_person(session, [row.Person.id for row in found.rows])
    lines = [
        Listed(one.id, one.name, one.email, row.display, one.ended_at, one.bounced_at, roles.get(one.id, ()))
        for row in found.rows
        for one in (row.Person,)
    ]
    return Page(lines, found.next, found.previous)


def find(session: Session, actor: Actor, person_id: int) -> tuple[Person, frozenset[Role]]:
    """A person and their roles. Raises NotFound (`no-person`)."""
    require(actor, Task.MANAGE_PEOPLE)
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("no-person", mark("Deze persoon staat niet in Regie."))
    return person, roles_of(session, person_id)


def open_questions(session: Session, person_id: int) -> int:
    """For how many questions that aren't closed this person is the contact."""
    return session.execute(
        sa.select(sa.func.count()).where(Question.contact_id == person_id, Question.state.not_in(CLOSED))
    ).scalar_one()


def add(session: Session, actor: Actor, facts: PersonFacts, now: datetime) -> Person:
    """Put somebody on record. Raises Invalid (`email-taken`)."""
    require(actor, Task.MANAGE_PEOPLE)
    _refuse_taken(session, facts.email, None)
    person = Person(email=facts.email, name=facts.name, language=facts.language, created_at=now)
    person.ministry_id = facts.ministry_id
    session.add(person)
    session.flush()
    session.add_all(PersonRole(person_id=person.id, role=role) for role in facts.roles)
    _note(session, actor, "persoon-toevoegen", person.id, facts, now)
    return person


def change(session: Session, actor: Actor, person_id: int, facts: PersonFacts, now: datetime) -> Person:
    """Change what we know about somebody. Raises Invalid: `email-taken`, `last-admin`."""
    person, roles = find(session, actor, person_id)
    _refuse_taken(session, facts.email, person_id)
    if Role.ADMIN in roles - facts.roles:
        _refuse_last_admin(session, person_id)
    if facts.email != person.email:
        person.bounced_at = None
        revoke_enrolments(session, person_id, now)
    person.email, person.name, person.language = facts.email, facts.name, facts.language
    if facts.ministry_id != person.ministry_id or not facts.roles & MINISTRY_ROLES:
        session.execute(sa.delete(ContactAssignment).where(ContactAssignment.person_id == person_id))
        _let_go_of_questions(session, person_id)
    person.ministry_id = facts.ministry_id
    session.execute(sa.delete(PersonRole).where(PersonRole.person_id == person_id, PersonRole.role.not_in(facts.roles)))
    session.add_all(PersonRole(person_id=person_id, role=role) for role in facts.roles - roles)
    session.flush()
    _note(session, actor, "persoon-wijzigen", person_id, facts, now)
    return person


def end(session: Session, actor: Actor, person_id: int, now: datetime) -> None:
    """Let somebody go: sessions, links and tokens die at once, and open questions lose their own contact.

    Whoever is contact for ministry and dossier then hears of them. Raises Invalid (`last-admin`).
    """
    person, roles = find(session, actor, person_id)
    if person.ended_at is not None:
        return
    if Role.ADMIN in roles:
        _refuse_last_admin(session, person_id)
    person.ended_at = now
    end_sessions(session, person_id, now)
    revoke_enrolments(session, person_id, now)
    session.execute(sa.delete(ContactAssignment).where(ContactAssignment.person_id == person_id))
    _let_go_of_questions(session, person_id)
    audit.record(session, actor, "persoon-beeindigen", f"persoon:{person_id}", now)


def _let_go_of_questions(session: Session, person_id: int) -> None:
    theirs = sa.and_(Question.contact_id == person_id, Question.state.not_in(CLOSED))
    # Locked by number first, as all who lock several do.
    session.execute(sa.select(Question.id).where(theirs).order_by(Question.id).with_for_update()).all()
    session.execute(sa.update(Question).where(theirs).values(contact_id=None))


def bring_back(session: Session, actor: Actor, person_id: int, now: datetime) -> None:
    """Let somebody who was ended in again, with the roles they had."""
    person, _ = find(session, actor, person_id)
    if person.ended_at is not None:
        person.ended_at = None
        audit.record(session, actor, "persoon-hervatten", f"persoon:{person_id}", now)


def _refuse_taken(session: Session, email: str, but_for: int | None) -> None:
    taken = session.execute(sa.select(Person.id).where(Person.email == email)).scalar_one_or_none()
    if taken is not None and taken != but_for:
        sentence = mark("Dit adres hoort al bij iemand anders. Zoek die persoon op, ook bij wie gestopt is.")
        raise Invalid("email-taken", sentence, field="email")


def _refuse_last_admin(session: Session, person_id: int) -> None:
    # Locking all of them: two administrators who end each other at once must not both succeed.
    admins = session.scalars(
        sa.select(Person.id)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(PersonRole.role == Role.ADMIN, Person.ended_at.is_(None))
        .order_by(Person.id)
        .with_for_update(of=Person)
    ).all()
    if set(admins) <= {person_id}:
        sentence = mark("Dit is de laatste beheerder. Geef eerst iemand anders de rol Beheer.")
        raise Invalid("last-admin", sentence, field="roles")


def _note(session: Session, actor: Actor, act: str, person_id: int, facts: PersonFacts, now: datetime) -> None:
    roles = sorted(facts.roles)
    audit.record(session, actor, act, f"persoon:{person_id}", now, roles=roles, ministry=facts.ministry_id)


def contact_lines(
    session: Session, *, ministry_id: int | None = None, person_id: int | None = None
) -> Sequence[ContactLine]:
    """Who is contact for what: of one ministry, or of one person; the general mailbox first, then dossiers by name."""
    query = (
        sa.select(ContactAssignment, Ministry.display, Dossier.name, Person)
        .join(Ministry, Ministry.id == ContactAssignment.ministry_id)
        .join(Person, Person.id == ContactAssignment.person_id)
        .outerjoin(Dossier, Dossier.id == ContactAssignment.dossier_id)
        .order_by(Ministry.display, Dossier.name.is_not(None), Dossier.name)
        .limit(500)
    )
    if ministry_id is not None:
        query = query.where(ContactAssignment.ministry_id == ministry_id)
    if person_id is not None:
        query = query.where(ContactAssignment.person_id == person_id)
    return [
        ContactLine(one.id, one.ministry_id, display, dossier, person.id, person.name, person.ended_at is not None)
        for one, display, dossier, person in session.execute(query)
    ]


def candidates(session: Session, ministry_id: int) -> Sequence[Person]:
    """Who can be contact of a ministry: everybody who works there, by name."""
    return session.scalars(
        sa.select(Person)
        .where(Person.ministry_id == ministry_id, Person.ended_at.is_(None))
        .order_by(Person.name, Person.id)
        .limit(500)
    ).all()


def name_contact(
    session: Session, actor: Actor, ministry_id: int, dossier_id: int | None, person_id: int, now: datetime
) -> None:
    """Make somebody contact of their ministry, for a dossier or (None) in general. Raises Invalid (`not-there`)."""
    require(actor, Task.MANAGE_PEOPLE)
    person = session.get(Person, person_id)
    if person is None or person.ended_at or person.ministry_id != ministry_id:
        raise Invalid("not-there", mark("Kies iemand die bij dit ministerie werkt."), field="person")
    if dossier_id is not None and session.get(Dossier, dossier_id) is None:
        raise Invalid("no-dossier", mark("Kies een dossier uit de lijst."), field="dossier")
    row = {"ministry_id": ministry_id, "dossier_id": dossier_id}
    added = session.execute(insert_new(session, ContactAssignment).values(**row, person_id=person_id))
    if not cast("sa.CursorResult[Any]", added).rowcount:
        session.execute(sa.update(ContactAssignment).filter_by(**row).values(person_id=person_id))
    audit.record(
        session,
        actor,
        "contactpersoon-aanwijzen",
        f"ministerie:{ministry_id}",
        now,
        dossier=dossier_id,
        person=person_id,
    )


def drop_contact(session: Session, actor: Actor, ministry_id: int, assignment_id: int, now: datetime) -> None:
    """Nobody special any more for that dossier; the general mailbox takes over. Twice is no harm."""
    require(actor, Task.MANAGE_PEOPLE)
    gone = session.execute(
        sa.delete(ContactAssignment)
        .where(ContactAssignment.id == assignment_id, ContactAssignment.ministry_id == ministry_id)
        .returning(ContactAssignment.dossier_id, ContactAssignment.person_id)
    ).one_or_none()
    if gone:
        thing = f"ministerie:{ministry_id}"
        audit.record(session, actor, "contactpersoon-schrappen", thing, now, dossier=gone[0], person=gone[1])
