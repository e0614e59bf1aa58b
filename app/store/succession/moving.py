"""Carrying a plan out: a fixed number of statements for each thousand questions, however many there are."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.ledger import EntryKind
from app.domain.questions import Act, HolderKind, State
from app.domain.terms import Rule
from app.store.answering import Draft
from app.store.base import insert_new
from app.store.concurrence import Contribution, ContributionState, awaited
from app.store.documents import DraftDocument
from app.store.ladder.escalation import Pause
from app.store.questions import Contributor, FormerOwner, HoldingPeriod, Question, QuestionEvent, move, pass_ball, tell
from app.store.succession.facts import BallMove, ContributorMove, Plan, QuestionMove
from app.store.succession.people import move_people
from app.store.succession.plan import touched_questions
from app.store.term_requests import RequestState, TermRequest
from app.store.terms import TermEntry

AT_ONCE = 1_000
CONTRIBUTION_MOVED = "afstemming-opvolgen"
"""The line in a question's story where not its owner ended but a ministry that must concur."""

Row = TypeVar("Row")


def lock_questions(session: Session, ended: Sequence[int]) -> None:
    """Lock what will move, by number, as all who lock several questions do."""
    due = sa.select(Question.id).where(touched_questions(ended)).order_by(Question.id)
    locked = due.with_for_update().subquery()
    session.execute(sa.select(sa.func.count()).select_from(locked))


def carry_out(session: Session, plan: Plan, actor: Actor, now: datetime) -> None:
    """Move everything in the plan, whose questions are locked. Mail and audit are the caller's."""
    move_people(session, plan.staff)
    for some in _batches(plan.questions):
        _write_stories(session, some, actor, now)
        _write_ledgers(session, some, actor, now)
        _change_owners(session, some)
        _take_drafts(session, some)
        _take_requests(session, some)
    for balls in _batches(plan.balls):
        _pass_balls(session, balls)
    for contributors in _batches(plan.contributors):
        _move_contributors(session, contributors, actor, now)
    _lapse(session, plan.own_requests)
    for pause in plan.pauses:
        session.execute(_bare(sa.update(Pause).where(Pause.id == pause.id).values(ministry_id=pause.to_id)))
    _clear(session, plan, actor, now)


def _write_stories(session: Session, moves: Sequence[QuestionMove], actor: Actor, now: datetime) -> None:
    """A line for each step, and the ministries that had a question among those that keep reading it."""
    events = [
        {
            "question_id": one.id,
            "at": now,
            "on": step.on,
            "act": Act.SUCCEED.value,
            "round": one.round,
            "actor_id": actor.person_id,
            "ministry_id": step.from_id,
            "to_ministry_id": step.to_id,
        }
        for one in moves
        for step in one.steps
    ]
    session.execute(sa.insert(QuestionEvent), events)
    former = [
        {"question_id": one.id, "ministry_id": step.from_id, "until_on": step.on} for one in moves for step in one.steps
    ]
    session.execute(insert_new(session, FormerOwner), former)
    for to_id, ids in _grouped(moves, lambda one: one.to_id):
        for table in (FormerOwner, Contributor):
            session.execute(_bare(sa.delete(table).where(table.ministry_id == to_id, table.question_id.in_(_ids(ids)))))


def _write_ledgers(session: Session, moves: Sequence[QuestionMove], actor: Actor, now: datetime) -> None:
    """The clock runs on: a remark in the ledger, and the due date as it is."""
    entries = [
        {
            "question_id": one.id,
            "round": one.round,
            "sequence": one.last_entry + place,
            "kind": EntryKind.TRANSFERRED,
            "effective_on": step.on,
            "recorded_at": now,
            "actor_id": actor.person_id,
            "consented": False,
            "rule": Rule.RUNS_ON.value,
            "due_on": one.due_on,
        }
        for one in moves
        for place, step in enumerate(one.steps, start=1)
    ]
    session.execute(sa.insert(TermEntry), entries)


def _change_owners(session: Session, moves: Sequence[QuestionMove]) -> None:
    """Owner and contact; links of before die. Who was silent is asked anew; an owner's being bound goes along."""
    for (to_id, contact_id), some in _grouped(moves, lambda one: (one.to_id, one.contact_id)):
        changed = sa.update(Question).where(Question.id.in_(_ids(some)))
        session.execute(
            _bare(
                changed.values(
                    owner_id=to_id,
                    contact_id=contact_id,
                    link_serial=Question.link_serial + 1,
                    handed_over_on=None,
                    deemed=False,
                    version=Question.version + 1,
                )
            )
        )


def _take_drafts(session: Session, moves: Sequence[QuestionMove]) -> None:
    """The draft goes along; what waited for a coordinator's release is a draft again, for the new owner to offer.

    Where the successor has a draft of its own (it owned the question before), both texts stand in one.
    """
    for (from_id, to_id), some in _grouped(moves, lambda one: (one.from_id, one.to_id)):
        ids = _ids(some)
        for draft, own in session.execute(_both_drafts(ids, from_id, to_id)).all():
            own.text = f"{draft.text}\n\n{own.text}".strip()
            own.version, own.saved_at = own.version + 1, max(own.saved_at, draft.saved_at)
            taken = sa.update(DraftDocument).where(DraftDocument.draft_id == draft.id)
            session.execute(_bare(taken.values(draft_id=own.id)))
            session.delete(draft)
        session.flush()
        present = sa.exists().where(Question.id == Draft.question_id, Question.round == Draft.round)
        along = sa.update(Draft).where(Draft.question_id.in_(ids), Draft.ministry_id == from_id, present)
        session.execute(
            _bare(
                along.values(
                    ministry_id=to_id,
                    version=Draft.version + 1,
                    offered_at=None,
                    offered_by_id=None,
                    alone_because=None,
                )
            )
        )


def _both_drafts(ids: Sequence[int], from_id: int, to_id: int) -> sa.Select[Draft, Draft]:
    own = sa.orm.aliased(Draft)
    return (
        sa.select(Draft, own)
        .join(own, sa.and_(own.question_id == Draft.question_id, own.round == Draft.round))
        .join(Question, sa.and_(Question.id == Draft.question_id, Question.round == Draft.round))
        .where(Draft.question_id.in_(ids), Draft.ministry_id == from_id, own.ministry_id == to_id)
        .order_by(Draft.id)
    )


def _take_requests(session: Session, moves: Sequence[QuestionMove]) -> None:
    """What the old owner asked VNG about the term, the new one has asked."""
    for (from_id, to_id), some in _grouped(moves, lambda one: (one.from_id, one.to_id)):
        asked = sa.update(TermRequest).where(
            TermRequest.question_id.in_(_ids(some)),
            TermRequest.ministry_id == from_id,
            TermRequest.state == RequestState.ASKED,
        )
        session.execute(_bare(asked.values(ministry_id=to_id)))


def _pass_balls(session: Session, balls: Sequence[BallMove]) -> None:
    """End the open holding periods, each on its day, and write who has the ball from then on."""
    for until_on, some in _grouped(balls, lambda one: one.steps[0].on):
        ended = sa.update(HoldingPeriod).where(HoldingPeriod.id.in_([one.period_id for one in some]))
        session.execute(_bare(ended.values(until_on=until_on)))
    periods = [
        {
            "question_id": ball.question_id,
            "holder": ball.holder,
            "ministry_id": step.to_id,
            "from_on": step.on,
            "until_on": following.on if following else None,
        }
        for ball in balls
        for step, following in zip(ball.steps, [*ball.steps[1:], None], strict=True)
    ]
    session.execute(sa.insert(HoldingPeriod), periods)


def _move_contributors(session: Session, moves: Sequence[ContributorMove], actor: Actor, now: datetime) -> None:
    new = [{"question_id": one.question_id, "ministry_id": one.to_id} for one in moves if one.to_id is not None]
    if new:
        session.execute(insert_new(session, Contributor), new)
    for from_id, some in _grouped(moves, lambda one: one.from_id):
        ids = [one.question_id for one in some]
        session.execute(
            _bare(sa.delete(Contributor).where(Contributor.ministry_id == from_id, Contributor.question_id.in_(ids)))
        )
    for heir_id, some in _grouped(moves, lambda one: one.heir_id):
        going = [one.contribution_id for one in some if one.contribution_id and not one.request_falls]
        along = sa.update(Contribution).where(Contribution.id.in_(going))
        session.execute(_bare(along.values(ministry_id=heir_id)))
    _lapse(session, [one.contribution_id for one in moves if one.contribution_id and one.request_falls])
    events = [
        {
            "question_id": one.question_id,
            "at": now,
            "on": one.on,
            "act": CONTRIBUTION_MOVED,
            "round": one.round,
            "actor_id": actor.person_id,
            "ministry_id": one.from_id,
            "to_ministry_id": one.heir_id,
        }
        for one in moves
    ]
    session.execute(sa.insert(QuestionEvent), events)


def _lapse(session: Session, contribution_ids: Sequence[int]) -> None:
    """Nobody concurs with its own answer, nor twice."""
    for some in _batches(contribution_ids):
        lapsed = sa.update(Contribution).where(Contribution.id.in_(some), Contribution.state == ContributionState.ASKED)
        session.execute(_bare(lapsed.values(state=ContributionState.LAPSED)))


def _clear(session: Session, plan: Plan, actor: Actor, now: datetime) -> None:
    """Where no request is open any more, the concurrence has come to its end; where one is, that one has the ball."""
    session.flush()
    session.expire_all()
    for some in _batches(sorted(plan.touched)):
        concurring = sa.select(Question).where(Question.id.in_(some), Question.state == State.CONCURRING)
        for question in session.scalars(concurring.order_by(Question.id)).all():
            on = max((one.on for one in plan.contributors if one.question_id == question.id), default=plan.on)
            asked = awaited(session, question.id)
            if asked:
                only = asked[0].ministry_id if len(asked) == 1 else None
                pass_ball(session, question, HolderKind.CONTRIBUTOR, only, on)
            else:
                move(session, question, Act.CLEAR, on)
                tell(session, question, actor, Act.CLEAR, now, on)
    session.flush()


def _batches(rows: Iterable[Row]) -> Iterator[Sequence[Row]]:
    every = list(rows)
    for begin in range(0, len(every), AT_ONCE):
        yield every[begin : begin + AT_ONCE]


def _grouped(rows: Iterable[Row], key: Callable[[Row], Any]) -> Iterator[tuple[Any, list[Row]]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    yield from found.items()


def _ids(moves: Sequence[QuestionMove]) -> list[int]:
    return [one.id for one in moves]


def _bare(statement: sa.Update | sa.Delete) -> sa.Update | sa.Delete:
    return statement.execution_options(synchronize_session=False)
