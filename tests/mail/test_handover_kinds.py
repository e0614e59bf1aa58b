"""Mails about what came to a reader without their asking."""

from collections.abc import Callable
from datetime import date

import pytest

from app.domain.actors import CLOCKWORK
from app.domain.letters import NewQuestion
from app.domain.questions import State, Verdict
from app.mail.compose import compose
from app.mail.kinds import Dropped
from app.office import Office
from app.settings import Settings
from app.store.base import Db
from app.store.outbox import Claimed, claim
from app.store.questions import Question
from app.usecases import answering, closing, delivery, succession
from tests.mail.test_compose import opened, part
from tests.support.builders import a_new_letter, a_register, a_sent_letter, actor, at, questions_of, secretariat
from tests.support.clock import Clock

CHANGE = date(2026, 2, 23)


@pytest.fixture
def office(db: Db, make_settings: Callable[..., Settings], clock: Clock) -> Office:
    a_register(db)
    clock.set(at(CHANGE, 0))
    return Office(make_settings(base_url="https://regie.example"), db, clock)


def moved(office: Office) -> list[int]:
    """A letter to A&M with two questions, one of them answered, after the ministry ended."""
    with office.db.writing() as s:
        asked = [NewQuestion(text=f"Vraag {n}?", owner="A&M") for n in (1, 2)]
        new = a_new_letter(*asked, letter_date=date(2025, 10, 2), addressee="AZ")
        questions = questions_of(s, a_sent_letter(s, new))
        answering.submit(s, actor(s, "contact@aenm.example"), questions[1].id, "Ja.", "A&M", at(date(2025, 10, 9)))
        succession.run(s, CLOCKWORK, CHANGE, office.now())
        return [one.id for one in questions]


def the_mail(office: Office) -> Claimed:
    with office.db.writing() as s:
        mails = claim(s, 100, 60, office.now(), hurried=True)
    return next(one for one in mails if one.kind == "succession")


def test_the_new_contact_reads_who_ended_gets_links_and_is_told_what_waits_for_others(office: Office) -> None:
    moved(office)
    with office.db.reading() as s:
        message = opened(compose(office, s, the_mail(office)))
    assert message["Subject"] == "2 vragen van de VNG liggen nu bij uw ministerie"
    for body in (part(message), part(message, "html")):
        assert "ministerie van Asiel en Migratie" in body
        assert "https://regie.example/a/" in body
        assert "2025-001.2" in body
        assert "De termijnen lopen door" in body


def test_once_delivered_silence_counts(office: Office) -> None:
    first, _ = moved(office)
    mail = the_mail(office)
    with office.db.writing() as s:
        assert delivery.delivered(s, mail, [(first, 2)], at(CHANGE, 7))
        s.flush()
        question = s.get_one(Question, first)
        assert (question.state, question.handed_over_on) == (State.ASKED, CHANGE)


def test_nothing_goes_out_when_all_was_closed_meanwhile(office: Office) -> None:
    waiting, answered = moved(office)
    with office.db.writing() as s:
        closing.withdraw(s, secretariat(s), waiting, "Vervallen.", office.now())
        closing.judge(s, secretariat(s), answered, Verdict.CONCRETE, "", office.now())
    with office.db.reading() as s:
        assert isinstance(compose(office, s, the_mail(office)), Dropped)
