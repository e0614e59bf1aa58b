"""What the centre reads: ministries beside dossiers, what waits for a decision, and who contributes to what."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.domain.actors import Actor
from app.domain.coordination import Counts, Matrix
from app.domain.errors import NotAllowed, mark
from app.domain.escalation import Reader
from app.domain.numbers import QuestionNumber
from app.domain.permissions import Relation, Task, may
from app.domain.questions import CLIMBING_STATES, Act, State
from app.store.access import readable
from app.store.concurrence import Contribution, ContributionState
from app.store.ladder.escalation import load_ladder
from app.store.letters import Letter
from app.store.lists.concurrences import objected, stalled
from app.store.lists.question_lists import QuestionFilter, late_on, question_rows
from app.store.ministries import Ministry
from app.store.questions import Contributor, Question, QuestionEvent

MOST_DECISIONS = 50
_DISPUTING = (Act.DECLINE, Act.TRANSFER_AGAIN)


@dataclass(frozen=True)
class Undecided:
    """A question that waits for a decision: a row of `question_rows`, between which ministries, and since when.

    `disputed`: whose it is; otherwise a reply to a draft that is overdue.
    """

    row: Any
    disputed: bool
    between: Sequence[str]
    since: date

    @property
    def number(self) -> QuestionNumber:
        """Its number, such as 2026-118.3."""
        return QuestionNumber(self.row.year, self.row.serial, self.row.position)


def scope_of(actor: Actor) -> int | None:
    """Whose questions this actor coordinates: one ministry's, or everybody's (None). Raises NotAllowed."""
    if may(actor.roles, Task.READ_COORDINATION):
        return None
    if actor.ministry_id is None or not may(actor.roles, Task.READ_COORDINATION, Relation.OWNER):
        sentence = mark("U mag de samenhang niet zien. Vraag het de beheerder als u denkt van wel.")
        raise NotAllowed("not-allowed", sentence)
    return actor.ministry_id


def matrix(session: Session, actor: Actor, owner_id: int | None, today: date) -> Matrix:
    """What is owed by ministry and dossier, of one ministry or all, as far as this actor may read it."""
    dossier_id = sa.func.coalesce(Letter.dossier_id, sa.literal_column("0", sa.Integer))
    rows = session.execute(
        sa.select(
            Question.owner_id,
            dossier_id,
            sa.func.count(),
            _sum(late_on(today, today)),
            _sum(Question.state == State.DISPUTED),
            _sum(objected()),
        )
        .join(Letter, Letter.id == Question.letter_id)
        .where(readable(actor), Question.state.in_(CLIMBING_STATES), *_owned_by(owner_id))
        .group_by(Question.owner_id, dossier_id)
    )
    return Matrix({(owner, dossier): Counts(*counts) for owner, dossier, *counts in rows})


def undecided(session: Session, actor: Actor, owner_id: int | None, today: date) -> list[Undecided]:
    """What waits for the centre: disputed owners, then drafts whose replies stay out, the longest waiting first."""
    disputes = QuestionFilter(owner_id=owner_id, states=frozenset({State.DISPUTED}))
    replies = QuestionFilter(owner_id=owner_id, also=(stalled(today),))
    disputed = question_rows(session, actor, disputes, today, limit=MOST_DECISIONS).rows
    waiting = question_rows(session, actor, replies, today, limit=MOST_DECISIONS).rows
    parties, replies_due = _parties(session, disputed), _overdue_replies(session, waiting, today)
    found = [Undecided(row, True, parties.get(row.id, [row.owner]), row.held_from or today) for row in disputed]
    found += [Undecided(row, False, [row.owner, *replies_due[row.id][1]], replies_due[row.id][0]) for row in waiting]
    return sorted(found, key=lambda one: (not one.disputed, one.since, one.row.id))


def for_meeting(session: Session, today: date) -> sa.ColumnElement[bool]:
    """What ministries talk about together, as a condition on `questions`.

    Disputed, objected to, a reply that stays out, or late from the rung on at which the centre hears of it.
    """
    rungs = [rung.number for rung in load_ladder(session) if Reader.CENTRE in rung.readers]
    late = sa.and_(late_on(today, today), Question.rung >= min(rungs)) if rungs else late_on(today, today)
    undecided = sa.or_(Question.state == State.DISPUTED, objected(), stalled(today), late)
    return sa.and_(Question.state.in_(CLIMBING_STATES), undecided)


def contributors_of_questions(session: Session, question_ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """The ministries that must concur with each question, as people call them, by name."""
    rows = session.execute(
        sa.select(Contributor.question_id, Ministry.display)
        .join(Ministry, Ministry.id == Contributor.ministry_id)
        .where(Contributor.question_id.in_(question_ids))
        .order_by(sa.func.lower(Ministry.display))
    )
    found: dict[int, list[str]] = defaultdict(list)
    for question_id, display in rows:
        found[question_id].append(display)
    return found


def _parties(session: Session, rows: Sequence[Any]) -> dict[int, list[str]]:
    """Between which ministries each owner is disputed: who passed it on or declined last, and to whom."""
    to_ministry = aliased(Ministry)
    events = session.execute(
        sa.select(QuestionEvent.question_id, Ministry.display, to_ministry.display)
        .join(Ministry, Ministry.id == QuestionEvent.ministry_id)
        .outerjoin(to_ministry, to_ministry.id == QuestionEvent.to_ministry_id)
        .where(QuestionEvent.question_id.in_([row.id for row in rows]), QuestionEvent.act.in_(_DISPUTING))
        .order_by(QuestionEvent.id)
    )
    return {question_id: [name for name in (from_, to) if name] for question_id, from_, to in events}


def _overdue_replies(session: Session, rows: Sequence[Any], today: date) -> dict[int, tuple[date, list[str]]]:
    """Since when, and by which ministries, a reply to each draft is overdue."""
    found: dict[int, tuple[date, list[str]]] = {}
    for question_id, due_on, display in session.execute(
        sa.select(Contribution.question_id, Contribution.due_on, Ministry.display)
        .join(Ministry, Ministry.id == Contribution.ministry_id)
        .where(
            Contribution.question_id.in_([row.id for row in rows]),
            Contribution.state == ContributionState.ASKED,
            Contribution.due_on < today,
        )
        .order_by(Contribution.due_on, sa.func.lower(Ministry.display))
    ):
        found.setdefault(question_id, (due_on, []))[1].append(display)
    return found


def _owned_by(owner_id: int | None) -> Sequence[sa.ColumnElement[bool]]:
    return () if owner_id is None else (Question.owner_id == owner_id,)


def _sum(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))
