"""Views that people made themselves: a list with its filters and order, under a name."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.actors import Actor
from app.domain.errors import NotFound, mark
from app.store.base import Base, Id, Instant


class SavedView(Base):
    """One view of one person: the page it is on (`place`), and its query."""

    __tablename__ = "saved_views"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(sa.String(60))
    place: Mapped[str] = mapped_column(sa.String(40))
    query: Mapped[str] = mapped_column(sa.Text)
    saved_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (sa.UniqueConstraint("person_id", "name"),)

    @property
    def href(self) -> str:
        """Its address."""
        return f"{self.place}?{self.query}" if self.query else self.place


def views_of(session: Session, actor: Actor) -> Sequence[SavedView]:
    """Somebody's own views, by name."""
    query = sa.select(SavedView).where(SavedView.person_id == (actor.person_id or 0))
    return session.scalars(query.order_by(sa.func.lower(SavedView.name), SavedView.id)).all()


def find_view(session: Session, actor: Actor, view_id: int) -> SavedView:
    """One of somebody's own views. Raises NotFound (`no-view`), for those of others too."""
    query = sa.select(SavedView).where(SavedView.id == view_id, SavedView.person_id == (actor.person_id or 0))
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("no-view", mark("Deze weergave is er niet meer."))
    return found
