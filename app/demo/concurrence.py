"""Concurrence in the demo: asked, agreed, objected, other text proposed, recalled, overruled."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.demo.content import Step
from app.demo.mailboxes import CENTRE, by_link, signed_in
from app.domain.actors import Actor, Door
from app.domain.calendar import civil_date
from app.domain.concurrence import Reply
from app.domain.ministries import resolve
from app.domain.permissions import Role
from app.store.answering import draft_of
from app.store.concurrence import Contribution
from app.store.ministries import Ministry, ministry_names
from app.store.people import contact_for
from app.store.questions import Contributor, Question
from app.usecases import concurrence, drafts


def ask(session: Session, question: Question, step: Step, at: datetime) -> None:
    """The owner writes this text and asks every contributor to concur with it."""
    draft = draft_of(session, question)
    written = draft.given_by if draft and draft.given_by else "Contactpunt VNG"
    version = draft.version if draft else None
    drafts.save_draft(session, by_link(question), question.id, step.text, written, version, at)
    involved = sa.select(Ministry.code).join(Contributor, Contributor.ministry_id == Ministry.id)
    codes = session.scalars(involved.where(Contributor.question_id == question.id).order_by(Ministry.code)).all()
    concurrence.ask(session, by_link(question), question.id, codes, None, at)


def agree(session: Session, question: Question, step: Step, at: datetime) -> None:
    """A contributor (`by`) concurs."""
    _reply(session, question, step, at, Reply.AGREE)


def objects(session: Session, question: Question, step: Step, at: datetime) -> None:
    """A contributor (`by`) objects, and says why."""
    _reply(session, question, step, at, Reply.OBJECT, reason=step.text)


def propose(session: Session, question: Question, step: Step, at: datetime) -> None:
    """A contributor (`by`) would rather have this text."""
    _reply(session, question, step, at, Reply.PROPOSE, proposal=step.text)


def recall(session: Session, question: Question, step: Step, at: datetime) -> None:
    """The owner takes its request back."""
    concurrence.recall(session, by_link(question), question.id, step.text, at)


def overrule(session: Session, question: Question, step: Step, at: datetime) -> None:
    """AZ goes past whoever let the day pass."""
    concurrence.overrule(session, signed_in(session, CENTRE), question.id, step.text, at)


def _reply(session: Session, question: Question, step: Step, at: datetime, kind: Reply, **said: str) -> None:
    ministry_id = resolve(step.by, civil_date(at), ministry_names(session)).id
    request = sa.select(sa.func.max(Contribution.id)).where(
        Contribution.question_id == question.id, Contribution.ministry_id == ministry_id
    )
    person_id = contact_for(session, ministry_id, None)
    contact = Actor(person_id, frozenset({Role.CONTACT}), ministry_id, Door.LINK, only_question_id=question.id)
    concurrence.reply(session, contact, question.id, session.scalars(request).one() or 0, kind, at, **said)
