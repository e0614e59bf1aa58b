"""Two ministries at once on one request to concur: no reply is lost, none counts after it was recalled.

How many times each race is run: tests.support.racing.
"""

from collections import Counter
from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from app.domain.concurrence import Reply
from app.domain.questions import Act, HolderKind, State
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.concurrence import Contribution, ContributionState
from app.store.outbox import OutboxMail
from app.store.questions import HoldingPeriod, Question, QuestionEvent
from app.usecases import answering, audit, concurrence
from tests.support.builders import a_register, at
from tests.support.concurring import ASKED, BZK, DUE, FIN, OWNER, a_request
from tests.support.racing import RACES, Deed, Record, race

NOW = at(DUE)


def requests(db: Db, *ministries: str) -> list[tuple[int, list[int]]]:
    """So many questions, each sent to these ministries: (question, its requests)."""
    a_register(db)
    made = []
    with db.writing() as s:
        for _ in range(RACES):
            question, rows = a_request(s, *ministries, now=ASKED)
            made.append((question.id, [one.id for one in rows]))
    return made


def replying(question_id: int, request_id: int, kind: Reply, **said: str) -> Deed:
    return lambda s, who: concurrence.reply(s, who, question_id, request_id, kind, NOW, **said)


def recalling(question_id: int) -> Deed:
    return lambda s, who: concurrence.recall(s, who, question_id, "", NOW)


def assert_whole(db: Db, made: Sequence[tuple[int, list[int]]], audited: int) -> None:
    """Each question has one holder, nothing waits that nobody can answer, and what is told is what happened."""
    with db.reading() as s:
        questions = {row.id: row for row in s.scalars(sa.select(Question))}
        rows = s.scalars(sa.select(Contribution).order_by(Contribution.id)).all()
        waiting = Counter(row.question_id for row in rows if row.state is ContributionState.ASKED)
        for question_id, _ in made:
            assert (questions[question_id].state is State.CONCURRING) == bool(waiting[question_id])
        holders = s.execute(
            sa.select(HoldingPeriod.question_id, HoldingPeriod.holder).where(HoldingPeriod.until_on.is_(None))
        ).all()
        assert len(holders) == len(made)
        for question_id, holder in holders:
            concurring = questions[question_id].state is State.CONCURRING
            assert holder is (HolderKind.CONTRIBUTOR if concurring else holder)
        acts = [Act.AGREE, Act.OBJECT, Act.PROPOSE]
        events = s.scalar(sa.select(sa.func.count()).where(QuestionEvent.act.in_(acts)))
        replied = [row for row in rows if row.person_id is not None]
        assert events == len(replied) == s.scalar(sa.select(sa.func.count()).where(OutboxMail.kind == "replied"))
        every = (*acts, Act.CLEAR, Act.RECALL, Act.SUBMIT)
        assert s.scalar(sa.select(sa.func.count()).where(AuditEntry.act.in_(every))) == audited
        assert audit.verify(s).broken_at is None


def test_a_request_is_replied_to_or_recalled_never_both(db: Db, record_property: Record) -> None:
    made = requests(db, "FIN")
    ends = Counter(
        race(db, (FIN, replying(question_id, ids[0], Reply.OBJECT, reason="Nee.")), (OWNER, recalling(question_id)))
        for question_id, ids in made
    )
    assert set(ends) <= {("done", "wrong-state"), ("concurrence-ended", "done")}
    record_property("concur/recall", str(dict(ends)))
    with db.reading() as s:
        states = Counter(s.scalars(sa.select(Contribution.state)))
        assert states[ContributionState.OBJECTED] == ends["done", "wrong-state"]
        assert states[ContributionState.LAPSED] == ends["concurrence-ended", "done"]
        assert set(s.scalars(sa.select(Question.state))) == {State.ACCEPTED}
    assert_whole(db, made, 2 * ends["done", "wrong-state"] + ends["concurrence-ended", "done"])


def test_of_the_last_two_contributors_one_gives_the_question_back(db: Db, record_property: Record) -> None:
    made = requests(db, "FIN", "BZK")
    ends = Counter(
        race(
            db,
            (FIN, replying(question_id, ids[0], Reply.AGREE)),
            (BZK, replying(question_id, ids[1], Reply.OBJECT, reason="Nee.")),
        )
        for question_id, ids in made
    )
    record_property("reply/reply", str(dict(ends)))
    assert ends == {("done", "done"): RACES}
    with db.reading() as s:
        assert set(s.scalars(sa.select(Question.state))) == {State.ACCEPTED}
        cleared = sa.select(QuestionEvent.question_id).where(QuestionEvent.act == Act.CLEAR)
        assert sorted(s.scalars(cleared)) == [question_id for question_id, _ in made]
    assert_whole(db, made, 3 * RACES)


def test_of_two_replies_of_one_ministry_one_counts_and_the_other_is_told(db: Db, record_property: Record) -> None:
    made = requests(db, "FIN", "BZK")
    ends = Counter(
        race(
            db,
            (FIN, replying(question_id, ids[0], Reply.AGREE)),
            ("coordinator@fin.example", replying(question_id, ids[0], Reply.PROPOSE, proposal="€ 40.")),
        )
        for question_id, ids in made
    )
    record_property("reply/reply of one ministry", str(dict(ends)))
    assert set(ends) <= {("done", "replied-already"), ("replied-already", "done")}
    assert_whole(db, made, RACES)


@pytest.mark.skipif(RACES > 100, reason="only the races that the issue asks for are run many times")
def test_a_reply_and_the_answer_at_once_leave_nothing_waiting(db: Db) -> None:
    made = requests(db, "FIN", "BZK")

    def answer(question_id: int) -> Deed:
        return lambda s, who: answering.submit(s, who, question_id, "Ja.", "Hoofd", NOW, alone_because="Haast.")

    ends = Counter(
        race(db, (FIN, replying(question_id, ids[0], Reply.AGREE)), (OWNER, answer(question_id)))
        for question_id, ids in made
    )
    assert set(ends) <= {("done", "done"), ("concurrence-ended", "done")}
    with db.reading() as s:
        assert ContributionState.ASKED not in set(s.scalars(sa.select(Contribution.state)))
        assert set(s.scalars(sa.select(Question.state))) == {State.ANSWERED}
    assert_whole(db, made, RACES + ends["done", "done"])
