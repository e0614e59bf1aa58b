"""Claiming mail: due first, urgent first, one sender each, by the index of what waits."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.store.base import Db
from app.store.outbox import (
    MailState,
    OutboxMail,
    cancel,
    claim,
    counts,
    enqueue,
    enqueue_each,
    give_back,
    mark_bounced,
    mark_retry,
    mark_sent,
    mark_uncertain,
    message_id,
)
from app.store.people import Person

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def a_person(s: Session, email: str = "contact@jenv.example") -> Person:
    person = Person(email=email, name="Contact", created_at=NOW)
    s.add(person)
    s.flush()
    return person


def waiting(db: Db, *keys: str, urgent: bool = False, not_before: datetime = NOW) -> None:
    with db.writing() as s:
        person = s.scalars(sa.select(Person)).one_or_none() or a_person(s)
        for key in keys:
            enqueue(s, person, "asked", key, NOW, urgent=urgent, not_before=not_before, letter_id=1)


def keys_of(db: Db, now: datetime = NOW, limit: int = 10) -> list[str]:
    with db.writing() as s:
        return [mail.key for mail in claim(s, limit, 60, now)]


def test_a_mail_stands_in_the_outbox_once(db: Db) -> None:
    with db.writing() as s:
        person = a_person(s)
        assert enqueue(s, person, "asked", "sleutel", NOW, letter_id=1)
        assert not enqueue(s, person, "asked", "sleutel", NOW, letter_id=1)
        assert s.scalars(sa.select(OutboxMail.message_id)).all() == [message_id("sleutel")]


def test_many_mails_are_put_in_at_once_each_with_its_own_key(db: Db) -> None:
    with db.writing() as s:
        people = [a_person(s, f"{n}@jenv.example") for n in range(3)]
        readers = [(person.id, person.email, person.language) for person in people]
        enqueue_each(s, readers, "escalation", "dag:{person_id}", NOW, NOW, {"date": "2026-11-23"})
        enqueue_each(s, readers[:1], "escalation", "dag:{person_id}", NOW, NOW, {"date": "2026-11-23"})
        assert set(s.scalars(sa.select(OutboxMail.key))) == {f"dag:{person.id}" for person in people}


def test_the_urgent_go_first_and_then_the_longest_waiting(db: Db) -> None:
    waiting(db, "b", not_before=NOW - timedelta(minutes=1))
    waiting(db, "c", "d")
    waiting(db, "a", urgent=True)
    waiting(db, "later", not_before=NOW + timedelta(seconds=1))
    assert keys_of(db, limit=3) == ["a", "b", "c"]
    assert keys_of(db) == ["d"]
    assert keys_of(db) == []


@pytest.mark.database("postgresql")
def test_two_senders_at_the_same_moment_take_different_mails(db: Db) -> None:
    waiting(db, *"abcd")
    with db.writing() as one, db.writing() as other:
        assert [mail.key for mail in claim(one, 2, 60, NOW)] == ["a", "b"]
        assert [mail.key for mail in claim(other, 9, 60, NOW)] == ["c", "d"]


@pytest.mark.parametrize("mark", ["sent", "retry", "bounced", "uncertain", "cancelled"])
def test_a_sender_that_lost_its_lease_changes_nothing(db: Db, mark: str) -> None:
    waiting(db, "a")
    with db.writing() as s:
        old = claim(s, 1, -1, NOW)[0]
        new = claim(s, 1, 60, NOW)[0]
        assert new.fence == old.fence + 1
        marks = {
            "sent": lambda mail: mark_sent(s, mail, NOW),
            "retry": lambda mail: mark_retry(s, mail, NOW, "450"),
            "bounced": lambda mail: mark_bounced(s, mail, "550"),
            "uncertain": lambda mail: mark_uncertain(s, mail, NOW, "weg"),
            "cancelled": lambda mail: cancel(s, mail, "beantwoord"),
        }
        assert not marks[mark](old)
        assert marks[mark](new)
        assert not marks[mark](new)


def test_what_is_given_back_counts_as_never_tried(db: Db) -> None:
    waiting(db, "a", "b")
    with db.writing() as s:
        give_back(s, claim(s, 2, 60, NOW))
        assert counts(s) == {MailState.PENDING: 2}
        assert set(s.scalars(sa.select(OutboxMail.attempts))) == {0}


def test_a_doubtful_mail_is_tried_once_more_and_then_left(db: Db) -> None:
    waiting(db, "a")
    for _ in range(2):
        with db.writing() as s:
            mark_uncertain(s, claim(s, 1, 60, NOW)[0], NOW, "weg")
    assert keys_of(db) == []
    with db.reading() as s:
        assert counts(s) == {MailState.UNCERTAIN: 1}


def test_a_claim_looks_only_at_what_waits(db: Db) -> None:
    waiting(db, *(str(n) for n in range(50)))
    with db.writing() as s:
        s.execute(sa.update(OutboxMail).values(state=MailState.SENT))
        query = str(
            sa.select(OutboxMail.id)
            .where(sa.text("state IN ('wacht', 'onderweg', 'onzeker')"), OutboxMail.not_before <= sa.literal(NOW))
            .order_by(OutboxMail.urgent.desc(), OutboxMail.not_before, OutboxMail.id)
            .compile(s.get_bind(), compile_kwargs={"literal_binds": True})
        )
        plan = "EXPLAIN QUERY PLAN " if s.get_bind().dialect.name == "sqlite" else "EXPLAIN "
        if plan == "EXPLAIN ":
            s.execute(sa.text("SET LOCAL enable_seqscan = off"))
        assert "ix_outbox_due" in str(s.execute(sa.text(plan + query)).all())
