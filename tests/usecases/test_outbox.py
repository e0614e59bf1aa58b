"""The outbox: searching it, sending a mail once more, and letting go of what is held."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import CLOCKWORK
from app.domain.errors import Invalid, NotAllowed, WrongState
from app.domain.letters import NewQuestion
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.lists.outbox_list import Wanted
from app.store.outbox import MailState, OutboxMail
from app.store.people import Person
from app.usecases import outbox
from app.usecases.escalation import sweep
from tests.support.builders import a_new_letter, a_question, a_register, a_sent_letter, actor, at, secretariat

LATE = date(2026, 11, 9)
ADMIN = "beheer@vng.example"


def mail(s: Session, kind: str = "asked") -> OutboxMail:
    return s.scalars(sa.select(OutboxMail).where(OutboxMail.kind == kind).order_by(OutboxMail.id)).first()  # type: ignore[return-value]


def settle(s: Session, state: MailState = MailState.SENT) -> None:
    s.execute(sa.update(OutboxMail).values(state=state))


@pytest.fixture
def register(db: Db) -> Db:
    """A letter of two questions to one contact, one more letter, and a sweep about all."""
    a_register(db)
    with db.writing() as s:
        two = (NewQuestion(text="Hoeveel plekken?", owner="JENV"), NewQuestion(text="Welk bedrag?", owner="JENV"))
        a_sent_letter(s, a_new_letter(*two))
        a_question(s, "BZK")
        sweep(s, CLOCKWORK, LATE, at(LATE, 6))
    return db


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), 10),
        (Wanted(kind="asked"), 2),
        (Wanted(reader="JENV"), 4),
        (Wanted(reader="bureau sg"), 0),
        (Wanted(number="2026-001.2"), 6),
        (Wanted(number="2026-001"), 6),
        (Wanted(number="2026-002", kind="asked"), 1),
        (Wanted(number="2026-003"), 0),
        (Wanted(state=MailState.SENT), 0),
    ],
)
def test_mail_is_found_by_whom_it_goes_to_and_what_it_is_about(register: Db, wanted: Wanted, found: int) -> None:
    with register.reading() as s:
        rows = outbox.listing(s, secretariat(s), wanted).rows
        assert len(rows) == found, [(row.kind, row.address) for row in rows]


def test_what_is_no_number_is_refused(register: Db) -> None:
    with register.reading() as s, pytest.raises(Invalid):
        outbox.listing(s, secretariat(s), Wanted(number="118"))


def test_a_mail_sent_again_is_a_new_one_that_keeps_its_history(register: Db) -> None:
    with register.writing() as s:
        settle(s)
        first = mail(s).id
        second = outbox.send_again(s, secretariat(s), first, "Zoekgeraakt.", at(LATE))
    with register.writing() as s:
        with pytest.raises(WrongState) as refused:
            outbox.send_again(s, secretariat(s), second, "Nog eens.", at(LATE))
        assert refused.value.code == "again-waits"
        settle(s)
    with register.writing() as s:
        third = outbox.send_again(s, secretariat(s), second, "Weer kwijt.", at(LATE))
        history = outbox.history(s, secretariat(s), third)
        assert [one.id for one in history] == [first, second, third]
        assert [one.again_of_id for one in history] == [None, first, first]
        assert len({row.message_id for row in s.scalars(sa.select(OutboxMail))}) == 12
        audited = s.scalars(sa.select(AuditEntry).where(AuditEntry.act == "opnieuw-versturen")).all()
        assert [entry.object for entry in audited] == [f"mail:{first}"] * 2
        assert "Zoekgeraakt." in audited[0].detail


def test_a_code_a_reader_who_left_and_a_missing_reason_are_refused(register: Db) -> None:
    with register.writing() as s:
        settle(s)
        one = mail(s)
        with pytest.raises(Invalid):
            outbox.send_again(s, secretariat(s), one.id, " ", at(LATE))
        s.get_one(Person, one.person_id).ended_at = at(LATE)
        s.flush()
        with pytest.raises(WrongState) as refused:
            outbox.send_again(s, secretariat(s), one.id, "Toch.", at(LATE))
        assert refused.value.code == "again-reader"
        one.kind = "code"
        s.flush()
        with pytest.raises(WrongState) as refused:
            outbox.send_again(s, secretariat(s), one.id, "Toch.", at(LATE))
        assert refused.value.code == "again-code"


def test_what_is_held_is_let_go_by_an_administrator_only_and_once(register: Db) -> None:
    with register.writing() as s:
        settle(s, MailState.HELD)
        reader = mail(s).person_id
    with register.writing() as s:
        with pytest.raises(NotAllowed):
            outbox.release(s, secretariat(s), at(LATE), person_id=reader)
        assert outbox.release(s, actor(s, ADMIN), at(LATE), person_id=reader) == 2
        with pytest.raises(WrongState):
            outbox.release(s, actor(s, ADMIN), at(LATE), mail_id=mail(s).id)
        let_go = s.execute(
            sa.select(OutboxMail.state, OutboxMail.released_at).where(OutboxMail.person_id == reader)
        ).all()
        assert {tuple(row) for row in let_go} == {(MailState.PENDING, at(LATE))}
