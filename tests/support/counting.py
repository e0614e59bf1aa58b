"""The figures counted by brute force: one question at a time, from its history, without a table or a shortcut."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.domain.calendar import Calendar
from app.domain.statistics import Bucket, Figures, Grouping, Selection, ageing_of
from app.domain.survival import Curve
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
        if is_in(one, chosen, any_kind=grouping is Grouping.KIND, any_round=grouping is Grouping.ROUND):
            for number in _rounds(one, chosen, grouping):
                _add(found[_key(one, chosen, grouping, number)], one, number, chosen.as_of, calendar)
    return found


def _rounds(one: History, chosen: Selection, grouping: Grouping) -> list[int]:
    """The rounds that count, by number."""
    wanted = [chosen.round or 1] if chosen.round or grouping is not Grouping.ROUND else range(1, len(one.rounds) + 1)
    return [number for number in wanted if number <= len(one.rounds) and _asked(one.rounds[number - 1], chosen)]


def _asked(on: date, chosen: Selection) -> bool:
    return (chosen.asked_from or date.min) <= on <= min(chosen.asked_until or date.max, chosen.as_of)


def is_in(one: History, chosen: Selection, *, any_kind: bool = False, any_round: bool = False) -> bool:
    """Whether a question is among those selected; `any_round`: whenever its rounds were asked."""
    return (
        (any_kind or one.kind != "toezegging" if chosen.kind is None else one.kind == chosen.kind)
        and (any_round or chosen.round is not None or _asked(one.asked_on, chosen))
        and chosen.dossier_id in {None, one.dossier_id or 0}
        and chosen.term_kind in {None, one.term_kind}
        and chosen.owner_id in {None, one.owner_on(chosen.as_of)}
    )


def _key(one: History, chosen: Selection, grouping: Grouping, number: int) -> str:
    return {
        Grouping.TOTAL: "totaal",
        Grouping.MINISTRY: str(one.owner_on(chosen.as_of)),
        Grouping.DOSSIER: str(one.dossier_id or "geen"),
        Grouping.MONTH: f"{one.asked_on:%Y-%m}",
        Grouping.TERM: one.term_kind if number == 1 else "norm",
        Grouping.ROUND: str(number),
        Grouping.KIND: one.kind,
    }[grouping]


def _add(counted: Counted, one: History, number: int, as_of: date, calendar: Calendar) -> None:
    """Add one round. A later one has a term of two weeks, and nobody touches its clock."""
    asked_on = one.rounds[number - 1]
    original_due_on = one.original_due_on if number == 1 else asked_on + timedelta(weeks=2)
    given = next((reply for reply in one.replies if reply.round == number and reply.on <= as_of), None)
    out_on = next((on for on, its_round in one.withdrawn if its_round == number and on <= as_of), None)
    end = given.on if given else out_on or as_of
    due_on, still = one.due_on(end, calendar) if number == 1 else (given.due_on if given else original_due_on, False)
    if given:
        bucket = Bucket.LATE if end > due_on and not still else Bucket.IN_TIME
    elif out_on:
        bucket = Bucket.WITHDRAWN
    else:
        bucket = Bucket.OPEN_LATE if end > due_on and not still else Bucket.OPEN
    days = (end - asked_on).days
    counted.buckets[bucket] += 1
    counted.ids[bucket].append(one.id)
    counted.response.append((days, given is not None))
    counted.net.append((days - (one.still_days(end) if number == 1 else 0), given is not None))
    counted.concrete.append(_to_concrete(one, number, as_of))
    if bucket is Bucket.OPEN_LATE:
        counted.overdue.append(due_on)
    if bucket is not Bucket.WITHDRAWN and (given or end > original_due_on):
        counted.late_at_first += end > original_due_on
        counted.in_time_at_first += end <= original_due_on
    if given and given.judged_on and given.judged_on <= as_of:
        counted.judged += 1
        counted.concrete_at_once += given.concrete


def _to_concrete(one: History, number: int, as_of: date) -> tuple[int, bool]:
    asked_on = one.rounds[number - 1]
    replies = [reply for reply in one.replies if reply.round >= number]
    for reply in replies:
        if reply.judged_on and reply.judged_on <= as_of and reply.concrete:
            return (reply.on - asked_on).days, True
    for reply in replies:
        if reply.on <= as_of and (reply.judged_on is None or reply.judged_on > as_of):
            return (reply.on - asked_on).days, False
    for on, its_round in one.withdrawn:
        # A round after it means that it was reopened.
        if on <= as_of and its_round >= number and not any(later <= as_of for later in one.rounds[its_round:]):
            return (on - asked_on).days, False
    return (as_of - asked_on).days, False


def durations(curve: Curve) -> list[tuple[int, int]]:
    """On which days answers came, and how many."""
    return [(step.day, step.ended) for step in curve.steps]


def ended(observed: list[tuple[int, bool]]) -> list[tuple[int, int]]:
    """The same, of durations counted one by one."""
    return sorted(Counter(days for days, done in observed if done).items())


def assert_equal(found: Figures, counted: Counted, as_of: date, calendar: Calendar) -> None:
    """Figures are those counted by hand, to the last unit."""
    assert dict(found.buckets) == {bucket: counted.buckets[bucket] for bucket in Bucket}
    for curve, observed in (
        (found.response, counted.response),
        (found.net, counted.net),
        (found.concrete, counted.concrete),
    ):
        assert (curve.observed, durations(curve)) == (len(observed), ended(observed))
        for step in curve.steps:
            assert step.at_risk == sum(1 for days, _ in observed if days >= step.day), (step, sorted(observed))
    assert (found.judged, found.concrete_at_once) == (counted.judged, counted.concrete_at_once)
    if found.on_time_at_first:
        assert found.on_time_at_first.part == counted.in_time_at_first
        assert found.on_time_at_first.whole == counted.in_time_at_first + counted.late_at_first
    bands = Counter(ageing_of(due_on, as_of, calendar) for due_on in counted.overdue)
    assert {band: number for band, number in found.ageing.items() if number} == bands
    quick = sorted(days for days, done in counted.response if done)
    assert found.answered_median == (quick[(len(quick) - 1) // 2] if len(quick) >= 5 else None)
