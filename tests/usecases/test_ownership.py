"""Passing on, declining, assigning, postponing."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.errors import Invalid, NotAllowed, NotFound, WrongState
from app.domain.questions import State
from app.store.access import find_question
from app.store.base import Db
from app.store.ministries import Ministry
from app.store.outbox import OutboxMail
from app.store.questions import Contributor, Question
from app.usecases import ownership, postponing
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
        assert addresses == ["contact@jenv.example", "contact@bzk.example"]
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
