"""Where the marks of a picture stand: curves, bars and columns, in the units of their SVG. No words, no colours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.domain.statistics import Bucket
from app.domain.survival import MEDIAN, NINE_IN_TEN, Curve, Step

LEFT, RIGHT, TOP, BOTTOM = 38.0, 290.0, 12.0, 152.0
"""The plot of a curve inside its viewBox of 300 by 176."""

AXES = (30, 60, 90, 120, 180)
FAR = 90
QUARTER = Fraction(1, 4)
COLUMNS_HEIGHT = 96.0


@dataclass(frozen=True)
class Axis:
    """Days from left to right, up to `last`."""

    last: int

    def x(self, day: float) -> float:
        """Where a day stands; days beyond the axis stand at its end."""
        return round(LEFT + (RIGHT - LEFT) * min(day, self.last) / self.last, 1)

    @property
    def ticks(self) -> list[tuple[int, float]]:
        """Four days and where they stand; the last is the end of the axis."""
        return [(day, self.x(day)) for day in range(0, self.last + 1, self.last // 3)]


@dataclass(frozen=True)
class Drawn:
    """A curve as path data: its line, and the band around it."""

    line: str
    band: str


@dataclass(frozen=True)
class Piece:
    """A part of a bar: from `x`, so wide, both in per cent; `label` tells whether its number fits into it."""

    bucket: Bucket
    count: int
    x: float
    width: float
    label: bool


@dataclass(frozen=True)
class Column:
    """One column of a picture with columns: its middle and width in per cent, its top and height in pixels."""

    name: str
    count: int
    middle: float
    x: float
    width: float
    y: float
    height: float


def axis_for(*curves: Curve) -> Axis:
    """The axis on which the fall of each of these curves is seen."""
    wanted = max(map(_wanted, curves))
    return Axis(next((last for last in AXES if wanted <= last), AXES[-1]))


def _wanted(curve: Curve) -> int:
    """How far a curve's fall goes: up to where one in ten is left, if that is near.

    Else well beyond where a quarter is left, or the last answer. A long tail would press the fall into a corner.
    """
    wanted = curve.quantile(NINE_IN_TEN)
    if wanted is None or wanted > FAR:
        quarter = curve.quantile(QUARTER)
        last_answer = curve.steps[-1].day if curve.steps else 0
        wanted = min(last_answer, 3 * quarter // 2) if quarter is not None else last_answer
    return wanted


def y(share: float) -> float:
    """Where a share stands, 0 at the bottom."""
    return round(BOTTOM - (BOTTOM - TOP) * share, 1)


def draw(curve: Curve, axis: Axis) -> Drawn:
    """A curve and its band, up to the end of the axis or of the longest time a question was followed."""
    steps = [step for step in curve.steps if step.day <= axis.last]
    end = axis.x(curve.followed)
    line = _stairs([(step.day, float(step.left)) for step in steps], axis, end)
    upper = _stairs([(step.day, step.high) for step in steps], axis, end)
    return Drawn(line, f"{upper}{_back(steps, axis)}Z" if steps else "")


def median_point(curve: Curve, axis: Axis) -> tuple[float, float] | None:
    """Where the median stands; None where it was not reached, or not on this axis."""
    median = curve.quantile(MEDIAN)
    return (axis.x(median), y(0.5)) if median is not None and median <= axis.last else None


def _stairs(steps: Sequence[tuple[int, float]], axis: Axis, end: float) -> str:
    down = "".join(f"H{axis.x(day)}V{y(share)}" for day, share in steps)
    return f"M{LEFT} {TOP}{down}H{end}"


def _back(steps: Sequence[Step], axis: Axis) -> str:
    """The lower side of a band, from right to left."""
    path = ""
    for step in reversed(steps):
        path += f"V{y(step.low)}H{axis.x(step.day)}"
    return f"{path}V{TOP}"


def pieces(buckets: Mapping[Bucket, int], order: Sequence[Bucket]) -> list[Piece]:
    """A bar of these buckets, from left to right; those without questions take no room."""
    total = sum(buckets[bucket] for bucket in order)
    made, x = [], 0.0
    for bucket in order:
        width = 100 * buckets[bucket] / total if total else 0.0
        if width:
            made.append(Piece(bucket, buckets[bucket], round(x, 3), round(width, 3), width >= 6))
        x += width
    return made


def columns(counts: Sequence[tuple[str, int]], top: float = 16.0) -> list[Column]:
    """Columns side by side, the highest as high as there is room for."""
    if not counts:
        return []
    most = max(count for _, count in counts) or 1
    step = 100 / len(counts)
    made = []
    for place, (name, count) in enumerate(counts):
        height = round(COLUMNS_HEIGHT * count / most, 1)
        made.append(
            Column(
                name,
                count,
                middle=round(step * (place + 0.5), 2),
                x=round(step * (place + 0.12), 2),
                width=round(step * 0.76, 2),
                y=round(top + COLUMNS_HEIGHT - height, 1),
                height=height,
            )
        )
    return made
