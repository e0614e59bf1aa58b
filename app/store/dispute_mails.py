"""Telling AZ again of questions whose owner is disputed: after two working days, and then every week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.calendar import Calendar
from app.domain.ownership import centre_hears_again
from app.domain.permissions import Role
from app.domain.questions import Act, State
from app.store.absences import stand_ins
from app.store.outbox import enqueue_each
from app.store.people import Person, PersonRole
from app.store.questions import Question, QuestionEvent

CENTRE_REMINDED = "az-herinneren"
"""The line in a question's story when AZ hears again that nobody has decided whose it is."""
DISPUTING = (Act.DECLINE, Act.TRANSFER_AGAIN)


@dataclass(frozen=True)
class Disputed:
    """A question nobody owns for sure: since when, and when AZ last heard of it."""

    id: int
    round: int
    owner_id: int
    since_on: date
    told_on: date


def disputes(session: Session) -> Sequence[Disputed]:
    """All disputed questions, the longest waiting first."""
    event = QuestionEvent
    disputing = event.act.in_(DISPUTING)
    rows = session.execute(
        sa.select(
            Question.id,
            Question.round,
            Question.owner_id,
            sa.func.max(sa.case((disputing, event.on))),
            sa.func.max(event.on),
        )
        .join(event, event.question_id == Question.id)
        .where(Question.state == State.DISPUTED, event.act.in_((*DISPUTING, CENTRE_REMINDED)))
        .group_by(Question.id, Question.round, Question.owner_id)
        .order_by(sa.func.max(sa.case((disputing, event.on))), Question.id)
    )
    return [Disputed(*row) for row in rows]


def to_tell_again(session: Session, calendar: Calendar, today: date) -> list[Disputed]:
    """The disputes that AZ must hear of again today, the longest waiting first."""
    return [one for one in disputes(session) if centre_hears_again(one.since_on, one.told_on, today, calendar)]


def remind_centre(
    session: Session, calendar: Calendar, today: date, now: datetime, not_before: datetime
) -> tuple[list[int], int]:
    """Tell everybody at AZ of the disputes that they must hear of again, in one mail each; questions, and mails.

    A question that somebody is deciding on at this moment is passed by: the next sweep finds it, or finds it settled.
    """
    due = to_tell_again(session, calendar, today)
    if not due:
        return [], 0
    held = sa.select(Question.id).where(Question.id.in_([one.id for one in due]), Question.state == State.DISPUTED)
    held_ids = set(session.scalars(held.order_by(Question.id).with_for_update(skip_locked=True)))
    # Again, now that nobody else can tell of them.
    told = [one for one in to_tell_again(session, calendar, today) if one.id in held_ids]
    if not told:
        return [], 0
    lines = [
        {
            "question_id": one.id,
            "at": now,
            "on": today,
            "act": CENTRE_REMINDED,
            "round": one.round,
            "ministry_id": one.owner_id,
        }
        for one in told
    ]
    session.execute(sa.insert(QuestionEvent), lines)
    readers = centre(session, today)
    key, params = f"undecided:{today}:{{person_id}}:{told[0].id}", {"question_ids": [one.id for one in told]}
    enqueue_each(session, readers, "undecided", key, now, not_before, params)
    return [one.id for one in told], len(readers)


def centre(session: Session, today: date) -> list[tuple[int, str, str]]:
    """Everybody at AZ who decides, or whoever stands in: (id, address, language)."""
    away = stand_ins(session, today)
    deciding = (
        sa.select(Person.id)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(PersonRole.role == Role.REGIE, Person.ended_at.is_(None))
    )
    ids = {away.get(person_id, person_id) for person_id in session.scalars(deciding)}
    rows = session.execute(sa.select(Person.id, Person.email, Person.language).where(Person.id.in_(ids)))
    return sorted((row.id, row.email, row.language) for row in rows)
