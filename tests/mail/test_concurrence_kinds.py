"""Mails about concurrence: who gets which link, that no draft travels by mail, and what drops out in time."""

import email
import email.policy
import re
from collections.abc import Callable
from datetime import date
from email.message import EmailMessage

import pytest

from app.domain.actors import CLOCKWORK
from app.domain.capabilities import read_token
from app.domain.concurrence import Reply
from app.domain.errors import NotFound
from app.mail.compose import Composed, compose
from app.mail.kinds import Dropped
from app.office import Office
from app.settings import Settings
from app.store.base import Db
from app.store.concurrence import Contribution
from app.store.outbox import OutboxMail, claim
from app.store.questions import Question
from app.usecases import answering, concurrence, delivery, drafts, links
from app.usecases.escalation import sweep
from tests.support.builders import a_register, actor, at
from tests.support.clock import Clock
from tests.support.concurring import ASKED, BZK, FIN, OWNER, a_request

NOW = at(date(2026, 11, 12))
LATE = date(2026, 11, 18)
LINK = re.compile(r"https://regie\.example/\S+")


@pytest.fixture
def office(db: Db, make_settings: Callable[..., Settings], clock: Clock) -> Office:
    a_register(db)
    clock.set(NOW)
    return Office(make_settings(base_url="https://regie.example"), db, clock)


def asked(office: Office, *ministries: str) -> tuple[Question, list[Contribution]]:
    with office.db.writing() as s:
        question, rows = a_request(s, *ministries)
        return question, list(rows)


def replies(office: Office, one: Contribution, address: str, kind: Reply = Reply.AGREE, **said: str) -> None:
    with office.db.writing() as s:
        concurrence.reply(s, actor(s, address), one.question_id, one.id, kind, NOW, **said)


def written(office: Office, kind: str, address: str) -> Composed | Dropped:
    """What the youngest mail of this kind for this address says now."""
    with office.db.writing() as s:
        mails = claim(s, 1000, 0, office.now(), hurried=True)
    mail = [mail for mail in mails if (mail.kind, mail.address) == (kind, address)][-1]
    with office.db.reading() as s:
        return compose(office, s, mail)


def text_of(result: Composed | Dropped) -> tuple[str, str]:
    """Subject and plain text; the HTML part holds the same links."""
    assert isinstance(result, Composed), result
    message = email.message_from_bytes(result.content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text
    assert html
    assert all(link in html.get_content() for link in LINK.findall(text.get_content()))
    return message["Subject"], text.get_content().replace("\r\n", "\n")


def test_a_contributor_gets_a_link_to_the_version_and_not_the_version(office: Office) -> None:
    _, (one,) = asked(office, "FIN")
    subject, text = text_of(written(office, "concur", FIN))
    assert subject.endswith("reactie uiterlijk di 17 nov")
    assert "JenV beantwoordt een vraag van de VNG" in text
    assert "€ 44" not in text
    (link,) = LINK.findall(text)
    claims = read_token(link.rpartition("/")[2], office.link_keys)
    with office.db.reading() as s:
        reviewer = links.enter_to_concur(s, claims)
        assert (reviewer.request.id, reviewer.actor.ministry_id) == (one.id, one.ministry_id)
        with pytest.raises(NotFound):
            links.enter(s, claims)
    replies(office, one, FIN)
    assert isinstance(written(office, "concur", FIN), Dropped)


def test_a_second_version_says_that_there_was_a_first(office: Office) -> None:
    question, (one,) = asked(office, "FIN")
    replies(office, one, FIN, Reply.PROPOSE, proposal="€ 40.")
    with office.db.writing() as s:
        drafts.save_draft(s, actor(s, OWNER), question.id, "Anders.", "Hoofd", 1, NOW)
        concurrence.ask(s, actor(s, OWNER), question.id, ["FIN"], None, NOW)
    assert "al eerder een versie" in text_of(written(office, "concur", FIN))[1]


def test_the_owner_hears_how_it_ended_and_the_contributor_what_it_said(office: Office) -> None:
    question, (fin, bzk) = asked(office, "FIN", "BZK")
    replies(office, fin, FIN, Reply.OBJECT, reason="Geen dekking.")
    replies(office, bzk, BZK, Reply.PROPOSE, proposal="€ 40 per plek.")
    subject, text = text_of(written(office, "concurrence", OWNER))
    assert subject.startswith("Alle reacties zijn binnen, met een bezwaar: vraag 2026-001.1")
    assert "- BZK stelt een andere tekst voor\n- Fin maakt bezwaar" in text
    assert "/a/" in text
    assert "€ 40" not in text
    assert "Geen dekking." in text_of(written(office, "replied", FIN))[1]
    assert "€ 40 per plek." in text_of(written(office, "replied", BZK))[1]
    with office.db.writing() as s:
        answering.submit(s, actor(s, OWNER), question.id, "Ja.", "Hoofd", NOW)
    assert isinstance(written(office, "concurrence", OWNER), Dropped)
    assert "Met bezwaar van Fin." in text_of(written(office, "receipt", OWNER))[1]


def test_who_needs_not_reply_any_more_hears_why(office: Office) -> None:
    question, _ = asked(office, "FIN")
    with office.db.writing() as s:
        concurrence.recall(s, actor(s, OWNER), question.id, "", NOW)
    subject, text = text_of(written(office, "concurrence", FIN))
    assert subject.startswith("U hoeft niet meer te reageren")
    assert "teruggenomen" in text
    with office.db.writing() as s:
        concurrence.ask(s, actor(s, OWNER), question.id, ["FIN"], None, NOW)
    assert isinstance(written(office, "concurrence", FIN), Dropped)


def test_who_is_late_gets_the_link_again_and_the_owners_coordinator_the_page(office: Office, clock: Clock) -> None:
    question, (_, bzk) = asked(office, "FIN", "BZK")
    clock.set(at(LATE))
    with office.db.writing() as s:
        sweep(s, CLOCKWORK, LATE, at(LATE, 6))
    assert "/a/" in text_of(written(office, "stalled", FIN))[1]
    subject, text = text_of(written(office, "stalled", "coordinator@jenv.example"))
    assert subject == "Afstemming te laat: 2 verzoeken wachten op andere ministeries"
    assert LINK.findall(text) == [f"https://regie.example/vragen/{question.id}"] * 2
    replies(office, bzk, BZK)
    assert "BZK" not in text_of(written(office, "stalled", "coordinator@jenv.example"))[1]
    with office.db.writing() as s:
        concurrence.overrule(s, actor(s, "regie@az.example"), question.id, "Te lang.", at(LATE))
    assert isinstance(written(office, "stalled", FIN), Dropped)
    assert "AZ heeft deze afstemming doorbroken" in text_of(written(office, "concurrence", FIN))[1]
    assert "zonder op de andere ministeries te wachten" in text_of(written(office, "concurrence", OWNER))[1]


def test_a_mailbox_that_refuses_falls_back_on_the_coordinator_with_a_link_of_its_own(office: Office) -> None:
    asked(office, "FIN")
    with office.db.writing() as s:
        (mail,) = [one for one in claim(s, 10, 60, office.now()) if one.kind == "concur"]
        delivery.refused(s, mail, "550", ASKED)
    assert "/a/" in text_of(written(office, "concur", "coordinator@fin.example"))[1]


def test_a_reminder_that_is_refused_falls_back_too(office: Office) -> None:
    asked(office, "FIN")
    with office.db.writing() as s:
        sweep(s, CLOCKWORK, LATE, at(LATE, 6))
        mails = claim(s, 10, 60, at(LATE), hurried=True)
        (mail,) = [one for one in mails if (one.kind, one.address) == ("stalled", FIN)]
        delivery.refused(s, mail, "550", at(LATE))
    assert "/a/" in text_of(written(office, "stalled", "coordinator@fin.example"))[1]


@pytest.mark.database("sqlite")
def test_reminders_wait_for_office_hours(office: Office) -> None:
    asked(office, "FIN")
    with office.db.writing() as s:
        sweep(s, CLOCKWORK, LATE, at(LATE, 6))
        held = delivery.held_now(s, at(LATE, 6))
        waits = s.query(OutboxMail.not_before).filter(OutboxMail.kind == "stalled").first()
    assert {"stalled"} <= held
    assert "concur" not in held
    assert waits
