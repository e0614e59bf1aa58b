"""Owners who say nothing: which asked questions are to be reminded of, and which count as accepted, as statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.questions import Act, State, next_state
from app.store.ladder.readers import coordinators, with_contact
from app.store.many import any_of
from app.store.questions import SILENT, Question, QuestionEvent

_ASKED = sa.text(SILENT)


@dataclass(frozen=True)
class Silent:
    """A question whose owner says nothing, its contact, and its ministry's coordinator (None where there is none)."""

    question_id: int
    contact_id: int
    coordinator_id: int | None


def asked_until(handed_over_until: date) -> sa.ColumnElement[bool]:
    """The condition for a question that was handed over by this day and whose owner says nothing."""
    return sa.and_(_ASKED, Question.handed_over_on <= handed_over_until)


def to_remind(handed_over_after: date, handed_over_until: date) -> sa.Select[int]:
    """The asked questions handed over in this period whose owner was not reminded since, by number."""
    reminded = sa.exists().where(
        QuestionEvent.question_id == Question.id,
        QuestionEvent.act == Act.REMIND,
        QuestionEvent.actor_id.is_(None),  # not the reminders that people send
        QuestionEvent.on > Question.handed_over_on,
    )
    return (
        sa.select(Question.id)
        .where(
            _ASKED,
            Question.handed_over_on > handed_over_after,
            Question.handed_over_on <= handed_over_until,
            ~reminded,
        )
        .order_by(Question.id)
    )


def to_deem(handed_over_until: date) -> sa.Select[int]:
    """The asked questions handed over by this day, by number."""
    return sa.select(Question.id).where(_ASKED, Question.handed_over_on <= handed_over_until).order_by(Question.id)


def note_reminders(
    session: Session, handed_over_after: date, handed_over_until: date, now: datetime, on: date
) -> list[int]:
    """Note a reminder in the story of each asked question handed over in this period, once; their numbers, in order.

    The first day of the period is not part of it, the last is.
    """
    due = to_remind(handed_over_after, handed_over_until).with_for_update()
    return _tell(session, session.scalars(due).all(), Act.REMIND, now, on)


def deem_accepted(session: Session, handed_over_until: date, now: datetime, on: date) -> list[int]:
    """Let each asked question handed over by this day count as accepted, and say so in its story; their numbers."""
    ids = session.scalars(to_deem(handed_over_until).with_for_update()).all()
    if not ids:
        return []
    deemed = (
        sa.update(Question)
        .where(Question.id.in_(any_of(ids)), Question.state == State.ASKED)
        .values(state=next_state(State.ASKED, Act.DEEM), deemed=True, version=Question.version + 1)
    )
    session.execute(deemed.execution_options(synchronize_session=False))
    return _tell(session, ids, Act.DEEM, now, on)


def silent(session: Session, question_ids: Sequence[int]) -> Sequence[Silent]:
    """Whom to write about these questions, by question."""
    if not question_ids:
        return []
    coordinator = coordinators()
    contacts = with_contact(
        sa.select(Question.id.label("question_id")).where(Question.id.in_(any_of(question_ids)))
    ).subquery()
    rows = session.execute(
        sa.select(contacts.c.question_id, contacts.c.person_id, coordinator.c.person_id)
        .join(Question, Question.id == contacts.c.question_id)
        .outerjoin(coordinator, coordinator.c.ministry_id == Question.owner_id)
        .order_by(contacts.c.question_id)
    )
    return [Silent(question_id, contact_id, coordinator_id) for question_id, contact_id, coordinator_id in rows]


def _tell(session: Session, question_ids: Sequence[int], act: Act, now: datetime, on: date) -> list[int]:
    """Add one line to the story of each question, in one statement."""
    if not question_ids:
        return []
    lines = sa.select(
        Question.id, sa.literal(now, QuestionEvent.at.type), sa.literal(on, sa.Date()), sa.literal(str(act)),
        Question.round, Question.owner_id,
    ).where(Question.id.in_(any_of(question_ids)))  # fmt: skip  # the columns below, in order
    columns = ["question_id", "at", "on", "act", "round", "ministry_id"]
    session.execute(sa.insert(QuestionEvent).from_select(columns, lines))
    return list(question_ids)
