"""The clock of a question stands still and runs again, and everybody concerned hears of it."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.actors import CLOCKWORK
from app.domain.errors import Invalid, NotAllowed, WrongState
from app.domain.letters import NewQuestion
from app.store.answering import Answer
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.outbox import OutboxMail
from app.store.questions import Question, QuestionEvent
from app.usecases import answering, suspending
from app.usecases.escalation import sweep
from tests.support.builders import (
    a_new_letter,
    a_question,
    a_register,
    a_sent_letter,
    actor,
    at,
    questions_of,
    secretariat,
)

# Three weeks from Monday 5 October 2026: due Monday 26 October.
ASKED, DUE = date(2026, 10, 5), date(2026, 10, 26)
WHY = "Wij zoeken uit om welke gemeenten het gaat."


def october(day: int) -> date:
    return date(2026, 10, day)


@pytest.fixture
def question_id(db: Db) -> int:
    a_register(db)
    with db.writing() as s:
        return a_question(s, sent_on=ASKED).id


def stop(db: Db, question_id: int, on: date, today: date) -> Question:
    with db.writing() as s:
        suspending.suspend(s, secretariat(s), question_id, on, WHY, at(today))
        return s.get_one(Question, question_id)


def start(db: Db, question_id: int, on: date, today: date) -> Question:
    with db.writing() as s:
        suspending.resume(s, secretariat(s), question_id, on, "Het gaat om alle gemeenten.", at(today))
        return s.get_one(Question, question_id)


def test_a_stop_of_nine_days_moves_the_due_date_by_nine_days(db: Db, question_id: int) -> None:
    stopped = stop(db, question_id, october(12), october(13))
    assert (stopped.suspended, stopped.due_on, stopped.term_version) == (True, DUE, 1)
    again = start(db, question_id, october(21), october(22))
    assert (again.suspended, again.due_on, again.term_version) == (False, date(2026, 11, 4), 2)
    assert again.original_due_on == DUE
    with db.reading() as s:
        told = s.execute(
            sa.select(QuestionEvent.act, QuestionEvent.on, QuestionEvent.reason).order_by(QuestionEvent.id)
        )
        assert list(told)[1:] == [
            ("opschorten", october(12), WHY),
            ("hervatten", october(21), "Het gaat om alle gemeenten."),
        ]
        acts = s.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.sequence)).all()
        assert acts[-2:] == ["opschorten", "hervatten"]
        mails = s.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "term").order_by(OutboxMail.id)).all()
        assert [(mail.address, mail.params["sequence"]) for mail in mails] == [
            ("contact@jenv.example", n) for n in (2, 3)
        ]


def test_while_the_clock_stands_still_nobody_climbs_the_ladder(db: Db, question_id: int) -> None:
    stop(db, question_id, october(12), october(12))
    with db.writing() as s:
        assert sweep(s, CLOCKWORK, date(2026, 11, 20), at(date(2026, 11, 20))).climbed == 0


@pytest.mark.parametrize(
    ("on", "today", "code", "field"),
    [
        (october(27), october(27), "suspend-after-due", "effective_on"),
        (october(14), october(13), "date-in-future", "effective_on"),
        (date(2026, 10, 4), october(13), "before-start", "effective_on"),
    ],
)
def test_a_stop_on_a_day_that_cannot_be_is_refused(
    db: Db, question_id: int, on: date, today: date, code: str, field: str
) -> None:
    with db.writing() as s, pytest.raises(Invalid) as refused:
        suspending.suspend(s, secretariat(s), question_id, on, WHY, at(today))
    assert (refused.value.code, refused.value.field) == (code, field)


def test_stopping_twice_starting_too_early_and_overlaps_are_refused(db: Db, question_id: int) -> None:
    stop(db, question_id, october(12), october(12))
    with db.writing() as s, pytest.raises(Invalid) as twice:
        suspending.suspend(s, secretariat(s), question_id, october(13), WHY, at(october(13)))
    assert str(twice.value) == "De klok staat al stil sinds 2026-10-12. Laat de klok eerst weer lopen."
    with db.writing() as s, pytest.raises(Invalid) as early:
        suspending.resume(s, secretariat(s), question_id, october(11), "", at(october(13)))
    assert early.value.code == "resume-before-suspended"
    start(db, question_id, october(16), october(16))
    with db.writing() as s, pytest.raises(Invalid) as overlap:
        suspending.suspend(s, secretariat(s), question_id, october(8), WHY, at(october(19)))
    assert overlap.value.code == "ledger-conflict"


def test_only_the_secretariat_stops_the_clock_and_only_where_an_answer_is_owed(db: Db, question_id: int) -> None:
    with db.writing() as s, pytest.raises(NotAllowed):
        suspending.suspend(s, actor(s, "contact@jenv.example"), question_id, None, WHY, at(october(12)))
    with db.writing() as s:
        answering.submit(s, actor(s, "contact@jenv.example"), question_id, "Ja.", "Hoofd", at(october(12)))
    with db.writing() as s, pytest.raises(WrongState):
        suspending.suspend(s, secretariat(s), question_id, None, WHY, at(october(13)))


def test_an_answer_while_the_clock_stands_still_is_in_time_and_lets_it_run_again(db: Db, question_id: int) -> None:
    stop(db, question_id, october(12), october(12))
    with db.writing() as s:
        answering.submit(s, actor(s, "contact@jenv.example"), question_id, "Ja.", "Hoofd", at(date(2026, 11, 20)))
        question = s.get_one(Question, question_id)
        assert not question.suspended
        answer = s.scalars(sa.select(Answer)).one()
        assert answer.due_on >= answer.answered_on


def test_an_answer_received_before_the_clock_stopped_leaves_the_ledger_alone(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        letter = a_sent_letter(s, a_new_letter(NewQuestion(text="Wanneer?", owner="JENV"), letter_date=ASKED))
        question_id = questions_of(s, letter)[0].id
    stop(db, question_id, october(14), october(14))
    with db.writing() as s:
        received = [answering.ReceivedAnswer(question_id, "Volgend jaar.")]
        answering.record_received(s, secretariat(s), received, october(13), "Minister", [], at(october(15)))
        assert s.scalars(sa.select(Answer.due_on)).one() == DUE
