"""How many mails a day one reader may get, so that a mistake doesn't flood a mailbox; what is too much is held."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.store.outbox import Claimed, MailState, OutboxMail
from app.store.people import Person

EXEMPT = frozenset({"code", "invitation", "access", "receipt", "replied", "alarm"})
"""Kinds that somebody waits for, or that tell of trouble: they always go out and don't count."""
HELD = OutboxMail.state == MailState.HELD


@dataclass(frozen=True)
class Flooded:
    """A reader whose mails are held, and how many."""

    person_id: int | None
    name: str
    address: str
    mails: int


def too_many(session: Session, batch: Sequence[Claimed], most: int, since: datetime) -> list[Claimed]:
    """Those of the claimed mails that would be more than `most` to one reader since a moment; in order.

    Who reads them is locked until the transaction ends, so that two senders don't each count without the other's.
    What was let go, or may have gone before, is not looked at.
    """
    counted = [
        mail
        for mail in batch
        if mail.kind not in EXEMPT and mail.person_id and not mail.released_at and not mail.doubts
    ]
    if not counted:
        return []
    readers = sorted({mail.person_id for mail in counted if mail.person_id})
    session.execute(
        sa.select(Person.id).where(Person.id.in_(readers)).order_by(Person.id).with_for_update(key_share=True)
    )
    had = _had(session, readers, [mail.id for mail in batch], since)
    over = []
    for mail in counted:
        had[mail.person_id or 0] += 1
        if had[mail.person_id or 0] > most:
            over.append(mail)
    return over


def _had(session: Session, readers: Sequence[int], but: Sequence[int], since: datetime) -> Counter[int]:
    """How many mails each of these readers got since a moment, or is about to get from another sender."""
    mine = sa.and_(OutboxMail.person_id.in_(readers), OutboxMail.kind.not_in(EXEMPT))
    sent = sa.select(OutboxMail.person_id).where(mine, OutboxMail.sent_at >= since)
    under_way = sa.select(OutboxMail.person_id).where(
        mine, OutboxMail.sent_at.is_(None), OutboxMail.state == MailState.LEASED, OutboxMail.id.not_in(but)
    )
    both = sa.union_all(sent, under_way).subquery()
    rows = session.execute(sa.select(both.c.person_id, sa.func.count()).group_by(both.c.person_id))
    return Counter({person_id: number for person_id, number in rows if person_id is not None})


def flooded(session: Session, limit: int = 50) -> list[Flooded]:
    """The readers whose mails are held, most first."""
    number = sa.func.count(OutboxMail.id)
    rows = session.execute(
        sa.select(OutboxMail.person_id, Person.name, Person.email, number)
        .join(Person, Person.id == OutboxMail.person_id)
        .where(HELD)
        .group_by(OutboxMail.person_id, Person.name, Person.email)
        .order_by(number.desc(), OutboxMail.person_id)
        .limit(limit)
    )
    return [Flooded(*row) for row in rows]


def release(session: Session, now: datetime, mail_id: int | None = None, person_id: int | None = None) -> list[int]:
    """Let go of a held mail, or of all that are held for a reader; the mails, by number.

    They go out whatever the reader got that day, and are read anew first like all others.
    """
    which = OutboxMail.id == mail_id if mail_id is not None else OutboxMail.person_id == person_id
    held = sa.select(OutboxMail.id).where(which, HELD).order_by(OutboxMail.id).with_for_update()
    ids = list(session.scalars(held))
    let_go = sa.update(OutboxMail).where(OutboxMail.id.in_(ids), HELD)
    session.execute(
        let_go.values(state=MailState.PENDING, released_at=now, why=None).execution_options(synchronize_session=False)
    )
    return ids
