"""Sessions, sign-in codes and API tokens. Only digests are kept: a dump opens no door."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.store.base import Base, Id, Instant


class UserSession(Base):
    """One signed-in browser."""

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


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
    """A bearer token of a person, kept as its SHA-256."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
