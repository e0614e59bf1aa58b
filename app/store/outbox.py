"""Mail that must go out, written in the transaction of the change that causes it, and claimed by senders."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base, DatabaseMoment, Id, Instant, Json, insert_new, partial_index, words
from app.store.people import Person

# Mails a sender may still have to look at. Literal text, in the index and in the claim: a bound parameter would keep
# the database from using the partial index.
WAITING = "state IN ('wacht', 'onderweg', 'onzeker')"
MOST_DOUBTS = 2
"""How often one mail may be lost after its final dot: the first time it is tried once more, after that never."""


class MailState(StrEnum):
    """Where a mail stands; the Dutch words are what the outbox page shows."""

    PENDING = "wacht"
    LEASED = "onderweg"
    SENT = "verzonden"
    BOUNCED = "geweigerd"
    UNCERTAIN = "onzeker"
    CANCELLED = "vervallen"
    HELD = "aangehouden"


class OutboxMail(Base):
    """One mail to one reader: its kind and parameters, never a link or code (those are derived at handing over).

    `key` makes it once only. `fence` rises with each lease, so a sender that lost its lease can't mark the mail.
    `doubts` counts how often the line broke after the final dot, so that nobody knows whether it arrived.
    `released_at` says when a mail that was held was let go; `again_of_id` is the mail that this one repeats.
    """

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    address: Mapped[str] = mapped_column(sa.String(320))
    language: Mapped[str] = mapped_column(sa.String(2))
    question_id: Mapped[int | None] = mapped_column(sa.ForeignKey("questions.id"), index=True)
    params: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[MailState] = mapped_column(words(MailState))
    urgent: Mapped[bool] = mapped_column(default=False)
    not_before: Mapped[datetime] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    doubts: Mapped[int] = mapped_column(default=0)
    message_id: Mapped[str] = mapped_column(sa.String(200), unique=True)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    why: Mapped[str | None] = mapped_column(sa.Text)
    released_at: Mapped[datetime | None] = mapped_column(Instant)
    again_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("outbox.id"))

    __table_args__ = (
        sa.Index("ix_outbox_person_id_sent_at", "person_id", "sent_at"),
        partial_index("ix_outbox_again_of_id", "again_of_id", where="again_of_id IS NOT NULL"),
        partial_index("ix_outbox_held", "person_id", where="state = 'aangehouden'"),
        partial_index("ix_outbox_due", sa.text("urgent DESC"), "not_before", "id", where=WAITING),
        sa.Index("ix_outbox_created_at", "created_at"),
    )


@dataclass(frozen=True)
class Claimed:
    """A mail in the hands of one sender. `attempts` counts this one; `doubts` only the ones before."""

    id: int
    fence: int
    kind: str
    key: str
    person_id: int | None
    question_id: int | None
    address: str
    language: str
    params: dict[str, Any]
    message_id: str
    created_at: datetime
    attempts: int
    doubts: int
    released_at: datetime | None = None
    again_of_id: int | None = None

    @property
    def told_in(self) -> int:
        """The mail that says what stands in this one: itself, or the one it repeats."""
        return self.again_of_id or self.id


def enqueue(
    session: Session,
    person: Person,
    kind: str,
    key: str,
    now: datetime,
    *,
    question_id: int | None = None,
    urgent: bool = False,
    not_before: datetime | None = None,
    **params: Any,
) -> bool:
    """Put one mail to one person in the outbox, in the transaction of the change; False where `key` was there already.

    `params` are ids and dates (ISO text), never a link, a code, or text that may change before the mail goes out.
    """
    reader = (person.id, person.email, person.language)
    row = _row(reader, kind, key, now, question_id=question_id, urgent=urgent, not_before=not_before, params=params)
    result = session.execute(insert_new(session, OutboxMail).values(row))
    return bool(cast("sa.CursorResult[Any]", result).rowcount)


def enqueue_again(session: Session, first: OutboxMail, reader: Person, number: int, now: datetime, why: str) -> int:
    """Write a mail once more, for the `number`-th time, and give its number; its facts are read anew like the first's.

    It says that it was asked for, so that nothing in it is left out because the reader was told before.
    """
    row = _row(
        (reader.id, reader.email, reader.language),
        first.kind,
        f"{first.key[:180]}:opnieuw:{number}",
        now,
        params={**first.params, "again": True, "again_because": why},
        question_id=first.question_id,
    )
    session.execute(insert_new(session, OutboxMail).values(**row, again_of_id=first.id))
    return session.execute(sa.select(OutboxMail.id).where(OutboxMail.key == row["key"])).scalar_one()


def enqueue_each(
    session: Session,
    readers: Iterable[tuple[int, str, str]],
    kind: str,
    key: str,
    now: datetime,
    not_before: datetime,
    params: dict[str, Any],
) -> None:
    """Put one mail in the outbox for each reader (id, address, language), in one statement.

    `key` holds `{person_id}`: each reader's mail has its own.
    """
    rows = [
        _row(reader, kind, key.format(person_id=reader[0]), now, not_before=not_before, params=params)
        for reader in readers
    ]
    if rows:
        session.execute(insert_new(session, OutboxMail), rows)


def _row(
    reader: tuple[int, str, str],
    kind: str,
    key: str,
    now: datetime,
    *,
    params: dict[str, Any],
    question_id: int | None = None,
    urgent: bool = False,
    not_before: datetime | None = None,
) -> dict[str, Any]:
    person_id, address, language = reader
    return {
        "kind": kind,
        "key": key,
        "person_id": person_id,
        "address": address,
        "language": language,
        "question_id": question_id,
        "params": params,
        "state": MailState.PENDING,
        "urgent": urgent,
        "not_before": not_before or now,
        "created_at": now,
        "message_id": message_id(key),
    }


def message_id(key: str) -> str:
    """The left part of a mail's Message-ID: the same for the same key, whatever happens on the wire."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]


# Written once and on the bare table: claiming is what senders do all day, mostly in vain.
_OUTBOX = cast("sa.Table", OutboxMail.__table__)
_CLAIMED = [_OUTBOX.c[field.name] for field in fields(Claimed)]


def _claim_of(*which: sa.ColumnElement[bool]) -> sa.Executable:
    mail = _OUTBOX.c
    never_tried = sa.and_(sa.bindparam("hurried", type_=sa.Boolean), mail.attempts == 0)
    is_due = sa.or_(mail.not_before <= sa.bindparam("now", type_=Instant), never_tried)
    is_free = sa.or_(mail.state != MailState.LEASED, mail.leased_until <= DatabaseMoment())
    due = (
        sa.select(mail.id)
        .where(sa.text(WAITING), is_due, mail.doubts < MOST_DOUBTS, is_free, *which)
        .order_by(mail.urgent.desc(), mail.not_before, mail.id)
        .limit(sa.bindparam("most", type_=sa.Integer))
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    until = DatabaseMoment(sa.bindparam("seconds", type_=sa.Integer))
    return (
        sa.update(_OUTBOX)
        .where(mail.id.in_(sa.select(due.c.id)))
        .values(state=MailState.LEASED, fence=mail.fence + 1, attempts=mail.attempts + 1, leased_until=until)
        .returning(*_CLAIMED, mail.urgent, mail.not_before)
    )


_CLAIM = _claim_of()
# Apart: a list of kinds is written into the statement anew each time.
_CLAIM_BUT_HELD = _claim_of(_OUTBOX.c.kind.not_in(sa.bindparam("held", expanding=True)))


def claim(
    session: Session,
    limit: int,
    lease_seconds: int,
    now: datetime,
    *,
    hurried: bool = False,
    held: frozenset[str] = frozenset(),
) -> Sequence[Claimed]:
    """Take up to `limit` mails that are due at `now`, urgent ones first, then the longest waiting.

    The lease runs by the database's clock, which all senders share; a mail whose sender died is taken over when it
    ends. `hurried` also takes mails that were never tried and wait only for office hours; kinds in `held` are left
    where they are. The caller's transaction must end before anything is sent.
    """
    given: dict[str, Any] = {"now": now, "hurried": hurried, "most": limit, "seconds": lease_seconds}
    if held:
        given["held"] = [*held]
    rows = session.connection().execute(_CLAIM_BUT_HELD if held else _CLAIM, given)
    in_order = sorted(rows, key=lambda row: (not row.urgent, row.not_before, row.id))
    return [Claimed(*row[: len(_CLAIMED)]) for row in in_order]


def mark_sent(session: Session, mail: Claimed, now: datetime) -> bool:
    """The server took it. False, here and below, when the lease was lost: another sender has it now."""
    return _mark(session, mail, state=MailState.SENT, sent_at=now, why=None)


def mark_retry(session: Session, mail: Claimed, not_before: datetime, why: str) -> bool:
    """Not taken now; to be tried again from `not_before`."""
    return _mark(session, mail, state=MailState.PENDING, not_before=not_before, why=why)


def mark_bounced(session: Session, mail: Claimed, why: str) -> bool:
    """Refused for good, or too long in vain."""
    return _mark(session, mail, state=MailState.BOUNCED, why=why)


def mark_uncertain(session: Session, mail: Claimed, not_before: datetime, why: str) -> bool:
    """The line broke after the final dot; tried again from `not_before` unless that happened before."""
    return _mark(session, mail, state=MailState.UNCERTAIN, not_before=not_before, doubts=mail.doubts + 1, why=why)


def cancel(session: Session, mail: Claimed, why: str) -> bool:
    """Nothing in it holds any more; `why` is a Dutch sentence for the outbox page."""
    return _mark(session, mail, state=MailState.CANCELLED, why=why)


def hold(session: Session, mail: Claimed, why: str) -> bool:
    """Keep it back until somebody lets it go; it was not tried."""
    return _mark(session, mail, state=MailState.HELD, attempts=mail.attempts - 1, why=why)


def give_back(session: Session, mails: Sequence[Claimed]) -> None:
    """Let go of mails that were claimed and not tried: the sender stops, or its lease runs out."""
    for mail in mails:
        state = MailState.UNCERTAIN if mail.doubts else MailState.PENDING
        _mark(session, mail, state=state, attempts=mail.attempts - 1)


def _mark(session: Session, mail: Claimed, **values: Any) -> bool:
    marked = session.execute(
        sa.update(OutboxMail)
        .where(OutboxMail.id == mail.id, OutboxMail.fence == mail.fence, OutboxMail.state == MailState.LEASED)
        .values(leased_until=None, **values)
        .execution_options(synchronize_session=False)
    )
    return bool(cast("sa.CursorResult[Any]", marked).rowcount)


def counts(session: Session) -> dict[MailState, int]:
    """How many mails stand in each state; states without mail are left out."""
    rows = session.execute(sa.select(OutboxMail.state, sa.func.count().label("number")).group_by(OutboxMail.state))
    return {row.state: row.number for row in rows}
