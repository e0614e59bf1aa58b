"""The texts that administrators wrote for pages to begin with: every edition, the last one in force."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.introductions import Place
from app.store.base import Base, Instant, insert_new, words
from app.store.people import Person


class Introduction(Base):
    """One edition of a page's text, in both languages; empty where the default is said. Added, never changed.

    Its number makes it safe: who changes an edition that is no longer the last one finds the next number taken.
    """

    __tablename__ = "introductions"

    place: Mapped[Place] = mapped_column(words(Place), primary_key=True)
    edition: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    nl: Mapped[str] = mapped_column(sa.Text)
    en: Mapped[str] = mapped_column(sa.Text)
    written_at: Mapped[datetime] = mapped_column(Instant)
    written_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))

    __table_args__ = (sa.CheckConstraint("edition >= 1", "counted"),)

    def text(self, language: str) -> str:
        """What it says in this language; empty for the default."""
        return self.en if language == "en" else self.nl


def in_force(session: Session, place: Place) -> Introduction | None:
    """The last edition; None where nobody ever wrote one."""
    query = sa.select(Introduction).where(Introduction.place == place)
    return session.scalars(query.order_by(Introduction.edition.desc()).limit(1)).one_or_none()


def editions(session: Session, place: Place, limit: int) -> Sequence[tuple[Introduction, str | None]]:
    """The last editions with who wrote each, the newest first."""
    query = (
        sa.select(Introduction, Person.name)
        .outerjoin(Person, Person.id == Introduction.written_by_id)
        .where(Introduction.place == place)
        .order_by(Introduction.edition.desc())
        .limit(limit)
    )
    return [(row.Introduction, row.name) for row in session.execute(query)]


def put(session: Session, place: Place, edition: int, texts: tuple[str, str], by: int | None, now: datetime) -> bool:
    """Add this edition (texts: nl, en); False where somebody else wrote it a moment earlier."""
    nl, en = texts
    row = insert_new(session, Introduction).values(
        place=place, edition=edition, nl=nl, en=en, written_at=now, written_by_id=by
    )
    return bool(session.execute(row).rowcount)  # type: ignore[attr-defined]  # an INSERT has one
