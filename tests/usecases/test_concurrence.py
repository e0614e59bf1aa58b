"""Concurrence: one version sent, each reply counted once, the last one in gives the question back."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import CLOCKWORK
from app.domain.concurrence import Reply
from app.domain.errors import Invalid, NotAllowed, NotFound, OutOfDate, Refusal, WrongState
from app.domain.questions import Act, HolderKind, State, Verdict
from app.store.answering import draft_of
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.concurrence import Contribution, ContributionState
from app.store.figures import digest_lists
from app.store.lists.concurrences import Told, objections, told
from app.store.ministries import Ministry
from app.store.outbox import OutboxMail
from app.store.questions import Contributor, HoldingPeriod, Question, QuestionEvent
from app.usecases import answering, closing, concurrence, drafts, escalation, ownership
from tests.support.builders import a_register, actor, at, secretariat
from tests.support.concurring import ASKED, BZK, DRAFT, DUE, FIN, OWNER, a_draft, a_request

NOW = at(date(2026, 11, 12))
LATE = at(date(2026, 11, 18))
WHY = "Er is nog geen dekking."
REGIE = "regie@az.example"


def mails(s: Session, kind: str) -> list[str]:
    query = sa.select(OutboxMail.address).where(OutboxMail.kind == kind).order_by(OutboxMail.id)
    return list(s.scalars(query))


def acts(s: Session, question: Question) -> list[str]:
    query = sa.select(QuestionEvent.act).where(QuestionEvent.question_id == question.id).order_by(QuestionEvent.id)
    return list(s.scalars(query))


def audited(s: Session, question: Question) -> list[str]:
    query = sa.select(AuditEntry.act).where(AuditEntry.object == f"vraag:{question.id}").order_by(AuditEntry.sequence)
    return list(s.scalars(query))


def ball(s: Session, question: Question) -> tuple[HolderKind, str | None]:
    query = sa.select(HoldingPeriod.holder, Ministry.code).outerjoin(Ministry, Ministry.id == HoldingPeriod.ministry_id)
    row = s.execute(query.where(HoldingPeriod.question_id == question.id, HoldingPeriod.until_on.is_(None))).one()
    return row[0], row[1]


def reply(s: Session, one: Contribution, email: str, kind: Reply = Reply.AGREE, **said: str) -> Contribution:
    return concurrence.reply(s, actor(s, email), one.question_id, one.id, kind, NOW, **said)


def seen_by(s: Session, email: str, question: Question) -> list[Told]:
    return told(s, actor(s, email), question)


def test_the_owner_sends_one_version_of_its_draft_and_the_ball(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question, (one,) = a_request(s)
        assert (one.text, one.draft_version, one.due_on) == (DRAFT, 1, DUE)
        assert question.state is State.CONCURRING
        assert acts(s, question) == [Act.SEND, Act.ACCEPT, Act.REQUEST_CONCURRENCE]
        assert audited(s, question)[-2:] == [Act.ACCEPT, Act.REQUEST_CONCURRENCE]
        assert ball(s, question) == (HolderKind.CONTRIBUTOR, "FIN")
        assert mails(s, "concur") == [FIN]
        assert s.scalars(sa.select(Contributor.question_id)).all() == [question.id]
        drafts.save_draft(s, actor(s, OWNER), question.id, "Anders.", "Hoofd", 1, NOW)
        assert seen_by(s, FIN, question)[0].text == DRAFT


def test_the_ball_goes_to_the_last_contributor_and_back_to_the_owner(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question, (fin, bzk) = a_request(s, "Financiën", "BZK")
        assert ball(s, question) == (HolderKind.CONTRIBUTOR, None)
        reply(s, fin, FIN)
        assert question.state is State.CONCURRING
        assert ball(s, question) == (HolderKind.CONTRIBUTOR, "BZK")
        assert mails(s, "concurrence") == []
        reply(s, bzk, BZK, Reply.OBJECT, reason=WHY)
        assert question.state is State.ACCEPTED
        assert ball(s, question) == (HolderKind.OWNER, "JENV")
        assert acts(s, question)[-3:] == [Act.AGREE, Act.OBJECT, Act.CLEAR]
        assert audited(s, question)[-3:] == [Act.AGREE, Act.OBJECT, Act.CLEAR]
        assert mails(s, "concurrence") == [OWNER]
        assert mails(s, "replied") == [FIN, BZK]


def test_an_objection_travels_with_the_answer_and_is_read_by_all_from_then_on(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question, (fin, bzk) = a_request(s, "FIN", "BZK")
        reply(s, fin, FIN, Reply.OBJECT, reason=WHY)
        reply(s, bzk, BZK)
        assert [one.reason for one in seen_by(s, "secretariaat@vng.example", question)] == [None, None]
        answering.submit(s, actor(s, OWNER), question.id, DRAFT, "Hoofd", NOW)
        (objection,) = objections(s, [question.id])[question.id, 1]
        assert (objection.ministry, objection.reason) == ("Fin", WHY)
        assert [one.reason for one in seen_by(s, "secretariaat@vng.example", question)] == [None, WHY]
        assert all(one.text is None for one in seen_by(s, "secretariaat@vng.example", question))


def test_a_proposal_is_a_reply_that_the_owner_can_take_over(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question, (one,) = a_request(s)
        reply(s, one, FIN, Reply.PROPOSE, proposal="€ 40 per plek.")
        assert one.state is ContributionState.PROPOSED
        assert objections(s, [question.id]) == {}
        jenv = actor(s, OWNER)
        with pytest.raises(OutOfDate):
            concurrence.take_over(s, jenv, question.id, one.id, 0, NOW)
        concurrence.take_over(s, jenv, question.id, one.id, 1, NOW)
        draft = concurrence.take_over(s, jenv, question.id, one.id, 1, NOW)  # the form sent twice
        assert (draft.text, draft.version, draft.given_by) == ("€ 40 per plek.", 2, "Hoofd Opvang")
        (again,) = concurrence.ask(s, jenv, question.id, ["FIN"], None, NOW)
        assert (again.draft_version, again.text) == (2, "€ 40 per plek.")
        reply(s, again, FIN)
        assert [one.state for one in seen_by(s, FIN, question)] == ["ingestemd", "tekstvoorstel"]
        with pytest.raises(NotFound):
            concurrence.take_over(s, jenv, question.id, again.id, 2, NOW)


def test_who_agrees_in_the_end_no_longer_objects(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question, (one,) = a_request(s)
        reply(s, one, FIN, Reply.OBJECT, reason=WHY)
        drafts.save_draft(s, actor(s, OWNER), question.id, "Zonder bedrag.", "Hoofd", 1, NOW)
        (again,) = concurrence.ask(s, actor(s, OWNER), question.id, ["FIN"], None, NOW)
        assert question.id in {one for one, _ in objections(s, [question.id])}, "until FIN has said otherwise"
        reply(s, again, FIN)
        assert objections(s, [question.id]) == {}


def test_only_owner_and_contributor_read_what_was_sent(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question, (fin, _) = a_request(s, "FIN", "BZK")
        reply(s, fin, FIN, Reply.OBJECT, reason=WHY, proposal="€ 40.")

        def read(email: str) -> list[tuple[str | None, str | None, str | None]]:
            rows = seen_by(s, email, question)
            return [(one.text and one.text[:5], one.proposal, one.reason) for one in sorted(rows, key=lambda r: r.id)]

        assert read(OWNER) == [("Vanaf", "€ 40.", WHY), ("Vanaf", None, None)]
        assert read("sg@jenv.example") == read(OWNER)
        assert read(FIN) == [("Vanaf", "€ 40.", WHY), (None, None, None)]
        assert read(BZK) == [(None, None, None), ("Vanaf", None, None)]
        assert read(REGIE) == [(None, None, WHY), (None, None, None)]
        assert read("directie@vng.example") == [(None, None, None)] * 2


def test_a_new_owner_reads_nothing_of_what_the_old_one_sent(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question, (one,) = a_request(s)
        reply(s, one, FIN, Reply.OBJECT, reason=WHY)
        ownership.transfer(s, actor(s, OWNER), question.id, "BZK", "Wonen.", LATE)
        assert [(row.text, row.reason, row.present) for row in seen_by(s, BZK, question)] == [(None, None, False)]
        answering.submit(s, actor(s, BZK), question.id, "Ja.", "Hoofd", LATE)
        assert objections(s, [question.id]) == {}, "FIN objected to another ministry's text"
        assert [row.reason for row in seen_by(s, BZK, question)] == [None]
        closing.judge(s, secretariat(s), question.id, Verdict.EVASIVE, "Wanneer?", LATE)
        assert [row.text for row in seen_by(s, BZK, question)] == [None]


def test_the_digest_tells_who_objected_at_the_end_of_that_day(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question, (one,) = a_request(s)
        reply(s, one, FIN, Reply.OBJECT, reason=WHY)
        drafts.save_draft(s, actor(s, OWNER), question.id, "Zonder bedrag.", "Hoofd", 1, LATE)
        (again,) = concurrence.ask(s, actor(s, OWNER), question.id, ["FIN"], None, LATE)
        concurrence.reply(s, actor(s, FIN), question.id, again.id, Reply.AGREE, LATE)
        assert [objected.by for objected in digest_lists.objections(s, NOW.date())] == [("Fin",)]
        assert digest_lists.objections(s, LATE.date()) == ()


@pytest.mark.parametrize(
    ("ministries", "days", "code", "field"),
    [
        (["JENV"], 7, "own-ministry", "ministeries"),
        (["FIN", "Ministerie van Justitie en Veiligheid"], 7, "own-ministry", "ministeries"),
        (["VRO"], 7, "ended-ministry", None),
        (["XYZ"], 7, "unknown-ministry", None),
        ([], 7, "missing", "ministeries"),
        ([" "], 7, "missing", "ministeries"),
        (["FIN"], -1, "concur-not-later", "datum"),
        (["FIN"], 0, "concur-not-later", "datum"),
        (["FIN"], 4, "concur-not-working", "datum"),
    ],
)
@pytest.mark.database("sqlite")
def test_a_request_that_makes_no_sense_changes_nothing(
    db: Db, ministries: list[str], days: int, code: str, field: str | None
) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_draft(s)
        due_on = ASKED.date() + timedelta(days=days)
        with pytest.raises(Invalid) as refused:
            concurrence.ask(s, actor(s, OWNER), question.id, ministries, due_on, ASKED)
        assert (refused.value.code, refused.value.field) == (code, field)
        assert question.state is State.ASKED
        assert s.scalars(sa.select(Contribution)).all() == []


@pytest.mark.database("sqlite")
def test_without_a_text_or_with_another_one_nothing_is_sent(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_draft(s, text="  ")
        jenv = actor(s, OWNER)
        with pytest.raises(Invalid) as refused:
            concurrence.ask(s, jenv, question.id, ["FIN"], None, NOW)
        assert refused.value.code == "no-draft"
        drafts.save_draft(s, jenv, question.id, DRAFT, "Hoofd", 1, NOW)
        with pytest.raises(OutOfDate):
            concurrence.ask(s, jenv, question.id, ["FIN"], None, NOW, version=1)
        with pytest.raises(NotFound):
            concurrence.ask(s, actor(s, FIN), question.id, ["BZK"], None, NOW)
        for other in (REGIE, "secretariaat@vng.example"):
            with pytest.raises(NotAllowed):
                concurrence.ask(s, actor(s, other), question.id, ["FIN"], None, NOW)


@pytest.mark.database("sqlite")
def test_the_same_request_sent_twice_is_one_and_another_must_wait(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question, (one,) = a_request(s)
        again = concurrence.ask(s, actor(s, OWNER), question.id, ["FIN"], DUE, NOW, version=1)
        assert [row.id for row in again] == [one.id]
        with pytest.raises(WrongState):
            concurrence.ask(s, actor(s, OWNER), question.id, ["BZK"], None, NOW)
        assert mails(s, "concur") == [FIN]


@pytest.mark.database("sqlite")
def test_a_ministry_replies_once(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question, (fin, _) = a_request(s, "FIN", "BZK")
        with pytest.raises(Invalid):
            reply(s, fin, FIN, Reply.OBJECT)
        reply(s, fin, FIN, Reply.OBJECT, reason=WHY)
        reply(s, fin, "coordinator@fin.example", Reply.OBJECT, reason=f" {WHY}\n")
        with pytest.raises(WrongState) as refused:
            reply(s, fin, "coordinator@fin.example")
        assert refused.value.code == "replied-already"
        assert acts(s, question).count(Act.OBJECT) == 1
        with pytest.raises(NotFound) as other:
            reply(s, fin, BZK)
        assert other.value.code == "no-request"
        with pytest.raises(NotAllowed):
            reply(s, fin, OWNER)


def test_what_waits_lapses_when_it_is_recalled_and_replies_stay(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question, (fin, bzk) = a_request(s, "FIN", "BZK")
        reply(s, fin, FIN)
        concurrence.recall(s, actor(s, OWNER), question.id, "Wij schrijven het om.", NOW)
        assert (fin.state, bzk.state) == (ContributionState.AGREED, ContributionState.LAPSED)
        assert (question.state, ball(s, question)) == (State.ACCEPTED, (HolderKind.OWNER, "JENV"))
        assert mails(s, "concurrence") == [BZK]
        with pytest.raises(WrongState) as refused:
            reply(s, bzk, BZK)
        assert refused.value.code == "concurrence-ended"
        assert "teruggenomen" in refused.value.sentence
        with pytest.raises(WrongState):
            concurrence.recall(s, actor(s, OWNER), question.id, "", NOW)
        assert len(concurrence.ask(s, actor(s, OWNER), question.id, ["BZK"], None, NOW)) == 1


def test_az_goes_past_whoever_let_the_day_pass(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question, (one,) = a_request(s)
        regie = actor(s, REGIE)
        for act in (concurrence.overrule, concurrence.read_stalled):
            with pytest.raises(WrongState) as refused:
                act(s, regie, question.id, *(("Te lang.",) if act is concurrence.overrule else ()), at(DUE))
            assert refused.value.code == "not-stalled"
        assert [row.text for row in concurrence.read_stalled(s, regie, question.id, LATE)] == [DRAFT]
        assert audited(s, question)[-1] == "verzonden-concept-lezen"
        with pytest.raises(Invalid):
            concurrence.overrule(s, regie, question.id, " ", LATE)
        for email in (OWNER, FIN, "secretariaat@vng.example"):
            with pytest.raises(NotAllowed):
                concurrence.overrule(s, actor(s, email), question.id, "Te lang.", LATE)
        concurrence.overrule(s, regie, question.id, "Het duurt te lang.", LATE)
        assert (question.state, one.state) == (State.ACCEPTED, ContributionState.LAPSED)
        assert mails(s, "concurrence") == [FIN, OWNER]
        assert audited(s, question)[-1] == Act.OVERRULE
        with pytest.raises(WrongState, match="doorbroken"):
            reply(s, one, FIN)


def answer(s: Session, question: Question) -> object:
    return answering.submit(s, actor(s, OWNER), question.id, "Ja.", "Hoofd", NOW, alone_because="Haast.")


def pass_on(s: Session, question: Question) -> object:
    return ownership.transfer(s, actor(s, OWNER), question.id, "FIN", "Geld.", NOW)


def decline(s: Session, question: Question) -> object:
    return ownership.decline(s, actor(s, OWNER), question.id, "Niet van ons.", "", NOW)


def withdraw(s: Session, question: Question) -> object:
    return closing.withdraw(s, secretariat(s), question.id, "Vervallen.", NOW)


@pytest.mark.parametrize(
    ("end", "told_then"),
    [(answer, "beantwoord"), (pass_on, "niet meer bij"), (decline, "niet meer bij"), (withdraw, "ingetrokken")],
)
@pytest.mark.database("sqlite")
def test_whatever_takes_the_question_away_ends_what_waits(db: Db, end: object, told_then: str) -> None:
    a_register(db)
    with db.writing() as s:
        question, (fin, bzk) = a_request(s, "FIN", "BZK")
        end(s, question)  # type: ignore[operator]
        assert {fin.state, bzk.state} == {ContributionState.LAPSED}
        with pytest.raises(Refusal) as refused:
            reply(s, bzk, BZK)
        assert told_then in str(refused.value)


def test_who_is_late_is_reminded_once_and_the_owners_coordinator_hears_it(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        a_request(s, "FIN", "BZK")
        second, (fin, _) = a_request(s, "FIN", "BZK")
        reply(s, fin, FIN)
        third, _ = a_request(s, "OCW")
        concurrence.recall(s, actor(s, OWNER), third.id, "", NOW)
        assert escalation.sweep(s, CLOCKWORK, DUE, at(DUE, 6)).stalled == 0
        night = at(LATE.date(), 6)
        assert escalation.sweep(s, CLOCKWORK, LATE.date(), night).stalled == 3
        rows = s.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "stalled").order_by(OutboxMail.address)).all()
        assert [(row.address, len(row.params["contribution_ids"])) for row in rows] == [
            (BZK, 2),
            (FIN, 1),
            ("coordinator@jenv.example", 3),
        ]
        assert {row.not_before.astimezone(night.tzinfo).hour for row in rows} == {7}
        assert escalation.sweep(s, CLOCKWORK, LATE.date(), night).stalled == 0
        tomorrow = LATE.date() + timedelta(days=1)
        assert escalation.sweep(s, CLOCKWORK, tomorrow, at(tomorrow, 6)).stalled == 0
        assert len(mails(s, "stalled")) == 3
        assert audited_sweeps(s) == 1
        assert draft_of(s, second) is not None


def audited_sweeps(s: Session) -> int:
    query = sa.select(sa.func.count()).where(AuditEntry.act == "herinneren", AuditEntry.object == "afstemmingen")
    return s.scalars(query).one()
