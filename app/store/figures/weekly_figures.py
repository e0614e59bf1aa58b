"""What the figures came to each Sunday, for the trend."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.statistics import Grouping
from app.store.base import Base, Instant, insert_new, words
from app.store.figures.kept_figures import IS_KEEPABLE


class WeeklyFigures(Base):
    """How a group stood at the end of a Sunday, over the standard period. Written once, never changed."""

    __tablename__ = "weekly_figures"

    sunday: Mapped[date] = mapped_column(primary_key=True)
    grouping: Mapped[Grouping] = mapped_column(words(Grouping, checked=False), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    definition_version: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Instant)
    in_time: Mapped[int]
    late: Mapped[int]
    open_in_time: Mapped[int]
    open_late: Mapped[int]
    withdrawn: Mapped[int]
    median_days: Mapped[int | None]

    __table_args__ = (sa.CheckConstraint(IS_KEEPABLE, "grouping"),)


def missing_sundays(session: Session, sundays: Sequence[date]) -> list[date]:
    """Those of these Sundays that have no figures yet."""
    there = set(session.scalars(sa.select(WeeklyFigures.sunday).where(WeeklyFigures.sunday.in_(sundays)).distinct()))
    return [day for day in sundays if day not in there]


def write_weeks(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Add figures of Sundays; those that are there already stay as they are."""
    if rows:
        session.execute(insert_new(session, WeeklyFigures), rows)


def weeks_of(session: Session, grouping: Grouping, key: str, until: date, weeks: int) -> Sequence[WeeklyFigures]:
    """The last so many Sundays of a group up to and including a day, oldest first."""
    last = (
        sa.select(WeeklyFigures)
        .where(WeeklyFigures.grouping == grouping, WeeklyFigures.key == key, WeeklyFigures.sunday <= until)
        .order_by(WeeklyFigures.sunday.desc())
        .limit(weeks)
    )
    return list(reversed(session.scalars(last).all()))
