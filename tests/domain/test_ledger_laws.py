"""What must hold for every term ledger, tried on many made-up ones."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar import Calendar
from app.domain.ledger import LASTING, Entry, EntryKind, Standing, next_version, replay
from app.domain.terms import LONGEST, Term, TermKind, Unit, due_date, is_exempt

CALENDAR = Calendar(frozenset({date(2026, 5, 15), date(2027, 5, 7), date(2028, 4, 28)}))
STARTS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
COUNTED = st.builds(
    Term, st.sampled_from([TermKind.NORM, TermKind.STATUTORY]), st.integers(1, 24), st.sampled_from(Unit)
)
MOVING = [EntryKind.POSTPONED, EntryKind.SUSPENDED, EntryKind.RESUMED]
REMARKS = [EntryKind.RECEIVED, EntryKind.TRANSFERRED, EntryKind.RESENT, EntryKind.REPLAYED]


@st.composite
def ledgers(draw: st.DrawFn, agreed: bool | None = None) -> list[Entry]:
    """A term and up to eight entries on different days, in or out of order, sensible or not."""
    start = draw(STARTS)
    if agreed or (agreed is None and draw(st.booleans())):
        term = Term(TermKind.AGREED, named_on=start + timedelta(days=draw(st.integers(0, 60))))
    else:
        term = draw(COUNTED)
    entries = [Entry(1, EntryKind.SET, start, term=term)]
    for day in draw(st.lists(st.integers(0, 80), max_size=8, unique=True)):
        kind = draw(st.sampled_from(MOVING + REMARKS))
        on = start + timedelta(days=day)
        named_on = CALENDAR.roll(on + timedelta(days=draw(st.integers(1, 40))))
        entry = Entry(len(entries) + 1, kind, on, reason="x")
        entries.append(replace(entry, named_on=named_on) if kind is EntryKind.POSTPONED else entry)
    return entries


def outcome(standing: Standing) -> tuple[object, ...]:
    return (
        standing.due_on,
        standing.raw_end,
        standing.original_due_on,
        standing.suspended_on,
        standing.expected_on,
        [(step.entry.kind, step.entry.effective_on, step.due_on, step.rules) for step in standing.steps],
    )


@given(entries=ledgers(), seed=st.randoms(use_true_random=False))
def test_the_order_of_recording_does_not_matter_where_dates_decide(entries: list[Entry], seed: object) -> None:
    term, *rest = entries
    shuffled = list(rest)
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    renumbered = [replace(entry, sequence=number) for number, entry in enumerate(shuffled, start=2)]
    assert outcome(replay([*renumbered, term], CALENDAR)) == outcome(replay(entries, CALENDAR))


@given(entries=ledgers(), pick=st.integers(0, 7), later=st.integers(0, 90))
def test_voiding_an_entry_equals_never_having_made_it(entries: list[Entry], pick: int, later: int) -> None:
    strikable = [entry for entry in entries if entry.kind not in LASTING]
    if not strikable:
        return
    struck = strikable[pick % len(strikable)]
    on = entries[0].effective_on + timedelta(days=later)
    voiding = Entry(99, EntryKind.VOIDED, on, voids=struck.sequence, reason="vergissing")
    after = replay([*entries, voiding], CALENDAR)
    never = replay([entry for entry in entries if entry is not struck], CALENDAR)
    kept = tuple(step for step in after.steps if step.entry is not voiding)
    assert outcome(replace(after, steps=kept)) == outcome(never)
    assert after.struck == {struck.sequence}


@given(term=COUNTED, start=STARTS, before=st.integers(0, 100), still=st.integers(0, 120))
def test_a_suspension_moves_the_raw_end_by_its_days_before_rolling(
    term: Term, start: date, before: int, still: int
) -> None:
    raw_end = due_date(term, start, CALENDAR).raw_end
    since = min(start + timedelta(days=before), raw_end)
    until = since + timedelta(days=still)
    entries = [
        Entry(1, EntryKind.SET, start, term=term),
        Entry(2, EntryKind.SUSPENDED, since, reason="x"),
        Entry(3, EntryKind.RESUMED, until),
    ]
    standing = replay(entries, CALENDAR)
    if term.unit is Unit.WORKING_DAYS:
        days = sum(CALENDAR.is_working(since + timedelta(n)) for n in range(still))
        assert standing.raw_end == CALENDAR.shift(raw_end, days)
    else:
        assert standing.raw_end == raw_end + timedelta(days=still)
    assert standing.due_on >= until


@given(entries=ledgers(agreed=True))
def test_an_agreed_date_never_rolls(entries: list[Entry]) -> None:
    standing = replay(entries, CALENDAR)
    assert standing.due_on == standing.raw_end


@given(entries=ledgers(agreed=False))
def test_a_counted_norm_is_due_on_a_working_day(entries: list[Entry]) -> None:
    term = entries[0].term
    assert term is not None
    norm = replace(entries[0], term=replace(term, kind=TermKind.NORM))
    counted = [entry for entry in entries[1:] if entry.kind is not EntryKind.POSTPONED]
    standing = replay([norm, *counted], CALENDAR)
    assert all(CALENDAR.is_working(step.due_on) for step in standing.steps)


@given(entries=ledgers())
def test_the_original_due_date_never_moves(entries: list[Entry]) -> None:
    original = replay(entries[:1], CALENDAR).due_on
    assert {replay(entries[:n], CALENDAR).original_due_on for n in range(1, len(entries) + 1)} == {original}


@given(entries=ledgers())
def test_the_version_rises_only_with_the_due_date(entries: list[Entry]) -> None:
    version, due_on = 1, replay(entries[:1], CALENDAR).due_on
    for n in range(2, len(entries) + 1):
        after = replay(entries[:n], CALENDAR)
        raised = next_version(version, due_on, after.due_on)
        assert (raised > version) is (after.due_on != due_on)
        if entries[n - 1].kind in REMARKS:
            assert raised == version
        version, due_on = raised, after.due_on


@given(entries=ledgers(), days=st.integers(1, 200))
def test_a_due_date_depends_on_no_day_after_it_and_none_up_to_the_asking(entries: list[Entry], days: int) -> None:
    """What lets a changed calendar skip most ledgers unread."""
    due_on, asked_on = replay(entries, CALENDAR).due_on, entries[0].effective_on
    for day in (due_on + timedelta(days=days), asked_on - timedelta(days=days - 1)):
        assert replay(entries, Calendar(CALENDAR.equated | {day})).due_on == due_on
        assert replay(entries, Calendar(CALENDAR.equated - {day})).due_on == due_on


@given(term=COUNTED, start=STARTS, before=st.integers(0, 100), still=st.integers(0, 60))
def test_a_statutory_term_leaves_two_working_days_on_which_the_clock_ran(
    term: Term, start: date, before: int, still: int
) -> None:
    """ATW art. 2: a term of three days or more holds at least two working days; art. 4: but for the long ones."""
    raw_end = due_date(term, start, CALENDAR).raw_end
    since = min(start + timedelta(days=before), raw_end)
    until = since + timedelta(days=still)
    stop = [Entry(2, EntryKind.SUSPENDED, since, reason="x"), Entry(3, EntryKind.RESUMED, until)]
    standing = replay([Entry(1, EntryKind.SET, start, term=term), *stop], CALENDAR)
    ran = (start + timedelta(days=n) for n in range(1, (standing.due_on - start).days + 1))
    working = [day for day in ran if CALENDAR.is_working(day) and not since <= day < until]
    length, unit = term.measure
    if is_exempt(term):
        assert standing.due_on == standing.raw_end
    elif unit in {Unit.WEEKS, Unit.MONTHS} or (unit is Unit.DAYS and length >= 3):
        assert len(working) >= 2
        assert CALENDAR.is_working(standing.due_on)


@given(start=STARTS, length=st.integers(1, 700), unit=st.sampled_from(Unit), still=st.integers(1, 120))
def test_a_stop_of_the_clock_makes_no_term_longer_for_article_4(
    start: date, length: int, unit: Unit, still: int
) -> None:
    """ATW art. 4 looks at the term as described: 90 days still roll, however long the clock stood still."""
    term = Term(TermKind.STATUTORY, min(length, LONGEST[unit]), unit)
    stop = [
        Entry(2, EntryKind.SUSPENDED, start, reason="x"),
        Entry(3, EntryKind.RESUMED, start + timedelta(days=still)),
    ]
    standing = replay([Entry(1, EntryKind.SET, start, term=term), *stop], CALENDAR)
    described = {Unit.DAYS: 90, Unit.WEEKS: 12, Unit.MONTHS: 3}.get(unit)
    if described is not None and term.length is not None and term.length > described:
        assert standing.due_on == standing.raw_end
    else:
        assert CALENDAR.is_working(standing.due_on)


@given(entries=ledgers())
def test_a_step_is_marked_as_changed_exactly_when_the_due_date_moved(entries: list[Entry]) -> None:
    steps = replay(entries, CALENDAR).steps
    for before, step in pairwise(steps):
        assert step.changed is (step.due_on != before.due_on)


@given(entries=ledgers())
def test_the_last_step_holds_the_due_date_and_every_step_a_reason(entries: list[Entry]) -> None:
    standing = replay(entries, CALENDAR)
    assert standing.steps[-1].due_on == standing.due_on
    assert len(standing.steps) == len(entries)
    for step in standing.steps:
        sentences = [reason.sentence.format(**reason.facts) for reason in step.reasons]
        assert sentences
        assert all(sentence.endswith(".") for sentence in sentences)
