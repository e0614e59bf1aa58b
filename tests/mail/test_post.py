"""The sender, on a real mail server: every mail ends sent, refused or uncertain, and none goes out twice in vain."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.domain.actors import CLOCKWORK
from app.mail import post as sender
from app.mail import wire
from app.mail.post import post
from app.office import Office
from app.settings import Settings
from app.store.base import Db
from app.store.ladder.escalation import EscalationMail
from app.store.outbox import Claimed, MailState, OutboxMail, claim, mark_sent
from app.store.people import Person
from app.store.questions import Question
from app.usecases import answering
from app.usecases.accounts import codes
from app.usecases.escalation import sweep
from tests.support.builders import a_new_letter, a_question, a_register, a_sent_letter, actor, at, questions_of
from tests.support.clock import Clock
from tests.support.faulty import CLOSE, faulty
from tests.support.mail import Inbox

ASKED = date(2026, 10, 5)
CONTACT, COORDINATOR = "contact@jenv.example", "coordinator@jenv.example"


@pytest.fixture
def office(db: Db, make_settings: Callable[..., Settings], clock: Clock, smtp: Inbox) -> Office:
    a_register(db)
    clock.set(at(ASKED, 12))
    return Office(make_settings(base_url="https://regie.example", smtp_url=smtp.url, mails_a_day=40), db, clock)


def mails(office: Office, address: str | None = None) -> list[OutboxMail]:
    with office.db.reading() as s:
        query = sa.select(OutboxMail).order_by(OutboxMail.id)
        return list(s.scalars(query if address is None else query.where(OutboxMail.address == address)))


def ask(office: Office) -> int:
    """A question sent today; its mail waits."""
    with office.db.writing() as s:
        return a_question(s, sent_on=ASKED).id


def ask_and_accept(office: Office) -> None:
    """A question that the ministry has taken into hand; only the ladder is still to be climbed."""
    question_id = ask(office)
    post(office)
    with office.db.writing() as s:
        answering.accept(s, actor(s, CONTACT), question_id, office.now())


def test_a_mail_is_sent_once_and_the_question_counts_as_handed_over(office: Office, smtp: Inbox) -> None:
    question_id = ask(office)
    assert post(office) == {"sent": 1}
    assert post(office) == {}
    assert len(smtp.to(CONTACT)) == 1
    mail = mails(office)[0]
    assert (mail.state, mail.sent_at, mail.attempts) == (MailState.SENT, at(ASKED, 12), 1)
    with office.db.reading() as s:
        assert s.get_one(Question, question_id).handed_over_on == ASKED


def test_without_a_server_mails_become_files(office: Office, make_settings: Callable[..., Settings]) -> None:
    office = replace(office, settings=make_settings())
    ask(office)
    post(office)
    files = list(office.settings.mail_folder.iterdir())
    assert [file.name for file in files] == [f"{mails(office)[0].id:08}-asked.eml"]


def test_four_senders_at_once_send_each_mail_once(office: Office, smtp: Inbox) -> None:
    for _ in range(30):
        ask(office)
    with ThreadPoolExecutor(4) as pool:
        tallies = list(pool.map(lambda _: post(office), range(4)))
    assert sum(tally["sent"] for tally in tallies) == 30
    assert len({message["Message-ID"] for message in smtp.to(CONTACT)}) == len(smtp.to(CONTACT)) == 30


def test_urgent_mail_goes_first(office: Office, smtp: Inbox) -> None:
    ask(office)
    with office.db.writing() as s:
        codes.ask_for_code(s, "secretariaat@vng.example", "browser", office.now())
    post(office)
    assert [envelope.rcpt_tos for envelope in smtp.envelopes] == [["secretariaat@vng.example"], [CONTACT]]


def test_a_busy_server_is_asked_again_after_half_an_hour_and_no_sooner(
    office: Office, smtp: Inbox, clock: Clock
) -> None:
    question_id = ask(office)
    smtp.refusals[CONTACT] = "450 4.2.1 greylisted"
    assert post(office) == {"deferred": 1}
    assert mails(office)[0].state is MailState.PENDING
    with office.db.reading() as s:
        assert s.get_one(Question, question_id).handed_over_on is None
    smtp.refusals.clear()
    clock.advance(minutes=29)
    assert post(office) == {}
    clock.advance(minutes=1)
    assert post(office) == {"sent": 1}


def test_a_server_that_stays_busy_is_given_up_after_five_days(office: Office, smtp: Inbox, clock: Clock) -> None:
    ask(office)
    smtp.refusals[CONTACT] = "451 4.3.0 later"
    tries = 0
    while mails(office)[0].state is MailState.PENDING:
        tries += post(office)["deferred"]
        clock.advance(hours=1)
    assert mails(office)[0].state is MailState.BOUNCED
    assert 20 < tries < 60
    assert clock.now - at(ASKED, 12) >= timedelta(days=5)


def test_a_refused_contact_falls_back_to_the_coordinator_who_gets_a_link(office: Office, smtp: Inbox) -> None:
    question_id = ask(office)
    smtp.refusals[CONTACT] = "550 5.1.1 no such mailbox"
    assert post(office) == {"refused": 1, "sent": 1}
    assert [(mail.address, mail.state) for mail in mails(office)] == [
        (CONTACT, MailState.BOUNCED),
        (COORDINATOR, MailState.SENT),
    ]
    assert mails(office)[0].why == "550 5.1.1 no such mailbox"
    assert "https://regie.example/a/" in str(smtp.to(COORDINATOR)[0])
    with office.db.reading() as s:
        assert s.get_one(Question, question_id).handed_over_on == ASKED
        assert s.scalars(sa.select(Person.bounced_at).where(Person.email == CONTACT)).one() == at(ASKED, 12)


def test_a_mailbox_that_takes_mail_again_is_well_again(office: Office, smtp: Inbox) -> None:
    with office.db.writing() as s:
        s.execute(sa.update(Person).where(Person.email == CONTACT).values(bounced_at=office.now()))
    ask(office)
    post(office)
    with office.db.reading() as s:
        assert s.scalars(sa.select(Person.bounced_at).where(Person.email == CONTACT)).one() is None


def test_a_refused_escalation_tells_the_coordinator_only_what_is_new(office: Office, smtp: Inbox, clock: Clock) -> None:
    ask_and_accept(office)
    smtp.refusals[CONTACT] = "550 5.1.1 no such mailbox"
    clock.set(at(date(2026, 10, 19), 8))  # rung 1: the contact alone hears
    with office.db.writing() as s:
        sweep(s, CLOCKWORK, office.today(), office.now())
    post(office)
    assert len(smtp.to(COORDINATOR)) == 1
    clock.set(at(date(2026, 10, 27), 8))  # rung 2: the coordinator hears anyway
    with office.db.writing() as s:
        sweep(s, CLOCKWORK, office.today(), office.now())
    post(office)
    assert len(smtp.to(COORDINATOR)) == 2
    with office.db.reading() as s:
        told = s.execute(sa.select(EscalationMail.escalation_id, EscalationMail.person_id)).all()
        assert len(told) == len(set(told))


@pytest.mark.parametrize("kind", ["code", "disputed"])
def test_what_is_for_one_person_only_falls_back_to_nobody(office: Office, smtp: Inbox, kind: str) -> None:
    address = {"code": CONTACT, "disputed": "regie@az.example"}[kind]
    smtp.refusals[address] = "550 5.1.1 no such mailbox"
    with office.db.writing() as s:
        person = s.scalars(sa.select(Person).where(Person.email == address)).one()
        if kind == "code":
            codes.ask_for_code(s, person.email, "browser", office.now())
        else:
            question = a_question(s, "BZK", ASKED)
            question.state = "betwist"
            s.execute(sa.update(OutboxMail).values(kind="disputed", person_id=person.id, address=address))
    post(office)
    assert [mail.state for mail in mails(office)] == [MailState.BOUNCED]


def test_a_code_is_tried_three_more_times_and_then_dropped(office: Office, smtp: Inbox, clock: Clock) -> None:
    smtp.refusals[CONTACT] = "450 4.2.1 busy"
    with office.db.writing() as s:
        codes.ask_for_code(s, CONTACT, "browser", office.now())
    waits = []
    while mails(office)[0].state is MailState.PENDING:
        post(office)
        mail = mails(office)[0]
        waits.append((mail.not_before - clock.now) // timedelta(minutes=1))
        clock.set(max(mail.not_before, clock.now))
    assert waits == [1, 2, 4, 0]
    assert mails(office)[0].state is MailState.CANCELLED


def test_a_line_lost_after_the_final_dot_is_uncertain_and_tried_once_more(
    office: Office, make_settings: Callable[..., Settings], clock: Clock
) -> None:
    question_id = ask(office)
    with faulty("dot", CLOSE) as server:
        office = replace(office, settings=make_settings(smtp_url=server.url))
        assert post(office) == {"lost": 1}
        assert mails(office)[0].state is MailState.UNCERTAIN
        clock.advance(minutes=29)
        assert post(office) == {}
        clock.advance(minutes=1)
        assert post(office) == {"lost": 1}
        clock.advance(days=3)
        assert post(office) == {}
        assert server.taken == 2
    mail = mails(office)[0]
    assert (mail.state, mail.doubts) == (MailState.UNCERTAIN, 2)
    with office.db.reading() as s:
        assert s.get_one(Question, question_id).handed_over_on is None


def test_a_server_that_is_away_puts_off_a_whole_batch(
    office: Office, make_settings: Callable[..., Settings], clock: Clock
) -> None:
    for _ in range(5):
        ask(office)
    with faulty() as server:
        away = replace(office, settings=make_settings(smtp_url=server.url))
    assert post(away) == {"deferred": 5}
    clock.advance(minutes=30)
    assert post(office) == {"sent": 5}


def test_a_mail_answered_in_the_meantime_is_cancelled_and_says_why(office: Office, smtp: Inbox) -> None:
    question_id = ask(office)
    with office.db.writing() as s:
        answering.submit(s, actor(s, CONTACT), question_id, "Vanaf 1 januari.", "Afdeling Opvang", office.now())
    assert post(office) == {"dropped": 1, "sent": 1}  # the receipt still goes
    asked = mails(office)[0]
    assert asked.state is MailState.CANCELLED
    assert "intussen beantwoord" in (asked.why or "")


def test_a_mail_that_cannot_be_written_holds_up_no_other(office: Office, smtp: Inbox) -> None:
    ask(office)
    ask(office)
    with office.db.writing() as s:
        first = s.scalars(sa.select(OutboxMail).order_by(OutboxMail.id).limit(1)).one()
        first.kind = "bestaat-niet"
    assert post(office) == {"deferred": 1, "sent": 1}
    assert mails(office)[0].state is MailState.PENDING


def test_a_sender_that_died_is_replaced_when_its_lease_ends(office: Office, smtp: Inbox) -> None:
    ask(office)
    with office.db.writing() as s:
        dead = claim(s, 10, 3600, office.now())[0]
    assert post(office) == {}
    with office.db.writing() as s:
        s.execute(sa.update(OutboxMail).values(leased_until=at(date(2020, 1, 1))))
    assert post(office) == {"sent": 1}
    with office.db.writing() as s:
        assert not mark_sent(s, dead, office.now())
    assert mails(office)[0].fence == 2


def test_a_sender_that_is_told_to_stop_gives_back_what_it_did_not_try(office: Office, smtp: Inbox) -> None:
    for _ in range(3):
        ask(office)
    assert post(office, stopping=lambda: len(smtp.messages) == 1) == {"sent": 1}
    assert [(mail.state, mail.attempts) for mail in mails(office)] == [
        (MailState.SENT, 1),
        (MailState.PENDING, 0),
        (MailState.PENDING, 0),
    ]
    assert post(office) == {"sent": 2}


def test_escalations_wait_for_office_hours_unless_somebody_sends_by_hand(
    office: Office, smtp: Inbox, clock: Clock
) -> None:
    ask_and_accept(office)
    clock.set(at(date(2026, 10, 31), 22))  # a Saturday night
    with office.db.writing() as s:
        sweep(s, CLOCKWORK, office.today(), office.now())
    assert post(office) == {}
    assert post(office, hurried=True) == {"sent": 2}


def test_nothing_is_sent_while_a_transaction_is_open(
    office: Office, smtp: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(office)
    busy: list[int] = []
    sent = wire.SmtpWire.send

    def watched(self: wire.SmtpWire, parcel: wire.Parcel) -> wire.Reply:
        busy.append(office.db.engine.pool.checkedout())
        return sent(self, parcel)

    monkeypatch.setattr(wire.SmtpWire, "send", watched)
    post(office)
    assert busy == [0]


def test_a_question_that_moved_while_its_mail_was_under_way_is_not_handed_over(office: Office) -> None:
    question_id = ask(office)
    with office.db.writing() as s:
        mail: Claimed = claim(s, 1, 60, office.now())[0]
    with office.db.writing() as s:
        s.get_one(Question, question_id).link_serial += 1
    with office.db.writing() as s:
        sender.delivery.delivered(s, mail, [(question_id, 1)], office.now())
    with office.db.reading() as s:
        assert s.get_one(Question, question_id).handed_over_on is None


def test_an_escalation_that_waited_into_the_evening_stays_until_the_morning(
    office: Office, smtp: Inbox, clock: Clock
) -> None:
    ask_and_accept(office)
    clock.set(at(date(2026, 10, 27), 6))
    with office.db.writing() as s:
        sweep(s, CLOCKWORK, office.today(), office.now())
    clock.set(at(date(2026, 10, 27), 21))
    assert post(office) == {}
    clock.set(at(date(2026, 10, 28), 7))
    assert post(office) == {"sent": 2}
    assert len(smtp.to(COORDINATOR)) == 1


def test_a_letter_recorded_weeks_later_makes_one_mail_per_reader_the_contacts_with_a_link(
    office: Office, smtp: Inbox, clock: Clock
) -> None:
    clock.set(at(date(2026, 11, 23), 12))
    with office.db.writing() as s:
        new = a_new_letter(letter_date=date(2026, 10, 19))
        question_id = questions_of(s, a_sent_letter(s, new, now=office.now()))[0].id
        sweep(s, CLOCKWORK, office.today(), office.now())
    tally = post(office)
    assert tally["dropped"] == 1
    assert len({mail["To"] for mail in smtp.messages}) == len(smtp.messages) == tally["sent"]
    (told,) = smtp.to(CONTACT)
    assert "https://regie.example/a/" in told.get_body(("plain",)).get_content()
    with office.db.reading() as s:
        assert s.get_one(Question, question_id).handed_over_on == date(2026, 11, 23)
