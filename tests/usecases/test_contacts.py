"""Another contact for one question, a new link, a reminder by hand."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import CLOCKWORK
from app.domain.capabilities import LinkClaims, LinkPurpose
from app.domain.errors import Invalid, NotAllowed, NotFound, OutOfDate, WrongState
from app.domain.questions import State
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.outbox import OutboxMail
from app.store.people import Person
from app.store.questions import Question
from app.usecases import answering, contacts, links, ownership
from app.usecases.escalation import sweep
from tests.support.builders import a_question, a_register, actor, at

NOW = at(date(2026, 10, 12))
OWNER, COLLEAGUE = "contact@jenv.example", "sg@jenv.example"


def person_id(s: Session, email: str) -> int:
    return s.scalars(sa.select(Person.id).where(Person.email == email)).one()


def link_of(s: Session, question: Question, email: str) -> LinkClaims:
    return LinkClaims(LinkPurpose.ANSWER, question.id, person_id(s, email), question.round, question.link_serial)


def kinds_for(s: Session, email: str) -> list[str]:
    return list(s.scalars(sa.select(OutboxMail.kind).where(OutboxMail.address == email).order_by(OutboxMail.id)))


@pytest.fixture
def register(db: Db) -> Db:
    a_register(db)
    return db


@pytest.mark.parametrize("who", [OWNER, "coordinator@jenv.example", "secretariaat@vng.example"])
def test_a_colleague_takes_over_with_a_new_link_and_the_old_link_says_who(register: Db, who: str) -> None:
    with register.writing() as s:
        question = a_question(s)
        old = link_of(s, question, OWNER)
        contacts.change_contact(s, actor(s, who), question.id, person_id(s, COLLEAGUE), NOW)
        assert (question.state, question.link_serial) == (State.ASKED, 2)
        assert kinds_for(s, COLLEAGUE) == ["asked"]
        assert links.enter(s, link_of(s, question, COLLEAGUE)).person.email == COLLEAGUE
        with pytest.raises(NotFound) as gone:
            links.enter(s, old)
        assert (gone.value.code, gone.value.facts["name"]) == ("link-colleague", "Sg")
        assert s.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.sequence.desc())).first() == (
            "contactpersoon-wijzigen"
        )


@pytest.mark.parametrize(
    ("to", "code"),
    [(OWNER, "same-contact"), ("contact@bzk.example", "not-there"), ("directie@vng.example", "not-there")],
)
def test_the_new_contact_is_another_at_the_same_ministry(register: Db, to: str, code: str) -> None:
    with register.writing() as s:
        question = a_question(s)
        with pytest.raises(Invalid) as refused:
            contacts.change_contact(s, actor(s, OWNER), question.id, person_id(s, to), NOW)
    assert refused.value.code == code


def test_of_two_who_choose_a_contact_the_second_hears_whom_the_first_chose(register: Db) -> None:
    with register.writing() as s:
        question = a_question(s)
        seen = question.contact_id
        coordinator = actor(s, "coordinator@jenv.example")
        contacts.change_contact(s, coordinator, question.id, person_id(s, COLLEAGUE), NOW, instead_of=seen)
        with pytest.raises(OutOfDate) as refused:
            contacts.change_contact(s, actor(s, OWNER), question.id, coordinator.person_id or 0, NOW, instead_of=seen)
    assert (refused.value.code, refused.value.facts["name"]) == ("contact-changed", "Sg")


def test_who_does_not_own_the_question_chooses_no_contact(register: Db) -> None:
    with register.writing() as s:
        question = a_question(s, contributors=("BZK",))
        with pytest.raises(NotAllowed):
            contacts.change_contact(s, actor(s, "contact@bzk.example"), question.id, 1, NOW)


def test_a_revoked_link_opens_nothing_and_the_contact_gets_another(register: Db) -> None:
    with register.writing() as s:
        question = a_question(s)
        old = link_of(s, question, OWNER)
        contacts.revoke_link(s, actor(s, OWNER), question.id, NOW)
        with pytest.raises(NotFound) as gone:
            links.enter(s, old)
        assert gone.value.code == "link-replaced"
        assert links.enter(s, link_of(s, question, OWNER))
        assert kinds_for(s, OWNER) == ["asked", "asked"]


@pytest.mark.parametrize("who", ["coordinator@jenv.example", "regie@az.example", "secretariaat@vng.example"])
def test_a_reminder_goes_out_once_a_working_day(register: Db, who: str) -> None:
    with register.writing() as s:
        question = a_question(s)
        contacts.remind(s, actor(s, who), question.id, "Morgen is er overleg.", NOW)
        with pytest.raises(WrongState) as refused:
            contacts.remind(s, actor(s, who), question.id, "", NOW + timedelta(hours=3))
        assert refused.value.code == "reminded-already"
        contacts.remind(s, actor(s, who), question.id, "", NOW + timedelta(days=1))
        assert kinds_for(s, OWNER) == ["asked", "remind", "remind"]


def test_a_contact_reminds_nobody_and_nobody_is_reminded_of_an_answered_question(register: Db) -> None:
    with register.writing() as s:
        question = a_question(s)
        with pytest.raises(NotAllowed):
            contacts.remind(s, actor(s, OWNER), question.id, "", NOW)
        answering.submit(s, actor(s, OWNER), question.id, "Ja.", "Hoofd", NOW)
        with pytest.raises(WrongState):
            contacts.remind(s, actor(s, "regie@az.example"), question.id, "", NOW)


def test_a_reminder_by_hand_takes_nothing_from_the_ones_of_the_clockwork(register: Db) -> None:
    with register.writing() as s:
        question = a_question(s, sent_on=date(2026, 10, 8))
        question.handed_over_on = date(2026, 10, 8)
        contacts.remind(s, actor(s, "regie@az.example"), question.id, "", at(date(2026, 10, 9)))
    with register.writing() as s:
        assert sweep(s, CLOCKWORK, date(2026, 10, 12), at(date(2026, 10, 12), 6)).reminded == 1


def test_after_a_transfer_the_new_owner_chooses(register: Db) -> None:
    with register.writing() as s:
        question = a_question(s)
        ownership.transfer(s, actor(s, OWNER), question.id, "BZK", "Wonen.", NOW)
        with pytest.raises(NotAllowed):
            contacts.change_contact(s, actor(s, OWNER), question.id, person_id(s, COLLEAGUE), NOW)
        contacts.change_contact(s, actor(s, "contact@bzk.example"), question.id, person_id(s, "sg@bzk.example"), NOW)
        assert question.contact_id == person_id(s, "sg@bzk.example")
