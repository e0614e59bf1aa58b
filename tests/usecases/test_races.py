"""Two people at once on one question: one wins, the other is told, nothing is lost or doubled."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier, Event
from time import sleep
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import CLOCKWORK, Actor
from app.domain.errors import Refusal
from app.domain.questions import Act, State
from app.store.access import question_for_act
from app.store.answering import Answer
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.letters import Letter
from app.store.ministries import Ministry
from app.store.questions import HoldingPeriod, Question
from app.usecases import answering, escalation, letters, ownership
from tests.support.builders import a_new_letter, a_question, a_register, actor, at, secretariat

LATER = at(date(2026, 10, 12))
RACES = 15
Deed = Callable[[Session, Actor, int], Any]


def answer(text: str) -> Deed:
    return lambda s, who, question_id: answering.submit(s, who, question_id, text, "Hoofd", LATER)


def transfer(s: Session, who: Actor, question_id: int) -> object:
    return ownership.transfer(s, who, question_id, "BZK", "Wonen.", LATER)


def race(db: Db, question_id: int, *acts: tuple[str, Deed]) -> list[str]:
    """Do the acts at the same moment, each in its own transaction; tell how each ended."""
    start = Barrier(len(acts))

    def run(email: str, act: Deed) -> str:
        with db.reading() as s:
            who = actor(s, email)
        start.wait()
        try:
            with db.writing() as s:
                act(s, who, question_id)
        except Refusal as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(lambda one: run(*one), acts))


def a_register_with_questions(db: Db) -> list[int]:
    a_register(db)
    with db.writing() as s:
        return [a_question(s).id for _ in range(RACES)]


def test_the_same_answer_sent_twice_at_once_is_one_answer(db: Db) -> None:
    for question_id in a_register_with_questions(db):
        same = ("contact@jenv.example", answer("€ 44 per plek."))
        assert race(db, question_id, same, same) == ["done", "done"]
    with db.reading() as s:
        assert s.scalar(sa.select(sa.func.count()).select_from(Answer)) == RACES


def test_of_two_different_answers_one_wins_and_the_other_is_told(db: Db) -> None:
    for question_id in a_register_with_questions(db):
        ends = race(
            db, question_id, ("contact@jenv.example", answer("Ja.")), ("coordinator@jenv.example", answer("Nee."))
        )
        assert sorted(ends) == ["answered-already", "done"]


def test_a_question_is_answered_by_its_owner_or_passed_on_never_both(db: Db) -> None:
    for question_id in a_register_with_questions(db):
        ends = race(db, question_id, ("contact@jenv.example", answer("Ja.")), ("coordinator@jenv.example", transfer))
        assert min(ends) in {"not-allowed", "done", "wrong-state"}
        assert ends.count("done") == 1
    with db.reading() as s:
        wrong = sa.select(Question.id).join(Answer, Answer.question_id == Question.id)
        assert s.scalars(wrong.where(Answer.ministry_id != Question.owner_id)).all() == []
        moved = s.scalars(
            sa.select(Question.state).join(Ministry, Ministry.id == Question.owner_id).where(Ministry.code == "BZK")
        ).all()
        assert set(moved) <= {State.ASKED}
        open_periods = sa.select(sa.func.count()).where(HoldingPeriod.until_on.is_(None))
        assert s.scalar(open_periods) == RACES


def test_letters_registered_at_once_get_different_numbers_without_a_gap(db: Db) -> None:
    a_register(db)

    def register(_: int) -> None:
        with db.writing() as s:
            letters.register(s, secretariat(s), a_new_letter(), LATER)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(register, range(20)))
    with db.reading() as s:
        assert s.scalars(sa.select(Letter.serial).order_by(Letter.serial)).all() == list(range(1, 21))
        numbers = s.scalars(sa.select(AuditEntry.sequence).order_by(AuditEntry.sequence)).all()
        assert numbers == list(range(1, len(numbers) + 1)), "the audit chain has no gap"


def test_one_letter_saved_several_times_at_once_is_one_letter(db: Db) -> None:
    a_register(db)

    def register(_: int) -> int:
        with db.writing() as s:
            return letters.register(s, secretariat(s), a_new_letter(), LATER, key="one form").id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(register, range(8)))) == 1
    with db.reading() as s:
        assert s.scalars(sa.select(Letter.serial)).all() == [1]


def test_a_sweep_waits_for_a_question_without_holding_up_those_who_must_write_in_the_audit_chain(db: Db) -> None:
    a_register(db)
    sweeping = at(date(2026, 11, 2), hour=6)
    with db.writing() as s:
        a_question(s, sent_on=date(2026, 10, 5))
        silent = a_question(s, sent_on=date(2026, 10, 26))
        silent.handed_over_on = date(2026, 10, 26)
        silent_id = silent.id
    began = Event()

    def sweep() -> escalation.SweepResult:
        with db.writing() as s:
            began.set()
            return escalation.sweep(s, CLOCKWORK, sweeping.date(), sweeping)

    with ThreadPoolExecutor(1) as pool:
        with db.writing() as s:
            contact = actor(s, "contact@jenv.example")
            question_for_act(s, contact, silent_id, Act.ACCEPT)
            running = pool.submit(sweep)
            began.wait(5)
            sleep(0.5)
            answering.accept(s, contact, silent_id, sweeping)
        result = running.result()
    assert (result.climbed, result.deemed) == (1, 0)


def test_a_sweep_and_an_act_on_two_questions_wait_for_each_other_in_the_same_order(db: Db) -> None:
    a_register(db)
    sweeping = at(date(2026, 11, 2), hour=6)
    with db.writing() as s:
        silent, late = a_question(s, sent_on=date(2026, 10, 26)), a_question(s, sent_on=date(2026, 10, 5))
        silent.handed_over_on = date(2026, 10, 26)
        silent_id, late_id = silent.id, late.id

    def sweep() -> escalation.SweepResult:
        with db.writing() as s:
            return escalation.sweep(s, CLOCKWORK, sweeping.date(), sweeping)

    with ThreadPoolExecutor(1) as pool:
        with db.writing() as s:
            contact = actor(s, "contact@jenv.example")
            question_for_act(s, contact, silent_id, Act.ACCEPT)
            running = pool.submit(sweep)
            sleep(0.5)  # by now the sweep waits for the first question; it must not hold the second meanwhile
            question_for_act(s, contact, late_id, Act.ACCEPT)
        result = running.result()
    assert (result.climbed, result.deemed) == (1, 1)
