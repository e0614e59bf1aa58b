"""One's own calendar of due dates: made, given another address, revoked, read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor, Door
from app.domain.capabilities import make_personal, read_personal
from app.domain.errors import NotFound, mark
from app.store import audit
from app.store.base import insert_new
from app.store.feeds import CalendarFeed
from app.store.lists.due_dates import due_dates
from app.store.people import Person, roles_of

PURPOSE = "agenda"
"""What the key of the addresses is derived for."""


@dataclass(frozen=True)
class Calendar:
    """What somebody's calendar holds; `language` is the person's."""

    language: str
    rows: Sequence[Any]


def own_token(session: Session, actor: Actor, key: bytes) -> str | None:
    """The token in the address of this person's calendar; None where there is none."""
    feed = session.get(CalendarFeed, actor.person_id)
    return make_personal(feed.person_id, feed.serial, key) if feed and feed.revoked_at is None else None


def renew(session: Session, actor: Actor, now: datetime) -> None:
    """Give this person's calendar an address; one it had before works no longer."""
    person_id = session.get_one(Person, actor.person_id).id
    session.execute(insert_new(session, CalendarFeed).values(person_id=person_id, serial=0, made_at=now))
    session.execute(
        sa.update(CalendarFeed)
        .where(CalendarFeed.person_id == person_id)
        .values(serial=CalendarFeed.serial + 1, made_at=now, revoked_at=None)
    )
    audit.record(session, actor, "agenda-maken", f"persoon:{person_id}", now)


def revoke(session: Session, actor: Actor, now: datetime) -> None:
    """End the address of this person's calendar. Raises NotFound (`no-calendar`) where there is none."""
    ending = (
        sa.update(CalendarFeed)
        .where(CalendarFeed.person_id == actor.person_id, CalendarFeed.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    if session.execute(ending.returning(CalendarFeed.person_id)).one_or_none() is None:
        raise NotFound("no-calendar", mark("Er is geen agenda om in te trekken."))
    audit.record(session, actor, "agenda-intrekken", f"persoon:{actor.person_id}", now)


def read(session: Session, token: str, key: bytes, today: date) -> Calendar:
    """The calendar behind an address: only what its person may read now. Raises NotFound (`link-dead`)."""
    person_id, serial = read_personal(token, key)
    person = session.get(Person, person_id)
    feed = session.get(CalendarFeed, person_id)
    if person is None or person.ended_at is not None or feed is None or feed.revoked_at or feed.serial != serial:
        raise NotFound("link-dead", mark("Deze link werkt niet, of niet meer. Haal een nieuwe op in Regie."))
    reader = Actor(person.id, roles_of(session, person.id), person.ministry_id, Door.LINK)
    return Calendar(person.language, due_dates(session, reader, today))
