"""Who gets the weekly digest by mail: by role until somebody chooses, for themselves or for another."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor, Door
from app.domain.capabilities import read_personal
from app.domain.errors import NotAllowed, NotFound, mark
from app.domain.permissions import Role, Task
from app.store import audit
from app.store.access import require
from app.store.figures.digests import MAY_READ, DigestSubscription, is_subscribed, set_subscription
from app.store.lists.paging import Page
from app.store.lists.reference_lists import PEOPLE_BY_NAME, Turn, has_words, page_of_list
from app.store.people import Person, PersonRole, roles_by_person, roles_of


@dataclass(frozen=True)
class Subscriber:
    """Somebody who may read digests; `chosen` is None where their role decides whether it comes by mail."""

    id: int
    name: str
    email: str
    roles: tuple[Role, ...]
    chosen: bool | None
    gets_it: bool


def gets_it(session: Session, actor: Actor) -> bool:
    """Whether this person gets the digest by mail."""
    return actor.person_id is not None and is_subscribed(session, actor.person_id, actor.roles)


def choose(session: Session, actor: Actor, wanted: bool, now: datetime) -> None:
    """Send this person the digest by mail from now on, or no longer. Raises NotAllowed for who may not read it."""
    require(actor, Task.READ_DIGESTS)
    if actor.person_id is not None:
        _keep(session, actor, actor.person_id, wanted, now)


def choose_for(session: Session, actor: Actor, person_id: int, wanted: bool, now: datetime) -> Person:
    """The same for somebody else. Raises NotFound (`no-person`), NotAllowed (`no-reader`)."""
    require(actor, Task.MANAGE_PEOPLE)
    person = session.get(Person, person_id)
    if person is None or person.ended_at is not None:
        raise NotFound("no-person", mark("Deze persoon staat niet in Regie."))
    if wanted and not roles_of(session, person_id) & MAY_READ:
        raise NotAllowed("no-reader", mark("Deze persoon mag het weekoverzicht niet lezen."))
    _keep(session, actor, person_id, wanted, now)
    return person


def who_stops(session: Session, token: str, key: bytes) -> Person:
    """Whose link this is, out of a mail with a digest. Raises NotFound (`link-dead`)."""
    person = session.get(Person, read_personal(token, key)[0])
    if person is None or person.ended_at is not None:
        raise NotFound("link-dead", mark("Deze link werkt niet, of niet meer. Haal een nieuwe op in Regie."))
    return person


def stop(session: Session, token: str, key: bytes, now: datetime) -> Person:
    """Send the digest no longer to whoever holds the link; twice does no harm. Raises NotFound (`link-dead`)."""
    person = who_stops(session, token, key)
    roles = roles_of(session, person.id)
    if is_subscribed(session, person.id, roles):
        _keep(session, Actor(person.id, roles, person.ministry_id, Door.LINK), person.id, False, now)
    return person


def listing(session: Session, actor: Actor, asked: Turn) -> Page[Subscriber]:
    """Everybody who may read digests, by name. Raises Invalid (`bad-page`)."""
    require(actor, Task.MANAGE_PEOPLE)
    reads = sa.exists().where(PersonRole.person_id == Person.id, PersonRole.role.in_(MAY_READ))
    query = (
        sa.select(Person.id, Person.name, Person.email, DigestSubscription.wanted)
        .outerjoin(DigestSubscription, DigestSubscription.person_id == Person.id)
        .where(Person.ended_at.is_(None), reads)
    )
    if asked.text:
        query = query.where(has_words(asked.text, Person.name, Person.email))
    found = page_of_list(session, query, PEOPLE_BY_NAME, asked)
    held = roles_by_person(session, [row.id for row in found.rows])
    lines = [_line(held[row.id], row.id, row.name, row.email, row.wanted) for row in found.rows]
    return Page(lines, found.next, found.previous)


def _line(roles: tuple[Role, ...], person_id: int, name: str, email: str, chosen: bool | None) -> Subscriber:
    by_role = Role.LEADERSHIP in roles
    return Subscriber(person_id, name, email, roles, chosen, by_role if chosen is None else chosen)


def _keep(session: Session, actor: Actor, person_id: int, wanted: bool, now: datetime) -> None:
    set_subscription(session, person_id, wanted, now)
    act = "aanmelden" if wanted else "afmelden"
    audit.record(session, actor, act, f"weekoverzicht-per-mail:{person_id}", now)
