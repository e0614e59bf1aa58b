"""What becomes of mail: the limit of a day for one reader, and senders that never wait for each other in a ring."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.escalation import DEFAULT_LADDER, Hours
from app.domain.ladder import TypedRung
from app.domain.letters import NewQuestion
from app.store.base import Db
from app.store.outbox import Claimed, MailState, OutboxMail, claim, enqueue, mark_sent
from app.store.people import Person
from app.store.questions import Question
from app.usecases import delivery, ladder, outbox
from tests.support.builders import a_new_letter, a_register, a_sent_letter, actor, at, questions_of

DAY = date(2026, 11, 9)
AS_IT_WAS = [TypedRung(rung.number, rung.working_days, rung.readers) for rung in DEFAULT_LADDER]
CONTACT, ADMIN = "contact@jenv.example", "beheer@vng.example"


def person(s: Session, email: str) -> Person:
    return s.scalars(sa.select(Person).where(Person.email == email)).one()


def write(s: Session, number: int, kind: str = "disputed", email: str = CONTACT) -> None:
    before = s.execute(sa.select(sa.func.count(OutboxMail.id))).scalar_one()
    for n in range(number):
        enqueue(s, person(s, email), kind, f"{kind}:{before + n}", at(DAY))


def send_all(db: Db, most: int, hour: int = 10, day: date = DAY) -> int:
    """Claim and send as the sender does; how many went out."""
    sent = 0
    while True:
        with db.writing() as s:
            claimed = claim(s, 3, 60, at(day, hour))
            batch = delivery.within_limit(s, claimed, most, at(day, hour))
        if not claimed:
            return sent
        for mail in batch:
            with db.writing() as s:
                sent += mark_sent(s, mail, at(day, hour))


def states(db: Db, kind: str = "disputed") -> dict[MailState, int]:
    with db.reading() as s:
        rows = s.execute(
            sa.select(OutboxMail.state, sa.func.count()).where(OutboxMail.kind == kind).group_by(OutboxMail.state)
        )
        return {state: number for state, number in rows}  # noqa: C416  # rows are no pairs to a type checker


def test_more_than_so_many_mails_a_day_to_one_reader_are_held_and_told_of_once(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        write(s, 7)
        write(s, 2, email="contact@bzk.example")
    assert send_all(db, most=5) == 5 + 2 + 1  # and one alarm
    assert states(db) == {MailState.SENT: 7, MailState.HELD: 2}
    with db.writing() as s:
        write(s, 2)
    assert send_all(db, most=5, hour=15) == 0
    assert states(db) == {MailState.SENT: 7, MailState.HELD: 4}
    with db.reading() as s:
        alarms = s.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "alarm")).all()
        assert [(mail.address, mail.params["day"]) for mail in alarms] == [(ADMIN, "2026-11-09")]
        held = s.scalars(sa.select(OutboxMail).where(OutboxMail.state == MailState.HELD)).all()
        assert {(mail.attempts, mail.why) for mail in held} == {(0, delivery.TOO_MANY)}


def test_what_waits_for_sending_hours_waits_for_those_of_the_ladder_in_force(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        assert delivery.held_now(s, at(DAY, 8)) == frozenset()
        ladder.change(s, actor(s, ADMIN), 1, AS_IT_WAS, Hours(9, 20), at(DAY))
        assert delivery.held_now(s, at(DAY, 8)) == delivery.IN_OFFICE_HOURS
        assert delivery.held_now(s, at(DAY, 19)) == frozenset()
        write(s, 1, "escalation")
        (mail,) = claim(s, 1, 60, at(DAY, 19))
        delivery.deferred(s, mail, "later", at(DAY, 19) + timedelta(minutes=45))
        assert s.get_one(OutboxMail, mail.id).not_before == at(DAY + timedelta(days=1), 9)


def test_the_next_day_counts_anew_but_what_is_held_stays_until_it_is_let_go(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        write(s, 4)
    send_all(db, most=3)
    tomorrow = DAY + timedelta(days=1)
    with db.writing() as s:
        write(s, 3)
    assert send_all(db, most=3, day=tomorrow) == 3
    with db.writing() as s:
        outbox.release(s, actor(s, ADMIN), at(tomorrow), person_id=person(s, CONTACT).id)
    assert send_all(db, most=3, day=tomorrow) == 1, "what was let go goes out whatever the reader got"
    assert states(db) == {MailState.SENT: 7}


@pytest.mark.parametrize("kind", ["code", "receipt", "replied", "alarm"])
def test_what_somebody_waits_for_is_never_held_and_does_not_count(db: Db, kind: str) -> None:
    a_register(db)
    with db.writing() as s:
        write(s, 4, kind)
        write(s, 2)
    assert send_all(db, most=2) == 6


def test_four_senders_at_once_keep_to_the_limit_together(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        write(s, 30)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: send_all(db, most=10), range(4)))
    assert states(db) == {MailState.SENT: 10, MailState.HELD: 20}


def claimed_about(s: Session, ids: list[int], key: str) -> tuple[Claimed, list[tuple[int, int]]]:
    enqueue(s, person(s, CONTACT), "asked", key, at(DAY), question_ids=ids)
    s.flush()
    (mail,) = claim(s, 1, 60, at(DAY))
    return mail, [(one, s.get_one(Question, one).link_serial) for one in ids]


def test_two_senders_that_hand_over_the_same_questions_never_wait_in_a_ring(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        new = a_new_letter(*(NewQuestion(text=f"Vraag {n}?", owner="JENV") for n in range(40)))
        ids = [question.id for question in questions_of(s, a_sent_letter(s, new))]
        s.execute(sa.delete(OutboxMail))
    for turn in range(5):
        with db.writing() as s:
            s.execute(sa.update(Question).values(handed_over_on=None))
            one = claimed_about(s, ids, f"one:{turn}")
            other = claimed_about(s, ids[::-1], f"other:{turn}")
        together = threading.Barrier(2)

        def deliver(mail: Claimed, told: list[tuple[int, int]], together: threading.Barrier = together) -> bool:
            together.wait()
            with db.writing() as s:
                return delivery.delivered(s, mail, told, at(DAY))

        with ThreadPoolExecutor(2) as pool:
            done = [future.result(timeout=20) for future in [pool.submit(deliver, *one), pool.submit(deliver, *other)]]
        assert done == [True, True]
        with db.reading() as s:
            assert set(s.scalars(sa.select(Question.handed_over_on))) == {DAY}
