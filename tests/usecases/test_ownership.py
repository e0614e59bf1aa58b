"""Passing on, declining, assigning, postponing."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.domain.actors import CLOCKWORK
from app.domain.errors import Invalid, NotAllowed, NotFound, WrongState
from app.domain.questions import State
from app.store.access import find_question
from app.store.answering import Draft, draft_of
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.ministries import Ministry
from app.store.outbox import OutboxMail
from app.store.questions import Contributor, Question
from app.usecases import drafts, escalation, ownership, postponing
from tests.support.builders import a_question, a_register, actor, at

LATER = date(2026, 10, 12)


def owner_of(s: sa.orm.Session, question: Question) -> str:
    return s.get_one(Ministry, question.owner_id).code


def test_a_transfer_moves_owner_contact_and_link_but_not_the_clock(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s, contributors=("BZK",))
        due_on = question.due_on
        ownership.transfer(s, actor(s, "contact@jenv.example"), question.id, "BZK", "Gaat over wonen.", at(LATER))
        s.flush()
        assert owner_of(s, question) == "BZK"
        assert (question.state, question.due_on, question.link_serial) == (State.ASKED, due_on, 2)
        assert s.get(Contributor, (question.id, question.owner_id)) is None
        addresses = s.scalars(sa.select(OutboxMail.address).order_by(OutboxMail.id)).all()
        assert addresses == [
            "contact@jenv.example",
            "contact@bzk.example",
            "contact@jenv.example",  # that it was passed on
            "secretariaat@vng.example",
        ]
        assert find_question(s, actor(s, "contact@jenv.example"), question.id), "the old owner keeps reading"
        with pytest.raises(NotAllowed):
            ownership.transfer(s, actor(s, "contact@jenv.example"), question.id, "OCW", "Toch.", at(LATER))


def test_the_second_transfer_becomes_a_dispute_that_az_hears_of_and_settles(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s)
        ownership.transfer(s, actor(s, "contact@jenv.example"), question.id, "BZK", "Wonen.", at(LATER))
        ownership.transfer(s, actor(s, "contact@bzk.example"), question.id, "JENV", "Opvang.", at(LATER))
        assert question.state is State.DISPUTED
        assert owner_of(s, question) == "BZK", "it counts for the ministry that passed it on"
        mail = s.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "disputed")).one()
        assert mail.address == "regie@az.example"
        ownership.assign(s, actor(s, "regie@az.example"), question.id, "JENV", "Afgesproken.", at(LATER))
        assert (question.state, owner_of(s, question)) == (State.ACCEPTED, "JENV")
        with pytest.raises(WrongState) as refused:
            ownership.decline(s, actor(s, "contact@jenv.example"), question.id, "Nee.", "", at(LATER))
    assert refused.value.code == "binding-owner"


def test_declining_needs_a_reason_and_makes_a_dispute(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s)
        with pytest.raises(Invalid):
            ownership.decline(s, actor(s, "contact@jenv.example"), question.id, "", "BZK", at(LATER))
        ownership.decline(s, actor(s, "contact@jenv.example"), question.id, "Niet van ons.", "", at(LATER))
        assert question.state is State.DISPUTED


@pytest.mark.parametrize(("to", "code"), [("JENV", "same-owner"), ("AENM", "ended-ministry"), ("", "missing")])
def test_a_transfer_names_another_ministry_of_today(db: Db, to: str, code: str) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s)
        with pytest.raises(Invalid) as refused:
            ownership.transfer(s, actor(s, "contact@jenv.example"), question.id, to, "Daarom.", at(LATER))
    assert refused.value.code == code


def test_a_ministry_that_never_had_it_sees_nothing(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s)
        s.flush()
        with pytest.raises(NotFound):
            find_question(s, actor(s, "coordinator@ocw.example"), question.id)


def test_a_postponement_in_time_moves_the_due_date_and_a_late_one_only_the_expectation(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        contact = actor(s, "contact@jenv.example")
        early, late = a_question(s), a_question(s)
        postponing.postpone(s, contact, early.id, date(2026, 11, 3), "Overleg met Fin.", at(LATER))
        assert (early.due_on, early.original_due_on, early.term_version) == (
            date(2026, 11, 3),
            date(2026, 10, 26),
            2,
        )
        postponing.postpone(s, contact, late.id, date(2026, 11, 10), "Ziekte.", at(date(2026, 10, 28)))
        assert (late.due_on, late.expected_on, late.term_version) == (date(2026, 10, 26), date(2026, 11, 10), 1)


def test_a_postponement_to_a_holiday_is_refused_with_the_next_working_day(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s, sent_on=date(2026, 12, 1))
        with pytest.raises(Invalid) as refused:
            postponing.postpone(
                s, actor(s, "contact@jenv.example"), question.id, date(2026, 12, 25), "Druk.", at(date(2026, 12, 2))
            )
    assert refused.value.code == "postpone-not-working"
    assert refused.value.facts["next_on"] == date(2026, 12, 28)


@pytest.mark.parametrize("along", [True, False])
def test_the_draft_goes_along_when_asked_and_else_stays_behind(db: Db, along: bool) -> None:
    a_register(db)
    with db.writing() as s:
        question, contact = a_question(s), actor(s, "contact@jenv.example")
        drafts.save_draft(s, contact, question.id, "Tot hier.", "Hoofd", None, at(LATER))
        ownership.transfer(s, contact, question.id, "BZK", "Wonen.", at(LATER), with_draft=along)
        draft = draft_of(s, question)
        assert (draft.text if draft else None) == ("Tot hier." if along else None)
        kept = s.scalars(sa.select(Draft)).one()
        assert s.get_one(Ministry, kept.ministry_id).code == ("BZK" if along else "JENV")


def test_who_had_the_question_and_who_sent_the_letter_hear_that_it_was_passed_on_disputed_and_assigned(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s)
        ownership.transfer(s, actor(s, "contact@jenv.example"), question.id, "BZK", "Wonen.", at(LATER))
        ownership.decline(s, actor(s, "contact@bzk.example"), question.id, "Opvang.", "JENV", at(LATER))
        ownership.assign(s, actor(s, "regie@az.example"), question.id, "JENV", "Afgesproken.", at(LATER))
        told = s.execute(
            sa.select(OutboxMail.address, OutboxMail.params)
            .where(OutboxMail.kind == "passed_on")
            .order_by(OutboxMail.id)
        )
        assert [(address, params["act"]) for address, params in told] == [
            ("contact@jenv.example", "doorgeleiden"),
            ("secretariaat@vng.example", "doorgeleiden"),
            ("contact@bzk.example", "afwijzen"),
            ("secretariaat@vng.example", "afwijzen"),
            ("contact@bzk.example", "toewijzen"),
            ("secretariaat@vng.example", "toewijzen"),
        ]
        assert question.owner_binding


def test_an_owner_that_gets_its_question_back_finds_its_own_draft(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question, contact = a_question(s), actor(s, "contact@jenv.example")
        drafts.save_draft(s, contact, question.id, "Van ons.", "Hoofd", None, at(LATER))
        ownership.transfer(s, contact, question.id, "BZK", "Wonen.", at(LATER))
        drafts.save_draft(s, actor(s, "contact@bzk.example"), question.id, "Van hen.", "Hoofd", None, at(LATER))
        ownership.decline(s, actor(s, "contact@bzk.example"), question.id, "Opvang.", "JENV", at(LATER))
        ownership.assign(s, actor(s, "regie@az.example"), question.id, "JENV", "Afgesproken.", at(LATER))
        draft = draft_of(s, question)
        assert draft is not None
        assert draft.text == "Van ons."


def test_az_hears_of_a_dispute_after_two_working_days_and_then_every_week(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        first, second = a_question(s), a_question(s)
        for question, on in ((first, date(2026, 10, 8)), (second, date(2026, 10, 9))):
            ownership.decline(s, actor(s, "contact@jenv.example"), question.id, "Nee.", "", at(on))
    told = {}
    for n in range(1, 14):
        day = date(2026, 10, 8) + timedelta(days=n)
        for _ in range(2):
            with db.writing() as s:
                result = escalation.sweep(s, CLOCKWORK, day, at(day, 6))
            if result.undecided:
                told[day] = result.undecided
    assert told == {date(2026, 10, 12): 1, date(2026, 10, 13): 1, date(2026, 10, 19): 1, date(2026, 10, 20): 1}
    with db.writing() as s:
        ownership.assign(s, actor(s, "regie@az.example"), first.id, "BZK", "Wonen.", at(date(2026, 10, 21)))
    with db.writing() as s:
        assert escalation.sweep(s, CLOCKWORK, date(2026, 10, 28), at(date(2026, 10, 28), 6)).undecided == 1
        assert s.scalar(sa.select(sa.func.count()).where(AuditEntry.object == "geschillen")) == 5


def test_after_days_without_a_sweep_az_gets_one_mail_with_all_disputes(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        for _ in range(3):
            ownership.decline(s, actor(s, "contact@jenv.example"), a_question(s).id, "Nee.", "", at(LATER))
    day = date(2026, 11, 9)
    with db.writing() as s:
        assert escalation.sweep(s, CLOCKWORK, day, at(day, 6)).undecided == 3
        mails = s.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "undecided")).all()
        assert [(mail.address, len(mail.params["question_ids"])) for mail in mails] == [("regie@az.example", 3)]
