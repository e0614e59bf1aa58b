"""A digest as a page shows it, rendered once when it is made: the sheet, its trend, and its sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Any

from app.domain.digests import Digest, Week
from app.web.frame.render import TEMPLATES
from app.wording import wording

MOST_ROWS, MOST = 100, 25
"""Late questions shown of one ministry, and lines in each of the other lists; the figures count all."""

TOP, BOTTOM = 14, 104
"""Where the plot of the trend begins and ends, in pixels from above."""

NAMED_EVERY = 4


@dataclass(frozen=True)
class Point:
    """A week in the trend: `x` in per cent, `y` in pixels; `gap` tells that the week before it has no digest."""

    week: str
    number: int
    late: int
    x: float
    y: float
    gap: bool
    named: bool


@dataclass(frozen=True)
class Picture:
    """The trend: its points oldest first, the lines between neighbouring weeks, and the grid (value, y)."""

    points: Sequence[Point]
    lines: Sequence[tuple[Point, Point]]
    grid: Sequence[tuple[int, float]]


def sheet(digest: Digest, language: str) -> str:
    """The whole digest as HTML to put into a page."""
    context: dict[str, Any] = {
        "wording": wording(language),
        "digest": digest,
        "week": Week.parse(digest.week),
        "picture": picture(digest.trend) if len(digest.trend) > 1 else None,
        "most_rows": MOST_ROWS,
        "most": MOST,
    }
    return TEMPLATES.get_template("digests/_sheet.html").render(context)


def sentence(digest: Digest, language: str) -> tuple[str, str]:
    """The sentence of the digest as plain text, in two parts: the first is the one to print strong."""
    words = TEMPLATES.get_template("digests/_sentence.html").make_module({"wording": wording(language)})
    lead, rest = (getattr(words, part)(digest).unescape() for part in ("lead", "rest"))
    return str(lead), str(rest)


def picture(trend: Sequence[tuple[str, int]]) -> Picture:
    """The trend, laid out by time: a week without a digest leaves a gap. At least two weeks."""
    weeks = [Week.parse(text) for text, _ in trend]
    first, last = weeks[0].monday, weeks[-1].monday
    step = max(1, ceil(max(late for _, late in trend) / 2))
    height = BOTTOM - TOP
    points = [
        Point(
            week=str(week),
            number=week.number,
            late=late,
            x=round(100 * (week.monday - first).days / (last - first).days, 2),
            y=round(BOTTOM - height * late / (2 * step), 1),
            gap=place > 0 and weeks[place - 1] != week.before,
            named=(len(weeks) - 1 - place) % NAMED_EVERY == 0,
        )
        for place, (week, (_, late)) in enumerate(zip(weeks, trend, strict=True))
    ]
    lines = [(one, following) for one, following in pairwise(points) if not following.gap]
    grid = [(value, round(BOTTOM - height * value / (2 * step), 1)) for value in (2 * step, step, 0)]
    return Picture(points, lines, grid)
