"""Calendars of due dates that people subscribe to, by a secret address that is derived and not kept."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.store.base import Base, Instant


class CalendarFeed(Base):
    """The calendar of one person. A raised serial makes the addresses before it useless; a revoked one has none."""

    __tablename__ = "calendar_feeds"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    serial: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
