"""The replay of a term ledger: its rules one by one, and what must hold for every ledger."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.calendar import Calendar
from app.domain.errors import WrongState
from app.domain.ledger import Entry, EntryKind, Standing, next_sequence, replay
from app.domain.terms import DEFAULT_TERM, ROUND_TERM, Rule, Term, TermKind, Unit

CALENDAR = Calendar(frozenset({date(2026, 5, 15), date(2027, 5, 7), date(2028, 4, 28)}))
START = date(2026, 10, 5)
REASON = "overleg"


def the_set(term: Term, on: date = START) -> Entry:
    return Entry(1, EntryKind.SET, on, term=term)


def postponed(sequence: int, on: date, to: date, *, consented: bool = False) -> Entry:
    return Entry(sequence, EntryKind.POSTPONED, on, announced_on=on, named_on=to, consented=consented, reason=REASON)


def suspended(sequence: int, on: date) -> Entry:
    return Entry(sequence, EntryKind.SUSPENDED, on, reason=REASON)


def resumed(sequence: int, on: date) -> Entry:
    return Entry(sequence, EntryKind.RESUMED, on)


def voided(sequence: int, on: date, voids: int) -> Entry:
    return Entry(sequence, EntryKind.VOIDED, on, voids=voids, reason=REASON)


def stood_still(term: Term, start: date, since: date, until: date) -> Standing:
    return replay([the_set(term, start), suspended(2, since), resumed(3, until)], CALENDAR)


def told(standing: Standing, sequence: int) -> str:
    return " ".join(reason.sentence.format(**reason.facts) for reason in standing.step(sequence).reasons)


def test_the_term_alone_is_its_due_date() -> None:
    standing = replay([the_set(DEFAULT_TERM)], CALENDAR)
    assert (standing.due_on, standing.raw_end, standing.original_due_on) == (date(2026, 10, 26),) * 3
    assert standing.steps[0].changed
    assert not standing.provisional
    assert standing.expected_on is None


def test_a_ledger_without_a_term_has_no_due_date() -> None:
    with pytest.raises(WrongState) as refused:
        replay([resumed(1, START)], CALENDAR)
    assert refused.value.code == "term-not-set"


@pytest.mark.parametrize("kind", [EntryKind.RECEIVED, EntryKind.TRANSFERRED, EntryKind.RESENT, EntryKind.REPLAYED])
def test_receiving_transferring_and_resending_do_not_touch_the_clock(kind: EntryKind) -> None:
    standing = replay([the_set(DEFAULT_TERM), Entry(2, kind, date(2026, 10, 8))], CALENDAR)
    assert standing.due_on == date(2026, 10, 26)
    assert not standing.step(2).changed
    assert standing.step(2).rules == (Rule.RUNS_ON,)
    assert "2026-10-08" in told(standing, 2)


def test_a_postponement_announced_on_the_due_date_moves_it() -> None:
    standing = replay([the_set(DEFAULT_TERM), postponed(2, date(2026, 10, 26), date(2026, 11, 3))], CALENDAR)
    assert standing.due_on == date(2026, 11, 3)
    assert standing.original_due_on == date(2026, 10, 26)
    assert standing.step(2).changed
    assert told(standing, 2) == "Uitstel, gemeld op 2026-10-26: de nieuwe datum is 2026-11-03."


def test_a_postponement_announced_a_day_late_only_records_what_to_expect() -> None:
    standing = replay([the_set(DEFAULT_TERM), postponed(2, date(2026, 10, 27), date(2026, 11, 3))], CALENDAR)
    assert (standing.due_on, standing.expected_on) == (date(2026, 10, 26), date(2026, 11, 3))
    assert standing.is_late(date(2026, 10, 27))
    assert not standing.step(2).changed
    assert standing.step(2).rules == (Rule.TOO_LATE,)


def test_a_postponement_recorded_late_but_announced_in_time_moves_the_due_date() -> None:
    entry = replace(postponed(2, date(2026, 10, 28), date(2026, 11, 3)), announced_on=date(2026, 10, 26))
    assert replay([the_set(DEFAULT_TERM), entry], CALENDAR).due_on == date(2026, 11, 3)


def test_the_due_date_in_force_is_the_one_after_earlier_postponements() -> None:
    entries = [
        the_set(DEFAULT_TERM),
        postponed(2, date(2026, 10, 23), date(2026, 11, 3)),
        postponed(3, date(2026, 11, 3), date(2026, 11, 10), consented=True),
    ]
    assert replay(entries, CALENDAR).due_on == date(2026, 11, 10)
    without_the_first = replay([*entries, voided(4, date(2026, 11, 4), 2)], CALENDAR)
    assert (without_the_first.due_on, without_the_first.expected_on) == (date(2026, 10, 26), date(2026, 11, 10))


def test_a_postponed_date_is_taken_as_named_even_where_the_calendar_changed() -> None:
    decree = Calendar(frozenset({date(2026, 11, 3)}))
    standing = replay([the_set(DEFAULT_TERM), postponed(2, date(2026, 10, 20), date(2026, 11, 3))], decree)
    assert standing.due_on == date(2026, 11, 3)


@pytest.mark.parametrize(
    ("term", "since", "until", "raw_end", "due_on"),
    [
        # calendar days, for terms in days, weeks and months
        (DEFAULT_TERM, date(2026, 10, 12), date(2026, 10, 14), date(2026, 10, 28), date(2026, 10, 28)),
        (DEFAULT_TERM, date(2026, 10, 12), date(2026, 10, 17), date(2026, 10, 31), date(2026, 11, 2)),
        (DEFAULT_TERM, date(2026, 10, 12), date(2026, 10, 12), date(2026, 10, 26), date(2026, 10, 26)),
        (DEFAULT_TERM, date(2026, 10, 26), date(2026, 11, 25), date(2026, 11, 25), date(2026, 11, 25)),
        # working days, for a term in working days: raw end Monday 19 October
        (ROUND_TERM, date(2026, 10, 8), date(2026, 10, 12), date(2026, 10, 21), date(2026, 10, 21)),
        (ROUND_TERM, date(2026, 10, 8), date(2026, 10, 10), date(2026, 10, 21), date(2026, 10, 21)),
        (ROUND_TERM, date(2026, 10, 10), date(2026, 10, 12), date(2026, 10, 19), date(2026, 10, 19)),
        # an agreed date moves too, and never rolls
        (
            Term(TermKind.AGREED, named_on=date(2026, 10, 30)),
            date(2026, 10, 12),
            date(2026, 10, 14),
            date(2026, 11, 1),
            date(2026, 11, 1),
        ),
        # ATW art. 4 sees the term as described: 12 weeks stay 12 weeks, whatever the suspension adds
        (
            Term(TermKind.STATUTORY, 12, Unit.WEEKS),
            date(2026, 10, 12),
            date(2026, 10, 24),
            date(2027, 1, 9),
            date(2027, 1, 11),
        ),
        (
            Term(TermKind.STATUTORY, 13, Unit.WEEKS),
            date(2026, 10, 12),
            date(2026, 10, 17),
            date(2027, 1, 9),
            date(2027, 1, 9),
        ),
    ],
)
def test_the_days_that_the_clock_stood_still_are_added(
    term: Term, since: date, until: date, raw_end: date, due_on: date
) -> None:
    standing = stood_still(term, START, since, until)
    assert (standing.raw_end, standing.due_on) == (raw_end, due_on)


def test_a_round_suspended_on_thursday_and_friday_ends_two_working_days_later() -> None:
    standing = stood_still(ROUND_TERM, date(2026, 11, 4), date(2026, 11, 12), date(2026, 11, 16))
    assert standing.due_on == date(2026, 11, 20)
    assert told(standing, 3) == "De klok stond 2 werkdagen stil: 2026-11-18 wordt 2026-11-20."


def test_while_suspended_the_due_date_stands_provisionally_and_nothing_is_late() -> None:
    standing = replay([the_set(DEFAULT_TERM), suspended(2, date(2026, 10, 26))], CALENDAR)
    assert standing.due_on == date(2026, 10, 26)
    assert standing.provisional
    assert standing.suspended_on == date(2026, 10, 26)
    assert not standing.is_late(date(2026, 12, 1))


def test_a_postponement_while_the_clock_stands_still_is_in_time() -> None:
    entries = [
        the_set(DEFAULT_TERM),
        suspended(2, date(2026, 10, 26)),
        postponed(3, date(2026, 10, 30), date(2026, 11, 9)),
    ]
    assert replay(entries, CALENDAR).due_on == date(2026, 11, 9)


def test_a_suspension_moves_a_postponed_date_which_stays_unrolled() -> None:
    entries = [
        the_set(DEFAULT_TERM),
        postponed(2, date(2026, 10, 20), date(2026, 11, 3)),
        suspended(3, date(2026, 10, 28)),
        resumed(4, date(2026, 11, 1)),
    ]
    standing = replay(entries, CALENDAR)
    assert (standing.raw_end, standing.due_on) == (date(2026, 11, 7), date(2026, 11, 7))
    assert told(standing, 4).endswith("Een datum die is afgesproken of genoemd, schuift niet op.")


def test_nobody_is_late_on_the_day_the_clock_runs_again() -> None:
    # three weeks end on 5 May, so Wednesday 6 May; suspended that day, until Friday: 5 May + 2 days lies before Friday
    standing = stood_still(DEFAULT_TERM, date(2026, 4, 14), date(2026, 5, 6), date(2026, 5, 8))
    assert standing.raw_end == date(2026, 5, 7)
    assert standing.due_on == date(2026, 5, 8)
    assert standing.step(3).rules == (Rule.STOOD_STILL, Rule.NOT_BEFORE_RESUMED)
    assert told(standing, 3).endswith("daarom 2026-05-08.")


def test_the_two_working_days_of_article_2_are_days_on_which_the_clock_ran() -> None:
    # three days from Friday 20 November end on Monday; the clock stood still that Monday
    standing = stood_still(
        Term(TermKind.NORM, 3, Unit.DAYS), date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24)
    )
    assert (standing.raw_end, standing.due_on) == (date(2026, 11, 24), date(2026, 11, 25))


def test_the_clock_can_stop_on_the_very_day_of_asking() -> None:
    assert stood_still(DEFAULT_TERM, START, START, date(2026, 10, 6)).due_on == date(2026, 10, 27)


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([suspended(2, date(2026, 10, 12)), suspended(3, date(2026, 10, 13))], "suspend-suspended"),
        ([resumed(3, date(2026, 10, 13))], "resume-not-suspended"),
        ([suspended(3, date(2026, 10, 27))], "suspend-after-due"),
        ([suspended(3, date(2026, 10, 4))], "before-start"),
        ([Entry(3, EntryKind.SET, date(2026, 10, 6), term=ROUND_TERM)], "set-twice"),
        ([Entry(3, EntryKind.POSTPONED, date(2026, 10, 6))], "postpone-date-missing"),
        ([suspended(2, date(2026, 10, 12)), resumed(3, date(2099, 12, 31))], "date-range"),
    ],
)
def test_an_entry_that_contradicts_the_others_has_no_effect_and_says_so(entries: list[Entry], code: str) -> None:
    standing = replay([the_set(DEFAULT_TERM), *entries], CALENDAR)
    step = standing.step(3)
    assert step.problem is not None
    assert step.problem.code == code
    assert step.rules == (Rule.NO_EFFECT,)
    assert told(standing, 3).startswith("Deze boeking heeft geen gevolg.")
    without = replay([the_set(DEFAULT_TERM), *entries[:-1]], CALENDAR)
    assert (standing.due_on, standing.raw_end, standing.suspended_on) == (
        without.due_on,
        without.raw_end,
        without.suspended_on,
    )


@pytest.mark.parametrize("kind", [EntryKind.SET, EntryKind.VOIDED, EntryKind.REPLAYED])
def test_the_term_a_voiding_and_a_replay_cannot_be_struck(kind: EntryKind) -> None:
    entries = [the_set(DEFAULT_TERM), postponed(2, date(2026, 10, 20), date(2026, 11, 3))]
    target = {EntryKind.SET: 1, EntryKind.VOIDED: 3, EntryKind.REPLAYED: 4}[kind]
    entries += [voided(3, date(2026, 10, 21), 2), Entry(4, EntryKind.REPLAYED, date(2026, 10, 21))]
    standing = replay([*entries, voided(5, date(2026, 10, 22), target)], CALENDAR)
    assert standing.struck == {2}
    assert standing.due_on == date(2026, 10, 26)


def test_a_changed_calendar_moves_the_due_date_but_not_the_original_one() -> None:
    written = replace(the_set(DEFAULT_TERM), due_on=date(2026, 10, 26))
    standing = replay([written], Calendar(frozenset({date(2026, 10, 26)})))
    assert (standing.due_on, standing.original_due_on) == (date(2026, 10, 27), date(2026, 10, 26))


def test_numbers_the_next_entry() -> None:
    assert next_sequence([]) == 1
    assert next_sequence([resumed(7, START), the_set(DEFAULT_TERM)]) == 8
