"""Histograms kept for the figures of today and a week before, and what they came to each Sunday."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.definitions import DEFINITION_VERSION
from app.domain.statistics import Ageing, AnswerCell, Bucket, ConcreteCell, Grouping, Selection
from app.store.base import Base, Instant, Json, insert_new, words
from app.store.figures.statistics import Histogram
from app.store.questions import QuestionEvent

KEEPABLE = (
    Grouping.TOTAL,
    Grouping.MINISTRY,
    Grouping.SUCCESSOR,
    Grouping.DOSSIER,
    Grouping.MONTH,
    Grouping.TERM,
)
_IS_KEEPABLE = f"grouping IN ({', '.join(repr(one.value) for one in KEEPABLE)})"
_RECENT = 1_000
# How cells are written down; another version of the program may have kept them otherwise.
_FORM = 2


class KeptHistogram(Base):
    """The cells of one grouping as of a day, of questions asked since `asked_from`.

    `last_event` and `recent_events` are the mark of the register when it was counted.
    """

    __tablename__ = "kept_histograms"

    as_of: Mapped[date] = mapped_column(primary_key=True)
    grouping: Mapped[Grouping] = mapped_column(words(Grouping, checked=False), primary_key=True)
    asked_from: Mapped[date]
    definition_version: Mapped[int]
    last_event: Mapped[int] = mapped_column(sa.BigInteger)
    recent_events: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Instant)
    cells: Mapped[dict[str, Any]] = mapped_column(Json)

    __table_args__ = (sa.CheckConstraint(_IS_KEEPABLE, "grouping"),)

    @property
    def mark(self) -> "Mark":
        """Which events the register held then."""
        return Mark(self.last_event, self.recent_events)


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

    __table_args__ = (sa.CheckConstraint(_IS_KEEPABLE, "grouping"),)


@dataclass(frozen=True)
class Mark:
    """Which events the register holds: the number of the last, and how many there are among the last thousand numbers.

    Two registers with the same mark hold the same events. The second part is for an event whose number was given out
    before that of the last one and that was committed after it.
    """

    last: int
    recent: int


def mark_of(session: Session) -> Mark:
    """The register's mark now."""
    last = session.execute(sa.select(sa.func.coalesce(sa.func.max(QuestionEvent.id), 0))).scalar_one()
    recent = sa.select(sa.func.count()).select_from(QuestionEvent).where(QuestionEvent.id > last - _RECENT)
    return Mark(last, session.execute(recent).scalar_one())


@dataclass(frozen=True)
class Kept:
    """Which histogram is kept: what is kept under this is never changed, only replaced by one made later."""

    as_of: date
    grouping: Grouping
    asked_from: date
    definition_version: int
    mark: Mark
    made_at: datetime


def kept_now(session: Session, selection: Selection, grouping: Grouping) -> Kept | None:
    """Which histogram is kept for a selection; None where there is none, or the register has changed since."""
    whose = (selection.dossier_id, selection.owner_id, selection.heir_id)
    which = (selection.term_kind, selection.round, selection.kind)
    is_whole = not any(one is not None for one in (*whose, *which)) and grouping in KEEPABLE
    if not is_whole or (selection.asked_until or selection.as_of) < selection.as_of:
        return None
    columns = [column for column in KeptHistogram.__table__.columns if column.name != "cells"]
    own = (KeptHistogram.as_of == selection.as_of, KeptHistogram.grouping == grouping)
    row = session.execute(sa.select(*columns).where(*own)).one_or_none()
    if row is None or row.asked_from != selection.asked_from or row.definition_version != DEFINITION_VERSION:
        return None
    mark = Mark(row.last_event, row.recent_events)
    if mark != mark_of(session):
        return None
    return Kept(row.as_of, row.grouping, row.asked_from, row.definition_version, mark, row.made_at)


def kept_histogram(session: Session, selection: Selection, grouping: Grouping) -> Histogram | None:
    """The histogram kept for a selection; None where there is none, or the register has changed since."""
    if kept_now(session, selection, grouping) is None:
        return None
    kept = session.get_one(KeptHistogram, (selection.as_of, grouping))
    return from_json(kept.cells) if kept.cells.get("form") == _FORM else None


def is_current(session: Session, kept: KeptHistogram) -> bool:
    """Whether what is kept was counted by today's definitions, from the events that the register holds now."""
    same_form = kept.definition_version == DEFINITION_VERSION and kept.cells.get("form") == _FORM
    return same_form and kept.mark == mark_of(session)


def kept_histograms(session: Session) -> Sequence[KeptHistogram]:
    """All that is kept, by day and grouping."""
    return session.scalars(sa.select(KeptHistogram).order_by(KeptHistogram.as_of, KeptHistogram.grouping)).all()


def keep(session: Session, histograms: Sequence[dict[str, Any]]) -> None:
    """Put these histograms (rows of KeptHistogram) in the place of all that were kept.

    Where two do so at once, what the other one kept stays.
    """
    session.execute(sa.delete(KeptHistogram))
    session.execute(insert_new(session, KeptHistogram), histograms)


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


def as_json(histogram: Histogram) -> dict[str, Any]:
    """A histogram as it is kept."""
    answers = [
        [
            cell.group,
            cell.bucket.value,
            cell.days,
            cell.still,
            cell.late_at_first,
            cell.ageing,
            cell.concrete,
            cell.count,
        ]
        for cell in histogram.answers
    ]
    return {
        "form": _FORM,
        "answers": answers,
        "concrete": [[one.group, one.days, one.concrete, one.count] for one in histogram.concrete],
    }


def from_json(cells: dict[str, Any]) -> Histogram:
    """The histogram that `as_json` wrote down."""
    return Histogram(
        [
            AnswerCell(
                group=group,
                bucket=Bucket(bucket),
                days=days,
                still=still,
                late_at_first=late,
                ageing=Ageing(age) if age else None,
                concrete=verdict,
                count=count,
            )
            for group, bucket, days, still, late, age, verdict, count in cells["answers"]
        ],
        [ConcreteCell(*cell) for cell in cells["concrete"]],
    )
