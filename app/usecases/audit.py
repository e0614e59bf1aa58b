"""Whether the audit chain is whole."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain import audit
from app.store.audit import AuditEntry, AuditHead

AT_A_TIME = 1_000


@dataclass(frozen=True)
class Chain:
    """What walking the chain showed: how many entries hold together, and at which sequence it breaks (None: nowhere).

    `head` is the hash of the last entry that holds; written down elsewhere it proves that nothing before it changed.
    """

    entries: int
    head: str
    broken_at: int | None


def verify(session: Session) -> Chain:
    """Walk the chain from its first entry to its head. A cut-off end breaks it after the last entry that is there."""
    entries, last = 0, audit.GENESIS
    rows = session.execute(sa.select(AuditEntry.__table__).order_by(AuditEntry.sequence))
    for row in rows.yield_per(AT_A_TIME):
        digest = audit.link(last, row.sequence, row.at, row.actor, row.act, row.object, row.detail)
        if row.sequence != entries + 1 or digest != row.hash:
            return Chain(entries, last, broken_at=entries + 1)
        entries, last = row.sequence, digest
    head = session.execute(sa.select(AuditHead.sequence, AuditHead.hash)).one_or_none()
    whole = (head.sequence, head.hash) == (entries, last) if head else entries == 0
    return Chain(entries, last, broken_at=None if whole else entries + 1)
