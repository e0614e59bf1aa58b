"""What follows from a histogram, and which selections make sense."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar import Calendar
from app.domain.definitions import DEFINITIONS
from app.domain.errors import Invalid
from app.domain.statistics import (
    ANSWERED,
    Ageing,
    AnswerCell,
    Bucket,
    ConcreteCell,
    Figures,
    Selection,
    ageing_of,
    check_selection,
    enough,
    figures,
    month_of,
    standard_start,
)
from app.domain.survival import MEDIAN

CALENDAR = Calendar()
SUNDAY = date(2026, 11, 22)


def a_cell(bucket: Bucket = Bucket.IN_TIME, count: int = 1, days: int = 10, **other: object) -> AnswerCell:
    plain = AnswerCell("totaal", bucket, days, 0, bucket in {Bucket.LATE, Bucket.OPEN_LATE}, None, None, count)
    return replace(plain, **other)  # type: ignore[arg-type]


def figures_of(*cells: AnswerCell, concrete: tuple[ConcreteCell, ...] = ()) -> Figures:
    return figures(cells, concrete)


cells = st.builds(
    AnswerCell,
    group=st.just("totaal"),
    bucket=st.sampled_from(Bucket),
    days=st.integers(20, 90),
    still=st.integers(0, 20),
    late_at_first=st.booleans(),
    ageing=st.none(),
    concrete=st.sampled_from([None, True, False]),
    count=st.integers(1, 30),
)


def test_the_rate_leaves_out_what_can_still_be_in_time_and_what_was_withdrawn() -> None:
    found = figures_of(
        a_cell(Bucket.IN_TIME, 6),
        a_cell(Bucket.LATE, 3),
        a_cell(Bucket.OPEN_LATE, 1),
        a_cell(Bucket.OPEN, 40),
        a_cell(Bucket.WITHDRAWN, 50),
    )
    assert found.asked == 100
    assert found.open == 41
    assert found.on_time is not None
    assert (found.on_time.part, found.on_time.whole) == (6, 10)


def test_under_five_in_its_own_denominator_a_figure_gives_counts_only() -> None:
    few = figures_of(a_cell(Bucket.IN_TIME, 4, concrete=True), a_cell(Bucket.OPEN, 1))
    assert few.on_time is None  # 4 of 4 decided
    assert few.first_time_right is None  # 4 judged
    assert few.answered_median is None  # 4 answered
    assert enough(few.response)  # 5 asked
    assert (few.judged, few.concrete_at_once, few.buckets[Bucket.IN_TIME]) == (4, 4, 4)
    more = figures_of(a_cell(Bucket.IN_TIME, 5, concrete=True))
    assert more.on_time is not None
    assert more.first_time_right is not None
    assert more.answered_median == 10
    assert not enough(figures_of(a_cell(count=4)).response)


def test_a_group_without_questions_has_counts_of_nothing_and_no_figures() -> None:
    found = figures_of()
    assert found.asked == 0
    assert set(found.buckets) == set(Bucket)
    assert set(found.ageing) == set(Ageing)
    assert (found.on_time, found.on_time_at_first, found.first_time_right, found.answered_median) == (None,) * 4
    assert found.response.quantile(MEDIAN) is None


def test_answered_questions_alone_look_quicker_than_all_questions() -> None:
    found = figures_of(a_cell(Bucket.IN_TIME, 6, days=10), a_cell(Bucket.OPEN_LATE, 6, days=80))
    assert found.answered_median == 10
    assert found.response.quantile(MEDIAN) == 10
    more_open = figures_of(a_cell(Bucket.IN_TIME, 6, days=10), a_cell(Bucket.OPEN_LATE, 7, days=80))
    assert more_open.answered_median == 10
    assert more_open.response.quantile(MEDIAN) is None


def test_days_on_which_the_clock_stood_still_are_off_the_net_time_only() -> None:
    found = figures_of(a_cell(count=5, days=30, still=12))
    assert found.response.quantile(MEDIAN) == 30
    assert found.net.quantile(MEDIAN) == 18


def test_late_against_the_first_due_date_stands_beside_late_against_the_one_in_force() -> None:
    postponed = a_cell(Bucket.IN_TIME, 3, late_at_first=True)
    found = figures_of(postponed, a_cell(Bucket.IN_TIME, 7), a_cell(Bucket.OPEN, 9), a_cell(Bucket.WITHDRAWN, 9))
    assert found.on_time is not None
    assert found.on_time_at_first is not None
    assert (found.on_time.part, found.on_time.whole) == (10, 10)
    assert (found.on_time_at_first.part, found.on_time_at_first.whole) == (7, 10)


def test_the_time_to_a_concrete_answer_is_a_curve_of_its_own() -> None:
    found = figures_of(a_cell(count=5), concrete=(ConcreteCell("totaal", 44, True, 3), ConcreteCell("x", 50, False, 2)))
    assert found.concrete.quantile(MEDIAN) == 44


@pytest.mark.parametrize(
    ("due_on", "band"),
    [
        (date(2026, 11, 20), Ageing.UP_TO_5),  # Friday: late on Saturday, no working day has passed
        (date(2026, 11, 13), Ageing.UP_TO_5),
        (date(2026, 11, 12), Ageing.UP_TO_10),
        (date(2026, 11, 6), Ageing.UP_TO_10),
        (date(2026, 11, 5), Ageing.UP_TO_20),
        (date(2026, 10, 23), Ageing.UP_TO_20),
        (date(2026, 10, 22), Ageing.LONGER),
    ],
)
def test_lateness_is_banded_by_working_days(due_on: date, band: Ageing) -> None:
    assert ageing_of(due_on, SUNDAY, CALENDAR) is band
    assert figures_of(a_cell(Bucket.OPEN_LATE, 3, ageing=band)).ageing[band] == 3


@given(st.lists(cells, max_size=12))
def test_every_question_is_counted_once_whatever_the_register(some: list[AnswerCell]) -> None:
    found, total = figures_of(*some), sum(cell.count for cell in some)
    assert found.asked == total == found.response.observed == found.net.observed
    assert found.response.ended == sum(found.buckets[bucket] for bucket in ANSWERED)
    for rate in (found.on_time, found.on_time_at_first, found.first_time_right):
        assert rate is None or 5 <= rate.whole <= total


@given(st.lists(cells, max_size=12))
def test_cells_may_come_in_any_order_and_in_pieces(some: list[AnswerCell]) -> None:
    in_pieces = [replace(cell, count=1) for cell in reversed(some) for _ in range(cell.count)]
    assert figures_of(*some) == figures_of(*in_pieces)


@pytest.mark.parametrize(
    ("selection", "code", "field"),
    [
        (Selection(date(2026, 11, 24)), "as-of-in-future", "opDatum"),
        (Selection(SUNDAY, date(2026, 11, 2), date(2026, 11, 1)), "period-backwards", "tot"),
        (Selection(SUNDAY, date(2026, 11, 23)), "period-after-as-of", "van"),
        (Selection(date(1, 1, 1)), "date-range", "opDatum"),
    ],
)
def test_a_selection_without_sense_is_refused_with_its_field(selection: Selection, code: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_selection(selection, date(2026, 11, 23))
    assert (refused.value.code, refused.value.field) == (code, field)


@pytest.mark.parametrize(
    "selection",
    [
        Selection(date(2026, 11, 23)),
        Selection(SUNDAY, SUNDAY, SUNDAY),
        Selection(SUNDAY, None, date(2030, 1, 1)),
    ],
)
def test_open_ends_and_single_days_are_fine(selection: Selection) -> None:
    check_selection(selection, date(2026, 11, 23))


@pytest.mark.parametrize(
    ("as_of", "start"),
    [
        (date(2026, 11, 23), date(2025, 12, 1)),
        (date(2026, 12, 31), date(2026, 1, 1)),
        (date(2026, 1, 1), date(2025, 2, 1)),
        (date(2024, 2, 29), date(2023, 3, 1)),
    ],
)
def test_the_standard_period_is_twelve_months_the_present_one_included(as_of: date, start: date) -> None:
    assert standard_start(as_of) == start


def test_a_month_is_from_its_first_to_its_last_day() -> None:
    assert month_of("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))
    assert month_of("2026-12") == (date(2026, 12, 1), date(2026, 12, 31))


def test_every_definition_is_told_in_full() -> None:
    assert len({one.key for one in DEFINITIONS}) == len(DEFINITIONS)
    for one in DEFINITIONS:
        assert one.sentence.endswith(".")
        assert all((one.name, one.formula, one.source))
