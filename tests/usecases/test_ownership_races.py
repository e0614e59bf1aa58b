"""Who owns a question and who answers it, decided at the same moment: one owner, one answer, nothing lost.

How many times each race is run: tests.support.racing.
"""

from collections import Counter
from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.questions import Act, HolderKind, State
from app.store.answering import Answer, Draft
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.ministries import Ministry
from app.store.outbox import OutboxMail
from app.store.questions import FormerOwner, HoldingPeriod, Question, QuestionEvent
from app.usecases import answering, audit, ownership, releasing
from tests.support.builders import a_question, a_register, actor, at
from tests.support.concurring import ASKED, DUE
from tests.support.racing import RACES, Deed, Record, race

NOW = at(DUE)
CONTACT, COORDINATOR = "contact@jenv.example", "coordinator@jenv.example"
FEW = 8
MANY = pytest.mark.skipif(RACES > 100, reason="only the races that were asked for are run many times")


def questions(db: Db, number: int = RACES, *, offered: bool = False) -> list[int]:
    """So many questions to JenV; with `offered` an answer to each waits for release."""
    a_register(db)
    with db.writing() as s:
        made = [a_question(s, sent_on=ASKED.date()).id for _ in range(number)]
        if offered:
            jenv = s.scalars(sa.select(Ministry.id).where(Ministry.code == "JENV")).one()
            releasing.set_required(s, actor(s, COORDINATOR), jenv, True, ASKED)
            for question_id in made:
                releasing.offer(s, actor(s, CONTACT), question_id, "€ 44.", "Hoofd", ASKED)
    return made


def answers(question_id: int) -> Deed:
    return lambda s, who: answering.submit(s, who, question_id, "€ 44.", "Hoofd", NOW)


def transfers(question_id: int, to: str = "BZK") -> Deed:
    return lambda s, who: ownership.transfer(s, who, question_id, to, "Wonen.", NOW, with_draft=True)


def declines(question_id: int) -> Deed:
    return lambda s, who: ownership.decline(s, who, question_id, "Niet van ons.", "", NOW)


def accepts(question_id: int) -> Deed:
    return lambda s, who: answering.accept(s, who, question_id, NOW)


def releases(question_id: int) -> Deed:
    return lambda s, who: answering.release(s, who, question_id, NOW)


def takes_back(question_id: int) -> Deed:
    return lambda s, who: releasing.take_back(s, who, question_id, NOW)


def assert_whole(db: Db, made: Sequence[int], done: dict[Act, int]) -> None:
    """One holder each, no answer of a ministry that didn't own the question, all that was done is told and proved."""
    with db.reading() as s:
        open_periods = s.execute(sa.select(HoldingPeriod).where(HoldingPeriod.until_on.is_(None))).scalars().all()
        assert sorted(one.question_id for one in open_periods) == sorted(made)
        states = {row.id: (row.state, row.owner_id) for row in s.scalars(sa.select(Question))}
        for one in open_periods:
            state, owner_id = states[one.question_id]
            by_state = {State.ANSWERED: HolderKind.VNG, State.DISPUTED: HolderKind.CENTRE}
            assert one.holder is by_state.get(state, HolderKind.OWNER)
            assert one.ministry_id == (owner_id if one.holder is HolderKind.OWNER else None)
        strangers = sa.select(Answer.id).join(Question, Question.id == Answer.question_id)
        assert s.scalars(strangers.where(Answer.ministry_id != Question.owner_id)).all() == []
        former = sa.select(FormerOwner.question_id).join(Question, Question.id == FormerOwner.question_id)
        assert s.scalars(former.where(FormerOwner.ministry_id == Question.owner_id)).all() == []
        answered = {one for one, (state, _) in states.items() if state is State.ANSWERED}
        assert set(s.scalars(sa.select(Answer.question_id))) == answered
        assert audit.verify(s).broken_at is None
        for act, count in done.items():
            told = s.scalar(sa.select(sa.func.count()).where(QuestionEvent.act == act))
            proved = s.scalar(sa.select(sa.func.count()).where(AuditEntry.act == act))
            assert (told, proved) == (count, count), act


def test_a_question_is_passed_on_or_answered_never_both(db: Db, record_property: Record) -> None:
    made = questions(db)
    ends = Counter(race(db, (COORDINATOR, transfers(one)), (CONTACT, answers(one))) for one in made)
    record_property("transfer/answer", str(dict(ends)))
    assert set(ends) <= {("done", "not-allowed"), ("wrong-state", "done")}
    transferred, answered = ends["done", "not-allowed"], ends["wrong-state", "done"]
    assert_whole(db, made, {Act.TRANSFER: transferred, Act.SUBMIT: answered})
    with db.reading() as s:
        kinds = Counter(s.scalars(sa.select(OutboxMail.kind)))
        assert (kinds["passed_on"], kinds["receipt"]) == (2 * transferred, answered)
        assert set(s.scalars(sa.select(Question.transfers))) <= {0, 1}


def test_accepting_is_undone_by_declining_and_not_the_other_way_round(db: Db, record_property: Record) -> None:
    made = questions(db)
    ends = Counter(race(db, (COORDINATOR, declines(one)), (CONTACT, accepts(one))) for one in made)
    record_property("decline/accept", str(dict(ends)))
    assert set(ends) <= {("done", "done"), ("done", "wrong-state")}
    assert_whole(db, made, {Act.DECLINE: RACES, Act.ACCEPT: ends["done", "done"]})
    with db.reading() as s:
        assert set(s.scalars(sa.select(Question.state))) == {State.DISPUTED}
        disputed = s.scalars(sa.select(OutboxMail.question_id).where(OutboxMail.kind == "disputed")).all()
        assert sorted(disputed) == made


def test_an_answer_is_released_or_taken_back_never_both(db: Db, record_property: Record) -> None:
    made = questions(db, offered=True)
    ends = Counter(race(db, (COORDINATOR, releases(one)), (CONTACT, takes_back(one))) for one in made)
    record_property("release/recall", str(dict(ends)))
    assert set(ends) <= {("done", "wrong-state"), ("not-offered", "done")}
    released, taken_back = ends["done", "wrong-state"], ends["not-offered", "done"]
    assert_whole(db, made, {Act.RELEASE: released, Act.TAKE_BACK: taken_back, Act.OFFER: RACES})
    with db.reading() as s:
        drafts = s.scalars(sa.select(Draft)).all()
        assert (len(drafts), [one for one in drafts if one.offered_at]) == (taken_back, [])
        assert s.scalar(sa.select(sa.func.count()).select_from(Answer)) == released


@MANY
def test_an_answer_is_released_or_its_question_passed_on(db: Db) -> None:
    made = questions(db, FEW, offered=True)
    ends = Counter(race(db, (COORDINATOR, releases(one)), (CONTACT, transfers(one))) for one in made)
    assert set(ends) <= {("done", "wrong-state"), ("not-allowed", "done")}
    assert_whole(db, made, {Act.RELEASE: ends["done", "wrong-state"], Act.TRANSFER: ends["not-allowed", "done"]})


@MANY
def test_of_two_who_pass_it_on_to_different_ministries_one_wins(db: Db) -> None:
    made = questions(db, FEW)
    ends = Counter(race(db, (COORDINATOR, transfers(one)), (CONTACT, transfers(one, "OCW"))) for one in made)
    assert set(ends) <= {("done", "not-allowed"), ("not-allowed", "done")}
    assert_whole(db, made, {Act.TRANSFER: FEW})


@MANY
def test_of_two_decisions_on_a_dispute_one_counts(db: Db) -> None:
    made = questions(db, FEW)

    def assigns(question_id: int, to: str) -> Deed:
        return lambda s, who: ownership.assign(s, who, question_id, to, "Afgesproken.", NOW)

    with db.writing() as s:
        decline_all(s, actor(s, CONTACT), made)
    ends = Counter(
        race(db, ("regie@az.example", assigns(one, "BZK")), ("secretariaat@vng.example", assigns(one, "OCW")))
        for one in made
    )
    assert set(ends) <= {("done", "wrong-state"), ("wrong-state", "done")}
    assert_whole(db, made, {Act.ASSIGN: FEW})


def decline_all(s: Session, who: Actor, made: Sequence[int]) -> None:
    for one in made:
        declines(one)(s, who)
