"""Whose answers wait for a coordinator's release, and whether somebody is there to give it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.permissions import PERMISSIONS, Relation, may
from app.domain.questions import Act
from app.store.ministries import Ministry
from app.store.people import Person, PersonRole
from app.store.questions import Question

RELEASERS = tuple(role for role in PERMISSIONS if may([role], Act.RELEASE, Relation.OWNER))


def needs_release(session: Session, actor: Actor, question: Question) -> bool:
    """Whether what this actor answers waits for a release: where the ministry wants so and has somebody to give it."""
    if may(actor.roles, Act.RELEASE, Relation.OWNER):
        return False
    return session.get_one(Ministry, question.owner_id).releases_answers and has_releaser(session, question.owner_id)


def has_releaser(session: Session, ministry_id: int) -> bool:
    """Whether somebody works at the ministry who may release its answers."""
    query = (
        sa.select(Person.id)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(Person.ministry_id == ministry_id, Person.ended_at.is_(None), PersonRole.role.in_(RELEASERS))
    )
    return session.execute(query.limit(1)).first() is not None
