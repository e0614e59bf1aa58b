"""An equated day is added or removed: due dates of open rounds follow, those of others don't."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.domain.actors import COMMAND
from app.domain.errors import Invalid, NotAllowed, NotFound
from app.domain.ledger import EntryKind, replay
from app.domain.letters import NewQuestion
from app.domain.permissions import Role
from app.domain.terms import Term, TermKind, Unit
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.questions import Question, QuestionEvent
from app.store.terms import TermEntry, ledger_of, load_calendar
from app.usecases import answering, calendar, closing, postponing, reference, suspending
from tests.support.builders import (
    VNG,
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
TODAY = date(2026, 10, 12)
BASIS = "Besluit van 1 oktober 2026 (Stb. 2026, 300)"
JENV = "contact@jenv.example"


@pytest.fixture(autouse=True)
def register(db: Db) -> None:
    a_register(db)


def ask(db: Db, term: Term | None = None, asked_on: date = ASKED) -> int:
    with db.writing() as s:
        return a_question(s, sent_on=asked_on, term=term).id


def add(db: Db, day: date = DUE, today: date = TODAY) -> int:
    with db.writing() as s:
        admin = actor(s, VNG[Role.ADMIN])
        foretold = calendar.preview(s, admin, day, BASIS)
        done = calendar.add(s, admin, day, BASIS, at(today))
        assert done == foretold
        return done.moved


def now(db: Db, question_id: int) -> tuple[date, int, int]:
    """Due date, version of the term, and rung."""
    with db.reading() as s:
        question = s.get_one(Question, question_id)
        return question.due_on, question.term_version, question.rung


def test_a_term_that_ends_on_the_new_day_moves_and_says_why(db: Db) -> None:
    question_id = ask(db)
    assert add(db) == 1
    assert now(db, question_id) == (date(2026, 10, 27), 2, 0)
    with db.reading() as s:
        question = s.get_one(Question, question_id)
        assert (question.original_due_on, question.term_set_on) == (DUE, TODAY)
        row = s.scalars(sa.select(TermEntry).order_by(TermEntry.id.desc())).first()
        assert row
        assert (row.kind, row.sequence, row.due_on) == (EntryKind.REPLAYED, 2, date(2026, 10, 27))
        assert row.reason == f"26-10-2026 is een gelijkgestelde dag: {BASIS}"
        event = s.scalars(sa.select(QuestionEvent).order_by(QuestionEvent.id.desc())).first()
        assert event
        assert (event.act, event.on) == ("termijn-herrekenen", TODAY)
        audited = s.scalars(sa.select(AuditEntry).order_by(AuditEntry.sequence.desc())).first()
        assert audited
        assert (audited.act, audited.object) == ("gelijkgestelde-dag-toevoegen", "dag:2026-10-26")
        assert '"rijen":1' in audited.detail
        assert replay(ledger_of(s, question), load_calendar(s)).due_on == question.due_on


def test_removing_the_day_gives_the_old_date_back(db: Db) -> None:
    question_id = ask(db)
    add(db)
    with db.writing() as s:
        admin = actor(s, VNG[Role.ADMIN])
        assert calendar.preview(s, admin, DUE, None).moved == 1
        assert calendar.remove(s, admin, DUE, at(date(2026, 10, 13))).moved == 1
    assert now(db, question_id) == (DUE, 3, 0)
    with db.writing() as s, pytest.raises(NotFound):
        calendar.remove(s, actor(s, VNG[Role.ADMIN]), DUE, at(date(2026, 10, 13)))


def test_only_open_rounds_whose_date_changes_are_written(db: Db) -> None:
    untouched = [
        ask(db, asked_on=date(2026, 10, 6)),  # due the day after
        ask(db, Term(TermKind.AGREED, named_on=DUE)),
        ask(db, Term(TermKind.STATUTORY, 91, Unit.DAYS), asked_on=date(2026, 7, 27)),  # ATW art. 4
    ]
    postponed, answered, withdrawn = ask(db), ask(db), ask(db)
    working = ask(db, Term(TermKind.NORM, 20, Unit.WORKING_DAYS))
    with db.writing() as s:
        contact, secretary = actor(s, JENV), secretariat(s)
        postponing.postpone(s, contact, postponed, date(2026, 11, 5), "Later.", at(TODAY))
        answering.submit(s, contact, answered, "Ja.", "Hoofd", at(TODAY))
        closing.withdraw(s, secretary, withdrawn, "Niet nodig.", at(TODAY))
    before = {one: now(db, one) for one in (*untouched, postponed, answered, withdrawn)}
    assert add(db) == 1
    assert {one: now(db, one) for one in before} == before
    assert now(db, working) == (date(2026, 11, 3), 2, 0)


def test_a_stopped_clock_is_counted_with_the_new_calendar(db: Db) -> None:
    question_id = ask(db, Term(TermKind.NORM, 10, Unit.WORKING_DAYS))  # due 19 October
    with db.writing() as s:
        suspending.suspend(s, secretariat(s), question_id, date(2026, 10, 13), "Uitleg.", at(date(2026, 10, 13)))
        suspending.resume(s, secretariat(s), question_id, date(2026, 10, 20), "", at(date(2026, 10, 20)))
    assert now(db, question_id)[0] == DUE
    assert add(db, date(2026, 10, 14)) == 0  # one day less stood still, one day more to count
    assert add(db, date(2026, 10, 21)) == 1
    assert now(db, question_id)[0] == date(2026, 10, 27)


def test_one_entry_in_the_audit_chain_tells_of_many_questions(db: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.store.replaying.AT_A_TIME", 2)
    with db.writing() as s:
        new = a_new_letter(*(NewQuestion(text=f"Vraag {n}?", owner="JENV") for n in range(7)), letter_date=ASKED)
        ids = [question.id for question in questions_of(s, a_sent_letter(s, new))]
        entries = s.scalars(sa.select(sa.func.count()).select_from(AuditEntry)).one()
    assert add(db) == 7
    assert {now(db, one)[0] for one in ids} == {date(2026, 10, 27)}
    with db.reading() as s:
        assert s.scalars(sa.select(sa.func.count()).select_from(AuditEntry)).one() == entries + 1
        replayed = sa.select(sa.func.count()).where(TermEntry.kind == EntryKind.REPLAYED)
        assert s.scalars(replayed).one() == 7


def test_a_question_that_climbed_climbs_anew_for_its_new_date(db: Db) -> None:
    question_id = ask(db)
    with db.writing() as s:
        s.get_one(Question, question_id).rung = 1
    add(db)
    assert now(db, question_id) == (date(2026, 10, 27), 2, 0)


@pytest.mark.parametrize(
    ("day", "basis", "code"),
    [
        (None, BASIS, "day-missing"),
        (date(2026, 10, 25), BASIS, "day-off-already"),
        (date(2026, 12, 25), BASIS, "day-off-already"),
        (date(2026, 5, 15), BASIS, "day-known"),
        (date(2026, 10, 26), " ", "basis-missing"),
        (date(2026, 10, 26), "x" * 201, "basis-too-long"),
        (date(2150, 1, 1), BASIS, "date-range"),
    ],
)
def test_a_day_that_cannot_be_is_refused(db: Db, day: date | None, basis: str, code: str) -> None:
    with db.writing() as s, pytest.raises(Invalid) as refused:
        calendar.add(s, actor(s, VNG[Role.ADMIN]), day, basis, at(TODAY))
    assert refused.value.code == code


def test_only_an_administrator_changes_the_calendar(db: Db) -> None:
    with db.writing() as s, pytest.raises(NotAllowed):
        calendar.add(s, secretariat(s), DUE, BASIS, at(TODAY))
    with db.reading() as s, pytest.raises(NotAllowed):
        calendar.equated_days(s, secretariat(s))


def test_days_that_a_newer_version_brings_move_open_terms_too(db: Db) -> None:
    with db.writing() as s:
        brought = date(2027, 5, 7)
        calendar.remove(s, actor(s, VNG[Role.ADMIN]), brought, at(TODAY))
    question_id = ask(db, asked_on=brought - timedelta(weeks=3))
    assert now(db, question_id)[0] == brought
    with db.writing() as s:
        assert reference.load(s, COMMAND, at(brought - timedelta(days=3))).equated_days == 1
    assert now(db, question_id)[:2] == (date(2027, 5, 10), 2)
