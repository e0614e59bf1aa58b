"""Which hints somebody has read, so that no page shows them again."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.store.base import Base, Instant


class ReadHint(Base):
    """One hint, put aside by one person."""

    __tablename__ = "read_hints"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    hint: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    read_at: Mapped[datetime] = mapped_column(Instant)
