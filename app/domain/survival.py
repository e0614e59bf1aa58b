"""How long an answer takes, counting the questions that still wait for one: the Kaplan–Meier estimator.

Whoever looks at answered questions only, flatters those who let questions lie: the slow ones aren't in it yet. Here a
question that waits counts, for as long as it was followed (it is *censored* then).

Sources: Kaplan & Meier (1958), JASA 53, 457–481, for the curve; Greenwood's sum with the log(−log) transformation for
its band (Kalbfleisch & Prentice, The Statistical Analysis of Failure Time Data, 1.4); Brookmeyer & Crowley (1982),
Biometrics 38, 29–41, for the interval of a quantile: the same quantile of the lower and of the upper band.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import exp, log, sqrt
from statistics import NormalDist

MEDIAN = Fraction(1, 2)
NINE_IN_TEN = Fraction(1, 10)
"""What is left unanswered when nine in ten have been answered."""

Z = NormalDist().inv_cdf(0.975)
"""Half the width of a 95 % interval, in standard errors."""

Durations = Mapping[tuple[int, bool], int]
"""Histogram: (whole days, whether it ended in an answer) → how many questions."""


@dataclass(frozen=True)
class Step:
    """The curve from a day on which answers came: the share `left` without one, and its 95 % band.

    `at_risk` questions were followed up to this day and had no answer before it; `ended` of them were answered on it.
    """

    day: int
    at_risk: int
    ended: int
    left: Fraction
    low: float
    high: float


@dataclass(frozen=True)
class Curve:
    """The share of questions still without an answer, day by day; 1 until the first step.

    `observed` counts all questions, `ended` the answered ones; `followed` is the longest time any of them was followed.
    """

    steps: tuple[Step, ...]
    observed: int
    ended: int
    followed: int

    def left(self, day: int) -> Fraction:
        """Return the share without an answer after this many days."""
        passed = bisect_right(self._days, day)
        return self.steps[passed - 1].left if passed else Fraction(1)

    def quantile(self, share: Fraction) -> int | None:
        """Return the smallest day after which at most this share is left; None when that was not reached.

        Compared in whole numbers: a share that is left exactly counts as reached.
        """
        return next((step.day for step in self.steps if step.left <= share), None)

    def interval(self, share: Fraction) -> tuple[int | None, int | None]:
        """Return the 95 % interval of a quantile, in days; an end that was not reached is None.

        Each end is the quantile of one side of the band (Brookmeyer–Crowley).
        """
        low = next((step.day for step in self.steps if step.low <= share), None)
        high = next((step.day for step in self.steps if step.high <= share), None)
        return low, high

    @cached_property
    def _days(self) -> list[int]:
        return [step.day for step in self.steps]


def estimate(durations: Durations) -> Curve:
    """Return the Kaplan–Meier curve of a histogram; the work goes by distinct days, not by questions.

    A question censored on a day was still waiting when that day's answers came. Raises ValueError for a negative number
    of days: nothing is answered before it is asked.
    """
    if any(day < 0 for day, _ in durations):
        raise ValueError("a duration can't be negative")
    ended: dict[int, int] = {}
    leaving: dict[int, int] = {}
    for (day, answered), count in durations.items():
        leaving[day] = leaving.get(day, 0) + count
        if answered:
            ended[day] = ended.get(day, 0) + count
    observed = at_risk = sum(leaving.values())
    steps: list[Step] = []
    left, greenwood = Fraction(1), 0.0
    for day in sorted(leaving):
        answers = ended.get(day, 0)
        if answers:
            left *= Fraction(at_risk - answers, at_risk)
            if answers < at_risk:
                greenwood += answers / (at_risk * (at_risk - answers))
            steps.append(Step(day, at_risk, answers, left, *_band(left, greenwood)))
        at_risk -= leaving[day]
    return Curve(tuple(steps), observed, sum(ended.values()), max(leaving, default=0))


def _band(left: Fraction, greenwood: float) -> tuple[float, float]:
    """Return the 95 % band of a share: log(−log) keeps it between 0 and 1. Where nobody is left it closes on 0."""
    if not left:
        return 0.0, 0.0
    share = float(left)
    half = Z * sqrt(greenwood) / -log(share)
    return share ** exp(half), share ** exp(-half)


@dataclass(frozen=True)
class Rate:
    """A part of a whole, with its 95 % interval by Wilson (1927), JASA 22, 209–212; the whole is at least 1."""

    part: int
    whole: int

    @property
    def share(self) -> float:
        """Part ÷ whole, from 0 to 1."""
        return self.part / self.whole

    @property
    def interval(self) -> tuple[float, float]:
        """Return the Wilson interval: the shares that this part would not have been surprising for."""
        squared, share = Z * Z / self.whole, self.share
        middle = share + squared / 2
        half = sqrt(squared * share * (1 - share) + squared * squared / 4)
        low, high = (middle - half) / (1 + squared), (middle + half) / (1 + squared)
        return (max(0.0, low) if self.part else 0.0), (min(1.0, high) if self.part < self.whole else 1.0)
