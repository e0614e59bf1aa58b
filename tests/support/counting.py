"""The figures counted by brute force: one question at a time, from its history, without a table or a shortcut."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date

from app.domain.calendar import Calendar
from app.domain.statistics import Bucket, Grouping, Selection
from tests.support.registers import History


@dataclass
class Counted:
    """What was counted of one group. Durations are (days, ended), one for each question; `overdue` due dates."""

    buckets: Counter[Bucket] = field(default_factory=Counter)
    response: list[tuple[int, bool]] = field(default_factory=list)
    net: list[tuple[int, bool]] = field(default_factory=list)
    concrete: list[tuple[int, bool]] = field(default_factory=list)
    in_time_at_first: int = 0
    late_at_first: int = 0
    judged: int = 0
    concrete_at_once: int = 0
    overdue: list[date] = field(default_factory=list)
    ids: dict[Bucket, list[int]] = field(default_factory=lambda: defaultdict(list))


def count(histories: list[History], chosen: Selection, grouping: Grouping, calendar: Calendar) -> dict[str, Counted]:
    """Count by hand what `app.store.statistics.histogram` counts, keyed alike."""
    found: dict[str, Counted] = defaultdict(Counted)
    for one in histories:
        if _is_in(one, chosen):
            _add(found[_key(one, chosen, grouping)], one, chosen.as_of, calendar)
    return found


def _is_in(one: History, chosen: Selection) -> bool:
    return (
        one.kind != "toezegging"
        and (chosen.asked_from or date.min) <= one.asked_on <= min(chosen.asked_until or date.max, chosen.as_of)
        and chosen.dossier_id in {None, one.dossier_id or 0}
        and chosen.term_kind in {None, one.term_kind}
        and chosen.owner_id in {None, one.owner_on(chosen.as_of)}
    )


def _key(one: History, chosen: Selection, grouping: Grouping) -> str:
    return {
        Grouping.TOTAL: "totaal",
        Grouping.MINISTRY: str(one.owner_on(chosen.as_of)),
        Grouping.DOSSIER: str(one.dossier_id or "geen"),
        Grouping.MONTH: f"{one.asked_on:%Y-%m}",
        Grouping.TERM: one.term_kind,
    }[grouping]


def _add(counted: Counted, one: History, as_of: date, calendar: Calendar) -> None:
    first = next((reply for reply in one.replies if reply.round == 1 and reply.on <= as_of), None)
    out_on = next((on for on, number in one.withdrawn if number == 1 and on <= as_of), None)
    end = first.on if first else out_on or as_of
    due_on, still = one.due_on(end, calendar)
    if first:
        bucket = Bucket.LATE if end > due_on and not still else Bucket.IN_TIME
    elif out_on:
        bucket = Bucket.WITHDRAWN
    else:
        bucket = Bucket.OPEN_LATE if end > due_on and not still else Bucket.OPEN
    days = (end - one.asked_on).days
    counted.buckets[bucket] += 1
    counted.ids[bucket].append(one.id)
    counted.response.append((days, first is not None))
    counted.net.append((days - one.still_days(end), first is not None))
    counted.concrete.append(_to_concrete(one, as_of))
    if bucket is Bucket.OPEN_LATE:
        counted.overdue.append(due_on)
    if bucket is not Bucket.WITHDRAWN and (first or end > one.original_due_on):
        counted.late_at_first += end > one.original_due_on
        counted.in_time_at_first += end <= one.original_due_on
    if first and first.judged_on and first.judged_on <= as_of:
        counted.judged += 1
        counted.concrete_at_once += first.concrete


def _to_concrete(one: History, as_of: date) -> tuple[int, bool]:
    for reply in one.replies:
        if reply.judged_on and reply.judged_on <= as_of and reply.concrete:
            return (reply.on - one.asked_on).days, True
    for reply in one.replies:
        if reply.on <= as_of and (reply.judged_on is None or reply.judged_on > as_of):
            return (reply.on - one.asked_on).days, False
    for on, number in one.withdrawn:
        # A round after it means that it was reopened.
        if on <= as_of and not any(later <= as_of for later in one.rounds[number:]):
            return (on - one.asked_on).days, False
    return (as_of - one.asked_on).days, False
