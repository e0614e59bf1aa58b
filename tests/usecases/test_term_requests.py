"""A ministry asks what only the secretariat can give about a term; the secretariat decides."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.errors import Invalid, NotAllowed, NotFound, WrongState
from app.domain.terms import Term, TermKind, Unit
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.outbox import OutboxMail
from app.store.questions import Question, QuestionEvent
from app.store.term_requests import RequestKind, RequestState, TermRequest
from app.usecases import answering, closing, ownership, postponing, term_requests
from tests.support.builders import a_question, a_register, actor, at, secretariat

# Three weeks from Monday 5 October 2026: due Monday 26 October; the ministry may take up to 16 November itself.
ASKED, DUE, TOO_LONG = date(2026, 10, 5), date(2026, 10, 26), date(2026, 11, 27)
ASKED_LATER = date(2026, 10, 12)
CONTACT = "contact@jenv.example"
WHY = "De Kamer debatteert er pas in november over."


def october(day: int) -> date:
    return date(2026, 10, day)


@pytest.fixture
def question_id(db: Db) -> int:
    a_register(db)
    with db.writing() as s:
        return a_question(s, sent_on=ASKED).id


def ask_time(db: Db, question_id: int, until: date = TOO_LONG, on: date = ASKED_LATER) -> int:
    with db.writing() as s:
        return term_requests.ask_time(s, actor(s, CONTACT), question_id, until, WHY, at(on)).id


def ask_clarification(db: Db, question_id: int, on: date = ASKED_LATER) -> int:
    with db.writing() as s:
        return term_requests.ask_clarification(s, actor(s, CONTACT), question_id, "Welke plekken?", at(on)).id


def grant(db: Db, request_id: int, on: date | None, today: date, decision: str = "") -> Question:
    with db.writing() as s:
        request = term_requests.grant(s, secretariat(s), request_id, on, decision, at(today))
        return s.get_one(Question, request.question_id)


def test_more_time_than_the_norm_allows_is_asked_granted_and_told(db: Db, question_id: int) -> None:
    request_id = ask_time(db, question_id)
    with db.reading() as s:
        waiting = s.get_one(TermRequest, request_id)
        assert (waiting.kind, waiting.state, waiting.named_on) == (
            RequestKind.POSTPONEMENT,
            RequestState.ASKED,
            TOO_LONG,
        )
        assert s.get_one(Question, question_id).due_on == DUE
        mail = s.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "request")).one()
        assert (mail.address, mail.params) == ("secretariaat@vng.example", {"request_id": request_id})
    question = grant(db, request_id, None, october(14), "Akkoord, tot na het debat.")
    assert (question.due_on, question.original_due_on, question.term_version) == (TOO_LONG, DUE, 2)
    with db.reading() as s:
        decided = s.get_one(TermRequest, request_id)
        assert (decided.state, decided.decision) == (RequestState.GRANTED, "Akkoord, tot na het debat.")
        mail = s.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "term")).one()
        assert (mail.address, mail.params) == (CONTACT, {"request_id": request_id})
        acts = s.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.sequence)).all()
        assert acts[-2:] == ["uitstel-vragen", "uitstellen"]


def test_what_was_asked_in_time_is_in_time_whenever_it_is_decided(db: Db, question_id: int) -> None:
    request_id = ask_time(db, question_id, on=DUE)
    assert grant(db, request_id, None, date(2026, 10, 29)).due_on == TOO_LONG


def test_the_secretariat_may_grant_another_date(db: Db, question_id: int) -> None:
    request_id = ask_time(db, question_id)
    assert grant(db, request_id, date(2026, 11, 20), october(14)).due_on == date(2026, 11, 20)


def test_an_agreed_date_moves_only_by_asking(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question_id = a_question(s, sent_on=ASKED, term=Term(TermKind.AGREED, named_on=october(30))).id
        contact = actor(s, CONTACT)
        with pytest.raises(Invalid) as refused:
            postponing.postpone(s, contact, question_id, date(2026, 11, 6), WHY, at(october(12)))
        assert refused.value.code == "postpone-consent"
        assert term_requests.may_ask_time(s, contact, question_id, date(2026, 11, 6), WHY, at(october(12)))
    request_id = ask_time(db, question_id, date(2026, 11, 6))
    assert grant(db, request_id, None, october(13)).due_on == date(2026, 11, 6)


def test_what_a_ministry_may_take_itself_is_not_asked(db: Db, question_id: int) -> None:
    with db.writing() as s:
        contact = actor(s, CONTACT)
        assert not term_requests.may_ask_time(s, contact, question_id, date(2026, 11, 5), WHY, at(october(12)))
        with pytest.raises(Invalid) as refused:
            term_requests.ask_time(s, contact, question_id, date(2026, 11, 5), WHY, at(october(12)))
    assert refused.value.code == "consent-not-needed"


@pytest.mark.parametrize(
    ("until", "reason", "code"),
    [
        (october(20), WHY, "postpone-not-later"),
        (date(2026, 11, 28), WHY, "postpone-not-working"),
        (TOO_LONG, " ", "reason-missing"),
        (None, WHY, "postpone-date-missing"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    db: Db, question_id: int, until: date | None, reason: str, code: str
) -> None:
    with db.writing() as s, pytest.raises(Invalid) as refused:
        term_requests.ask_time(s, actor(s, CONTACT), question_id, until, reason, at(october(12)))
    assert refused.value.code == code
    with db.reading() as s:
        assert not term_requests.may_ask_time(s, actor(s, CONTACT), question_id, until, reason, at(october(12)))


def test_a_statutory_term_gives_what_its_law_gives_and_no_more(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        term = Term(TermKind.STATUTORY, 4, Unit.WEEKS)  # Woo art. 4.4: two weeks more, once
        question_id = a_question(s, sent_on=ASKED, term=term).id
        contact = actor(s, CONTACT)
        with pytest.raises(Invalid) as refused:
            postponing.postpone(s, contact, question_id, date(2026, 11, 17), WHY, at(october(12)))
        assert refused.value.code == "postpone-too-long"
        assert not term_requests.may_ask_time(s, contact, question_id, date(2026, 11, 17), WHY, at(october(12)))
        postponed = postponing.postpone(s, contact, question_id, date(2026, 11, 16), WHY, at(october(12)))
        assert postponed.due_on == date(2026, 11, 16)


def test_clarification_lets_the_clock_stand_still_from_the_day_of_asking(db: Db, question_id: int) -> None:
    request_id = ask_clarification(db, question_id, on=DUE)
    question = grant(db, request_id, None, date(2026, 10, 28), "Wij komen hierop terug.")
    assert (question.suspended, question.due_on) == (True, DUE)
    with db.reading() as s:
        told = s.execute(sa.select(QuestionEvent.act, QuestionEvent.on).order_by(QuestionEvent.id.desc())).first()
        assert told == ("opschorten", DUE)


def test_a_refusal_says_why_and_changes_no_date(db: Db, question_id: int) -> None:
    request_id = ask_clarification(db, question_id)
    with db.writing() as s, pytest.raises(Invalid) as silent:
        term_requests.refuse(s, secretariat(s), request_id, " ", at(october(13)))
    assert (silent.value.code, silent.value.field) == ("reason-missing", "besluit")
    with db.writing() as s:
        term_requests.refuse(s, secretariat(s), request_id, "De vraag staat er volledig.", at(october(13)))
        assert not s.get_one(Question, question_id).suspended
        event = s.scalars(sa.select(QuestionEvent).order_by(QuestionEvent.id.desc())).first()
        assert event
        assert (event.act, event.reason) == ("verzoek-afwijzen", "De vraag staat er volledig.")
    with db.writing() as s, pytest.raises(WrongState) as again:
        term_requests.grant(s, secretariat(s), request_id, None, "", at(october(13)))
    assert again.value.code == "decided"
    assert ask_clarification(db, question_id, october(14)) > request_id


def test_one_request_of_a_kind_waits_at_a_time(db: Db, question_id: int) -> None:
    ask_time(db, question_id)
    ask_clarification(db, question_id)
    for again in (ask_time, ask_clarification):
        with pytest.raises(WrongState) as refused:
            again(db, question_id)
        assert refused.value.code == "asked-already"


@pytest.mark.parametrize("how", ["answered", "transferred", "declined", "withdrawn"])
def test_a_request_lapses_when_nobody_is_left_to_hear(db: Db, question_id: int, how: str) -> None:
    request_id, now = ask_time(db, question_id), at(october(13))
    with db.writing() as s:
        contact = actor(s, CONTACT)
        if how == "answered":
            answering.submit(s, contact, question_id, "Ja.", "Hoofd", now)
        elif how == "transferred":
            ownership.transfer(s, contact, question_id, "BZK", "Is wonen.", now)
        elif how == "declined":
            ownership.decline(s, contact, question_id, "Niet van ons.", "", now)
        else:
            closing.withdraw(s, secretariat(s), question_id, "Niet meer nodig.", now)
    with db.writing() as s, pytest.raises(WrongState) as refused:
        term_requests.grant(s, secretariat(s), request_id, None, "", at(october(14)))
    assert "vervallen" in str(refused.value)
    with db.reading() as s:
        assert s.get_one(TermRequest, request_id).state is RequestState.LAPSED


def test_only_the_owner_asks_and_only_the_secretariat_decides(db: Db, question_id: int) -> None:
    with db.writing() as s, pytest.raises(NotFound):
        term_requests.ask_clarification(s, actor(s, "contact@bzk.example"), question_id, "Wat?", at(october(12)))
    with db.writing() as s, pytest.raises(NotAllowed):
        term_requests.ask_clarification(s, secretariat(s), question_id, "Wat?", at(october(12)))
    request_id = ask_clarification(db, question_id)
    with db.writing() as s, pytest.raises(NotAllowed):
        term_requests.grant(s, actor(s, CONTACT), request_id, None, "", at(october(13)))
    with db.writing() as s, pytest.raises(NotFound):
        term_requests.refuse(s, secretariat(s), request_id + 1, "Nee.", at(october(13)))
