"""What people sign in with besides a mailed code: passkeys, accounts elsewhere, and links to add a first passkey."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base, Id, Instant


class Passkey(Base):
    """A passkey (WebAuthn credential): the public half, in base64url as browsers write it.

    `handle` is the number under which the device files the person, the same for all passkeys of one person.
    `sign_count` is what the device counted at its last use, 0 where it doesn't. `blocked_at`: it looked copied.
    """

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    credential_id: Mapped[str] = mapped_column(sa.String(1364), unique=True)
    public_key: Mapped[str] = mapped_column(sa.Text)
    handle: Mapped[str] = mapped_column(sa.String(43))
    sign_count: Mapped[int] = mapped_column(sa.BigInteger)
    name: Mapped[str] = mapped_column(sa.String(80))
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)
    blocked_at: Mapped[datetime | None] = mapped_column(Instant)


class OpenIdAccount(Base):
    """An account at a provider of OpenID Connect that is somebody's, by the number (`sub`) it goes by there.

    One per person and provider: who gets that person's mail address later doesn't get in.
    """

    __tablename__ = "openid_accounts"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    issuer: Mapped[str] = mapped_column(sa.String(400))
    subject: Mapped[str] = mapped_column(sa.String(255))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_used_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        sa.UniqueConstraint("issuer", "subject"),
        sa.UniqueConstraint("issuer", "person_id"),
    )


class Enrolment(Base):
    """A link by which somebody may add one passkey without signing in. The link is derived from its number."""

    __tablename__ = "enrolments"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


def passkeys_of(session: Session, person_id: int) -> Sequence[Passkey]:
    """Somebody's passkeys, blocked ones too, in the order they were added."""
    query = sa.select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id).limit(100)
    return session.scalars(query).all()


def accounts_of(session: Session, person_id: int) -> Sequence[OpenIdAccount]:
    """Somebody's accounts at providers."""
    query = sa.select(OpenIdAccount).where(OpenIdAccount.person_id == person_id).order_by(OpenIdAccount.id).limit(100)
    return session.scalars(query).all()


def open_enrolment(session: Session, person_id: int, now: datetime) -> Enrolment | None:
    """The link with which somebody may still add a passkey, if there is one."""
    query = sa.select(Enrolment).where(
        Enrolment.person_id == person_id,
        Enrolment.used_at.is_(None),
        Enrolment.revoked_at.is_(None),
        Enrolment.expires_at > now,
    )
    return session.scalars(query.order_by(Enrolment.id.desc()).limit(1)).one_or_none()


def revoke_enrolments(session: Session, person_id: int, now: datetime) -> None:
    """Let no earlier link add a passkey for somebody."""
    unused = sa.and_(Enrolment.person_id == person_id, Enrolment.used_at.is_(None), Enrolment.revoked_at.is_(None))
    session.execute(sa.update(Enrolment).where(unused).values(revoked_at=now))
