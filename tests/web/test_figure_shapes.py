"""Where the marks of the pictures stand."""

import re

from hypothesis import given
from hypothesis import strategies as st

from app.domain.statistics import Bucket
from app.domain.survival import estimate
from app.web.statistics.figure_shapes import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    Axis,
    axis_for,
    columns,
    draw,
    median_point,
    pieces,
)
from app.web.statistics.figure_view import BAR

durations = st.dictionaries(st.tuples(st.integers(0, 400), st.booleans()), st.integers(1, 20), min_size=1)


def test_a_curve_is_a_staircase_from_all_to_what_is_left() -> None:
    drawn = draw(estimate({(30, True): 1, (60, False): 1}), Axis(90))
    assert drawn.line == f"M{LEFT} {TOP}H{Axis(90).x(30)}V82.0H{Axis(90).x(60)}"
    assert drawn.band.endswith("Z")


def test_without_an_answer_a_curve_is_flat_and_has_no_band() -> None:
    drawn = draw(estimate({(60, False): 3}), Axis(90))
    assert drawn.line == f"M{LEFT} {TOP}H{Axis(90).x(60)}"
    assert drawn.band == ""


@given(durations)
def test_whatever_the_durations_all_marks_stand_inside_the_plot(found: dict[tuple[int, bool], int]) -> None:
    curve = estimate(found)
    axis = axis_for(curve)
    for path in (draw(curve, axis).line, draw(curve, axis).band):
        for letter, number in re.findall(r"([HV])([\d.-]+)", path):
            low, high = (LEFT, RIGHT) if letter == "H" else (TOP, BOTTOM)
            assert low <= float(number) <= high
    point = median_point(curve, axis)
    assert point is None or (LEFT <= point[0] <= RIGHT and point[1] == (TOP + BOTTOM) / 2)


def test_the_axis_shows_the_fall_and_not_the_tail() -> None:
    assert axis_for(estimate({(20, True): 100})).last == 30
    assert axis_for(estimate({(40, True): 80, (50, True): 20})).last == 60
    # A quarter is left after 40 days; the last answer came after a year.
    assert axis_for(estimate({(40, True): 80, (360, True): 5, (400, False): 15})).last == 60
    assert axis_for(estimate({(400, False): 15})).last == 30
    assert axis_for(estimate({(20, True): 100}), estimate({(100, True): 6, (110, False): 6})).last == 120
    assert [day for day, _ in Axis(90).ticks] == [0, 30, 60, 90]


@given(st.dictionaries(st.sampled_from(Bucket), st.integers(0, 10_000)))
def test_the_pieces_of_a_bar_fill_it_in_order(counts: dict[Bucket, int]) -> None:
    buckets = dict.fromkeys(Bucket, 0) | counts
    made = pieces(buckets, BAR)
    assert sum(piece.count for piece in made) == sum(buckets[bucket] for bucket in BAR)
    assert [piece.bucket for piece in made] == [bucket for bucket in BAR if buckets[bucket]]
    if made:
        assert abs(sum(piece.width for piece in made) - 100) < 0.01
        assert made[0].x == 0


def test_columns_stand_on_the_ground_the_highest_fills_the_height() -> None:
    one, two, none = columns([("a", 5), ("b", 10), ("c", 0)])
    assert (one.y + one.height, two.y + two.height, none.height) == (112, 112, 0)
    assert two.height == 2 * one.height == 96
    assert columns([]) == []
