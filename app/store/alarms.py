"""Telling the administrators by mail that something needs them, once for each time it does."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.permissions import Role
from app.store.outbox import OutboxMail, enqueue
from app.store.people import people_with


def tell_administrators(session: Session, key: str, now: datetime, about: str, **params: Any) -> None:
    """Put one mail for each administrator in the outbox; `key` makes it once only, `about` says which alarm it is."""
    for admin in people_with(session, Role.ADMIN):
        own_key = f"alarm:{key}:{admin.id}"
        # Looked up first, although the key would do: to add a row that is there waits for whoever is just claiming it,
        # and that sender may wait for a reader whom this one has locked.
        if session.execute(sa.select(OutboxMail.id).where(OutboxMail.key == own_key)).first() is None:
            enqueue(session, admin, "alarm", own_key, now, urgent=True, about=about, **params)
