"""The curve, its band and its quantiles: by hand, by brute force, and beside lifelines and statsmodels."""

from collections import Counter
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.utils import qth_survival_times
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import proportion_confint

from app.domain.survival import MEDIAN, NINE_IN_TEN, Rate, estimate

Observations = list[tuple[int, bool]]
observations = st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1, max_size=80)


def left_by_brute_force(observed: Observations, day: int) -> Fraction:
    """The product over all days up to and including this one, from the definition."""
    left = Fraction(1)
    for passing in range(day + 1):
        at_risk = sum(1 for days, _ in observed if days >= passing)
        answers = sum(1 for days, answered in observed if answered and days == passing)
        if answers:
            left *= Fraction(at_risk - answers, at_risk)
    return left


def test_the_curve_of_a_worked_example_is_right() -> None:
    # Six questions: answered after 2, 4, 4 and 9 days; one withdrawn after 4, one still open after 12.
    curve = estimate({(2, True): 1, (4, True): 2, (4, False): 1, (9, True): 1, (12, False): 1})
    assert [(step.day, step.at_risk, step.ended, step.left) for step in curve.steps] == [
        (2, 6, 1, Fraction(5, 6)),
        (4, 5, 2, Fraction(1, 2)),
        (9, 2, 1, Fraction(1, 4)),
    ]
    assert curve.quantile(MEDIAN) == 4
    assert curve.quantile(NINE_IN_TEN) is None
    assert (curve.observed, curve.ended, curve.followed) == (6, 4, 12)
    assert [curve.left(day) for day in (0, 1, 2, 3, 8, 9, 100)] == [
        1,
        1,
        Fraction(5, 6),
        Fraction(5, 6),
        Fraction(1, 2),
        Fraction(1, 4),
        Fraction(1, 4),
    ]


@pytest.mark.parametrize(
    ("durations", "median"),
    [
        ({}, None),
        ({(10, False): 7}, None),  # everything still open
        ({(5, True): 9}, 5),  # everything answered the same day
        ({(0, True): 1}, 0),  # one question, answered the day it was asked
        ({(3, True): 1, (9, False): 1}, 3),  # exactly half is left: reached
        ({(3, True): 1, (9, False): 2}, None),
    ],
)
def test_the_median_of_extreme_registers(durations: dict[tuple[int, bool], int], median: int | None) -> None:
    assert estimate(durations).quantile(MEDIAN) == median


def test_a_share_that_is_left_exactly_counts_as_reached_where_floats_would_miss_it() -> None:
    # 1 − 1/10 − … loses its last digit in floating point: 0.1 comes out as 0.10000000000000002 or 0.09999999999999998.
    curve = estimate({(day, True): 1 for day in range(1, 10)} | {(50, False): 1})
    assert curve.quantile(NINE_IN_TEN) == 9


def test_a_negative_duration_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        estimate({(-1, True): 1})


@given(observations)
def test_the_curve_equals_the_definition(observed: Observations) -> None:
    curve = estimate(Counter(observed))
    for day in range(62):
        assert curve.left(day) == left_by_brute_force(observed, day)


@given(observations)
def test_the_curve_only_falls_and_stays_in_its_band(observed: Observations) -> None:
    curve = estimate(Counter(observed))
    shares = [Fraction(1), *(step.left for step in curve.steps)]
    assert shares == sorted(shares, reverse=True)
    assert all(later < sooner for sooner, later in pairwise(shares))
    for step in curve.steps:
        assert 0 <= step.low <= step.left <= step.high <= 1
    for share in (MEDIAN, NINE_IN_TEN):
        low, high = curve.interval(share)
        middle = curve.quantile(share)
        assert middle is None or (low is not None and low <= middle)
        assert high is None or (middle is not None and middle <= high)


@given(observations)
def test_without_censoring_the_curve_is_the_share_not_yet_answered(observed: Observations) -> None:
    days = [day for day, _ in observed]
    curve = estimate(Counter((day, True) for day in days))
    for day in range(62):
        assert curve.left(day) == Fraction(sum(1 for one in days if one > day), len(days))


@given(observations, st.integers(2, 50))
def test_a_register_many_times_over_has_the_same_curve_and_a_narrower_band(observed: Observations, times: int) -> None:
    once, more = Counter(observed), Counter({key: count * times for key, count in Counter(observed).items()})
    assert [step.left for step in estimate(once).steps] == [step.left for step in estimate(more).steps]
    for one, many in zip(estimate(once).steps, estimate(more).steps, strict=True):
        assert one.low <= many.low + 1e-12
        assert many.high <= one.high + 1e-12


@settings(max_examples=60, deadline=None)
@given(observations)
def test_curve_band_and_quantiles_equal_those_of_lifelines(observed: Observations) -> None:
    curve = estimate(Counter(observed))
    fitter = KaplanMeierFitter(alpha=0.05).fit([day for day, _ in observed], [ended for _, ended in observed])
    band = fitter.confidence_interval_
    for step in curve.steps:
        assert fitter.survival_function_.loc[step.day].item() == pytest.approx(float(step.left), abs=1e-9)
        assert tuple(band.loc[step.day]) == pytest.approx((step.low, step.high), abs=1e-9)
    for share in (MEDIAN, NINE_IN_TEN):
        if any(abs(float(step.left - share)) < 1e-9 for step in curve.steps):
            continue  # lifelines compares floats here, and may miss a share that is left exactly
        theirs = qth_survival_times(float(share), fitter.survival_function_)
        assert (curve.quantile(share) if curve.quantile(share) is not None else float("inf")) == theirs
        limits = qth_survival_times(float(share), band)
        ours = tuple(float("inf") if end is None else end for end in curve.interval(share))
        assert ours == tuple(limits.iloc[0])


@given(st.lists(st.tuples(st.integers(1, 60), st.booleans()), min_size=5, max_size=80))
def test_curve_and_quantiles_equal_those_of_statsmodels(observed: Observations) -> None:
    if not any(answered for _, answered in observed):
        return
    curve = estimate(Counter(observed))
    peer = SurvfuncRight([day for day, _ in observed], [int(answered) for _, answered in observed])
    assert list(peer.surv_times) == [step.day for step in curve.steps]
    assert list(peer.surv_prob) == pytest.approx([float(step.left) for step in curve.steps])
    assert list(peer.n_risk) == [step.at_risk for step in curve.steps]


def test_the_interval_of_a_quantile_equals_that_of_statsmodels() -> None:
    draw = Random(118)  # noqa: S311 the same register every time
    observed = [(1 + int(draw.expovariate(1 / 25)), draw.random() < 0.8) for _ in range(400)]
    curve = estimate(Counter(observed))
    peer = SurvfuncRight([day for day, _ in observed], [int(answered) for _, answered in observed])
    for share in (MEDIAN, NINE_IN_TEN):
        assert curve.quantile(share) == peer.quantile(float(1 - share))
        assert curve.interval(share) == peer.quantile_ci(float(1 - share), method="cloglog")


@given(st.integers(0, 400), st.integers(1, 400))
def test_the_wilson_interval_equals_that_of_statsmodels(part: int, whole: int) -> None:
    part = min(part, whole)
    rate = Rate(part, whole)
    assert rate.interval == pytest.approx(proportion_confint(part, whole, method="wilson"), abs=1e-9)
    assert 0 <= rate.interval[0] <= rate.share <= rate.interval[1] <= 1
