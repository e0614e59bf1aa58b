"""The figures about answers: what is counted, from when to when, and what follows from the counts.

An observation is one question in its first round. The definitions stand in `definitions`, for everybody to read.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil
from typing import TypeVar

from app.domain.calendar import ONE_DAY, Calendar
from app.domain.errors import Invalid, mark
from app.domain.questions import QuestionKind
from app.domain.survival import Curve, Rate, estimate
from app.domain.terms import TermKind, check_range

FEWEST = 5
"""A figure over fewer than this many gives counts only."""

STANDARD_MONTHS = 12

NO_DOSSIER, NO_DOSSIER_ID = "geen", 0
"""The key of what belongs to no dossier, and how a selection says that it wants just that."""

Key = TypeVar("Key")


class Bucket(StrEnum):
    """What became of a question by a day. Together the five hold every question asked, each once."""

    IN_TIME = "op-tijd-beantwoord"
    LATE = "te-laat-beantwoord"
    OPEN = "open-op-tijd"
    OPEN_LATE = "open-te-laat"
    WITHDRAWN = "ingetrokken"


ANSWERED = frozenset({Bucket.IN_TIME, Bucket.LATE})


class Grouping(StrEnum):
    """By what the figures are parted. By ministry: as it was called then, or where its work is now."""

    TOTAL = "totaal"
    MINISTRY = "ministerie"
    SUCCESSOR = "ministerie-nu"
    DOSSIER = "dossier"
    MONTH = "maand"
    TERM = "termijn"
    ROUND = "ronde"
    KIND = "soort"


class Happening(StrEnum):
    """What may happen to a question between asking and answer."""

    TRANSFERRED = "doorgeleid"
    POSTPONED = "uitgesteld"
    DISPUTED = "betwist"
    OBJECTED = "bezwaar"


class Ageing(StrEnum):
    """For how many working days an open question is late; one late since the weekend is in the first."""

    UP_TO_5 = "1-5"
    UP_TO_10 = "6-10"
    UP_TO_20 = "11-20"
    LONGER = "meer-dan-20"


@dataclass(frozen=True)
class Selection:
    """Which questions are counted, and as of which day: facts with a civil date up to and including it.

    Asked from one day to another, both included; open ends where empty. `owner_id` is who owns it as of that day,
    `heir_id` who does that one's work on `present_on` (empty: as of the same day). Without a `round` it is the first,
    without a `kind` all but commitments; another round was asked when it began.
    """

    as_of: date
    asked_from: date | None = None
    asked_until: date | None = None
    dossier_id: int | None = None
    term_kind: TermKind | None = None
    owner_id: int | None = None
    heir_id: int | None = None
    present_on: date | None = None
    round: int | None = None
    kind: QuestionKind | None = None


@dataclass(frozen=True)
class AnswerCell:
    """How many questions of a group share all of this about their first answer.

    `days` are calendar days from asking to answer, withdrawal, or else the day of counting; on `still` of them the
    clock stood still. `late_at_first`: late by the due date as first set. `ageing`: for how long one that is open is
    late. `concrete` is the verdict in round 1, None while there is none.
    """

    group: str
    bucket: Bucket
    days: int
    still: int
    late_at_first: bool
    ageing: Ageing | None
    concrete: bool | None
    count: int


@dataclass(frozen=True)
class ConcreteCell:
    """How many questions of a group took `days` from first asking to a concrete answer, or were followed that long."""

    group: str
    days: int
    concrete: bool
    count: int


@dataclass(frozen=True)
class Figures:
    """The figures of one group. Rates are None, and curves not `enough`, over fewer than FEWEST.

    `response` is in calendar days, `net` in those the clock ran, `concrete` to an answer judged concrete.
    `answered_median` is over answered questions alone, and flatters.
    """

    buckets: Mapping[Bucket, int]
    on_time: Rate | None
    on_time_at_first: Rate | None
    response: Curve
    net: Curve
    concrete: Curve
    answered_median: int | None
    judged: int
    concrete_at_once: int
    first_time_right: Rate | None
    ageing: Mapping[Ageing, int]

    @property
    def asked(self) -> int:
        """All questions asked, withdrawn ones too."""
        return sum(self.buckets.values())

    @property
    def open(self) -> int:
        """Questions without an answer, late or not."""
        return self.buckets[Bucket.OPEN] + self.buckets[Bucket.OPEN_LATE]


def enough(curve: Curve) -> bool:
    """Tell whether a curve stands on enough questions to show."""
    return curve.observed >= FEWEST


def figures(answers: Iterable[AnswerCell], concrete: Iterable[ConcreteCell]) -> Figures:
    """Return the figures that follow from a histogram, whatever groups its cells belong to."""
    cells = list(answers)
    buckets = dict.fromkeys(Bucket, 0) | _summed((cell.bucket, cell.count) for cell in cells)
    decided = buckets[Bucket.IN_TIME] + buckets[Bucket.LATE] + buckets[Bucket.OPEN_LATE]
    at_first = _summed((cell.late_at_first, cell.count) for cell in cells if _is_decided_at_first(cell))
    verdicts = _summed((cell.concrete, cell.count) for cell in cells)
    judged, concrete_at_once = verdicts[True] + verdicts[False], verdicts[True]
    gross = _summed(((cell.days, cell.bucket in ANSWERED), cell.count) for cell in cells)
    net = _summed(((cell.days - cell.still, cell.bucket in ANSWERED), cell.count) for cell in cells)
    return Figures(
        buckets=buckets,
        on_time=_rate(buckets[Bucket.IN_TIME], decided),
        on_time_at_first=_rate(at_first[False], at_first.total()),
        response=estimate(gross),
        net=estimate(net),
        concrete=estimate(_summed(((one.days, one.concrete), one.count) for one in concrete)),
        answered_median=_answered_median(gross),
        judged=judged,
        concrete_at_once=concrete_at_once,
        first_time_right=_rate(concrete_at_once, judged),
        ageing=dict.fromkeys(Ageing, 0) | _summed((cell.ageing, cell.count) for cell in cells if cell.ageing),
    )


def _summed(counts: Iterable[tuple[Key, int]]) -> Counter[Key]:
    found: Counter[Key] = Counter()
    for key, count in counts:
        found[key] += count
    return found


def _is_decided_at_first(cell: AnswerCell) -> bool:
    """Tell whether it is known if the due date as first set was kept: answered, or open and past it."""
    return cell.bucket in ANSWERED or (cell.bucket is not Bucket.WITHDRAWN and cell.late_at_first)


def _rate(part: int, whole: int) -> Rate | None:
    return Rate(part, whole) if whole >= FEWEST else None


def _answered_median(durations: Mapping[tuple[int, bool], int]) -> int | None:
    """Return the smallest number of days within which at least half of the answers came."""
    by_day = sorted((days, count) for (days, answered), count in durations.items() if answered)
    total = sum(count for _, count in by_day)
    if total < FEWEST:
        return None
    half, passed = ceil(total / 2), 0
    for days, count in by_day:
        passed += count
        if passed >= half:
            return days
    return None


def ageing_of(due_on: date, as_of: date, calendar: Calendar) -> Ageing:
    """Return for how long a question that was due on `due_on` is late on a day, in working days."""
    days = calendar.working_days_between(due_on, as_of)
    if days <= 5:
        return Ageing.UP_TO_5
    if days <= 10:
        return Ageing.UP_TO_10
    return Ageing.UP_TO_20 if days <= 20 else Ageing.LONGER


def standard_start(as_of: date) -> date:
    """Return where the period begins when none is chosen: with the first of twelve months, the present one included."""
    months = as_of.year * 12 + as_of.month - STANDARD_MONTHS
    return date(months // 12, months % 12 + 1, 1)


def counts_in_all(key: str, grouping: Grouping, selection: Selection) -> bool:
    """Tell whether a group is part of the total: unless they were asked for, later rounds and commitments aren't."""
    if grouping is Grouping.ROUND and selection.round is None:
        return key == "1"
    return grouping is not Grouping.KIND or selection.kind is not None or key != QuestionKind.COMMITMENT.value


def month_of(key: str) -> tuple[date, date]:
    """Return the first and the last day of a month group such as `2026-10`."""
    first = date.fromisoformat(f"{key}-01")
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first, following - ONE_DAY


def check_selection(selection: Selection, today: date) -> None:
    """Raise Invalid unless this is a period with an end after its start, as of a day that has begun.

    Codes: `date-range`, `as-of-in-future`, `period-backwards`, `period-after-as-of`.
    """
    for field, day in (("opDatum", selection.as_of), ("van", selection.asked_from), ("tot", selection.asked_until)):
        if day is not None:
            check_range(day, field=field)
    if selection.as_of > today:
        sentence = mark("De peildatum {as_of} ligt in de toekomst. Kies vandaag of een eerdere dag.")
        raise Invalid("as-of-in-future", sentence, field="opDatum", as_of=selection.as_of)
    start, end = selection.asked_from, selection.asked_until
    if start is None:
        return
    if end is not None and end < start:
        sentence = mark("De periode eindigt op {end}, vóór het begin op {start}. Kies een latere einddatum.")
        raise Invalid("period-backwards", sentence, field="tot", start=start, end=end)
    if start > selection.as_of:
        sentence = mark("De periode begint op {start}, na de peildatum {as_of}. Kies een eerdere begindatum.")
        raise Invalid("period-after-as-of", sentence, field="van", start=start, as_of=selection.as_of)
