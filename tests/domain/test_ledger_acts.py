"""What may be written in a term ledger, and the sentence and code for everything that may not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from app.domain.calendar import Calendar
from app.domain.errors import Invalid
from app.domain.ledger import Entry, EntryKind, Standing
from app.domain.ledger_acts import may_postpone, may_resume, may_suspend, may_void
from app.domain.terms import DEFAULT_TERM, ROUND_TERM, Term, TermKind, Unit

CALENDAR = Calendar(frozenset({date(2026, 5, 15)}))
TODAY = date(2026, 12, 31)
# Three weeks from Monday 5 October 2026: due Monday 26 October.
THE_SET = Entry(1, EntryKind.SET, date(2026, 10, 5), term=DEFAULT_TERM)
AGREED = replace(THE_SET, term=Term(TermKind.AGREED, named_on=date(2026, 10, 26)))
# Four weeks and at most two more, as the Wet open overheid art. 4.4 has it: due Monday 2 November.
STATUTORY = replace(THE_SET, term=Term(TermKind.STATUTORY, 4, Unit.WEEKS))
TWO_WEEKS = Term(TermKind.STATUTORY, 2, Unit.WEEKS)


def october(day: int) -> date:
    return date(2026, 10, day)


def november(day: int) -> date:
    return date(2026, 11, day)


def postponed(on: date, to: date | None, *, sequence: int = 9, consented: bool = False) -> Entry:
    return Entry(sequence, EntryKind.POSTPONED, on, announced_on=on, named_on=to, consented=consented, reason="overleg")


def suspended(on: date, *, sequence: int = 9) -> Entry:
    return Entry(sequence, EntryKind.SUSPENDED, on, reason="wacht op toelichting")


def resumed(on: date, *, sequence: int = 9) -> Entry:
    return Entry(sequence, EntryKind.RESUMED, on)


def voided(voids: int | None, *, sequence: int = 9, on: date = TODAY) -> Entry:
    return Entry(sequence, EntryKind.VOIDED, on, voids=voids, reason="vergissing")


def refusal(act: Callable[..., Standing], entries: list[Entry], entry: Entry, **more: Term) -> Invalid:
    with pytest.raises(Invalid) as refused:
        act(entries, entry, CALENDAR, today=TODAY, **more)
    assert "{" not in str(refused.value)
    return refused.value


@pytest.mark.parametrize(
    ("to", "due_on"),
    [(october(27), october(27)), (november(3), november(3)), (november(16), november(16))],
)
def test_a_ministry_postpones_a_norm_once_by_at_most_its_length(to: date, due_on: date) -> None:
    assert may_postpone([THE_SET], postponed(october(26), to), CALENDAR, today=TODAY).due_on == due_on


def test_the_length_counts_from_the_due_date_in_force_not_from_its_raw_end() -> None:
    the_set = replace(THE_SET, effective_on=date(2026, 4, 14))  # three weeks end on 5 May: due 6 May
    entry = postponed(date(2026, 5, 6), date(2026, 5, 27))
    assert may_postpone([the_set], entry, CALENDAR, today=TODAY).due_on == date(2026, 5, 27)
    assert refusal(may_postpone, [the_set], replace(entry, named_on=date(2026, 5, 28))).code == "postpone-too-long"


def test_the_end_of_what_a_ministry_may_take_rolls_like_the_norm_itself() -> None:
    the_set = replace(THE_SET, effective_on=date(2026, 3, 24))  # due 14 April, and three weeks more end on 5 May
    entry = postponed(date(2026, 4, 10), date(2026, 5, 6))
    assert may_postpone([the_set], entry, CALENDAR, today=TODAY).due_on == date(2026, 5, 6)
    assert refusal(may_postpone, [the_set], replace(entry, named_on=date(2026, 5, 7))).code == "postpone-too-long"


def test_a_round_of_ten_working_days_is_postponed_by_ten_working_days() -> None:
    the_set = replace(THE_SET, term=ROUND_TERM)
    entry = postponed(october(12), november(2))
    assert may_postpone([the_set], entry, CALENDAR, today=TODAY).due_on == november(2)
    assert refusal(may_postpone, [the_set], replace(entry, named_on=november(3))).code == "postpone-too-long"


def test_more_and_again_need_consent() -> None:
    longer = postponed(october(20), november(17))
    assert refusal(may_postpone, [THE_SET], longer).code == "postpone-too-long"
    assert may_postpone([THE_SET], replace(longer, consented=True), CALENDAR, today=TODAY).due_on == november(17)

    once = [THE_SET, postponed(october(20), november(3), sequence=2)]
    again = postponed(october(30), november(10))
    assert refusal(may_postpone, once, again).code == "postpone-once"
    assert may_postpone(once, replace(again, consented=True), CALENDAR, today=TODAY).due_on == november(10)


def test_neither_a_consented_nor_a_voided_postponement_uses_up_the_ministrys_own_word() -> None:
    consented = [THE_SET, postponed(october(20), november(3), sequence=2, consented=True)]
    struck = [THE_SET, postponed(october(20), november(3), sequence=2), voided(2, sequence=3)]
    assert may_postpone(consented, postponed(october(30), november(10)), CALENDAR, today=TODAY).due_on == november(10)
    assert may_postpone(struck, postponed(october(23), november(10)), CALENDAR, today=TODAY).due_on == november(10)


def test_an_agreed_date_moves_only_with_consent() -> None:
    entry = postponed(october(20), november(3))
    assert refusal(may_postpone, [AGREED], entry).code == "postpone-consent"
    assert may_postpone([AGREED], replace(entry, consented=True), CALENDAR, today=TODAY).due_on == november(3)


def test_a_statutory_term_gives_only_what_its_law_gives() -> None:
    entry = postponed(october(20), november(16), consented=True)
    assert refusal(may_postpone, [STATUTORY], entry).code == "postpone-no-extension"
    extended = may_postpone([STATUTORY], entry, CALENDAR, today=TODAY, statutory_extension=TWO_WEEKS)
    assert extended.due_on == november(16)

    longer = replace(entry, named_on=november(17))
    assert refusal(may_postpone, [STATUTORY], longer, statutory_extension=TWO_WEEKS).code == "postpone-too-long"
    again = postponed(november(10), november(17), sequence=10, consented=True)
    assert refusal(may_postpone, [STATUTORY, entry], again, statutory_extension=TWO_WEEKS).code == "postpone-once"


def test_a_statutory_extension_lengthens_the_term_itself() -> None:
    the_set = replace(STATUTORY, effective_on=date(2026, 3, 6))  # four weeks end on Good Friday: due Tuesday 7 April
    entry = postponed(date(2026, 4, 2), date(2026, 4, 17))
    extended = may_postpone([the_set], entry, CALENDAR, today=TODAY, statutory_extension=TWO_WEEKS)
    assert extended.due_on == date(2026, 4, 17)
    longer = replace(entry, named_on=date(2026, 4, 20))
    assert refusal(may_postpone, [the_set], longer, statutory_extension=TWO_WEEKS).code == "postpone-too-long"


@pytest.mark.parametrize("the_set", [THE_SET, AGREED, STATUTORY])
def test_a_late_announcement_needs_nobodys_leave_and_moves_nothing(the_set: Entry) -> None:
    standing = may_postpone([the_set], postponed(november(3), date(2026, 12, 24)), CALENDAR, today=TODAY)
    assert standing.due_on == standing.original_due_on
    assert standing.expected_on == date(2026, 12, 24)
    assert standing.is_late(november(3))


@pytest.mark.parametrize(
    ("entry", "code", "field"),
    [
        (replace(postponed(october(20), november(3)), reason="  "), "reason-missing", "reason"),
        (replace(postponed(october(20), november(3)), reason="x" * 2001), "reason-too-long", "reason"),
        (postponed(october(20), None), "postpone-date-missing", "named_on"),
        (postponed(october(20), october(31)), "postpone-not-working", "named_on"),
        (postponed(october(20), date(2026, 12, 25)), "postpone-not-working", "named_on"),
        (postponed(october(20), october(23)), "postpone-not-later", "named_on"),
        (postponed(october(20), october(24)), "postpone-not-later", "named_on"),
        (postponed(october(20), october(26)), "postpone-not-later", "named_on"),
        (postponed(november(5), november(4)), "postpone-not-later", "named_on"),
        (postponed(october(20), date(2126, 11, 3)), "date-range", "named_on"),
        (postponed(date(2027, 1, 4), date(2027, 1, 5)), "date-in-future", "effective_on"),
        (replace(postponed(october(20), november(3)), announced_on=date(2027, 1, 4)), "date-in-future", "announced_on"),
        (postponed(october(4), november(3)), "before-start", "effective_on"),
        (replace(postponed(october(20), november(3)), announced_on=october(4)), "before-start", "announced_on"),
    ],
)
def test_a_postponement_that_makes_no_sense_is_refused(entry: Entry, code: str, field: str) -> None:
    refused = refusal(may_postpone, [THE_SET], entry)
    assert (refused.code, refused.field) == (code, field)


def test_a_day_off_is_named_and_the_next_working_day_offered() -> None:
    refused = refusal(may_postpone, [THE_SET], postponed(october(20), date(2026, 12, 25)))
    assert str(refused) == ("2026-12-25 is geen werkdag (Eerste kerstdag). Kies een werkdag, bijvoorbeeld 2026-12-28.")


def test_a_late_postponement_does_not_come_into_force_by_what_is_written_in_before_it() -> None:
    late = [THE_SET, postponed(november(3), date(2026, 12, 24), sequence=2)]
    shorter = may_postpone(late, postponed(october(20), october(28)), CALENDAR, today=TODAY)
    assert (shorter.due_on, shorter.expected_on) == (october(28), date(2026, 12, 24))
    assert refusal(may_postpone, late, postponed(october(20), november(10))).code == "ledger-conflict"
    assert refusal(may_suspend, late, suspended(october(20))).code == "ledger-conflict"


def test_an_entry_that_was_without_effect_already_blocks_nothing() -> None:
    entries = [THE_SET, resumed(october(7), sequence=2)]
    assert may_postpone(entries, postponed(october(20), november(3)), CALENDAR, today=TODAY).due_on == november(3)


def test_the_clock_stops_up_to_and_including_the_due_date() -> None:
    assert may_suspend([THE_SET], suspended(october(26)), CALENDAR, today=TODAY).provisional
    assert refusal(may_suspend, [THE_SET], suspended(october(27))).code == "suspend-after-due"


@pytest.mark.parametrize(
    ("entries", "entry", "code"),
    [
        ([], replace(suspended(october(12)), reason=""), "reason-missing"),
        ([], suspended(october(4)), "before-start"),
        ([], suspended(date(2027, 1, 1)), "date-in-future"),
        ([suspended(october(12), sequence=2)], suspended(october(13)), "suspend-suspended"),
        # put in before one that is there already: that one would lose its sense
        ([suspended(october(12), sequence=2)], suspended(october(8)), "ledger-conflict"),
    ],
)
def test_a_suspension_that_makes_no_sense_is_refused(entries: list[Entry], entry: Entry, code: str) -> None:
    assert refusal(may_suspend, [THE_SET, *entries], entry).code == code


def test_the_clock_runs_again_without_a_reason_and_can_stop_again() -> None:
    stopped = [THE_SET, suspended(october(12), sequence=2)]
    running = may_resume(stopped, resumed(october(14)), CALENDAR, today=TODAY)
    assert (running.due_on, running.provisional) == (october(28), False)
    again = may_suspend(
        [*stopped, resumed(october(14), sequence=3)], suspended(october(28), sequence=4), CALENDAR, today=TODAY
    )
    assert again.suspended_on == october(28)


@pytest.mark.parametrize(
    ("entries", "entry", "code"),
    [
        ([], resumed(october(14)), "resume-not-suspended"),
        ([suspended(october(12), sequence=2)], resumed(october(9)), "resume-before-suspended"),
        ([suspended(october(12), sequence=2)], resumed(date(2027, 1, 1)), "date-in-future"),
        (
            [suspended(october(12), sequence=2), resumed(october(14), sequence=3)],
            resumed(october(16)),
            "resume-not-suspended",
        ),
        # put in before the one that is there already
        (
            [suspended(october(12), sequence=2), resumed(october(14), sequence=3)],
            resumed(october(13)),
            "ledger-conflict",
        ),
    ],
)
def test_a_resumption_that_makes_no_sense_is_refused(entries: list[Entry], entry: Entry, code: str) -> None:
    assert refusal(may_resume, [THE_SET, *entries], entry).code == code


def test_voiding_gives_the_earlier_date_back() -> None:
    entries = [THE_SET, postponed(october(20), november(3), sequence=2)]
    standing = may_void(entries, voided(2), CALENDAR, today=TODAY)
    assert standing.due_on == october(26)
    assert standing.struck == {2}


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (replace(voided(2), reason=""), "reason-missing"),
        (voided(None), "void-unknown"),
        (voided(77), "void-unknown"),
        (voided(2), "void-twice"),
        (voided(1), "void-lasting"),
        (voided(3), "void-lasting"),
        (voided(6), "void-lasting"),
        (voided(4, on=date(2027, 1, 1)), "date-in-future"),
        (voided(4), "ledger-conflict"),  # the suspension, while its resumption still stands
    ],
)
def test_a_voiding_that_makes_no_sense_is_refused(entry: Entry, code: str) -> None:
    entries = [
        THE_SET,
        postponed(october(20), november(3), sequence=2),
        voided(2, sequence=3, on=october(21)),
        suspended(october(22), sequence=4),
        resumed(october(23), sequence=5),
        Entry(6, EntryKind.REPLAYED, october(23)),
    ]
    assert refusal(may_void, entries, entry).code == code


def test_what_rests_on_an_entry_is_voided_first() -> None:
    entries = [THE_SET, suspended(october(22), sequence=4), resumed(october(23), sequence=5)]
    refused = refusal(may_void, entries, voided(4))
    assert str(refused) == "Dan klopt boeking 5 van 2026-10-23 niet meer. Laat die eerst vervallen."
    entries.append(voided(5, sequence=6))
    assert may_void(entries, voided(4), CALENDAR, today=TODAY).due_on == october(26)


def test_a_remark_can_be_voided() -> None:
    entries = [THE_SET, Entry(2, EntryKind.RECEIVED, october(6))]
    assert may_void(entries, voided(2), CALENDAR, today=TODAY).struck == {2}
