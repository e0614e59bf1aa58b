"""Numbers that a device signs to show that a passkey is there: each for one browser, and once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.accounts import digest_of
from app.store.base import Base, Instant

CHALLENGE_LASTS = timedelta(minutes=5)


class Ceremony(StrEnum):
    """What a device is asked to sign for."""

    ADD = "toevoegen"
    SIGN_IN = "aanmelden"


class PasskeyChallenge(Base):
    """A number that a device must sign; the row goes when it is used."""

    __tablename__ = "passkey_challenges"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    ceremony: Mapped[str] = mapped_column(sa.String(20))
    browser_digest: Mapped[str] = mapped_column(sa.String(64))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    handle: Mapped[str | None] = mapped_column(sa.String(43))
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)


@dataclass(frozen=True)
class Asked:
    """For whom a passkey was to be made, and under which handle; 0 and empty where anybody may sign in."""

    person_id: int
    handle: str


def new_challenge(
    session: Session,
    ceremony: Ceremony,
    browser: str,
    now: datetime,
    person_id: int | None = None,
    handle: str | None = None,
) -> bytes:
    """A new number for this browser, good for five minutes."""
    session.execute(sa.delete(PasskeyChallenge).where(PasskeyChallenge.expires_at <= now))
    challenge = secrets.token_bytes(32)
    session.add(
        PasskeyChallenge(
            digest=digest_of(challenge.hex()),
            ceremony=ceremony,
            browser_digest=digest_of(browser),
            person_id=person_id,
            handle=handle,
            expires_at=now + CHALLENGE_LASTS,
        )
    )
    session.flush()
    return challenge


def take_challenge(session: Session, ceremony: Ceremony, challenge: bytes, browser: str, now: datetime) -> Asked | None:
    """Use up a number that this browser was given; None where there is none, or it is too late."""
    taken = session.execute(
        sa.delete(PasskeyChallenge)
        .where(
            PasskeyChallenge.digest == digest_of(challenge.hex()),
            PasskeyChallenge.ceremony == ceremony,
            PasskeyChallenge.browser_digest == digest_of(browser),
        )
        .returning(PasskeyChallenge.person_id, PasskeyChallenge.handle, PasskeyChallenge.expires_at)
    ).one_or_none()
    if taken is None or taken.expires_at <= now:
        return None
    return Asked(taken.person_id or 0, taken.handle or "")
