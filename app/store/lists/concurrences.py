"""Requests to concur as their readers may see them, what others object to, and what waits for whom."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.domain.actors import Actor
from app.domain.concurrence import ENDED_BY, sight
from app.domain.permissions import Relation, Role, Task, may
from app.domain.questions import CLIMBING_STATES, Act, State
from app.store.access import relation_to
from app.store.answering import Answer
from app.store.concurrence import Contribution, ContributionState
from app.store.ministries import Ministry
from app.store.people import Person
from app.store.questions import Question, QuestionEvent

REPLIED = (ContributionState.AGREED, ContributionState.PROPOSED, ContributionState.OBJECTED)
# The question got another owner since, who starts afresh. A successor takes the draft along; the same owner keeps it.
_PASSED_ON = (
    QuestionEvent.question_id == Contribution.question_id,
    QuestionEvent.act.in_((Act.TRANSFER, Act.ASSIGN)),
    QuestionEvent.to_ministry_id != QuestionEvent.ministry_id,
    QuestionEvent.at > Contribution.asked_at,
)
_LEFT_BEHIND = sa.exists().where(*_PASSED_ON)
_LEFT_IN_ITS_ROUND = sa.exists().where(*_PASSED_ON, QuestionEvent.round == Contribution.round)


@dataclass(frozen=True)
class Told:
    """One request and its reply, as far as this reader may see it; texts and reason are None where they may not.

    `mine`: it was put to the reader's ministry. `asked`: the reader's ministry owns the question, and asked it.
    `present`: it belongs to the answer that is being written, or to the round's answer. `edition` counts the versions
    that were sent in its round; the draft's own version rises with every saving.
    """

    id: int
    round: int
    ministry_id: int
    ministry: str
    ministry_name: str
    code: str
    draft_version: int
    edition: int
    asked_at: datetime
    due_on: date
    state: ContributionState
    settled_at: datetime | None
    reminded_on: date | None
    person: str | None
    text: str | None
    proposal: str | None
    reason: str | None
    mine: bool
    asked: bool
    present: bool


@dataclass(frozen=True)
class Objection:
    """A ministry that objects to an answer, and why."""

    ministry: str
    code: str
    reason: str


def told(session: Session, actor: Actor, question: Question) -> list[Told]:
    """All requests about a question, newest first, with of each what this reader may see."""
    rows = session.execute(
        sa.select(Contribution, Ministry, Person.name, _LEFT_BEHIND, _LEFT_IN_ITS_ROUND, Answer.id)
        .join(Ministry, Ministry.id == Contribution.ministry_id)
        .outerjoin(Person, Person.id == Contribution.person_id)
        .outerjoin(Answer, sa.and_(Answer.question_id == Contribution.question_id, Answer.round == Contribution.round))
        .where(Contribution.question_id == question.id)
        .order_by(Contribution.id.desc())
    ).all()
    relation = relation_to(session, actor, question) if rows else Relation.OTHER
    sent: dict[int, list[int]] = defaultdict(list)
    for one, *_ in reversed(rows):
        if one.draft_version not in sent[one.round]:
            sent[one.round].append(one.draft_version)
    return [_told(actor, relation, question, sent[row[0].round].index(row[0].draft_version) + 1, *row) for row in rows]


def _told(
    actor: Actor,
    relation: Relation,
    question: Question,
    edition: int,
    one: Contribution,
    ministry: Ministry,
    person: str | None,
    left_behind: bool,
    left_in_its_round: bool,
    answer_id: int | None,
) -> Told:
    mine = actor.ministry_id == one.ministry_id and may(actor.roles, Act.AGREE, Relation.CONTRIBUTOR)
    asked = relation is Relation.OWNER and may(actor.roles, Task.READ_DRAFT, relation) and not left_behind
    answered = answer_id is not None and not left_in_its_round
    seen = sight(asked=asked, was_asked=mine, centre=Role.REGIE in actor.roles, answered=answered)
    return Told(
        id=one.id,
        round=one.round,
        ministry_id=ministry.id,
        ministry=ministry.display,
        ministry_name=ministry.name,
        code=ministry.code,
        draft_version=one.draft_version,
        edition=edition,
        asked_at=one.asked_at,
        due_on=one.due_on,
        state=one.state,
        settled_at=one.settled_at,
        reminded_on=one.reminded_on,
        person=person if seen.texts else None,
        text=one.text if seen.texts else None,
        proposal=one.proposal if seen.texts else None,
        reason=one.reason if seen.reason else None,
        mine=mine,
        asked=asked,
        present=one.round == question.round and not left_in_its_round,
    )


def objected() -> sa.ColumnElement[bool]:
    """The open questions whose present draft a ministry objects to by its last reply, as a condition on `questions`."""
    own = sa.and_(Contribution.question_id == Question.id, Contribution.round == Question.round)
    objects = sa.exists().where(own, *still_object())
    return sa.and_(Question.state.in_(CLIMBING_STATES), objects.correlate(Question))


def still_object(before: datetime | None = None) -> Sequence[sa.ColumnElement[bool]]:
    """Objections that their ministry didn't replace by a later reply, to the owner that asked for it.

    As conditions on `contributions`; with `before`, as things stood at that moment.
    """
    later = aliased(Contribution)
    replaced = sa.and_(
        later.question_id == Contribution.question_id,
        later.round == Contribution.round,
        later.ministry_id == Contribution.ministry_id,
        later.id > Contribution.id,
        later.state.in_(REPLIED),
    )
    left = _LEFT_IN_ITS_ROUND
    said = [Contribution.state == ContributionState.OBJECTED]
    if before is not None:
        replaced = sa.and_(replaced, later.settled_at < before)
        left = left.where(QuestionEvent.at < before)
        said.append(Contribution.settled_at < before)
    superseded = sa.exists().where(replaced)
    return (*said, ~superseded.correlate(Contribution), ~left.correlate(Contribution))


def objections(session: Session, question_ids: Sequence[int]) -> dict[tuple[int, int], list[Objection]]:
    """Who objects to the draft or answer of each (question, round): those whose last reply to its owner said so."""
    rows = session.execute(
        sa.select(Contribution.question_id, Contribution.round, Ministry.display, Ministry.code, Contribution.reason)
        .join(Ministry, Ministry.id == Contribution.ministry_id)
        .where(
            Contribution.question_id.in_(question_ids),
            *still_object(),
        )
        .order_by(Contribution.question_id, Contribution.round, sa.func.lower(Ministry.display))
    )
    found: dict[tuple[int, int], list[Objection]] = defaultdict(list)
    for question_id, number, display, code, reason in rows:
        found[question_id, number].append(Objection(display, code, reason or ""))
    return dict(found)


def ended_by(session: Session, one: Contribution) -> str:
    """Why a request that lapsed needs no reply any more, as a sentence for the ministry that was asked."""
    act = session.scalars(
        sa.select(QuestionEvent.act)
        .where(
            QuestionEvent.question_id == one.question_id,
            QuestionEvent.act.in_(ENDED_BY),
            QuestionEvent.at >= one.asked_at,
        )
        .order_by(QuestionEvent.id)
        .limit(1)
    ).one_or_none()
    return ENDED_BY[Act(act) if act else Act.RECALL]


def awaiting(ministry_id: int) -> sa.ColumnElement[bool]:
    """The questions that wait for this ministry's reply, as a condition on `questions`."""
    return sa.and_(
        Question.state == State.CONCURRING,
        Question.id.in_(_open().where(Contribution.ministry_id == ministry_id)),
    )


def stalled(today: date) -> sa.ColumnElement[bool]:
    """The questions for which a reply is overdue, as a condition on `questions`."""
    return sa.and_(Question.state == State.CONCURRING, Question.id.in_(_open().where(Contribution.due_on < today)))


def first_due(session: Session, question_ids: Sequence[int], ministry_id: int | None = None) -> dict[int, date]:
    """By when the first reply to each of these questions was asked for (from one ministry only)."""
    query = (
        sa.select(Contribution.question_id, sa.func.min(Contribution.due_on))
        .where(Contribution.question_id.in_(question_ids), Contribution.state == ContributionState.ASKED)
        .group_by(Contribution.question_id)
    )
    if ministry_id is not None:
        query = query.where(Contribution.ministry_id == ministry_id)
    return dict(session.execute(query).all())


def _open() -> sa.Select[Any]:
    return sa.select(Contribution.question_id).where(Contribution.state == ContributionState.ASKED)
