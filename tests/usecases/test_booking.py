"""A receipt, a re-sending and a voiding in the term ledger of a question."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.errors import Invalid, NotAllowed, WrongState
from app.domain.ledger import EntryKind
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.figures.digest_week import moved
from app.store.outbox import OutboxMail
from app.store.people import ContactAssignment, Person
from app.store.questions import Question
from app.store.terms import TermEntry
from app.usecases import answering, booking, postponing
from tests.support.builders import a_question, a_register, actor, at, secretariat

# Three weeks from Monday 5 October 2026: due Monday 26 October.
ASKED, DUE = date(2026, 10, 5), date(2026, 10, 26)
CONTACT = "contact@jenv.example"


def october(day: int) -> date:
    return date(2026, 10, day)


@pytest.fixture
def question_id(db: Db) -> int:
    a_register(db)
    with db.writing() as s:
        return a_question(s, sent_on=ASKED).id


def postpone(db: Db, question_id: int) -> None:
    with db.writing() as s:
        postponing.postpone(s, actor(s, CONTACT), question_id, date(2026, 11, 5), "De raad vergadert.", at(october(12)))


def test_a_voided_postponement_gives_the_old_date_back_and_the_contact_hears_it(db: Db, question_id: int) -> None:
    postpone(db, question_id)
    with db.writing() as s:
        shown = booking.without(s, secretariat(s), question_id, 2, at(october(13)))
        booking.void(s, secretariat(s), question_id, 2, "Bij de verkeerde vraag geboekt.", at(october(13)))
        question = s.get_one(Question, question_id)
        assert shown.due_on == question.due_on == question.original_due_on == DUE
        assert question.term_version == 3
        rows = s.execute(sa.select(TermEntry.kind, TermEntry.voids, TermEntry.due_on).order_by(TermEntry.sequence))
        assert list(rows)[-1] == (EntryKind.VOIDED, 2, DUE)
        audited = s.scalars(sa.select(AuditEntry).order_by(AuditEntry.sequence.desc())).first()
        assert audited
        assert (audited.act, '"vervallen":2' in audited.detail) == ("termijnboeking-laten-vervallen", True)
        mail = s.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "term")).one()
        assert (mail.address, mail.params) == (CONTACT, {"round": 1, "sequence": 3})


def test_the_digest_tells_of_a_date_given_back_if_the_week_before_it_told_of_the_postponement(
    db: Db, question_id: int
) -> None:
    postpone(db, question_id)
    with db.writing() as s:
        booking.void(s, secretariat(s), question_id, 2, "Verkeerde vraag.", at(october(19)))
    with db.reading() as s:
        assert moved(s, october(12), october(18)) == ()
        (told,) = moved(s, october(19), october(25))
        assert (told.from_on, told.to_on, told.reason) == (date(2026, 11, 5), DUE, "Verkeerde vraag.")
        assert moved(s, october(12), october(25)) == ()


def test_voiding_twice_is_refused_in_a_sentence(db: Db, question_id: int) -> None:
    postpone(db, question_id)
    with db.writing() as s:
        booking.void(s, secretariat(s), question_id, 2, "Vergissing.", at(october(13)))
    with db.writing() as s, pytest.raises(Invalid) as twice:
        booking.void(s, secretariat(s), question_id, 2, "Vergissing.", at(october(13)))
    assert (twice.value.code, str(twice.value)) == ("void-twice", "Deze boeking is al vervallen.")


def test_only_the_secretariat_voids_and_only_while_an_answer_is_owed(db: Db, question_id: int) -> None:
    postpone(db, question_id)
    with db.writing() as s, pytest.raises(NotAllowed):
        booking.void(s, actor(s, CONTACT), question_id, 2, "Vergissing.", at(october(13)))
    with db.reading() as s, pytest.raises(NotAllowed):
        booking.without(s, actor(s, CONTACT), question_id, 2, at(october(13)))
    with db.writing() as s:
        answering.submit(s, actor(s, CONTACT), question_id, "Ja.", "Hoofd", at(october(13)))
    with db.writing() as s, pytest.raises(WrongState):
        booking.void(s, secretariat(s), question_id, 2, "Vergissing.", at(october(14)))


def test_a_receipt_is_noted_and_moves_nothing(db: Db, question_id: int) -> None:
    with db.writing() as s:
        booking.receive(s, secretariat(s), question_id, october(7), "Per mail bevestigd.", at(october(9)))
        question = s.get_one(Question, question_id)
        assert (question.due_on, question.term_version) == (DUE, 1)
        row = s.scalars(sa.select(TermEntry).order_by(TermEntry.id.desc())).first()
        assert row
        assert (row.kind, row.effective_on, row.due_on) == (EntryKind.RECEIVED, october(7), DUE)
    with db.writing() as s, pytest.raises(Invalid) as early:
        booking.receive(s, secretariat(s), question_id, date(2026, 10, 1), "", at(october(9)))
    assert early.value.code == "before-start"


def test_a_question_is_sent_again_to_its_contact_of_now(db: Db, question_id: int) -> None:
    with db.writing() as s:
        booking.resend(s, secretariat(s), question_id, "De mail was zoekgeraakt.", at(october(9)))
        booking.resend(s, secretariat(s), question_id, "", at(october(9), 11))
        mails = s.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "asked").order_by(OutboxMail.id)).all()
        assert [mail.address for mail in mails] == [CONTACT] * 3
        assert [mail.params.get("again", False) for mail in mails] == [False, True, True]
        assert s.get_one(Question, question_id).link_serial == 1


def test_a_ministry_without_a_contact_gets_nothing_again(db: Db, question_id: int) -> None:
    with db.writing() as s:
        s.execute(sa.delete(ContactAssignment))
        s.execute(sa.update(Person).where(Person.email == CONTACT).values(ended_at=at(october(8))))
    with db.writing() as s, pytest.raises(WrongState) as refused:
        booking.resend(s, secretariat(s), question_id, "", at(october(9)))
    assert refused.value.code == "no-contact"
