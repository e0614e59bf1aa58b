"""Keeping what the figures of today are made of, and proving that it is right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.domain.definitions import DEFINITION_VERSION
from app.domain.statistics import Bucket, Grouping, Selection, enough, figures, standard_start
from app.domain.survival import MEDIAN
from app.store.figures.kept_figures import (
    as_json,
    from_json,
    is_current,
    keep,
    kept_histograms,
    mark_of,
    missing_sundays,
    write_weeks,
)
from app.store.figures.statistics import Histogram, histogram

A_WEEK = timedelta(weeks=1)
WEEKS_BACK = 13
KEPT = (Grouping.MINISTRY, Grouping.DOSSIER, Grouping.MONTH, Grouping.TERM)
TRENDS = (Grouping.MINISTRY, Grouping.DOSSIER, Grouping.TERM)


@dataclass(frozen=True)
class Counted:
    """What is to be kept: histograms for today and a week ago, and rows of Sundays. Empty: all is kept already."""

    histograms: Sequence[dict[str, Any]]
    weeks: Sequence[dict[str, Any]]

    def __str__(self) -> str:
        if not self.histograms and not self.weeks:
            return "er is niets veranderd"
        return f"{len(self.histograms)} histogrammen bewaard, {len(self.weeks)} regels van zondagen"


@dataclass(frozen=True)
class Compared:
    """One kept histogram beside the source: how many questions and cells it holds, and how many cells differ.

    `current` tells whether the pages use it; one that is not is out of date: nobody reads it, and it isn't compared.
    """

    as_of: date
    grouping: Grouping
    questions: int
    cells: int
    different: int
    current: bool


def count(session: Session, today: date, now: datetime) -> Counted:
    """Count what should be kept and isn't yet. Reads only; it may take a while, so no lock is held."""
    kept = kept_histograms(session)
    wanted = {(day, grouping) for day in (today - A_WEEK, today) for grouping in KEPT}
    there = {(one.as_of, one.grouping) for one in kept if is_current(session, one)}
    histograms = [] if wanted <= there else list(_histograms(session, today, now))
    sundays = missing_sundays(session, _last_sundays(today))
    return Counted(histograms, [row for day in sundays for row in _week(session, day, now)])


def put_away(session: Session, counted: Counted) -> None:
    """Keep what was counted: histograms in the place of the old ones, Sundays that are new."""
    if counted.histograms:
        keep(session, counted.histograms)
    write_weeks(session, counted.weeks)


def verify(session: Session) -> list[Compared]:
    """Count what is kept and in use anew from the source, and compare cell by cell."""
    found = []
    for kept in kept_histograms(session):
        if not is_current(session, kept):
            found.append(Compared(kept.as_of, kept.grouping, 0, 0, 0, current=False))
            continue
        held = from_json(kept.cells)
        source = histogram(session, Selection(kept.as_of, kept.asked_from), kept.grouping)
        ours, theirs = {*held.answers, *held.concrete}, {*source.answers, *source.concrete}
        questions = sum(cell.count for cell in held.answers)
        found.append(Compared(kept.as_of, kept.grouping, questions, len(ours), len(ours ^ theirs), current=True))
    return found


def _histograms(session: Session, today: date, now: datetime) -> Iterator[dict[str, Any]]:
    # First the mark: what is recorded while we count makes what we keep out of date, never wrong unseen.
    mark = mark_of(session)
    start = standard_start(today)
    for day in (today - A_WEEK, today):
        for grouping in KEPT:
            yield {
                "as_of": day,
                "grouping": grouping,
                "asked_from": start,
                "definition_version": DEFINITION_VERSION,
                "last_event": mark.last,
                "recent_events": mark.recent,
                "made_at": now,
                "cells": as_json(histogram(session, Selection(day, start), grouping)),
            }


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
