"""Mails about who owns a question: what they say, with which link, and that no draft travels by mail."""

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.actors import CLOCKWORK
from app.domain.capabilities import read_token
from app.mail.compose import Composed, compose
from app.mail.kinds import Dropped
from app.office import Office
from app.settings import Settings
from app.store.base import Db
from app.store.ministries import Ministry
from app.store.outbox import claim
from app.store.people import Person
from app.store.questions import Question
from app.usecases import absences, answering, contacts, links, ownership, releasing
from app.usecases.escalation import sweep
from tests.mail.test_compose import LINK, claimed, opened, part, told_in
from tests.support.builders import a_question, a_register, actor, at
from tests.support.clock import Clock

NOW = at(date(2026, 10, 12))
OWNER, COORDINATOR = "contact@jenv.example", "coordinator@jenv.example"


@pytest.fixture
def office(db: Db, make_settings: Callable[..., Settings], clock: Clock) -> Office:
    a_register(db)
    clock.set(NOW)
    return Office(make_settings(base_url="https://regie.example"), db, clock)


@pytest.fixture
def asked(office: Office) -> int:
    with office.db.writing() as s:
        return a_question(s).id


def written(office: Office, kind: str, address: str) -> Composed | Dropped:
    """What the one mail of this kind for this address says now, however often it is asked."""
    with office.db.writing() as s:
        mails = claim(s, 1000, 0, office.now(), hurried=True)
    mail = next(mail for mail in mails if (mail.kind, mail.address) == (kind, address))
    with office.db.reading() as s:
        return compose(office, s, mail)


def test_the_old_owner_and_the_secretariat_read_where_a_question_went_and_why(office: Office, asked: int) -> None:
    with office.db.writing() as s:
        ownership.transfer(s, actor(s, OWNER), asked, "BZK", "Gaat over wonen.", NOW)
    mails = {mail.address: mail for mail in claimed(office) if mail.kind == "passed_on"}
    with office.db.reading() as s:
        old, sender = (compose(office, s, mails[one]) for one in (OWNER, "secretariaat@vng.example"))
    for result in (old, sender):
        text = told_in(result)
        assert "JenV heeft vraag 2026-001.1 doorgeleid naar BZK." in text
        assert "Gaat over wonen." in text
        assert f"https://regie.example/vragen/{asked}" in text
        assert "/a/" not in text
        assert "doorgeleid naar BZK" in part(opened(result), "html")
    assert opened(old)["Subject"].startswith("Doorgeleid naar BZK: vraag 2026-001.1")
    assert "blijft meelezen" in told_in(old)
    assert "blijft meelezen" not in told_in(sender)


def test_a_dispute_and_the_decision_are_told_in_other_words(office: Office, asked: int) -> None:
    with office.db.writing() as s:
        ownership.decline(s, actor(s, OWNER), asked, "Niet van ons.", "BZK", NOW)
    assert "JenV wijst vraag 2026-001.1 af en noemt BZK." in told_in(written(office, "passed_on", OWNER))
    with office.db.writing() as s:
        ownership.assign(s, actor(s, "regie@az.example"), asked, "BZK", "Wonen.", NOW)
    mails = [mail for mail in claimed(office) if mail.kind == "passed_on" and mail.params["act"] == "toewijzen"]
    with office.db.reading() as s:
        assert "BZK is aangewezen als eigenaar" in told_in(compose(office, s, mails[0]))


def test_az_reads_all_disputes_that_wait_the_oldest_first_and_those_decided_drop_out(
    office: Office, clock: Clock
) -> None:
    with office.db.writing() as s:
        ids = [a_question(s).id for _ in range(2)]
        for question_id, day in zip(ids, (7, 8), strict=True):
            ownership.decline(s, actor(s, OWNER), question_id, "Nee.", "", at(date(2026, 10, day)))
    with office.db.writing() as s:
        sweep(s, CLOCKWORK, NOW.date(), NOW)
    mail = next(mail for mail in claimed(office) if mail.kind == "undecided")
    with office.db.reading() as s:
        message = opened(compose(office, s, mail))
    assert message["Subject"] == "Nog geen eigenaar: 2 vragen wachten op AZ, de oudste 5 dagen"
    for text in (part(message), part(message, "html")):
        assert text.index(f"/vragen/{ids[0]}/toewijzen") < text.index(f"/vragen/{ids[1]}/toewijzen")
    with office.db.writing() as s:
        for question_id in ids:
            ownership.assign(s, actor(s, "regie@az.example"), question_id, "JENV", "Afgesproken.", NOW)
    with office.db.reading() as s:
        assert isinstance(compose(office, s, mail), Dropped)


def test_a_reminder_names_who_sends_it_and_carries_the_link(office: Office, asked: int) -> None:
    with office.db.writing() as s:
        contacts.remind(s, actor(s, "regie@az.example"), asked, "Vrijdag is er overleg.", NOW)
    text = told_in(written(office, "remind", OWNER))
    assert "Regie herinnert u aan deze vraag." in text
    assert "Vrijdag is er overleg." in text
    token = LINK.findall(text)[0].rsplit("/", 1)[1]
    with office.db.reading() as s:
        assert links.enter(s, read_token(token, office.link_keys)).question.id == asked
    with office.db.writing() as s:
        answering.submit(s, actor(s, OWNER), asked, "Ja.", "Hoofd", NOW)
    assert isinstance(written(office, "remind", OWNER), Dropped)


def offered(office: Office, question_id: int) -> None:
    with office.db.writing() as s:
        ministry_id = s.scalars(sa.select(Ministry.id).where(Ministry.code == "JENV")).one()
        releasing.set_required(s, actor(s, COORDINATOR), ministry_id, True, NOW)
        releasing.offer(s, actor(s, OWNER), question_id, "Geheim tot vrijgave.", "Hoofd Opvang", NOW)


def test_the_coordinator_is_asked_to_release_without_the_text(office: Office, asked: int) -> None:
    offered(office, asked)
    text = told_in(written(office, "offered", COORDINATOR))
    assert f"https://regie.example/vragen/{asked}/vrijgeven" in text
    assert "Hoofd Opvang" in text
    assert "Geheim" not in text
    with office.db.writing() as s:
        releasing.take_back(s, actor(s, OWNER), asked, NOW)
    assert isinstance(written(office, "offered", COORDINATOR), Dropped)


def test_the_contact_hears_that_it_came_back_without_the_reason(office: Office, asked: int) -> None:
    offered(office, asked)
    with office.db.writing() as s:
        releasing.send_back(s, actor(s, COORDINATOR), asked, "Noem het bedrag.", NOW)
    text = told_in(written(office, "sent_back", OWNER))
    assert "leest u bij uw concept" in text
    assert "Noem het bedrag." not in text
    assert "/a/" in text
    with office.db.writing() as s:
        releasing.offer(s, actor(s, OWNER), asked, "€ 44.", "Hoofd", NOW)
    assert isinstance(written(office, "sent_back", OWNER), Dropped)


def test_a_deputy_gets_an_answer_link_of_their_own(office: Office, asked: int) -> None:
    with office.db.writing() as s:
        deputy = s.scalars(sa.select(Person).where(Person.email == "sg@jenv.example")).one()
        contact = s.get_one(Question, asked).contact_id or 0
        absences.set_absence(s, actor(s, OWNER), contact, NOW.date(), date(2026, 10, 16), deputy.id, NOW)
        contacts.remind(s, actor(s, "regie@az.example"), asked, "", NOW)
    with office.db.writing() as s:
        s.execute(sa.text("UPDATE outbox SET person_id = :id, address = 'sg@jenv.example'"), {"id": deputy.id})
    token = LINK.findall(told_in(written(office, "remind", "sg@jenv.example")))[0].rsplit("/", 1)[1]
    with office.db.reading() as s:
        assert links.enter(s, read_token(token, office.link_keys)).person.email == "sg@jenv.example"
