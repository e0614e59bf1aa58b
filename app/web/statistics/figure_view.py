"""The figures as the page shows them: in the reader's words, each number with the address of its questions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from app.domain.errors import mark
from app.domain.statistics import FEWEST, Ageing, Bucket, Figures, Grouping, enough
from app.domain.survival import MEDIAN, NINE_IN_TEN
from app.store.figures.groups import Group
from app.usecases.statistics import Report
from app.web.statistics import figure_shapes as shapes
from app.web.statistics.figure_words import FigureWords
from app.web.statistics.key_figures import KeyFigure, key_figures

NORM_DAYS = 21
"""Three weeks, the norm for a letter to a ministry; drawn in each curve."""

BAR = (Bucket.IN_TIME, Bucket.LATE, Bucket.OPEN_LATE, Bucket.OPEN)
AGES: Mapping[Ageing, str] = {
    Ageing.UP_TO_5: mark("t/m 5"),
    Ageing.UP_TO_10: mark("6–10"),
    Ageing.UP_TO_20: mark("11–20"),
    Ageing.LONGER: mark("> 20"),
}


class Address(Protocol):
    """Where the questions of a bucket (or all) of a group (or of all groups) are listed."""

    def __call__(self, bucket: Bucket | None, group: Group | None = None) -> str:
        """The address."""


@dataclass(frozen=True)
class Count:
    """A number and the address of the questions behind it; none for zero."""

    number: int
    href: str | None


@dataclass(frozen=True)
class Row:
    """The numbers of one group; `href` leads to its page, if it has one.

    `buckets` go by the API's names; texts are empty where there are too few questions.
    """

    name: str
    href: str
    asked: Count
    buckets: Mapping[Bucket, Count]
    on_time: str
    on_time_between: str
    at_first: str
    median: str
    nine_in_ten: str
    net: str
    answered_median: str
    concrete: str
    at_once: str
    too_few: bool


@dataclass(frozen=True)
class Panel:
    """One small picture of a curve, with what it says in words."""

    name: str
    asked: int
    drawn: shapes.Drawn
    point: tuple[float, float] | None
    median: str
    told: str


@dataclass(frozen=True)
class Bar:
    """How the questions of one group are divided, as a bar and in words."""

    name: str
    pieces: Sequence[shapes.Piece]
    rate: str
    told: str


@dataclass(frozen=True)
class View:
    """Everything below the filters. `rows` is empty where there is only the total."""

    key_figures: Sequence[KeyFigure]
    total: Row
    rows: Sequence[Row]
    panels: Sequence[Panel]
    too_few: Sequence[tuple[str, int]]
    all_drawn: shapes.Drawn | None
    axis: shapes.Axis
    norm_x: float
    bars: Sequence[Bar]
    ageing: Sequence[shapes.Column]
    ageing_told: str


def view_of(
    words: FigureWords, report: Report, address: Address, page_of: Callable[[Group], str] = lambda _group: ""
) -> View:
    """The figures of a report, for its page; `page_of` gives the address of the page about a group."""
    text = words.words.text
    named = [(words.group(one.group, report.grouping), one.group, one.figures) for one in report.groups]
    # Many curves stand on the axis of all questions; one alone must show its own fall, with its median.
    alone = [found.response for _, _, found in named] if len(named) == 1 else []
    axis = shapes.axis_for(report.total.response, *alone)
    ages = [(text(AGES[age]), report.total.ageing[age]) for age in Ageing]
    parted = report.grouping is not Grouping.TOTAL
    return View(
        key_figures=key_figures(words, report.total, report.before, address),
        total=_row(words, text(mark("Alle vragen")), report.total, address),
        rows=[
            _row(words, name, found, partial(address, group=group), page_of(group))
            for name, group, found in named
            if parted
        ],
        panels=[_panel(words, name, found, axis) for name, _, found in named if enough(found.response)],
        too_few=[(name, found.asked) for name, _, found in named if not enough(found.response)],
        all_drawn=shapes.draw(report.total.response, axis) if parted and enough(report.total.response) else None,
        axis=axis,
        norm_x=axis.x(NORM_DAYS),
        bars=[_bar(words, name, found) for name, _, found in named],
        ageing=shapes.columns(ages),
        ageing_told="; ".join(text(mark("{age} werkdagen: {n}"), age=age, n=n) for age, n in ages),
    )


def _row(words: FigureWords, name: str, found: Figures, address: Callable[[Bucket | None], str], href: str = "") -> Row:
    def count(number: int, bucket: Bucket | None) -> Count:
        return Count(number, address(bucket) if number else None)

    return Row(
        name=name,
        href=href,
        asked=count(found.asked, None),
        buckets={bucket: count(found.buckets[bucket], bucket) for bucket in Bucket},
        on_time=words.share(found.on_time),
        on_time_between=words.between(found.on_time),
        at_first=words.share(found.on_time_at_first),
        median=words.quantile_between(found.response),
        nine_in_ten=words.quantile(found.response, NINE_IN_TEN),
        net=words.quantile(found.net),
        answered_median=words.days(found.answered_median),
        concrete=words.quantile(found.concrete),
        at_once=words.share(found.first_time_right),
        too_few=found.asked < FEWEST,
    )


def _panel(words: FigureWords, name: str, found: Figures, axis: shapes.Axis) -> Panel:
    curve = found.response
    median = words.quantile(curve)
    if curve.quantile(MEDIAN) is None:
        sentence = mark("{name}: de mediaan is nog niet bereikt; na {norm} dagen heeft {share} nog geen antwoord")
    else:
        sentence = mark("{name}: mediaan {median}; na {norm} dagen heeft {share} nog geen antwoord")
    share = words.percent(float(curve.left(NORM_DAYS)))
    return Panel(
        name=name,
        asked=found.asked,
        drawn=shapes.draw(curve, axis),
        point=shapes.median_point(curve, axis),
        median=median,
        told=words.words.text(sentence, name=name, median=median, norm=NORM_DAYS, share=share),
    )


def _bar(words: FigureWords, name: str, found: Figures) -> Bar:
    sentence = mark(
        "{name}: {in_time} op tijd beantwoord, {late} te laat beantwoord, {open_late} open en te laat, "
        "{open} open binnen de termijn"
    )
    facts = {bucket.name.lower(): found.buckets[bucket] for bucket in BAR}
    told = words.words.text(sentence, name=name, **facts)
    return Bar(name, shapes.pieces(found.buckets, BAR), words.share(found.on_time), told)
