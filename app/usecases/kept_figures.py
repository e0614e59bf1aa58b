"""Keeping what the figures of today are made of, and proving that it is right."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.domain.definitions import DEFINITION_VERSION
from app.domain.statistics import Bucket, Grouping, Selection, enough, figures, standard_start
from app.domain.survival import MEDIAN
from app.store.figures.heirs import Heirs
from app.store.figures.histograms import Cells, Histogram
from app.store.figures.kept_figures import (
    Kept,
    cells_of_places,
    changed_since,
    has_lost_or_found,
    keep,
    kept_cells,
    kept_histograms,
    keys_kept,
    put_in,
    register_now,
)
from app.store.figures.kept_places import packed
from app.store.figures.placed import PLACED, Placed, placed
from app.store.figures.statistics import histogram
from app.store.figures.weekly_figures import missing_sundays, write_weeks

A_WEEK = timedelta(weeks=1)
WEEKS_BACK = 13
TRENDS = (Grouping.MINISTRY, Grouping.DOSSIER, Grouping.TERM)
NO_HEIRS = Heirs()
ENOUGH_CHANGED = 500
"""When so many questions have changed since, all is counted anew: each page puts them in."""


@dataclass(frozen=True)
class Counted:
    """What is to be kept: histograms and places for today and a week ago, and rows of Sundays.

    Empty: all is kept already; `since` questions have changed, which the pages put in.
    """

    histograms: Sequence[dict[str, Any]]
    places: Sequence[dict[str, Any]]
    weeks: Sequence[dict[str, Any]]
    since: int = 0

    def __str__(self) -> str:
        if not self.histograms and not self.weeks:
            return f"{self.since} vragen veranderd sinds de telling" if self.since else "er is niets veranderd"
        return f"{len(self.histograms)} histogrammen bewaard, {len(self.weeks)} regels van zondagen"


@dataclass(frozen=True)
class Compared:
    """One kept histogram, with what happened since, beside the source.

    How many questions and cells it holds, how many cells differ, and how many questions were put in (`since`).
    `current` tells whether the pages use it; one that is not is out of date: nobody reads it, and it isn't compared.
    """

    as_of: date
    grouping: Grouping
    questions: int
    cells: int
    different: int
    since: int
    current: bool


def count(session: Session, today: date, now: datetime) -> Counted:
    """Count what should be kept and isn't yet. Reads only; it may take a while, so no lock is held."""
    wanted = {(day, grouping) for day in (today - A_WEEK, today) for grouping in PLACED}
    kept = {(one.as_of, one.grouping): one for one in kept_histograms(session)}
    since = max((_since(session, one) for one in {one.mark: one for one in kept.values()}.values()), default=0)
    days: list[_Day] = []
    if since > ENOUGH_CHANGED or not wanted <= kept.keys():
        register, since = register_now(session) | {"made_at": now}, 0
        start = standard_start(today)
        days = [_count_day(session, Selection(day, start), register) for day in (today - A_WEEK, today)]
    sundays = missing_sundays(session, _last_sundays(today))
    weeks = [row for day in sundays for row in _week(session, day, now)]
    histograms = [row for day in days for row in day.histograms]
    return Counted(histograms, [row for day in days for row in day.places], weeks, since)


def _since(session: Session, kept: Kept) -> int:
    """How many questions have changed since; more than enough where that can't be told."""
    changed = changed_since(session, kept)
    return ENOUGH_CHANGED + 1 if changed is None or has_lost_or_found(session, kept) else len(changed)


def put_away(session: Session, counted: Counted) -> None:
    """Keep what was counted: histograms and places instead of the old ones, Sundays that are new."""
    if counted.histograms:
        keep(session, counted.histograms, counted.places)
    write_weeks(session, counted.weeks)


def verify(session: Session) -> list[Compared]:
    """Count what is kept and in use anew from the source, and compare cell by cell."""
    used = {(one.as_of, one.grouping): _compared(session, one) for one in kept_histograms(session)}
    unused = {key: Compared(*key, 0, 0, 0, 0, current=False) for key in keys_kept(session)}
    return list((unused | used).values())


def _compared(session: Session, kept: Kept) -> Compared:
    """The cells with what happened since beside the source; and as they were counted, beside the places they were."""
    changed = changed_since(session, kept)
    if changed is None:
        return Compared(kept.as_of, kept.grouping, 0, 0, 0, 0, current=False)
    cells = kept_cells(session, kept)
    misplaced = _cells(cells.histogram()) ^ _cells(cells_of_places(session, kept).histogram())
    put_in(session, kept, cells, changed)
    held = cells.histogram()
    source = _cells(histogram(session, Selection(kept.as_of, kept.asked_from), kept.grouping))
    questions, ours = sum(cell.count for cell in held.answers), _cells(held)
    different = len((ours ^ source) | misplaced)
    return Compared(kept.as_of, kept.grouping, questions, len(ours), different, len(changed), current=True)


def _cells(histogram: Histogram) -> set[Any]:
    return {*histogram.answers, *histogram.concrete}


@dataclass(frozen=True)
class _Day:
    histograms: Sequence[dict[str, Any]]
    places: Sequence[dict[str, Any]]


def _count_day(session: Session, selection: Selection, register: dict[str, Any]) -> _Day:
    """Count the questions as of a day, reading each once; give the rows to be kept."""
    counted = {grouping: Cells() for grouping in PLACED}
    blocks = list(packed(_through(placed(session, selection), counted)))
    same = {"as_of": selection.as_of, "made_at": register["made_at"]}
    own = register | same | {"asked_from": selection.asked_from}
    return _Day(
        [own | {"grouping": grouping, "cells": cells.rows()} for grouping, cells in counted.items()],
        [same | {"block": one.number, "content": one.content} for one in blocks],
    )


def _through(places: Iterable[Placed], counted: Mapping[Grouping, Cells]) -> Iterator[Placed]:
    """The same places, each counted by every grouping as it passes."""
    for one in places:
        for grouping, cells in counted.items():
            cells.add(*one.cells(grouping, NO_HEIRS))
        yield one


def _last_sundays(today: date) -> list[date]:
    """The Sundays of the last quarter that are over, oldest first."""
    last = today - timedelta(days=today.isoweekday())
    return [last - A_WEEK * n for n in reversed(range(WEEKS_BACK))]


def _week(session: Session, sunday: date, now: datetime) -> Iterator[dict[str, Any]]:
    selection = Selection(sunday, standard_start(sunday))
    for grouping in TRENDS:
        found = histogram(session, selection, grouping)
        if grouping is Grouping.MINISTRY:
            yield _row(found, Grouping.TOTAL, Grouping.TOTAL.value, sunday, now)
        for key, cells in found.groups().items():
            yield _row(cells, grouping, key, sunday, now)


def _row(cells: Histogram, grouping: Grouping, key: str, sunday: date, now: datetime) -> dict[str, Any]:
    found = figures(cells.answers, cells.concrete)
    return {
        "sunday": sunday,
        "grouping": grouping,
        "key": key,
        "definition_version": DEFINITION_VERSION,
        "made_at": now,
        "in_time": found.buckets[Bucket.IN_TIME],
        "late": found.buckets[Bucket.LATE],
        "open_in_time": found.buckets[Bucket.OPEN],
        "open_late": found.buckets[Bucket.OPEN_LATE],
        "withdrawn": found.buckets[Bucket.WITHDRAWN],
        "median_days": found.response.quantile(MEDIAN) if enough(found.response) else None,
    }
