"""Sessions, sign-in codes and API tokens, and whose they are. Only digests are kept: a dump opens no door.

A session's digest is made with a key, so with another key (or a copy put back elsewhere) nobody is signed in any more.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.actors import Actor, Door
from app.domain.capabilities import derive_key
from app.domain.means import LONGEST, Means
from app.domain.permissions import Role
from app.store.base import Base, Id, Instant
from app.store.ministries import Ministry
from app.store.people import Person, roles_of


class UserSession(Base):
    """One signed-in browser; `means` is a word of domain.means."""

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    means: Mapped[str] = mapped_column(sa.String(20), default=Means.CODE, server_default="code")
    browser_digest: Mapped[str | None] = mapped_column(sa.String(64), index=True)


class SignInCode(Base):
    """A code that was asked for: bound to the browser that asked, derived (never stored), good for five tries.

    Asked for an unknown address it has no person: the page answers the same, and no mail goes out.
    """

    __tablename__ = "sign_in_codes"

    id: Mapped[str] = mapped_column(sa.String(43), primary_key=True)
    email_digest: Mapped[str] = mapped_column(sa.String(64), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    browser_digest: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(Instant, index=True)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class ApiToken(Base):
    """A bearer token of a person, kept as its SHA-256. `scopes` are words of domain.scopes, between commas."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    scopes: Mapped[str] = mapped_column(sa.String(80))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


@dataclass(frozen=True)
class SignedIn:
    """The person behind a session or an API token; `credential_id` is that row, `seen_at` when it was last noted.

    `means` tells what opened the session, `since` when; of a token it is none.
    """

    credential_id: int
    seen_at: datetime
    since: datetime
    means: Means | None
    person_id: int
    name: str
    email: str
    language: str
    roles: frozenset[Role]
    ministry_id: int | None
    ministry_display: str | None

    def actor(self, door: Door) -> Actor:
        """Who acts, by which door."""
        return Actor(self.person_id, self.roles, self.ministry_id, door)


def digest_of(secret: str) -> str:
    """What is kept of a secret: its SHA-256, in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def bearer(
    credential: type[UserSession] | type[ApiToken],
    seen_at: sa.ColumnElement[datetime] | sa.orm.InstrumentedAttribute[datetime],
    *valid: sa.ColumnElement[bool],
) -> sa.Select[*tuple[Any, ...]]:
    """Whose credential it is that is `valid`, where its person has not ended; for `signed_in`."""
    return (
        sa.select(
            credential.id,
            seen_at.label("seen_at"),
            credential.created_at,
            UserSession.means if credential is UserSession else sa.null(),
            Person.id.label("person_id"),
            Person.name,
            Person.email,
            Person.language,
            Person.ministry_id,
            Ministry.display,
        )
        .join(Person, Person.id == credential.person_id)
        .outerjoin(Ministry, Ministry.id == Person.ministry_id)
        .where(*valid, Person.ended_at.is_(None))
    )


def signed_in(session: Session, found: sa.Select[*tuple[Any, ...]], **given: Any) -> SignedIn | None:
    """Whose credential `found` (a statement that `bearer` made) finds with what was `given`; else None."""
    row = session.execute(found, given).one_or_none()
    if row is None:
        return None
    credential_id, seen, since, means, person_id, name, email, language, ministry_id, display = row
    return SignedIn(
        credential_id=credential_id,
        seen_at=seen,
        since=since,
        means=Means(means) if means else None,
        person_id=person_id,
        name=name,
        email=email,
        language=language,
        roles=roles_of(session, person_id),
        ministry_id=ministry_id,
        ministry_display=display or None,
    )


def sealed_digest(token: str, secret: bytes) -> str:
    """What is kept of a session's token: its HMAC-SHA-256, in hexadecimal."""
    return hmac.new(derive_key(secret, "session"), token.encode(), hashlib.sha256).hexdigest()


def open_session(session: Session, person_id: int, means: Means, browser: str, secret: bytes, now: datetime) -> str:
    """A new session for somebody who showed who they are, in this browser; gives its token, which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    session.add(
        UserSession(
            digest=sealed_digest(token, secret),
            person_id=person_id,
            created_at=now,
            seen_at=now,
            expires_at=now + LONGEST,
            means=means,
            browser_digest=digest_of(browser),
        )
    )
    session.flush()
    return token


def end_sessions(session: Session, person_id: int, now: datetime, *, but_for: int | None = None) -> int:
    """End somebody's sessions, all or all but one; how many."""
    theirs = sa.update(UserSession).where(UserSession.person_id == person_id, UserSession.ended_at.is_(None))
    if but_for is not None:
        theirs = theirs.where(UserSession.id != but_for)
    return len(session.scalars(theirs.values(ended_at=now).returning(UserSession.id)).all())


def knows_browser(session: Session, browser: str, since: datetime) -> bool:
    """Whether somebody signed in with this browser since then."""
    here = sa.and_(UserSession.browser_digest == digest_of(browser), UserSession.created_at > since)
    return session.execute(sa.select(sa.exists().where(here))).scalar_one()
