"""What somebody is told on a first visit, until they put it aside."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.hints import HINTS, Hint
from app.store.base import insert_new
from app.store.hints import ReadHint
from app.store.people import Person


def unread(session: Session, actor: Actor, place: str) -> Hint | None:
    """The hint for this person at this address; None where there is none, or they have read it."""
    found = next((hint for hint in HINTS if hint.place == place and hint.role in actor.roles), None)
    was_read = found and session.get(ReadHint, (actor.person_id, found.name))
    return None if was_read else found


def put_aside(session: Session, actor: Actor, name: str, now: datetime) -> None:
    """Note that this person has read a hint; twice does no harm, and an unknown one is passed over."""
    if any(hint.name == name for hint in HINTS):
        person_id = session.get_one(Person, actor.person_id).id
        session.execute(insert_new(session, ReadHint).values(person_id=person_id, hint=name, read_at=now))
