"""Concurrence in the demo, written row by row as its use case will: asked, agreed, objected."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.demo.content import Step
from app.demo.mailboxes import by_link
from app.domain.actors import Actor, Door
from app.domain.calendar import civil_date
from app.domain.ministries import resolve
from app.domain.permissions import Role
from app.domain.questions import Act, concurrence_acts
from app.store import audit
from app.store.concurrence import Contribution, ContributionState
from app.store.ministries import ministry_names
from app.store.people import contact_for
from app.store.questions import Contributor, Question, move, tell
from app.store.terms import load_calendar

ASKED_FOR_DAYS = 5
"""Working days a contributor gets."""


def ask(session: Session, question: Question, step: Step, at: datetime) -> None:
    """The owner asks every contributor to concur with this text; the ball is theirs."""
    today = civil_date(at)
    due_on = load_calendar(session).shift(today, ASKED_FOR_DAYS)
    asked = session.scalars(sa.select(Contributor.ministry_id).where(Contributor.question_id == question.id)).all()
    session.add_all(
        Contribution(
            question_id=question.id,
            round=question.round,
            ministry_id=ministry_id,
            draft_version=1,
            text=step.text,
            asked_at=at,
            due_on=due_on,
            state=ContributionState.ASKED,
        )
        for ministry_id in asked
    )
    move(session, question, Act.REQUEST_CONCURRENCE, today)
    tell(session, question, by_link(question), Act.REQUEST_CONCURRENCE, at, today)
    audit.record(session, by_link(question), Act.REQUEST_CONCURRENCE, f"vraag:{question.id}", at, aan=list(asked))


def agree(session: Session, question: Question, step: Step, at: datetime) -> None:
    """A contributor (`by`) concurs."""
    _reply(session, question, step, at, Act.AGREE)


def objects(session: Session, question: Question, step: Step, at: datetime) -> None:
    """A contributor (`by`) objects, and says why."""
    _reply(session, question, step, at, Act.OBJECT)


def _reply(session: Session, question: Question, step: Step, at: datetime, act: Act) -> None:
    today = civil_date(at)
    ministry_id = resolve(step.by, today, ministry_names(session)).id
    actor = Actor(contact_for(session, ministry_id, None), frozenset({Role.CONTACT}), ministry_id, Door.SESSION)
    waiting = sa.select(Contribution).where(
        Contribution.question_id == question.id, Contribution.state == ContributionState.ASKED
    )
    open_ones = {one.ministry_id: one for one in session.scalars(waiting)}
    replied = open_ones.pop(ministry_id)
    replied.state = ContributionState.AGREED if act is Act.AGREE else ContributionState.OBJECTED
    replied.reason, replied.person_id, replied.settled_at = step.text or None, actor.person_id, at
    for one in concurrence_acts(act, len(open_ones)):
        move(session, question, one, today)
        tell(session, question, actor, one, at, today, ministry_id=ministry_id, reason=step.text or None)
        audit.record(session, actor, one, f"vraag:{question.id}", at)
