"""Whether the audit chain is whole: by its own hashes, by the weekly digests, and by a head written down elsewhere."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain import audit
from app.domain.audit import Fault, Witness
from app.domain.digests import digest_hash
from app.store.alarms import tell_administrators
from app.store.audit import AuditCheck, AuditEntry, AuditHead
from app.store.figures.digests import FrozenDigest

AT_A_TIME = 1_000
FROZEN, DIGEST = "vastleggen", "weekoverzicht:"


@dataclass(frozen=True)
class Chain:
    """What walking the chain showed: how many entries hold together, and at which sequence it breaks (None: nowhere).

    `head` is the hash of the last entry that holds; written down elsewhere it proves that nothing before it changed.
    `witnesses` counts who outside the chain were heard and agreed; `said_by` is who did not.
    """

    entries: int
    head: str
    broken_at: int | None
    fault: Fault | None = None
    witnesses: int = 0
    said_by: str = ""


@dataclass(frozen=True)
class _Digest:
    """A frozen digest: the hash taken over it now, the one it was kept with, and what it says of the chain."""

    now: str
    kept: str
    witness: Witness


def verify(session: Session, heads: Iterable[Witness] = ()) -> Chain:
    """Walk the chain from its first entry to its head, in one view of the register. Reads only.

    Each digest holds the chain's head of its day and stands in the chain with its own hash, so that neither can be
    made anew without the other. `heads` were written down elsewhere. Of several faults the first one is told.
    """
    walk = _Walk({f"{DIGEST}{week}": digest for week, digest in _digests(session)}, heads)
    rows = session.execute(sa.select(AuditEntry.__table__).order_by(AuditEntry.sequence))
    for row in rows.yield_per(AT_A_TIME):
        if found := walk.pass_by(row):
            return found
    head = session.execute(sa.select(AuditHead.sequence, AuditHead.hash)).one_or_none()
    return walk.end((head.sequence, head.hash) if head else (0, audit.GENESIS))


class _Walk:
    """Where somebody who walks along the chain has come, and who is still to be heard."""

    def __init__(self, digests: Mapping[str, "_Digest"], heads: Iterable[Witness]) -> None:
        self.digests = dict(digests)
        self.unheard: dict[int, list[Witness]] = defaultdict(list)
        for one in (*(digest.witness for digest in digests.values()), *heads):
            self.unheard[one.entries].append(one)
        self.entries, self.last, self.agreed = 0, audit.GENESIS, 0
        self.sure = (0, audit.GENESIS)  # up to where the last witness agreed

    def pass_by(self, row: Any) -> Chain | None:
        """Look at the next entry: the chain as far as it holds where this one is wrong, else None."""
        sequence = self.entries + 1
        if row.sequence != sequence:
            return self._broken(Fault.MISSING)
        digest = audit.link(self.last, sequence, row.at, row.actor, row.act, row.object, row.detail)
        if digest != row.hash:
            return self._broken(Fault.CHANGED)
        if other := self._hear(sequence, digest):
            return other
        if row.act == FROZEN and row.object.startswith(DIGEST):
            frozen = self.digests.pop(row.object, None)
            if frozen is None or not frozen.now == frozen.kept == json.loads(row.detail).get("sha256"):
                return self._broken(Fault.DIGEST, _called(row.object))
        self.entries, self.last = sequence, digest
        return None

    def end(self, head: tuple[int, str]) -> Chain:
        """What the whole walk showed, given the head as the register has it."""
        if other := self._hear(0, audit.GENESIS):
            return other
        if self.unheard:
            return self._broken(Fault.END, self.unheard[min(self.unheard)][0].said_by)
        if head != (self.entries, self.last):
            return self._broken(Fault.END)
        if self.digests:
            return self._broken(Fault.DIGEST, _called(min(self.digests)))
        return Chain(self.entries, self.last, None, None, self.agreed)

    def _hear(self, sequence: int, digest: str) -> Chain | None:
        for witness in self.unheard.pop(sequence, ()):
            if witness.hash != digest:
                since, last = self.sure
                return Chain(since, last, since + 1, Fault.REWRITTEN, self.agreed, witness.said_by)
            self.agreed += 1
            self.sure = (sequence, digest)
        return None

    def _broken(self, fault: Fault, said_by: str = "") -> Chain:
        return Chain(self.entries, self.last, self.entries + 1, fault, self.agreed, said_by)


def check(session: Session, found: Chain, now: datetime) -> None:
    """Keep what a walk found for the page of the log, and mail the administrators where the chain is not whole."""
    session.add(
        AuditCheck(
            at=now,
            entries=found.entries,
            head=found.head,
            witnesses=found.witnesses,
            broken_at=found.broken_at,
            fault=found.fault,
            said_by=found.said_by,
        )
    )
    if found.fault is not None:
        tell_administrators(session, f"chain:{found.fault}:{found.broken_at}", now, "chain")


def last_check(session: Session) -> AuditCheck | None:
    """The newest check of the chain."""
    return session.scalars(sa.select(AuditCheck).order_by(AuditCheck.id.desc()).limit(1)).one_or_none()


def told(found: Chain | AuditCheck) -> tuple[str, dict[str, object]]:
    """The sentence about a chain that is not whole, and its facts."""
    if found.fault is None:
        raise ValueError("a chain that is whole has no fault to tell")
    return audit.FAULTS[Fault(found.fault)], {"n": found.broken_at, "witness": found.said_by}


def _called(thing: str) -> str:
    """A digest as people call it: `weekoverzicht 2026-W48`."""
    return thing.replace(":", " ")


def _digests(session: Session) -> Iterator[tuple[str, _Digest]]:
    columns = (FrozenDigest.week, FrozenDigest.content, FrozenDigest.written, FrozenDigest.sha256)
    for row in session.execute(sa.select(*columns).order_by(FrozenDigest.week)).yield_per(1):
        told_of_chain = json.loads(row.content)
        witness = Witness(told_of_chain["chain_length"], told_of_chain["chain_head"], f"weekoverzicht {row.week}")
        yield row.week, _Digest(digest_hash(row.week, row.content, row.written), row.sha256, witness)
