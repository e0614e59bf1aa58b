"""Histograms kept for the figures of today and a week before.

What happened since they were counted is put in when they are read: the questions it happened to are taken out where
they counted then, and counted anew.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.definitions import DEFINITION_VERSION
from app.domain.statistics import Bucket, Grouping, Selection
from app.store.base import Base, Instant, Json, insert_new, words
from app.store.figures.heirs import Heirs, heirs_on
from app.store.figures.histograms import Cells, Moves, from_rows
from app.store.figures.kept_places import KeptPlaces, Row, counted_by, numbers_in, places_in, places_of
from app.store.figures.placed import COLUMNS, PLACED, Placed, placed
from app.store.questions import QuestionEvent
from app.store.terms import EquatedDay

KEEPABLE = (
    Grouping.TOTAL,
    Grouping.MINISTRY,
    Grouping.SUCCESSOR,
    Grouping.DOSSIER,
    Grouping.MONTH,
    Grouping.TERM,
)
IS_KEEPABLE = f"grouping IN ({', '.join(repr(one.value) for one in KEEPABLE)})"
_RECENT = 1_000
FORM = 3
"""How cells and places are written down; another version of the program may have kept them otherwise."""
MOST_SINCE = 5_000
"""When more has happened since, counting all anew is as quick as putting it in."""


class KeptHistogram(Base):
    """The cells of one grouping as of a day, of questions asked since `asked_from`.

    `last_event`, `witness` and `recent_events` are the mark of the register when it was counted, `events` is how many
    there were; `missing` are the numbers of recent events that were given out and not there yet, `equated` the days of
    the calendar that were on record.
    """

    __tablename__ = "kept_histograms"

    as_of: Mapped[date] = mapped_column(primary_key=True)
    grouping: Mapped[Grouping] = mapped_column(words(Grouping, checked=False), primary_key=True)
    asked_from: Mapped[date]
    definition_version: Mapped[int]
    last_event: Mapped[int] = mapped_column(sa.BigInteger)
    recent_events: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Instant)
    form: Mapped[int] = mapped_column(server_default="0")
    witness: Mapped[str] = mapped_column(sa.String(80), server_default="")
    events: Mapped[int] = mapped_column(sa.BigInteger, server_default="0")
    missing: Mapped[list[int]] = mapped_column(Json, server_default="[]")
    equated: Mapped[list[str]] = mapped_column(Json, server_default="[]")
    cells: Mapped[dict[str, Any]] = mapped_column(Json)

    __table_args__ = (sa.CheckConstraint(IS_KEEPABLE, "grouping"),)


@dataclass(frozen=True)
class Mark:
    """Which events the register holds: the last, and how many there are among the last thousand numbers.

    Two registers with the same mark hold the same events. `witness` tells of which question the last is and when it was
    written: where a concept's last questions were dropped, SQLite gives their events' numbers again. `recent` is for an
    event whose number was given out before that of the last one and that was committed after it.
    """

    last: int
    witness: str
    recent: int


def mark_of(session: Session) -> Mark:
    """The register's mark now."""
    newest = sa.select(QuestionEvent.id).order_by(QuestionEvent.id.desc()).limit(1)
    last = session.scalars(newest).one_or_none() or 0
    recent = sa.select(sa.func.count()).select_from(QuestionEvent).where(QuestionEvent.id > last - _RECENT)
    return Mark(last, _witness(session, last), session.execute(recent).scalar_one())


def _witness(session: Session, event_id: int) -> str:
    found = session.execute(
        sa.select(QuestionEvent.question_id, QuestionEvent.at).where(QuestionEvent.id == event_id)
    ).one_or_none()
    return f"{found.question_id} {found.at.isoformat()}" if found else ""


def register_now(session: Session) -> dict[str, Any]:
    """What is to be kept (columns of KeptHistogram) beside what is counted, to tell later if the register changed.

    To be read before counting: what is recorded meanwhile then counts as recorded since.
    """
    mark = mark_of(session)
    recent = sa.select(QuestionEvent.id).where(QuestionEvent.id > mark.last - _RECENT)
    there = set(session.scalars(recent))
    return {
        "last_event": mark.last,
        "witness": mark.witness,
        "recent_events": mark.recent,
        "events": _events_up_to(session, mark.last),
        "missing": [one for one in range(max(1, mark.last - _RECENT + 1), mark.last) if one not in there],
        "equated": _equated(session),
        "form": FORM,
        "definition_version": DEFINITION_VERSION,
    }


@dataclass(frozen=True)
class Kept:
    """Which histogram is kept: what is kept under this is never changed, only replaced by one made later."""

    as_of: date
    grouping: Grouping
    asked_from: date
    mark: Mark
    events: int
    missing: tuple[int, ...]
    made_at: datetime

    @property
    def whose_places(self) -> tuple[date, datetime]:
        """What the places that were counted with it are kept under."""
        return self.as_of, self.made_at


def kept_now(session: Session, selection: Selection, grouping: Grouping) -> Kept | None:
    """Which histogram is kept for a selection; None where there is none, or one that was counted by other rules."""
    whose = (selection.dossier_id, selection.owner_id, selection.heir_id)
    which = (selection.term_kind, selection.round, selection.kind)
    is_whole = not any(one is not None for one in (*whose, *which)) and grouping in PLACED
    if not is_whole or (selection.asked_until or selection.as_of) < selection.as_of:
        return None
    own = KeptHistogram.as_of == selection.as_of, KeptHistogram.grouping == grouping
    found = next(kept_histograms(session, *own), None)
    return found if found and found.asked_from == selection.asked_from else None


def kept_histograms(session: Session, *which: sa.ColumnElement[bool]) -> Iterator[Kept]:
    """All that is kept and was counted by today's definitions and calendar, by day and grouping."""
    columns = [column for column in KeptHistogram.__table__.columns if column.name != "cells"]
    query = sa.select(*columns).where(*which).order_by(KeptHistogram.as_of, KeptHistogram.grouping)
    rows = session.execute(query).all()
    equated = _equated(session) if rows else []
    for row in rows:
        if (row.definition_version, row.form, row.equated) == (DEFINITION_VERSION, FORM, equated):
            mark = Mark(row.last_event, row.witness, row.recent_events)
            yield Kept(row.as_of, row.grouping, row.asked_from, mark, row.events, tuple(row.missing), row.made_at)


def keys_kept(session: Session) -> list[tuple[date, Grouping]]:
    """The days and groupings of all that is kept, in use or not."""
    keys = KeptHistogram.as_of, KeptHistogram.grouping
    return [(row.as_of, row.grouping) for row in session.execute(sa.select(*keys).order_by(*keys))]


def changed_since(session: Session, kept: Kept) -> Sequence[int] | None:
    """The numbers (ids) of the questions that something happened to since.

    None where too much happened to put in, or the last event that was counted is gone: its number may have come again.
    """
    if _witness(session, kept.mark.last) != kept.mark.witness:
        return None
    which = sa.select(QuestionEvent.question_id)
    since = which.where(QuestionEvent.id > kept.mark.last).order_by(QuestionEvent.id).limit(MOST_SINCE + 1)
    found = list(session.scalars(since))
    if kept.missing:
        found.extend(session.scalars(which.where(QuestionEvent.id.in_(kept.missing))))
    return None if len(found) > MOST_SINCE else sorted(set(found))


def has_lost_or_found(session: Session, kept: Kept) -> bool:
    """Whether there are other events now among the numbers that were counted: some gone, or come that were under way.

    `missing` tells of few; one transaction may write very many. It takes looking at all of them: not for each page.
    """
    return _events_up_to(session, kept.mark.last) != kept.events


def _events_up_to(session: Session, event_id: int) -> int:
    query = sa.select(sa.func.count()).select_from(QuestionEvent).where(QuestionEvent.id <= event_id)
    return session.execute(query).scalar_one()


def kept_cells(session: Session, kept: Kept) -> Cells:
    """The cells that are kept, as they were counted."""
    return from_rows(session.get_one(KeptHistogram, (kept.as_of, kept.grouping)).cells)


def put_in(session: Session, kept: Kept, cells: Cells, changed: Sequence[int]) -> dict[str, Moves]:
    """Put these questions where they count now, in the cells that are kept; tell what that moved, by group."""
    moved = Cells()
    for one in places_of(session, kept.whose_places, changed):
        moved.add(*one.cells(kept.grouping, Heirs()), -1)
    for one in placed(session, Selection(kept.as_of, kept.asked_from), changed):
        moved.add(*one.cells(kept.grouping, Heirs()))
    cells.add_all(moved)
    return moved.by_group()


def questions_now(session: Session, selection: Selection, bucket: Bucket | None) -> list[int] | None:
    """The numbers (ids) of the questions of a selection, all or those in a bucket, the newest first.

    None where nothing is kept that holds them all: for selections within the period that is kept, of one ministry,
    dossier or kind of term, or of part of the period, there is.
    """
    kept = _that_holds(session, selection)
    if kept is None:
        return None
    blocks, anew = _brought_up(session, selection, *kept)
    found = [*numbers_in(bucket, blocks), *(one.question_id for one in anew if bucket in {None, one.bucket})]
    return sorted(found, reverse=True)


def cells_now(session: Session, selection: Selection, grouping: Grouping) -> Cells | None:
    """The cells of the same questions by a grouping that they know themselves."""
    kept = _that_holds(session, selection) if grouping in COLUMNS else None
    if kept is None:
        return None
    heirs = _heirs(session, selection)
    blocks, anew = _brought_up(session, selection, *kept)
    cells = counted_by(grouping, blocks, heirs)
    for one in anew:
        cells.add(*one.cells(grouping, heirs))
    return cells


def _that_holds(session: Session, selection: Selection) -> tuple[Kept, Sequence[int]] | None:
    """What is kept that holds the questions of a selection, and which questions changed since."""
    which = (selection.kind, None if selection.round == 1 else selection.round)
    if selection.asked_from is None or any(one is not None for one in which):
        return None
    whole = KeptHistogram.as_of == selection.as_of, KeptHistogram.grouping == Grouping.MINISTRY
    kept = next(kept_histograms(session, *whole), None)
    changed = changed_since(session, kept) if kept and kept.asked_from <= selection.asked_from else None
    return None if kept is None or changed is None else (kept, changed)


def _brought_up(
    session: Session, selection: Selection, kept: Kept, changed: Sequence[int]
) -> tuple[Iterator[tuple[int, list[Row]]], Iterator[Placed]]:
    """What is kept of a selection but for the questions that changed, and those as they are now."""
    blocks = places_in(session, kept.whose_places, selection, _heirs(session, selection), changed)
    return blocks, placed(session, selection, changed) if changed else iter(())


def _heirs(session: Session, selection: Selection) -> Heirs:
    return heirs_on(session, selection.present_on or selection.as_of)


def cells_of_places(session: Session, kept: Kept) -> Cells:
    """The cells that the places kept beside a histogram add up to."""
    return counted_by(kept.grouping, places_in(session, kept.whose_places, Selection(kept.as_of), Heirs()), Heirs())


def keep(session: Session, histograms: Sequence[dict[str, Any]], places: Sequence[dict[str, Any]]) -> None:
    """Put these histograms (rows of KeptHistogram) and places (of KeptPlaces) in the place of all that were kept.

    Where two do so at once, what the other one kept stays.
    """
    session.execute(sa.delete(KeptHistogram))
    session.execute(insert_new(session, KeptHistogram), histograms)
    if places:
        session.execute(sa.delete(KeptPlaces).where(KeptPlaces.made_at == places[0]["made_at"]))
        session.execute(sa.insert(KeptPlaces), places)
    in_use = sa.exists().where(KeptHistogram.as_of == KeptPlaces.as_of, KeptHistogram.made_at == KeptPlaces.made_at)
    session.execute(sa.delete(KeptPlaces).where(~in_use))


def _equated(session: Session) -> list[str]:
    return [day.isoformat() for day in session.scalars(sa.select(EquatedDay.day).order_by(EquatedDay.day))]
