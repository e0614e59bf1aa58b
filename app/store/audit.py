"""The audit chain: every act leaves an entry that holds the hash of the one before it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain import audit
from app.domain.actors import Actor
from app.domain.audit import Fault
from app.store.base import Base, Id, Instant, insert_new, words


class AuditEntry(Base):
    """One act. Append-only: triggers refuse UPDATE and DELETE on both databases."""

    __tablename__ = "audit_entries"

    sequence: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    actor: Mapped[str] = mapped_column(sa.String(80), index=True)
    act: Mapped[str] = mapped_column(sa.String(60))
    object: Mapped[str] = mapped_column(sa.String(80), index=True)
    detail: Mapped[str] = mapped_column(sa.Text)
    hash: Mapped[str] = mapped_column(sa.String(64))


class AuditHead(Base):
    """The last link of the chain: one row, locked by whoever adds the next entry."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(Id)
    hash: Mapped[str] = mapped_column(sa.String(64))

    __table_args__ = (sa.CheckConstraint("id = 1", "one_row"),)


class AuditCheck(Base):
    """One walk along the chain: what held, and where it broke if it did."""

    __tablename__ = "audit_checks"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    entries: Mapped[int] = mapped_column(Id)
    head: Mapped[str] = mapped_column(sa.String(64))
    witnesses: Mapped[int]
    broken_at: Mapped[int | None] = mapped_column(Id)
    fault: Mapped[Fault | None] = mapped_column(words(Fault))
    said_by: Mapped[str] = mapped_column(sa.String(80))

    __table_args__ = (sa.CheckConstraint("(broken_at IS NULL) = (fault IS NULL)", "fault_somewhere"),)


_HEAD = sa.select(AuditHead).where(AuditHead.id == 1).with_for_update()


def record(session: Session, actor: Actor, act: str, thing: str, now: datetime, **detail: Any) -> None:
    """Add an entry to the chain, in the transaction of the act.

    `thing` is what it was done to (`vraag:12`); `detail` holds plain values, no secrets, no texts of drafts.
    """
    head = session.scalars(_HEAD).one_or_none()
    if head is None:
        # Two may get here at once; the second waits until the first has committed, and then finds its row.
        session.execute(insert_new(session, AuditHead).values(id=1, sequence=0, hash=audit.GENESIS))
        head = session.scalars(_HEAD).one()
    text = audit.detail_text(detail)
    sequence = head.sequence + 1
    digest = audit.link(head.hash, sequence, now, actor.label, act, thing, text)
    session.add(
        AuditEntry(sequence=sequence, at=now, actor=actor.label, act=act, object=thing, detail=text, hash=digest)
    )
    head.sequence, head.hash = sequence, digest
    session.flush()
