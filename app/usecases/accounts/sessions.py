"""Sessions: whose a browser is, how long that holds, and ending it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor, Door
from app.domain.errors import NotFound, mark
from app.domain.means import IDLE
from app.store import audit
from app.store.accounts import SignedIn, UserSession, bearer, end_sessions, sealed_digest, signed_in

NOTED_EVERY = timedelta(minutes=1)


def find(session: Session, token: str, secret: bytes, now: datetime) -> SignedIn | None:
    """Whose session this is; None once it ended, stood idle for 60 minutes, is 12 hours old, or its person ended."""
    return signed_in(session, _of_browser(), digest=sealed_digest(token, secret), now=now, used_after=now - IDLE)


@cache
def _of_browser() -> sa.Select[*tuple[Any, ...]]:
    """Made once: every page asks this first, and to make it takes as long as to ask it."""
    return bearer(
        UserSession,
        UserSession.seen_at,
        UserSession.digest == sa.bindparam("digest"),
        UserSession.ended_at.is_(None),
        UserSession.expires_at > sa.bindparam("now"),
        UserSession.seen_at > sa.bindparam("used_after"),
    )


def is_stale(found: SignedIn, now: datetime) -> bool:
    """Whether its use was last noted more than a minute ago."""
    return now - found.seen_at >= NOTED_EVERY


def note_use(session: Session, found: SignedIn, now: datetime) -> None:
    """Note that a session is in use, so that it doesn't end for standing idle."""
    session.execute(sa.update(UserSession).where(UserSession.id == found.credential_id).values(seen_at=now))


def sign_out(session: Session, found: SignedIn, now: datetime) -> None:
    """End a session, at once and for good."""
    session.execute(sa.update(UserSession).where(UserSession.id == found.credential_id).values(ended_at=now))
    audit.record(session, found.actor(Door.SESSION), "afmelden", f"persoon:{found.person_id}", now)


def own(session: Session, actor: Actor, now: datetime) -> Sequence[UserSession]:
    """The browsers this person is signed in with, the latest used first."""
    query = sa.select(UserSession).where(
        UserSession.person_id == actor.person_id,
        UserSession.ended_at.is_(None),
        UserSession.expires_at > now,
        UserSession.seen_at > now - IDLE,
    )
    return session.scalars(query.order_by(UserSession.seen_at.desc(), UserSession.id)).all()


def end(session: Session, actor: Actor, session_id: int, now: datetime) -> None:
    """End one of one's own sessions, in this browser or another. Raises NotFound (`no-session`)."""
    own = sa.and_(UserSession.id == session_id, UserSession.person_id == actor.person_id)
    ending = sa.update(UserSession).where(own, UserSession.ended_at.is_(None)).values(ended_at=now)
    if session.execute(ending.returning(UserSession.id)).one_or_none() is None:
        raise NotFound("no-session", mark("Deze aanmelding is al beëindigd."))
    audit.record(session, actor, "afmelden", f"persoon:{actor.person_id}", now, sessie=session_id)


def end_others(session: Session, actor: Actor, here: int, now: datetime) -> int:
    """End all one's own sessions but this one; how many."""
    ended = end_sessions(session, actor.person_id or 0, now, but_for=here)
    if ended:
        audit.record(session, actor, "afmelden", f"persoon:{actor.person_id}", now, andere=ended)
    return ended
