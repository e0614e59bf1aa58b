"""What follows for a question that was taken over: its term and its rung."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.calendar import Calendar
from app.domain.escalation import DEFAULT_LADDER, cutoffs, highest
from app.domain.exchange_history import Terms, rung_reached
from app.domain.ledger import Entry, EntryKind, replay
from app.domain.terms import DEFAULT_TERM, TermKind

CALENDAR = Calendar(frozenset({date(2026, 5, 15)}))
days = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@settings(deadline=None)
@given(days, st.integers(0, 400))
def test_the_due_date_on_record_stands_to_the_day(asked: date, later: int) -> None:
    due_on = date.fromordinal(asked.toordinal() + later)
    dated = Terms(DEFAULT_TERM, CALENDAR).of(asked, due_on)
    assert (dated.term.kind, dated.due_on) == (TermKind.AGREED, due_on)
    assert replay([Entry(1, EntryKind.SET, asked, term=dated.term)], CALENDAR).due_on == due_on


@settings(deadline=None)
@given(days)
def test_without_a_due_date_the_default_term_counts_and_a_replay_agrees(asked: date) -> None:
    dated = Terms(DEFAULT_TERM, CALENDAR).of(asked, None)
    standing = replay([Entry(1, EntryKind.SET, asked, term=dated.term)], CALENDAR)
    assert (dated.term, dated.due_on) == (DEFAULT_TERM, standing.due_on)
    assert dated.rules == standing.step(1).rules


@settings(deadline=None)
@given(days, days, days)
def test_the_rung_is_the_one_that_a_sweep_would_fire(due_on: date, set_on: date, today: date) -> None:
    fires = highest(DEFAULT_LADDER, due_on, today, CALENDAR, set_on=set_on)
    reached = rung_reached(cutoffs(DEFAULT_LADDER, today, CALENDAR), due_on, set_on)
    assert reached == (fires.number if fires else 0)


def test_without_a_ladder_nothing_is_climbed() -> None:
    assert rung_reached([], date(2020, 1, 1), date(2020, 1, 1)) == 0
