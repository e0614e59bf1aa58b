"""At a ministry that releases its answers, an answer waits for the coordinator."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor, Door
from app.domain.concurrence import Reply
from app.domain.errors import Invalid, NotAllowed, OutOfDate, WrongState
from app.domain.questions import HolderKind, State
from app.store.answering import Answer, Draft, draft_of
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.ministries import Ministry
from app.store.outbox import OutboxMail
from app.store.people import Person
from app.store.questions import HoldingPeriod, Question, QuestionEvent
from app.usecases import answering, concurrence, drafts, ownership, releasing
from tests.support.builders import a_question, a_register, actor, at
from tests.support.concurring import a_request

NOW, LATER = at(date(2026, 10, 12)), at(date(2026, 10, 28))
OWNER, COORDINATOR = "contact@jenv.example", "coordinator@jenv.example"


def ministry_id(s: Session, code: str = "JENV") -> int:
    return s.scalars(sa.select(Ministry.id).where(Ministry.code == code)).one()


@pytest.fixture
def register(db: Db) -> Db:
    a_register(db)
    with db.writing() as s:
        releasing.set_required(s, actor(s, COORDINATOR), ministry_id(s), True, NOW)
    return db


def offered(s: Session, text: str = "€ 44.") -> Question:
    question = a_question(s)
    releasing.offer(s, actor(s, OWNER), question.id, text, "Hoofd", NOW)
    return question


def mails(s: Session, kind: str) -> list[str]:
    return list(s.scalars(sa.select(OutboxMail.address).where(OutboxMail.kind == kind).order_by(OutboxMail.id)))


def test_what_a_contact_answers_waits_for_the_coordinator_and_the_clock_runs(register: Db) -> None:
    with register.writing() as s:
        question = a_question(s)
        with pytest.raises(NotAllowed) as refused:
            answering.submit(s, actor(s, OWNER), question.id, "Ja.", "Hoofd", NOW)
        assert refused.value.code == "needs-release"
        assert releasing.is_needed(s, actor(s, OWNER), question.id)
        assert not releasing.is_needed(s, actor(s, COORDINATOR), question.id)
        releasing.offer(s, actor(s, OWNER), question.id, "Ja.", "Hoofd", NOW)
        assert (question.state, question.suspended) == (State.ASKED, False)
        holder = s.scalars(sa.select(HoldingPeriod.holder).where(HoldingPeriod.until_on.is_(None))).one()
        assert holder is HolderKind.OWNER
        assert mails(s, "offered") == [COORDINATOR]
        assert s.scalars(sa.select(Answer)).all() == []


def test_each_answer_that_waits_is_told_also_once_the_drafts_before_it_are_gone(register: Db) -> None:
    """SQLite gives a new draft the number of one that became an answer."""
    for told in (1, 2):
        with register.writing() as s:
            question = offered(s)
            assert mails(s, "offered") == [COORDINATOR] * told
            releasing.send_back(s, actor(s, COORDINATOR), question.id, "Noem het bedrag.", NOW)
            assert mails(s, "sent_back") == [OWNER] * told
            answering.submit(s, actor(s, COORDINATOR), question.id, "€ 45.", "Hoofd", NOW)


def test_a_coordinator_who_comes_by_link_is_a_contact(register: Db) -> None:
    with register.writing() as s:
        question, by_session = a_question(s), actor(s, COORDINATOR)
        roles = actor(s, OWNER).roles
        by_link = Actor(by_session.person_id, roles, by_session.ministry_id, Door.LINK, only_question_id=question.id)
        assert releasing.is_needed(s, by_link, question.id)


def test_the_day_of_release_is_the_day_of_the_answer(register: Db) -> None:
    with register.writing() as s:
        question = offered(s)
        answer = answering.release(s, actor(s, COORDINATOR), question.id, LATER)
        assert (question.state, answer.answered_on, answer.due_on) == (
            State.ANSWERED,
            date(2026, 10, 28),
            date(2026, 10, 26),
        )
        assert (answer.text, answer.given_by, answer.person_id) == ("€ 44.", "Hoofd", actor(s, OWNER).person_id)
        assert mails(s, "receipt") == [OWNER]
        assert draft_of(s, question) is None
        assert answering.release(s, actor(s, COORDINATOR), question.id, LATER).id == answer.id
        told = s.scalars(sa.select(QuestionEvent.act).order_by(QuestionEvent.id)).all()
        assert told[-2:] == ["ter-vrijgave-aanbieden", "vrijgeven"]


def test_a_contact_releases_nothing(register: Db) -> None:
    with register.writing() as s:
        question = offered(s)
        with pytest.raises(NotAllowed):
            answering.release(s, actor(s, OWNER), question.id, NOW)
        with pytest.raises(NotAllowed):
            releasing.send_back(s, actor(s, OWNER), question.id, "Nee.", NOW)


def test_what_is_sent_back_is_a_draft_again_with_the_reason_for_the_ministry_alone(register: Db) -> None:
    with register.writing() as s:
        question = offered(s)
        with pytest.raises(Invalid):
            releasing.send_back(s, actor(s, COORDINATOR), question.id, " ", NOW)
        draft = releasing.send_back(s, actor(s, COORDINATOR), question.id, "Noem een datum.", NOW)
        assert (draft.offered_at, draft.sent_back_because, draft.text) == (None, "Noem een datum.", "€ 44.")
        assert mails(s, "sent_back") == [OWNER]
        reasons = s.scalars(sa.select(QuestionEvent.reason).where(QuestionEvent.act == "terugsturen")).all()
        assert reasons == [None], "VNG reads the story, and nothing of a draft"
        assert "Noem een datum." not in str(s.scalars(sa.select(AuditEntry.detail)).all())
        releasing.offer(s, actor(s, OWNER), question.id, "€ 44, vanaf 5 maart.", "Hoofd", NOW)
        assert draft.sent_back_because is None


def test_what_waits_is_changed_only_after_it_was_taken_back(register: Db) -> None:
    with register.writing() as s:
        question, contact = offered(s), actor(s, OWNER)
        version = draft_of(s, question).version
        assert drafts.save_draft(s, contact, question.id, "€ 44.", "Hoofd", None, NOW).version == version
        assert releasing.offer(s, contact, question.id, "€ 44.", "Hoofd", NOW).version == version
        for refused in (
            lambda: drafts.save_draft(s, contact, question.id, "€ 45.", "Hoofd", version, NOW),
            lambda: releasing.offer(s, contact, question.id, "€ 45.", "Hoofd", NOW),
            lambda: concurrence.ask(s, contact, question.id, ["FIN"], None, NOW),
        ):
            with pytest.raises(WrongState) as refusal:
                refused()
            assert refusal.value.code == "offered"
        releasing.take_back(s, contact, question.id, NOW)
        drafts.save_draft(s, contact, question.id, "€ 45.", "Hoofd", draft_of(s, question).version, NOW)
        with pytest.raises(WrongState) as gone:
            answering.release(s, actor(s, COORDINATOR), question.id, NOW)
        assert gone.value.code == "not-offered"


def test_a_coordinator_releases_the_version_that_was_read(register: Db) -> None:
    with register.writing() as s:
        question = offered(s)
        read = draft_of(s, question).version
        releasing.take_back(s, actor(s, OWNER), question.id, NOW)
        releasing.offer(s, actor(s, OWNER), question.id, "€ 45.", "Hoofd", NOW)
        with pytest.raises(OutOfDate):
            answering.release(s, actor(s, COORDINATOR), question.id, NOW, version=read)
        with pytest.raises(OutOfDate):
            releasing.send_back(s, actor(s, COORDINATOR), question.id, "Nee.", NOW, version=read)


def test_a_coordinator_may_answer_in_other_words_at_once(register: Db) -> None:
    with register.writing() as s:
        question = offered(s)
        answer = answering.submit(s, actor(s, COORDINATOR), question.id, "€ 46.", "Directeur", NOW)
        assert (answer.text, question.state) == ("€ 46.", State.ANSWERED)


@pytest.mark.parametrize("how", ["transfer", "decline"])
def test_what_waits_for_release_waits_no_more_when_the_question_goes_away(register: Db, how: str) -> None:
    with register.writing() as s:
        question, contact = offered(s), actor(s, OWNER)
        if how == "transfer":
            ownership.transfer(s, contact, question.id, "BZK", "Wonen.", NOW)
        else:
            ownership.decline(s, contact, question.id, "Niet van ons.", "", NOW)
        assert s.scalars(sa.select(Draft.offered_at)).all() == [None]
        with pytest.raises((NotAllowed, WrongState)):
            answering.release(s, actor(s, COORDINATOR), question.id, NOW)


def test_without_everybodys_concurrence_the_reason_travels_along(register: Db) -> None:
    with register.writing() as s:
        question, (request,) = a_request(s, "FIN")
        now = at(date(2026, 11, 12))
        with pytest.raises(Invalid):
            releasing.offer(s, actor(s, OWNER), question.id, "€ 44.", "Hoofd", now)
        releasing.offer(s, actor(s, OWNER), question.id, "€ 44.", "Hoofd", now, alone_because="Haast.")
        concurrence.reply(s, actor(s, "contact@fin.example"), question.id, request.id, Reply.AGREE, now)
        assert answering.release(s, actor(s, COORDINATOR), question.id, now).alone_because == "Haast."


def test_the_coordinator_and_the_administrator_set_it_and_only_where_somebody_can_release(register: Db) -> None:
    with register.writing() as s:
        with pytest.raises(NotAllowed):
            releasing.set_required(s, actor(s, OWNER), ministry_id(s), False, NOW)
        with pytest.raises(NotAllowed):
            releasing.set_required(s, actor(s, COORDINATOR), ministry_id(s, "BZK"), True, NOW)
        admin = actor(s, "beheer@vng.example")
        releasing.set_required(s, admin, ministry_id(s, "BZK"), True, NOW)
        assert s.get_one(Ministry, ministry_id(s, "BZK")).releases_answers
        leaving = sa.update(Person).where(Person.email.in_(["coordinator@ocw.example", "sg@ocw.example"]))
        s.execute(leaving.values(ended_at=NOW))
        with pytest.raises(Invalid) as refused:
            releasing.set_required(s, admin, ministry_id(s, "OCW"), True, NOW)
    assert refused.value.code == "no-releaser"


def test_where_nobody_is_left_to_release_an_answer_is_given_at_once(register: Db) -> None:
    with register.writing() as s:
        leaving = sa.update(Person).where(Person.email.in_([COORDINATOR, "sg@jenv.example"]))
        s.execute(leaving.values(ended_at=NOW))
        question = a_question(s)
        assert not releasing.is_needed(s, actor(s, OWNER), question.id)
        assert answering.submit(s, actor(s, OWNER), question.id, "Ja.", "Hoofd", NOW)
