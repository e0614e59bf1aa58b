"""Somebody is away: who stands in, and to whom mail goes meanwhile."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import CLOCKWORK
from app.domain.errors import Invalid, NotAllowed
from app.store.absences import stand_ins, stands_in_for
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.ladder.escalation import EscalationMail
from app.store.outbox import MailState, OutboxMail, claim
from app.store.people import Person
from app.usecases import absences, delivery
from app.usecases.escalation import sweep
from tests.support.builders import a_question, a_register, actor, at

TODAY = date(2026, 10, 12)
FRIDAY = date(2026, 10, 16)
NOW = at(TODAY)


def person(s: Session, name: str) -> Person:
    return s.scalars(sa.select(Person).where(Person.email == f"{name}.example")).one()


def away(s: Session, who: str, deputy: str = "", until: date = FRIDAY) -> None:
    deputy_id = person(s, deputy).id if deputy else None
    one = person(s, who)
    absences.set_absence(s, actor(s, one.email), one.id, TODAY, until, deputy_id, NOW)
    s.flush()


def stand_in_of(s: Session, who: str, on: date = TODAY) -> str | None:
    found = stand_ins(s, on).get(person(s, who).id)
    return s.get_one(Person, found).email.removesuffix(".example") if found else None


@pytest.fixture
def register(db: Db) -> Db:
    a_register(db)
    return db


def test_the_deputy_stands_in_from_the_first_day_up_to_and_including_the_last(register: Db) -> None:
    with register.writing() as s:
        away(s, "contact@jenv", "sg@jenv")
        assert stand_in_of(s, "contact@jenv") == "sg@jenv"
        assert stand_in_of(s, "contact@jenv", FRIDAY) == "sg@jenv"
        assert stand_in_of(s, "contact@jenv", date(2026, 10, 17)) is None
        assert stands_in_for(s, person(s, "sg@jenv").id, TODAY) == {person(s, "contact@jenv").id}
        assert s.scalar(sa.select(sa.func.count()).where(AuditEntry.act == "afwezigheid-melden")) == 1


@pytest.mark.parametrize("gone", ["ended_at", "bounced_at", "away", "moved", "none"])
def test_without_a_deputy_who_can_take_it_the_coordinator_does(register: Db, gone: str) -> None:
    with register.writing() as s:
        away(s, "contact@jenv", "" if gone == "none" else "sg@jenv")
        deputy = person(s, "sg@jenv")
        if gone == "away":
            deputy.absent_from = deputy.absent_until = TODAY
        elif gone == "moved":
            deputy.ministry_id = person(s, "sg@bzk").ministry_id
        elif gone != "none":
            setattr(deputy, gone, NOW)
        s.flush()
        assert stand_in_of(s, "contact@jenv") == "coordinator@jenv"


def test_whoever_has_nobody_keeps_their_own_mail(register: Db) -> None:
    with register.writing() as s:
        away(s, "contact@jenv")
        away(s, "coordinator@jenv")
        assert stand_ins(s, TODAY) == {}


@pytest.mark.parametrize(
    ("deputy", "code"), [("contact@jenv", "deputy-self"), ("sg@bzk", "deputy-elsewhere"), ("sg@jenv", "deputy-absent")]
)
def test_a_deputy_is_another_at_the_same_ministry_who_is_there(register: Db, deputy: str, code: str) -> None:
    with register.writing() as s:
        away(s, "sg@jenv")
        with pytest.raises(Invalid) as refused:
            away(s, "contact@jenv", deputy)
    assert refused.value.code == code


def test_people_set_their_own_absence_and_the_administrator_everybodys(register: Db) -> None:
    with register.writing() as s:
        contact = person(s, "contact@jenv").id
        with pytest.raises(NotAllowed):
            absences.set_absence(s, actor(s, "sg@jenv.example"), contact, TODAY, FRIDAY, None, NOW)
        admin = actor(s, "beheer@vng.example")
        absences.set_absence(s, admin, contact, TODAY, FRIDAY, None, NOW)
        absences.end_absence(s, admin, contact, NOW)
        assert person(s, "contact@jenv").absent_from is None
        with pytest.raises(Invalid) as refused:
            absences.set_absence(s, admin, person(s, "directie@vng").id, TODAY, FRIDAY, None, NOW)
    assert refused.value.code == "no-ministry"


def test_a_mail_that_waited_goes_to_the_deputy_once(register: Db) -> None:
    with register.writing() as s:
        a_question(s, sent_on=TODAY)
        away(s, "contact@jenv", "sg@jenv")
    for _ in range(2):
        with register.writing() as s:
            mails = claim(s, 100, 60, NOW)
            here = delivery.for_present_readers(s, mails, NOW)
            for mail in here:
                delivery.delivered(s, mail, [], NOW)
    with register.reading() as s:
        rows = s.execute(sa.select(OutboxMail.address, OutboxMail.state).order_by(OutboxMail.id)).all()
    assert [tuple(row) for row in rows] == [
        ("contact@jenv.example", MailState.CANCELLED),
        ("sg@jenv.example", MailState.SENT),
    ]


def test_escalations_reach_the_deputy_in_one_mail_with_the_deputys_own(register: Db) -> None:
    day = date(2026, 11, 9)
    with register.writing() as s:
        for _ in range(2):
            a_question(s, sent_on=date(2026, 10, 5))
        contact, sg = person(s, "contact@jenv"), person(s, "sg@jenv")
        contact.absent_from, contact.absent_until, contact.deputy_id = TODAY, day, sg.id
    with register.writing() as s:
        sweep(s, CLOCKWORK, day, at(day, 6))
    with register.reading() as s:
        mails = s.scalars(sa.select(OutboxMail.address).where(OutboxMail.kind == "escalation")).all()
        assert mails.count("sg@jenv.example") == 1
        assert "contact@jenv.example" not in mails
        pairs = s.execute(sa.select(EscalationMail.escalation_id, EscalationMail.person_id)).all()
        assert len(pairs) == len(set(map(tuple, pairs)))
