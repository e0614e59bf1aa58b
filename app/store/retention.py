"""How long each kind is kept, what was proposed to go, and what was removed: the tombstones."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.retention import PERIODS, Kept
from app.store.base import Base, Id, Instant, partial_index, words


class RetentionPeriod(Base):
    """The period that an administrator chose for a kind; a kind without a row has the one of `domain.retention`."""

    __tablename__ = "retention_periods"

    kind: Mapped[Kept] = mapped_column(words(Kept), primary_key=True)
    months: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (sa.CheckConstraint("months >= 1", "some"),)


class Removal(Base):
    """What may go of one kind: all that ended before `before`. At most one proposal of a kind is open.

    `found` is how much that was when it was proposed, `removed` how much went; `sha256` is over the numbers of what
    went. Letters need the secretariat's agreement first. While one is confirmed and not yet done, and only then, the
    triggers let rows of the access log go that are older than `before`.
    """

    __tablename__ = "removals"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[Kept] = mapped_column(words(Kept))
    before: Mapped[datetime] = mapped_column(Instant)
    found: Mapped[int]
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    agreed_at: Mapped[datetime | None] = mapped_column(Instant)
    agreed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    removed: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(sa.String(64))
    dropped_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        partial_index("uq_removal_open", "kind", where="confirmed_at IS NULL AND dropped_at IS NULL", unique=True),
        sa.CheckConstraint("removed IS NULL OR confirmed_at IS NOT NULL", "confirmed"),
    )


class KeptLetter(Base):
    """A letter that stays although its time is over, and why."""

    __tablename__ = "kept_letters"

    letter_id: Mapped[int] = mapped_column(sa.ForeignKey("letters.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    kept_at: Mapped[datetime] = mapped_column(Instant)
    kept_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))


def months_of(session: Session) -> dict[Kept, int]:
    """The period of every kind, in months."""
    chosen = session.execute(sa.select(RetentionPeriod.kind, RetentionPeriod.months)).all()
    return {kind: period.months for kind, period in PERIODS.items()} | {row.kind: row.months for row in chosen}


def open_removals(session: Session) -> dict[Kept, Removal]:
    """The proposals that wait, by kind."""
    waiting = sa.select(Removal).where(Removal.confirmed_at.is_(None), Removal.dropped_at.is_(None))
    return {one.kind: one for one in session.scalars(waiting.order_by(Removal.id))}


def done_removals(session: Session, limit: int) -> list[Removal]:
    """What was removed, the newest first."""
    done = sa.select(Removal).where(Removal.removed.is_not(None))
    return list(session.scalars(done.order_by(Removal.id.desc()).limit(limit)))
