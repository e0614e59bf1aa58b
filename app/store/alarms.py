"""Telling the administrators by mail that something needs them, once for each time it does."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.permissions import Role
from app.store.outbox import enqueue
from app.store.people import Person, PersonRole


def tell_administrators(session: Session, key: str, now: datetime, about: str, **params: Any) -> None:
    """Put one mail for each administrator in the outbox; `key` makes it once only, `about` says which alarm it is."""
    admins = sa.select(Person).join(PersonRole, PersonRole.person_id == Person.id)
    for admin in session.scalars(
        admins.where(PersonRole.role == Role.ADMIN, Person.ended_at.is_(None)).order_by(Person.id)
    ).all():
        enqueue(session, admin, "alarm", f"alarm:{key}:{admin.id}", now, urgent=True, about=about, **params)
