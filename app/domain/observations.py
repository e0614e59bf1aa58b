"""One question in the figures, where its term ledger must be read to know how it stood on a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.calendar import Calendar
from app.domain.ledger import LASTING, Entry, EntryKind, Standing, replay
from app.domain.statistics import AnswerCell, Bucket, ageing_of
from app.domain.terms import is_late


@dataclass(frozen=True)
class Observed:
    """One first round as far as it had come by a day, with its whole ledger.

    `answered_on` and `withdrawn_on` are empty where that was later. `answered_due_on` was in force at the answer.
    """

    group: str
    asked_on: date
    original_due_on: date
    answered_on: date | None
    answered_due_on: date | None
    withdrawn_on: date | None
    concrete: bool | None
    entries: Sequence[Entry]


def standing_on(entries: Iterable[Entry], on: date, calendar: Calendar) -> Standing:
    """Return where a round stood at the end of a day, as recorded now.

    Entries that take effect later don't count yet; one that was voided, on whatever day, never did.
    """
    entries = list(entries)
    struck = {entry.voids for entry in entries if entry.kind is EntryKind.VOIDED}
    counting = [
        entry
        for entry in entries
        if entry.effective_on <= on
        and entry.kind is not EntryKind.VOIDED
        and (entry.sequence not in struck or entry.kind in LASTING)
    ]
    return replay(counting, calendar)


def stood_still(standing: Standing, until: date) -> int:
    """Count the calendar days up to this day on which the clock stood still; no entry may be later than it."""
    days = 0
    for step in standing.steps:
        since = (until - step.entry.effective_on).days
        if step.problem is None and step.entry.kind is EntryKind.SUSPENDED:
            days += since
        elif step.problem is None and step.entry.kind is EntryKind.RESUMED:
            days -= since
    return days


def place(observed: Observed, as_of: date, calendar: Calendar) -> AnswerCell:
    """Return the cell of the histogram where this question counts as of a day."""
    end = observed.answered_on or observed.withdrawn_on or as_of
    standing = standing_on(observed.entries, end, calendar)
    bucket = _bucket(observed, standing, end)
    return AnswerCell(
        group=observed.group,
        bucket=bucket,
        days=(end - observed.asked_on).days,
        still=stood_still(standing, end),
        late_at_first=is_late(observed.original_due_on, end),
        ageing=ageing_of(standing.due_on, end, calendar) if bucket is Bucket.OPEN_LATE else None,
        concrete=observed.concrete,
        count=1,
    )


def _bucket(observed: Observed, standing: Standing, end: date) -> Bucket:
    """Tell the bucket. While the clock stands still nothing is late, an answer that comes then neither."""
    if observed.answered_on is not None:
        due_on = observed.answered_due_on or standing.due_on
        return Bucket.LATE if is_late(due_on, end) and not standing.provisional else Bucket.IN_TIME
    if observed.withdrawn_on is not None:
        return Bucket.WITHDRAWN
    return Bucket.OPEN_LATE if standing.is_late(end) else Bucket.OPEN
