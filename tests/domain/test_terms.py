"""Due dates against the articles of the Algemene termijnenwet (ATW), and the sentences that explain them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar import Calendar
from app.domain.errors import Invalid
from app.domain.terms import (
    DEFAULT_TERM,
    LONGEST,
    ROUND_TERM,
    Rule,
    Term,
    TermKind,
    Unit,
    count,
    days_late,
    due_date,
    is_exempt,
    is_late,
    settle,
)

CALENDAR = Calendar(frozenset({date(2026, 1, 2), date(2026, 5, 15), date(2027, 5, 7), date(2028, 4, 28)}))
STATUTORY, NORM, AGREED = TermKind.STATUTORY, TermKind.NORM, TermKind.AGREED
DAYS, WORKING_DAYS, WEEKS, MONTHS = Unit.DAYS, Unit.WORKING_DAYS, Unit.WEEKS, Unit.MONTHS

STARTS = st.dates(date(2024, 1, 1), date(2031, 12, 31))
UNITS = st.sampled_from(Unit)
NORMS = UNITS.flatmap(lambda unit: st.builds(Term, st.just(NORM), st.integers(1, LONGEST[unit]), st.just(unit)))


@pytest.mark.parametrize(
    ("start", "length", "unit", "raw_end"),
    [
        # the day of the event does not count
        (date(2026, 11, 23), 1, DAYS, date(2026, 11, 24)),
        (date(2026, 11, 20), 1, WORKING_DAYS, date(2026, 11, 23)),
        (date(2026, 11, 21), 1, WORKING_DAYS, date(2026, 11, 23)),
        (date(2026, 11, 4), 10, WORKING_DAYS, date(2026, 11, 18)),
        (date(2026, 5, 13), 1, WORKING_DAYS, date(2026, 5, 18)),  # Ascension, decree day, weekend
        # weeks end on the same weekday
        (date(2026, 10, 5), 3, WEEKS, date(2026, 10, 26)),
        # months end on the same day number, or else on the month's last day
        (date(2026, 12, 15), 1, MONTHS, date(2027, 1, 15)),
        (date(2026, 1, 31), 1, MONTHS, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, MONTHS, date(2028, 2, 29)),
        (date(2026, 8, 31), 1, MONTHS, date(2026, 9, 30)),
        (date(2026, 11, 30), 3, MONTHS, date(2027, 2, 28)),
        (date(2026, 2, 28), 1, MONTHS, date(2026, 3, 28)),
        (date(2026, 12, 31), 12, MONTHS, date(2027, 12, 31)),
    ],
)
def test_counts_to_the_raw_end(start: date, length: int, unit: Unit, raw_end: date) -> None:
    assert count(start, length, unit, CALENDAR) == raw_end


LAW = [
    # ATW art. 1(1): runs on to the next day that is no Saturday, Sunday or holiday
    ("1", date(2026, 11, 7), 2, WEEKS, date(2026, 11, 23)),
    ("1", date(2026, 11, 8), 2, WEEKS, date(2026, 11, 23)),
    ("1", date(2026, 11, 9), 2, WEEKS, date(2026, 11, 23)),
    ("1", date(2026, 3, 6), 4, WEEKS, date(2026, 4, 7)),  # Good Friday to Easter Monday: art. 3(2), 3(1)
    # ATW art. 3(1)
    ("3", date(2025, 12, 4), 4, WEEKS, date(2026, 1, 5)),  # New Year's Day, decree day, weekend
    ("3", date(2026, 4, 14), 3, WEEKS, date(2026, 5, 6)),  # 5 May, in no year divisible by five
    ("3", date(2026, 4, 20), 1, WEEKS, date(2026, 4, 28)),  # King's Day on Monday 27 April
    ("3", date(2025, 4, 12), 2, WEEKS, date(2025, 4, 28)),  # King's Day on Saturday 26 April 2025
    ("3", date(2025, 4, 14), 2, WEEKS, date(2025, 4, 28)),  # Monday 28 April 2025 is no holiday
    ("3", date(2026, 4, 27), 4, WEEKS, date(2026, 5, 26)),  # Whit Monday
    ("3", date(2026, 12, 4), 3, WEEKS, date(2026, 12, 28)),  # Christmas on Friday and Saturday
    # ATW art. 3(3): Friday 15 May 2026 is equated by royal decree
    ("3", date(2026, 4, 23), 3, WEEKS, date(2026, 5, 18)),
    ("3", date(2026, 4, 24), 3, WEEKS, date(2026, 5, 18)),
    # ATW art. 2: three days or more hold at least two that are no Saturday, Sunday or holiday
    ("2", date(2026, 11, 20), 3, DAYS, date(2026, 11, 24)),
    ("2", date(2026, 12, 24), 3, DAYS, date(2026, 12, 29)),
    ("2", date(2026, 4, 2), 4, DAYS, date(2026, 4, 8)),
    ("2", date(2026, 5, 13), 5, DAYS, date(2026, 5, 19)),
    ("2", date(2026, 11, 18), 3, DAYS, date(2026, 11, 23)),  # Thursday and Friday are two
    ("2", date(2026, 11, 20), 2, DAYS, date(2026, 11, 23)),  # two days: art. 1 only
    ("2", date(2026, 11, 20), 1, WORKING_DAYS, date(2026, 11, 23)),
    # ATW art. 4: not for more than 90 days, 12 weeks or 3 months; exactly that many still falls under art. 1
    ("4", date(2026, 2, 8), 90, DAYS, date(2026, 5, 11)),
    ("4", date(2026, 2, 7), 91, DAYS, date(2026, 5, 9)),
    ("4", date(2026, 2, 7), 12, WEEKS, date(2026, 5, 4)),
    ("4", date(2026, 2, 7), 13, WEEKS, date(2026, 5, 9)),
    ("4", date(2026, 2, 9), 3, MONTHS, date(2026, 5, 11)),
    ("4", date(2026, 1, 9), 4, MONTHS, date(2026, 5, 9)),
]


@pytest.mark.parametrize(("article", "start", "length", "unit", "due_on"), LAW)
def test_a_statutory_term_ends_as_the_law_says(
    article: str, start: date, length: int, unit: Unit, due_on: date
) -> None:
    assert due_date(Term(STATUTORY, length, unit), start, CALENDAR).due_on == due_on


@pytest.mark.parametrize(("article", "start", "length", "unit", "due_on"), LAW)
def test_a_norm_follows_articles_1_to_3_always_and_4_never(
    article: str, start: date, length: int, unit: Unit, due_on: date
) -> None:
    norm, statutory = Term(NORM, length, unit), Term(STATUTORY, length, unit)
    assert not is_exempt(norm)
    expected = CALENDAR.roll(due_on) if is_exempt(statutory) else due_on
    assert due_date(norm, start, CALENDAR).due_on == expected


@pytest.mark.parametrize(
    ("length", "unit", "exempt"),
    [(90, DAYS, False), (91, DAYS, True), (12, WEEKS, False), (13, WEEKS, True), (3, MONTHS, False), (4, MONTHS, True)],
)
def test_article_4_looks_at_the_term_as_described(length: int, unit: Unit, exempt: bool) -> None:
    assert is_exempt(Term(STATUTORY, length, unit)) is exempt


@pytest.mark.parametrize(
    ("term", "start", "rules"),
    [
        (DEFAULT_TERM, date(2026, 10, 5), (Rule.COUNTED,)),
        (DEFAULT_TERM, date(2026, 4, 14), (Rule.ATW_1,)),
        (Term(NORM, 3, DAYS), date(2026, 11, 20), (Rule.ATW_2,)),
        (Term(NORM, 3, DAYS), date(2026, 12, 24), (Rule.ATW_1, Rule.ATW_2)),
        (Term(STATUTORY, 13, WEEKS), date(2026, 2, 7), (Rule.ATW_4,)),
        (Term(STATUTORY, 13, WEEKS), date(2026, 2, 9), (Rule.COUNTED,)),
        (Term(AGREED, named_on=date(2026, 11, 21)), date(2026, 11, 2), (Rule.NAMED,)),
    ],
)
def test_tells_which_rules_were_applied(term: Term, start: date, rules: tuple[Rule, ...]) -> None:
    assert due_date(term, start, CALENDAR).rules == rules


def test_days_on_which_the_clock_stood_still_are_none_of_the_two_of_article_2() -> None:
    # three days from Thursday 19 November; from Friday to Monday the clock stood still
    still = ((date(2026, 11, 20), date(2026, 11, 24)),)
    term, start = Term(NORM, 3, DAYS), date(2026, 11, 19)
    assert settle(term, start, date(2026, 11, 23), CALENDAR).due_on == date(2026, 11, 23)
    assert settle(term, start, date(2026, 11, 23), CALENDAR, still).due_on == date(2026, 11, 25)


def test_the_terms_the_register_starts_with() -> None:
    assert due_date(DEFAULT_TERM, date(2026, 10, 5), CALENDAR).due_on == date(2026, 10, 26)
    assert due_date(ROUND_TERM, date(2026, 11, 4), CALENDAR).due_on == date(2026, 11, 18)


@pytest.mark.parametrize(
    ("kind", "length", "unit", "named_on", "code", "field"),
    [
        (AGREED, None, None, None, "term-date-missing", "named_on"),
        (AGREED, 3, WEEKS, date(2026, 11, 23), "term-date-only", "length"),
        (AGREED, None, None, date(9999, 12, 31), "date-range", "named_on"),
        (AGREED, None, None, date(26, 11, 23), "date-range", "named_on"),
        (NORM, 3, WEEKS, date(2026, 11, 23), "term-date-not-counted", "named_on"),
        (NORM, 3, None, None, "term-unit", "unit"),
        (NORM, None, WEEKS, None, "term-length", "length"),
        (NORM, 0, WEEKS, None, "term-length", "length"),
        (STATUTORY, -1, DAYS, None, "term-length", "length"),
        (STATUTORY, 731, DAYS, None, "term-length", "length"),
        (NORM, 10**12, MONTHS, None, "term-length", "length"),
    ],
)
def test_a_term_that_does_not_fit_together_is_refused(
    kind: TermKind, length: int | None, unit: Unit | None, named_on: date | None, code: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        Term(kind, length, unit, named_on)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert "{" not in str(refused.value)


def test_a_due_date_before_the_letter_is_refused() -> None:
    term = Term(AGREED, named_on=date(2026, 11, 22))
    with pytest.raises(Invalid) as refused:
        due_date(term, date(2026, 11, 23), CALENDAR)
    assert refused.value.code == "due-before-start"
    assert due_date(term, date(2026, 11, 22), CALENDAR).due_on == date(2026, 11, 22)


@pytest.mark.parametrize("start", [date(1, 1, 1), date(9999, 12, 31), date(2099, 12, 30)])
def test_counting_outside_the_years_of_the_calendar_is_refused(start: date) -> None:
    with pytest.raises(Invalid) as refused:
        due_date(DEFAULT_TERM, start, CALENDAR)
    assert refused.value.code == "date-range"


def test_an_agreed_term_has_no_measure() -> None:
    with pytest.raises(Invalid) as refused:
        _ = Term(AGREED, named_on=date(2026, 11, 23)).measure
    assert refused.value.code == "term-not-counted"


@given(term=NORMS, start=STARTS)
def test_a_norm_is_always_due_on_a_working_day_on_or_after_its_raw_end(term: Term, start: date) -> None:
    due = due_date(term, start, CALENDAR)
    assert CALENDAR.is_working(due.due_on)
    assert due.due_on >= due.raw_end > start


@given(term=NORMS.filter(lambda term: term.unit is not WORKING_DAYS), start=STARTS)
def test_three_days_or_more_hold_two_working_days(term: Term, start: date) -> None:
    due = due_date(term, start, CALENDAR)
    if (due.raw_end - start).days >= 3:
        assert CALENDAR.working_days_between(start, due.due_on) >= 2


@given(start=STARTS, days=st.integers(0, 400))
def test_an_agreed_date_never_rolls(start: date, days: int) -> None:
    named_on = start + timedelta(days=days)
    due = due_date(Term(AGREED, named_on=named_on), start, CALENDAR)
    assert (due.due_on, due.raw_end) == (named_on, named_on)


@given(start=STARTS, length=st.integers(13, 104))
def test_a_statutory_term_of_more_than_12_weeks_never_rolls(start: date, length: int) -> None:
    assert due_date(Term(STATUTORY, length, WEEKS), start, CALENDAR).due_on == start + timedelta(weeks=length)


@given(start=STARTS, length=st.integers(1, 24))
def test_months_keep_the_day_number_or_take_the_last_day(start: date, length: int) -> None:
    end = count(start, length, MONTHS, CALENDAR)
    assert (end.year - start.year) * 12 + end.month - start.month == length
    assert end.day == start.day or (end.day < start.day and (end + timedelta(days=1)).day == 1)


@pytest.mark.parametrize(
    ("on", "late", "days"),
    [
        (date(2026, 11, 19), False, 0),
        (date(2026, 11, 20), False, 0),
        (date(2026, 11, 21), True, 1),
        (date(2026, 11, 23), True, 3),
    ],
)
def test_late_from_the_day_after_the_due_date(on: date, late: bool, days: int) -> None:
    assert is_late(date(2026, 11, 20), on) is late
    assert days_late(date(2026, 11, 20), on) == days
