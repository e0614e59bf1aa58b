"""Who had the ball, day by day: what the holder bar of a question draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from babel.dates import format_date

from app.domain.errors import mark
from app.domain.ledger import EntryKind
from app.domain.questions import CLIMBING_STATES, HolderKind
from app.store.lists.story import Story, held_days
from app.wording import Wording

MOVED_BY: Mapping[EntryKind, str] = {
    EntryKind.POSTPONED: mark("na uitstel"),
    EntryKind.RESUMED: mark("na stilstand"),
}


@dataclass(frozen=True)
class Span:
    """A stretch of days with one holder; `kind` is a colour of the bar: vng, owner, other, none, paused, late."""

    kind: str
    name: str
    days: int


@dataclass(frozen=True)
class Period:
    """One holding period in words and dates; without `until_on` it goes on."""

    told: str
    from_on: date
    until_on: date | None
    days: int


@dataclass(frozen=True)
class DueMark:
    """A due date on the bar: days since the start. `now`: the one that counts."""

    at: int
    label: str
    note: str
    now: bool


@dataclass(frozen=True)
class HolderBar:
    """The whole bar, in calendar days. The late part is `late_days` long and ends `late_until` days from the start."""

    days: int
    spans: Sequence[Span]
    dues: Sequence[DueMark]
    late_days: int
    late_until: int
    key: Sequence[Span]
    start: str
    end: str
    periods: Sequence[Period]


def holder_bar(words: Wording, story: Story, today: date, vng: str) -> HolderBar | None:
    """The bar from the sending until today, or until the question was closed; None before sending."""
    if not story.holding:
        return None
    start = story.holding[0].from_on
    end = story.holding[-1].until_on or today
    spans, key = _spans(words, story, today, vng)
    late_days, late_until = _late(story, start, end, today)
    if late_days:
        key = [*key, Span("late", words.text(mark("te laat")), late_days)]
    closed = story.holding[-1].until_on is not None
    return HolderBar(
        days=(end - start).days,
        spans=spans,
        dues=_dues(words, story, start),
        late_days=late_days,
        late_until=late_until,
        key=key,
        start=words.text(mark("{day} verstuurd"), day=day_label(words, start)),
        end=words.text(mark("{day} gesloten"), day=day_label(words, end)) if closed else words.text(mark("vandaag")),
        periods=[
            Period(
                _holder(words, story, row, vng)[2],
                row.from_on,
                row.until_on,
                held_days(row.from_on, row.until_on, today),
            )
            for row in story.holding
        ],
    )


def day_label(words: Wording, day: date) -> str:
    """A day at an axis, as short as it can be: 26 okt."""
    return format_date(day, "d MMM", locale=words.language).rstrip(".")


def _spans(words: Wording, story: Story, today: date, vng: str) -> tuple[list[Span], list[Span]]:
    """The stretches in order, and each holder's total with what it was in this question."""
    spans: list[Span] = []
    totals: dict[tuple[str, str], int] = {}
    rows = list(story.holding)
    for row, following in pairwise([*rows, None]):
        kind, name, told = _holder(words, story, row, vng)
        days = held_days(row.from_on, row.until_on, today)
        spans.append(Span(kind, name, days))
        totals[kind, told] = totals.get((kind, told), 0) + days
        if following is not None and row.until_on is not None and following.from_on > row.until_on:
            closed = words.text(mark("gesloten"))
            gap = (following.from_on - row.until_on).days
            spans.append(Span("paused", closed, gap))
            totals["paused", closed] = totals.get(("paused", closed), 0) + gap
    return spans, [Span(kind, told, days) for (kind, told), days in totals.items()]


def _holder(words: Wording, story: Story, row: Any, vng: str) -> tuple[str, str, str]:
    """Colour, short name and what the key says of one holding period."""
    if row.holder is HolderKind.VNG:
        return "vng", vng, vng
    if row.holder is HolderKind.CENTRE:
        return "other", "AZ", words.text(mark("AZ, wijst de eigenaar aan"))
    name = row.ministry or words.text(mark("andere ministeries"))
    if row.holder is HolderKind.CONTRIBUTOR:
        return "other", name, words.text(mark("{ministry}, meebetrokken"), ministry=name)
    if row.ministry_id == story.question.owner_id:
        return "owner", name, words.text(mark("{ministry}, eigenaar"), ministry=name)
    return "none", name, words.text(mark("{ministry}, eerdere eigenaar"), ministry=name)


def _late(story: Story, start: date, end: date, today: date) -> tuple[int, int]:
    """How many days were late in this round, and how many days from the start that ended."""
    question = story.question
    answer = next((one.answer for one in story.answers if one.answer.round == question.round), None)
    if answer is not None:
        due_on, until = answer.due_on, min(answer.answered_on, end)
    elif question.state in CLIMBING_STATES and not question.suspended:
        due_on, until = question.due_on, today
    else:
        return 0, 0
    late_from = max(due_on, start)
    return max(0, (until - late_from).days), max(0, (until - start).days)


def _dues(words: Wording, story: Story, start: date) -> list[DueMark]:
    """Due dates in order: those of earlier rounds, this round's first one where it moved, and the one that counts."""
    question = story.question
    noted: dict[date, str] = {}
    for one in reversed(story.answers):
        if one.answer.round < question.round:
            noted[one.answer.due_on] = words.text(mark("ronde {round}"), round=one.answer.round)
    moved = question.original_due_on != question.due_on
    if moved:
        noted[question.original_due_on] = words.text(mark("oorspronkelijk"))
    noted[question.due_on] = words.text(_moved_by(story)) if moved else ""
    return [
        DueMark((day - start).days, day_label(words, day), note, day == question.due_on)
        for day, note in sorted(noted.items())
    ]


def _moved_by(story: Story) -> str:
    """What brought the due date where it is: the last entry that moved it, else a changed calendar."""
    changes = [step.entry.kind for step in story.standing.steps if step.changed] if story.standing else []
    last = changes[-1] if changes else EntryKind.POSTPONED
    return MOVED_BY.get(last, mark("herrekend"))
