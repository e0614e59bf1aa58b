"""The sweep: who climbs, who hears it, and that nothing doubles."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import CLOCKWORK
from app.domain.escalation import DEFAULT_LADDER, highest
from app.domain.letters import NewQuestion
from app.domain.questions import State
from app.domain.terms import Term, TermKind, Unit
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.ladder.escalation import Escalation, EscalationMail, Pause
from app.store.ministries import Ministry
from app.store.outbox import MailState, OutboxMail
from app.store.people import ContactAssignment, Person, PersonRole
from app.store.questions import Question, QuestionEvent
from app.store.terms import load_calendar
from app.usecases import answering, ownership
from app.usecases.escalation import SweepResult, sweep
from tests.support.builders import a_new_letter, a_question, a_register, a_sent_letter, actor, at, questions_of

# Three weeks after Monday 5 October 2026: due Monday 26 October.
DUE = date(2026, 10, 26)
RUNG_DAYS = {
    1: date(2026, 10, 19),
    2: date(2026, 10, 27),
    3: date(2026, 11, 2),
    4: date(2026, 11, 9),
    5: date(2026, 11, 23),
}
MINISTRY = {"contact@jenv.example", "coordinator@jenv.example"}
OFFICE = MINISTRY | {"sg@jenv.example"}
CENTRE = OFFICE | {"regie@az.example", "secretariaat@vng.example"}
HEAR = {1: {"contact@jenv.example"}, 2: MINISTRY, 3: OFFICE, 4: CENTRE, 5: CENTRE | {"directie@vng.example"}}


def run(db: Db, today: date, hour: int = 6) -> SweepResult:
    with db.writing() as s:
        return sweep(s, CLOCKWORK, today, at(today, hour))


def rungs(s: Session, question_id: int) -> dict[int, bool]:
    """Each rung on record, and whether it was passed without mail."""
    rows = s.execute(sa.select(Escalation.rung, Escalation.passed).where(Escalation.question_id == question_id))
    return {row.rung: row.passed for row in rows}


def readers(s: Session, kind: str = "escalation") -> list[str]:
    return sorted(s.scalars(sa.select(OutboxMail.address).where(OutboxMail.kind == kind)))


def person(s: Session, email: str) -> Person:
    return s.scalars(sa.select(Person).where(Person.email == email)).one()


@pytest.mark.parametrize("rung", RUNG_DAYS)
def test_each_rung_is_told_to_its_readers_on_its_day(db: Db, rung: int) -> None:
    a_register(db)
    with db.writing() as s:
        question_id = a_question(s).id
    day_before = run(db, RUNG_DAYS[rung] - timedelta(days=1))
    with db.writing() as s:
        assert rung not in rungs(s, question_id)
        s.execute(sa.delete(EscalationMail))
        s.execute(sa.delete(OutboxMail).where(OutboxMail.kind == "escalation"))
    assert day_before.climbed == (rung > 1)
    assert run(db, RUNG_DAYS[rung]).climbed == 1
    with db.reading() as s:
        assert rungs(s, question_id) == {n: n != rung and (n, rung) != (rung - 1, rung) for n in range(1, rung + 1)}
        assert readers(s) == sorted(HEAR[rung])
        assert s.get_one(Question, question_id).rung == rung


def test_after_three_weeks_of_standstill_only_the_highest_rung_fires(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question_id = a_question(s).id
    result = run(db, RUNG_DAYS[4] + timedelta(days=2))
    assert (result.climbed, result.recorded, result.mails) == (1, 4, len(CENTRE))
    with db.reading() as s:
        assert rungs(s, question_id) == {1: True, 2: True, 3: True, 4: False}
        assert readers(s) == sorted(CENTRE)


def test_a_second_sweep_of_the_day_changes_nothing(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        a_question(s)
    run(db, RUNG_DAYS[3])
    with db.reading() as s:
        before = [
            s.execute(sa.select(sa.func.count()).select_from(t)).scalar() for t in (Escalation, OutboxMail, AuditEntry)
        ]
    assert run(db, RUNG_DAYS[3], hour=7) == SweepResult()
    with db.reading() as s:
        after = [
            s.execute(sa.select(sa.func.count()).select_from(t)).scalar() for t in (Escalation, OutboxMail, AuditEntry)
        ]
    assert after == before


def test_four_sweeps_at_once_double_nothing(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        new = a_new_letter(*(NewQuestion(text=f"Vraag {n}?", owner="JENV") for n in range(20)))
        a_sent_letter(s, new)
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: run(db, RUNG_DAYS[5]), range(4)))
    assert sorted(result.climbed for result in results) == [0, 0, 0, 20]
    with db.reading() as s:
        assert s.execute(sa.select(sa.func.count()).select_from(Escalation)).scalar() == 20 * 5
        assert readers(s) == sorted(HEAR[5])
        told = s.execute(sa.select(EscalationMail.escalation_id, EscalationMail.person_id)).all()
        assert len(told) == len(set(told)) == 20 * len(HEAR[5])


def test_a_later_sweep_of_the_same_day_mails_only_what_is_new(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        first = a_question(s).id
    run(db, RUNG_DAYS[2])
    with db.writing() as s:
        s.execute(sa.update(OutboxMail).values(state=MailState.SENT))
        second = a_question(s).id
    run(db, RUNG_DAYS[2], hour=11)
    with db.reading() as s:
        assert Counter(readers(s)) == Counter(dict.fromkeys(HEAR[2], 2))
        mails_of = {
            question_id: set(
                s.scalars(
                    sa.select(EscalationMail.outbox_id)
                    .join(Escalation, Escalation.id == EscalationMail.escalation_id)
                    .where(Escalation.question_id == question_id)
                )
            )
            for question_id in (first, second)
        }
        assert not mails_of[first] & mails_of[second]


def test_questions_of_one_reader_stand_in_one_mail(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        for owner in ("JENV", "BZK", "BZK"):
            a_question(s, owner)
    assert run(db, RUNG_DAYS[5]).climbed == 3
    with db.reading() as s:
        directie = s.scalars(sa.select(OutboxMail).where(OutboxMail.address == "directie@vng.example")).one()
        told = s.scalars(sa.select(EscalationMail).where(EscalationMail.outbox_id == directie.id)).all()
        assert len(told) == 3


@pytest.mark.parametrize("state", [State.ANSWERED, State.WITHDRAWN, State.SETTLED, State.DRAFT])
def test_a_question_that_owes_no_answer_does_not_climb(db: Db, state: State) -> None:
    a_register(db)
    with db.writing() as s:
        a_question(s).state = state
    assert run(db, RUNG_DAYS[5]) == SweepResult()


def test_a_suspended_question_stays_where_it_is_until_it_resumes(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s)
        question.suspended = True
    assert run(db, RUNG_DAYS[5]).climbed == 0
    with db.writing() as s:
        s.get_one(Question, question.id).suspended = False
    assert run(db, RUNG_DAYS[5]).climbed == 1


def test_a_disputed_question_climbs_for_the_ministry_that_declined(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question_id = a_question(s).id
        ownership.decline(s, actor(s, "contact@jenv.example"), question_id, "Niet van ons.", "BZK", at(RUNG_DAYS[1]))
    run(db, RUNG_DAYS[2])
    with db.reading() as s:
        assert readers(s) == sorted(HEAR[2])


def test_whoever_was_asked_five_working_days_ago_or_less_gets_no_reminder(db: Db) -> None:
    a_register(db)
    short = Term(TermKind.NORM, 7, Unit.WORKING_DAYS)  # due Wednesday 14 October: rung 1 would fall on the 7th
    with db.writing() as s:
        question_id = a_question(s, term=short).id
    assert run(db, date(2026, 10, 12)).climbed == 0  # five working days after the asking
    assert run(db, date(2026, 10, 13)).climbed == 1
    with db.reading() as s:
        assert rungs(s, question_id) == {1: False}


def test_a_new_due_date_climbs_anew_and_the_old_one_no_further(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question_id = a_question(s).id
    run(db, RUNG_DAYS[1])
    with db.writing() as s:
        question = s.get_one(Question, question_id)
        question.due_on, question.term_set_on = date(2026, 11, 16), RUNG_DAYS[1]
        question.term_version, question.rung = 2, 0
    assert run(db, RUNG_DAYS[4]).climbed == 1
    with db.reading() as s:
        rows = s.execute(sa.select(Escalation.term_version, Escalation.rung).order_by(Escalation.id)).all()
        assert rows == [(1, 1), (2, 1)]


def test_a_recess_holds_up_the_rungs_of_its_ministry_only(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        ours, other = a_question(s, "JENV").id, a_question(s, "BZK").id
        jenv = s.scalars(sa.select(Ministry).where(Ministry.code == "JENV")).one()
        s.add(Pause(ministry_id=jenv.id, from_on=DUE + timedelta(days=1), until_on=date(2026, 10, 30), reason="reces"))
    run(db, RUNG_DAYS[3])
    with db.reading() as s:
        assert set(rungs(s, other)) == {1, 2, 3}
        assert set(rungs(s, ours)) == {1, 2}


def test_a_recess_of_all_holds_up_everybody(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question_id = a_question(s).id
        s.add(Pause(from_on=DUE + timedelta(days=1), until_on=date(2026, 10, 30), reason="reces"))
    run(db, RUNG_DAYS[3])
    with db.reading() as s:
        assert set(rungs(s, question_id)) == {1, 2}


@pytest.mark.parametrize("gone", ["bounced_at", "ended_at"])
def test_a_contact_that_cannot_be_reached_falls_back_to_the_coordinator(db: Db, gone: str) -> None:
    a_register(db)
    with db.writing() as s:
        a_question(s)
        setattr(person(s, "contact@jenv.example"), gone, at(DUE))
    run(db, RUNG_DAYS[1])
    with db.reading() as s:
        assert readers(s) == ["coordinator@jenv.example"]


def test_a_question_without_a_contact_goes_to_the_one_for_its_dossier(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        letter = a_sent_letter(s, a_new_letter(dossier="asiel-en-migratie"))
        question = questions_of(s, letter)[0]
        question.contact_id = None
        sg = person(s, "sg@jenv.example")
        s.add(ContactAssignment(ministry_id=question.owner_id, dossier_id=letter.dossier_id, person_id=sg.id))
    run(db, RUNG_DAYS[1])
    with db.reading() as s:
        assert readers(s) == ["sg@jenv.example"]


def test_the_contact_is_among_the_readers_of_every_rung_from_the_second_on(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question_id = a_question(s).id
    for day in RUNG_DAYS.values():
        run(db, day)
    with db.reading() as s:
        told = s.execute(
            sa.select(Escalation.rung, Person.email)
            .join(EscalationMail, EscalationMail.escalation_id == Escalation.id)
            .join(Person, Person.id == EscalationMail.person_id)
            .where(Escalation.question_id == question_id)
        ).all()
        assert {rung for rung, email in told if email == "contact@jenv.example"} == {1, 2, 3, 4, 5}
        assert {rung: {email for r, email in told if r == rung} for rung in HEAR} == HEAR


def test_escalation_mails_wait_for_office_hours(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        a_question(s)
    run(db, date(2026, 10, 31), hour=11)  # a Saturday
    with db.reading() as s:
        due = set(s.scalars(sa.select(OutboxMail.not_before).where(OutboxMail.kind == "escalation")))
        assert due == {at(date(2026, 11, 2), 7)}


def test_a_sweep_leaves_one_audit_entry_with_a_hash_over_its_rows(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        for _ in range(3):
            a_question(s)
    run(db, RUNG_DAYS[4])
    with db.reading() as s:
        entry = s.scalars(sa.select(AuditEntry).where(AuditEntry.act == "escaleren")).one()
        assert '"rijen":12' in entry.detail
        assert '"sha256":"' in entry.detail


def test_the_set_based_sweep_agrees_with_the_rule_for_one_question(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        calendar = load_calendar(s)
        due_dates = [date(2026, 9, 28) + timedelta(days=n) for n in range(0, 70, 3)]
        new = a_new_letter(*(NewQuestion(text=f"Vraag {n}?", owner="JENV") for n in range(len(due_dates))))
        for question, due_on in zip(questions_of(s, a_sent_letter(s, new)), due_dates, strict=True):
            question.due_on = due_on
            question.term_set_on = due_on - timedelta(days=due_on.day % 12)
    today = date(2026, 10, 26)
    run(db, today)
    with db.reading() as s:
        for question in s.scalars(sa.select(Question)):
            top = highest(DEFAULT_LADDER, question.due_on, today, calendar, set_on=question.term_set_on)
            assert question.rung == (top.number if top else 0), question.due_on


def test_an_owner_who_says_nothing_is_reminded_once_and_then_deemed_to_have_accepted(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s)
        question.handed_over_on = date(2026, 10, 7)  # Wednesday; two working days later: Friday, three: Monday
    counts = [(r.reminded, r.deemed) for r in (run(db, date(2026, 10, day)) for day in range(8, 15))]
    assert counts == [(0, 0), (1, 0), (0, 0), (0, 0), (0, 1), (0, 0), (0, 0)]
    with db.reading() as s:
        question = s.get_one(Question, question.id)
        assert (question.state, question.deemed) == (State.ACCEPTED, True)
        acts = s.scalars(sa.select(QuestionEvent.act).order_by(QuestionEvent.id)).all()
        assert acts == ["verzenden", "herinneren", "stilzwijgend-aanvaarden"]
        steps = [
            (mail.params["step"], mail.address)
            for mail in s.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "accept").order_by(OutboxMail.id))
        ]
        assert steps == [
            ("reminder", "contact@jenv.example"),
            ("deemed", "contact@jenv.example"),
            ("deemed", "coordinator@jenv.example"),
        ]


def test_nobody_is_deemed_to_have_accepted_what_was_never_handed_over(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        a_question(s)
    result = run(db, date(2026, 10, 16))
    assert (result.reminded, result.deemed) == (0, 0)


def test_an_answer_in_time_keeps_a_question_off_the_ladder(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question_id = a_question(s).id
        contact = actor(s, "contact@jenv.example")
        answering.submit(s, contact, question_id, "Vanaf 1 januari.", "Afdeling Opvang", at(date(2026, 10, 12)))
    assert run(db, RUNG_DAYS[5]) == SweepResult()


def test_a_reader_with_two_roles_gets_one_mail(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        a_question(s)
        from_contact = person(s, "contact@jenv.example")
        s.add(PersonRole(person_id=from_contact.id, role="coordinator"))
    run(db, RUNG_DAYS[3])
    with db.reading() as s:
        assert Counter(readers(s))["contact@jenv.example"] == 1


def test_a_mail_that_still_waits_takes_in_what_the_next_sweep_finds(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        a_question(s, sent_on=date(2026, 10, 5))
        a_question(s, sent_on=date(2026, 10, 6))
    for day in (date(2026, 10, 27), date(2026, 10, 28)):
        with db.writing() as s:
            sweep(s, CLOCKWORK, day, at(day, 6))
    with db.reading() as s:
        mails = s.execute(
            sa.select(OutboxMail.address, sa.func.count())
            .join(EscalationMail, EscalationMail.outbox_id == OutboxMail.id)
            .group_by(OutboxMail.id, OutboxMail.address)
            .order_by(OutboxMail.address)
        ).all()
    # The second question was reminded of on the first day, and is late on the next.
    assert [tuple(row) for row in mails] == [("contact@jenv.example", 3), ("coordinator@jenv.example", 2)]
