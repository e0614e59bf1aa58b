"""Invitations: who is new hears how to sign in; who manages, or lost a passkey, gets a link that adds one passkey."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import COMMAND, Actor, Door
from app.domain.errors import NotFound, mark
from app.domain.means import MANAGING_ROLES, Means
from app.domain.permissions import Task
from app.store import audit
from app.store.access import require
from app.store.accounts import end_sessions, open_session
from app.store.credentials import Enrolment, Passkey, open_enrolment, revoke_enrolments
from app.store.outbox import enqueue
from app.store.people import Person, roles_of

LASTS = timedelta(days=7)
LASTS_BY_COMMAND = timedelta(hours=24)


def invite(session: Session, actor: Actor, person_id: int, now: datetime) -> None:
    """Mail somebody how to sign in. Raises NotFound (`no-person`)."""
    require(actor, Task.MANAGE_PEOPLE)
    person = _person(session, person_id)
    made = _make(session, person, now, LASTS) if _manages(session, person) else None
    audit.record(session, actor, "uitnodigen", f"persoon:{person.id}", now, uitnodiging=made.id if made else None)
    _mail(session, person, made, now)


def start_again(session: Session, actor: Actor, person_id: int, now: datetime, *, without_passkeys: bool) -> None:
    """Let somebody who can't get in add a new passkey: their sessions end, earlier links die, a new one is mailed.

    `without_passkeys` also takes away the passkeys they had, because a device was lost. Raises NotFound (`no-person`).
    """
    require(actor, Task.MANAGE_PEOPLE)
    person = _person(session, person_id)
    ended = end_sessions(session, person.id, now)
    gone = 0
    if without_passkeys:
        removing = sa.delete(Passkey).where(Passkey.person_id == person.id)
        gone = len(session.scalars(removing.returning(Passkey.id)).all())
    made = _make(session, person, now, LASTS)
    facts = {"uitnodiging": made.id, "sessies": ended, "passkeys": gone}
    audit.record(session, actor, "toegang-herstellen", f"persoon:{person.id}", now, **facts)
    _mail(session, person, made, now)


def withdraw(session: Session, actor: Actor, person_id: int, now: datetime) -> None:
    """Let the link in somebody's invitation work no longer; without a working link it changes nothing.

    Raises NotFound (`no-person`).
    """
    require(actor, Task.MANAGE_PEOPLE)
    person = _person(session, person_id)
    link = open_enrolment(session, person.id, now)
    if link is not None:
        revoke_enrolments(session, person.id, now)
        audit.record(session, actor, "uitnodiging-intrekken", f"persoon:{person.id}", now, uitnodiging=link.id)


def make_by_command(session: Session, email: str, now: datetime) -> int:
    """A link for whoever can run commands to hand over; gives its number. Raises NotFound (`no-person`)."""
    address = email.strip().lower()
    person = session.scalars(sa.select(Person).where(Person.email == address, Person.ended_at.is_(None))).one_or_none()
    if person is None:
        raise NotFound("no-person", mark("Niemand in Regie heeft het adres {email}."), email=email)
    made = _make(session, person, now, LASTS_BY_COMMAND)
    audit.record(session, COMMAND, "uitnodigen", f"persoon:{person.id}", now, uitnodiging=made.id)
    return made.id


def find(session: Session, enrolment_id: int, now: datetime) -> Person:
    """Whose link this is, while it works; reads only. Raises NotFound: `enrolment-used`, `enrolment-over`."""
    return _usable(session.get(Enrolment, enrolment_id), session, now)


def use(session: Session, enrolment_id: int, browser: str, secret: bytes, now: datetime) -> str:
    """Use up a link whose passkey was added just now, in the same transaction; gives the token of a new session.

    Raises NotFound as `find` does.
    """
    row = session.scalars(sa.select(Enrolment).where(Enrolment.id == enrolment_id).with_for_update()).one_or_none()
    person = _usable(row, session, now)
    session.execute(sa.update(Enrolment).where(Enrolment.id == enrolment_id).values(used_at=now))
    who = actor_of(session, person)
    token = open_session(session, person.id, Means.PASSKEY, browser, secret, now)
    facts = {"met": Means.PASSKEY, "uitnodiging": enrolment_id}
    audit.record(session, who, "aanmelden", f"persoon:{person.id}", now, **facts)
    return token


def actor_of(session: Session, person: Person) -> Actor:
    """The person a link was made for, adding a passkey."""
    return Actor(person.id, roles_of(session, person.id), person.ministry_id, Door.LINK)


def _usable(row: Enrolment | None, session: Session, now: datetime) -> Person:
    if row is not None and row.used_at is not None:
        sentence = mark("Deze link is al gebruikt. Meld u aan met de passkey die u toen maakte.")
        raise NotFound("enrolment-used", sentence)
    person = session.get(Person, row.person_id) if row else None
    over = row is None or row.revoked_at is not None or row.expires_at <= now
    if over or person is None or person.ended_at is not None:
        sentence = mark("Deze link werkt niet meer. Vraag de beheerder om een nieuwe uitnodiging.")
        raise NotFound("enrolment-over", sentence)
    return person


def _person(session: Session, person_id: int) -> Person:
    person = session.get(Person, person_id)
    if person is None or person.ended_at is not None:
        raise NotFound("no-person", mark("Deze persoon staat niet in Regie, of is gestopt."))
    return person


def _manages(session: Session, person: Person) -> bool:
    return not MANAGING_ROLES.isdisjoint(roles_of(session, person.id))


def _make(session: Session, person: Person, now: datetime, lasts: timedelta) -> Enrolment:
    revoke_enrolments(session, person.id, now)
    made = Enrolment(person_id=person.id, created_at=now, expires_at=now + lasts)
    session.add(made)
    session.flush()
    return made


def _mail(session: Session, person: Person, made: Enrolment | None, now: datetime) -> None:
    key = f"invitation:{person.id}:{made.id if made else now.isoformat()}"
    enqueue(session, person, "invitation", key, now, urgent=True, enrolment_id=made.id if made else None)
