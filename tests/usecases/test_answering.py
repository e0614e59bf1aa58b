"""From the link to the verdict: accepting, drafting, submitting, recording, judging, reopening."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.capabilities import LinkClaims, LinkPurpose
from app.domain.errors import Invalid, NotAllowed, NotFound, OutOfDate, WrongState
from app.domain.letters import NewQuestion
from app.domain.questions import HolderKind, State, Verdict
from app.store.answering import Answer, Draft
from app.store.base import Db
from app.store.outbox import OutboxMail
from app.store.questions import HoldingPeriod, Question, Round
from app.usecases import answering, closing, drafts, links
from app.usecases.answering import ReceivedAnswer
from tests.support.builders import (
    a_new_letter,
    a_question,
    a_register,
    a_sent_letter,
    actor,
    at,
    questions_of,
    secretariat,
)

ASKED = date(2026, 10, 5)
LATER = date(2026, 10, 12)


def claims_of(question: Question, person_id: int, **other: int) -> LinkClaims:
    parts = {"round": question.round, "serial": question.link_serial, **other}
    return LinkClaims(LinkPurpose.ANSWER, question.id, person_id, **parts)


def test_a_link_lets_the_contact_act_on_one_question_only(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question, other = a_question(s), a_question(s)
        visitor = links.enter(s, claims_of(question, question.contact_id or 0))
        answering.accept(s, visitor.actor, question.id, at(LATER))
        assert question.state is State.ACCEPTED
        with pytest.raises(NotFound):
            answering.accept(s, visitor.actor, other.id, at(LATER))


@pytest.mark.parametrize(
    ("change", "code"),
    [({"serial": 9}, "link-moved"), ({"round": 2}, "link-round"), ({"question": 99}, "link-invalid")],
)
def test_a_link_that_no_longer_fits_says_why(db: Db, change: dict[str, int], code: str) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s)
        person_id = question.contact_id or 0
        claims = claims_of(question, person_id, **{k: v for k, v in change.items() if k != "question"})
        if "question" in change:
            claims = LinkClaims(LinkPurpose.ANSWER, 999_999, person_id, 1, 1)
        with pytest.raises(NotFound) as refused:
            links.enter(s, claims)
    assert refused.value.code == code


def test_the_same_answer_twice_is_one_answer_with_one_receipt(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s)
        contact = actor(s, "contact@jenv.example")
        first = answering.submit(s, contact, question.id, "€ 44 per plek.", "Hoofd Opvang", at(LATER))
        again = answering.submit(s, contact, question.id, " € 44 per plek. ", "Hoofd Opvang", at(LATER))
        assert first.id == again.id
        assert question.state is State.ANSWERED
        assert s.scalar(sa.select(sa.func.count()).select_from(Answer)) == 1
        receipts = s.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "receipt")).all()
        assert [mail.address for mail in receipts] == ["contact@jenv.example"]


def test_another_answer_after_a_colleagues_is_refused_with_who_and_when(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s)
        answering.submit(s, actor(s, "coordinator@jenv.example"), question.id, "Ja.", "Coördinator", at(LATER))
        with pytest.raises(WrongState) as refused:
            answering.submit(s, actor(s, "contact@jenv.example"), question.id, "Nee.", "Contact", at(LATER))
    assert refused.value.code == "answered-already"
    assert refused.value.facts["who"] == "Coördinator"


def test_an_answer_needs_a_text_and_a_name(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s)
        with pytest.raises(Invalid) as refused:
            answering.submit(s, actor(s, "contact@jenv.example"), question.id, " ", "", at(LATER))
    assert [one.field for one in refused.value.all()] == ["tekst", "namens"]


def test_other_ministries_cannot_answer(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s, contributors=("BZK",))
        with pytest.raises(NotAllowed):
            answering.submit(s, actor(s, "contact@bzk.example"), question.id, "Ja.", "BZK", at(LATER))
        with pytest.raises(NotFound):
            answering.submit(s, actor(s, "contact@ocw.example"), question.id, "Ja.", "OCW", at(LATER))


def test_a_draft_is_kept_and_a_colleagues_text_is_not_overwritten(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s)
        contact = actor(s, "contact@jenv.example")
        draft = drafts.save_draft(s, contact, question.id, "Wij", "", None, at(LATER))
        assert draft.version == 1
        drafts.save_draft(s, contact, question.id, "Wij denken", "", 1, at(LATER))
        with pytest.raises(OutOfDate):
            drafts.save_draft(s, contact, question.id, "Anders", "", 1, at(LATER))
        assert s.scalars(sa.select(Draft.text)).all() == ["Wij denken"]


def test_one_letter_by_post_answers_several_questions_on_the_day_it_came_in(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        new = a_new_letter(NewQuestion(text="Een?", owner="JENV"), NewQuestion(text="Twee?", owner="BZK"))
        one, two = questions_of(s, a_sent_letter(s, new))
        received = [ReceivedAnswer(one.id, "Zie bijgevoegde brief."), ReceivedAnswer(two.id, "Zie bijgevoegde brief.")]
        answers = answering.record_received(
            s, secretariat(s), received, LATER, "Minister van JenV", [], at(date(2026, 10, 20))
        )
        assert {answer.answered_on for answer in answers} == {LATER}
        assert {one.state, two.state} == {State.ANSWERED}


@pytest.mark.parametrize(
    ("day", "code"), [(date(2026, 10, 4), "received-before-asked"), (date(2026, 10, 21), "received-in-future")]
)
def test_a_letter_comes_in_between_the_asking_and_today(db: Db, day: date, code: str) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s)
        with pytest.raises(Invalid) as refused:
            answering.record_received(
                s, secretariat(s), [ReceivedAnswer(question.id, "x")], day, "JenV", [], at(date(2026, 10, 20))
            )
    assert refused.value.code == code


def test_a_concrete_answer_settles_the_question(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s)
        answering.submit(s, actor(s, "contact@jenv.example"), question.id, "€ 44.", "Hoofd", at(LATER))
        closing.judge(s, secretariat(s), question.id, Verdict.CONCRETE, "", at(LATER))
        s.flush()
        assert question.state is State.SETTLED
        assert s.scalar(sa.select(sa.func.count()).where(HoldingPeriod.until_on.is_(None))) == 0


@pytest.mark.parametrize("verdict", [Verdict.PARTIAL, Verdict.EVASIVE])
def test_an_answer_that_is_not_concrete_begins_a_round_of_ten_working_days(db: Db, verdict: Verdict) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s)
        answering.submit(s, actor(s, "contact@jenv.example"), question.id, "Later.", "Hoofd", at(LATER))
        with pytest.raises(Invalid):
            closing.judge(s, secretariat(s), question.id, verdict, " ", at(LATER))
        closing.judge(s, secretariat(s), question.id, verdict, "Geen bedrag.", at(LATER))
        s.flush()
        assert (question.state, question.round) == (State.ACCEPTED, 2)
        assert question.due_on == date(2026, 10, 26)
        assert s.get_one(Round, (question.id, 2)).original_due_on == date(2026, 10, 26)
        mail = s.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "round")).one()
        assert mail.address == "contact@jenv.example"


def test_nothing_can_be_judged_twice(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s)
        answering.submit(s, actor(s, "contact@jenv.example"), question.id, "Ja.", "Hoofd", at(LATER))
        closing.judge(s, secretariat(s), question.id, Verdict.CONCRETE, "", at(LATER))
        with pytest.raises(WrongState):
            closing.judge(s, secretariat(s), question.id, Verdict.EVASIVE, "Toch niet.", at(LATER))


def test_a_settled_question_reopens_in_a_new_round(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s)
        answering.submit(s, actor(s, "contact@jenv.example"), question.id, "Ja.", "Hoofd", at(LATER))
        closing.judge(s, secretariat(s), question.id, Verdict.CONCRETE, "", at(LATER))
        closing.reopen(s, secretariat(s), question.id, "De regeling is ingetrokken.", at(LATER))
        assert (question.state, question.round) == (State.ACCEPTED, 2)


def test_the_ball_moves_from_ministry_to_vng_and_back(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s)
        answering.submit(s, actor(s, "contact@jenv.example"), question.id, "Later.", "Hoofd", at(LATER))
        closing.judge(s, secretariat(s), question.id, Verdict.EVASIVE, "Geen datum.", at(date(2026, 10, 14)))
        s.flush()
        periods = s.execute(
            sa.select(HoldingPeriod.holder, HoldingPeriod.from_on, HoldingPeriod.until_on).order_by(HoldingPeriod.id)
        ).all()
        assert [tuple(row) for row in periods] == [
            (HolderKind.OWNER, ASKED, LATER),
            (HolderKind.VNG, LATER, date(2026, 10, 14)),
            (HolderKind.OWNER, date(2026, 10, 14), None),
        ]


def test_a_letter_that_came_in_before_its_round_began_answers_nothing(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s, sent_on=date(2026, 10, 5))
        for_round = [ReceivedAnswer(question.id, "Ja.")]
        by_post = (for_round, date(2026, 10, 8), "Minister", [])
        answering.record_received(s, secretariat(s), *by_post, at(date(2026, 10, 8)))
        closing.judge(s, secretariat(s), question.id, Verdict.EVASIVE, "Vaag.", at(date(2026, 10, 20)))
        again = ([ReceivedAnswer(question.id, "Nee.")], date(2026, 10, 19), "Minister", [])
        with pytest.raises(Invalid, match="gesteld op 2026-10-20"):
            answering.record_received(s, secretariat(s), *again, at(date(2026, 10, 22)))


def test_a_verdict_is_on_the_answer_that_was_read(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s)
        contact = actor(s, "contact@jenv.example")
        day = at(date(2026, 10, 12))
        read = answering.submit(s, contact, question.id, "Wellicht.", "Hoofd", day)
        closing.judge(s, secretariat(s), question.id, Verdict.EVASIVE, "Geen datum.", day, answer_id=read.id)
        answering.submit(s, contact, question.id, "Nooit.", "Hoofd", day)
        with pytest.raises(OutOfDate):
            closing.judge(s, secretariat(s), question.id, Verdict.CONCRETE, "", day, answer_id=read.id)
        assert question.state is State.ANSWERED
