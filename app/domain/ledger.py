"""The term ledger of one round: its entries, and the due date they lead to when read from top to bottom.

What may be written in it is in `ledger_acts`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.calendar import Calendar
from app.domain.clock import Clock
from app.domain.errors import Invalid, WrongState, mark
from app.domain.terms import Fact, Reason, Rule, Term, TermKind, Unit, due_date, explain, explain_end, is_late


class EntryKind(StrEnum):
    """What an entry records."""

    SET = "gezet"
    RECEIVED = "ontvangen"
    POSTPONED = "uitgesteld"
    SUSPENDED = "opgeschort"
    RESUMED = "hervat"
    TRANSFERRED = "doorgeleid"
    RESENT = "opnieuw-verstuurd"
    REPLAYED = "herrekend"
    VOIDED = "vervallen"


WITHOUT_WEIGHT = frozenset({Rule.TOO_LATE, Rule.NO_EFFECT})


@dataclass(frozen=True)
class Entry:
    """One row of the ledger; never changed, and never removed: a mistake is voided by another entry.

    `sequence` is the order of recording within the round. `effective_on` is the civil date it works from; for `set`
    the day of the event, which itself doesn't count; for `suspended` the first day the clock stands still, for
    `resumed` the first it runs again. `announced_on` is the day a postponement reached VNG (if empty: `effective_on`)
    and `named_on` its new date. `voids` is the sequence of the entry it strikes. `consented`: the secretariat agreed.
    `due_on` is the due date the row led to when it was written, as stored; empty on a row not yet written.
    """

    sequence: int
    kind: EntryKind
    effective_on: date
    announced_on: date | None = None
    term: Term | None = None
    named_on: date | None = None
    voids: int | None = None
    consented: bool = False
    reason: str = ""
    due_on: date | None = None


@dataclass(frozen=True)
class Step:
    """What one entry did: the due date after it, what was applied, and why in plain sentences.

    `changed` tells whether it moved the due date. `problem` is set when the entry contradicts the ones before it (for
    instance after another was voided); such an entry has no effect.
    """

    entry: Entry
    due_on: date
    raw_end: date
    changed: bool
    rules: tuple[Rule, ...]
    reasons: tuple[Reason, ...]
    problem: Invalid | None = None


@dataclass(frozen=True)
class Standing:
    """Where a round stands: `steps` in the order they work (not of recording), without the `struck` sequences.

    `raw_end` is the end before rolling. `original_due_on` comes from `set` alone: it never moves. `expected_on` is the
    date a ministry named too late to move the due date. `suspended_on` is set while the clock stands still.
    """

    term: Term
    asked_on: date
    due_on: date
    raw_end: date
    original_due_on: date
    suspended_on: date | None
    expected_on: date | None
    steps: tuple[Step, ...]
    struck: frozenset[int]

    @property
    def provisional(self) -> bool:
        """Tell whether the clock stands still now, so that the due date will still move."""
        return self.suspended_on is not None

    @property
    def named(self) -> bool:
        """Tell whether the due date was named, and not counted: no calendar moves it."""
        setting = {EntryKind.SET, EntryKind.POSTPONED}
        last = [step for step in self.steps if step.entry.kind in setting and not {*step.rules} & WITHOUT_WEIGHT][-1]
        return Rule.NAMED in last.rules

    def is_late(self, on: date) -> bool:
        """Tell whether the answer is late on this day; never while the clock stands still."""
        return not self.provisional and is_late(self.due_on, on)

    def step(self, sequence: int) -> Step:
        """Return the step of one entry. Raises Invalid `entry-unknown` when it isn't there or was struck."""
        for step in self.steps:
            if step.entry.sequence == sequence:
                return step
        raise Invalid("entry-unknown", mark("Boeking {sequence} bestaat niet."), sequence=sequence)


def next_version(version: int, before: date, after: date) -> int:
    """Return the term version after a due date went from `before` to `after`.

    It rises only when the date changes: escalations are unique by it, so a rise for a remark would repeat them all.
    """
    return version + 1 if after != before else version


def next_sequence(entries: Iterable[Entry]) -> int:
    """Return the sequence number for the next entry: 1 in an empty ledger."""
    return max((entry.sequence for entry in entries), default=0) + 1


Told = tuple[tuple[Rule, ...], list[Reason]]


def _postponed(clock: Clock, entry: Entry) -> Told:
    """Tell the new date, or if it was announced too late, what to expect."""
    if entry.named_on is None:
        raise Invalid("postpone-date-missing", mark("Vul de nieuwe datum in."), field="named_on")
    announced_on, due_on = entry.announced_on or entry.effective_on, clock.due().due_on
    facts: dict[str, Fact] = {"announced_on": announced_on, "named_on": entry.named_on, "due_on": due_on}
    if clock.postpone(entry.named_on, announced_on):
        told = Reason(mark("Uitstel, gemeld op {announced_on}: de nieuwe datum is {named_on}."), facts)
        return (Rule.NAMED,), [told, *explain_end(clock.due(), clock.calendar)]
    late = mark("Uitstel, pas gemeld op {announced_on}, na {due_on}: die datum blijft, verwacht op {named_on}.")
    return (Rule.TOO_LATE,), [Reason(late, facts)]


def _suspended(clock: Clock, entry: Entry) -> Told:
    """Tell since when the clock stands still; the due date stands, provisionally."""
    clock.suspend(entry.effective_on)
    sentence = mark("De klok staat stil vanaf {day}; zolang is {due_on} voorlopig.")
    return (Rule.STANDS_STILL,), [Reason(sentence, {"day": entry.effective_on, "due_on": clock.due().due_on})]


def _resumed(clock: Clock, entry: Entry) -> Told:
    """Tell how long the clock stood still and where that brings the end."""
    before, days = clock.raw_end, clock.resume(entry.effective_on)
    if clock.term.unit is Unit.WORKING_DAYS:
        one = mark("De klok stond 1 werkdag stil: {before} wordt {raw_end}.")
        many = mark("De klok stond {days} werkdagen stil: {before} wordt {raw_end}.")
    else:
        one = mark("De klok stond 1 dag stil: {before} wordt {raw_end}.")
        many = mark("De klok stond {days} dagen stil: {before} wordt {raw_end}.")
    told = Reason(one if days == 1 else many, {"days": days, "before": before, "raw_end": clock.raw_end})
    due = clock.due()
    return (Rule.STOOD_STILL, *due.rules), [told, *explain_end(due, clock.calendar)]


REMARKS = {
    EntryKind.RECEIVED: mark("Ontvangen op {day}; de klok loopt door."),
    EntryKind.TRANSFERRED: mark("Doorgeleid op {day}; de klok loopt door."),
    EntryKind.RESENT: mark("Opnieuw verstuurd op {day}; de klok loopt door."),
    EntryKind.REPLAYED: mark("Op {day} herrekend met een gewijzigde kalender."),
    EntryKind.VOIDED: mark("Op {day} is boeking {voids} vervallen; die telt niet meer mee."),
}


# What an entry said that was voided: as it was written, without what it led to.
STRUCK = {
    **REMARKS,
    EntryKind.POSTPONED: mark("Uitstel tot {named_on}, gemeld op {day}."),
    EntryKind.SUSPENDED: mark("De klok staat stil vanaf {day}."),
    EntryKind.RESUMED: mark("De klok loopt weer vanaf {day}."),
}


def told_struck(entry: Entry) -> Reason:
    """Say what a voided entry had said; one that can't be voided is not asked for."""
    facts: dict[str, Fact] = {"day": entry.announced_on or entry.effective_on, "voids": entry.voids or 0}
    return Reason(STRUCK[entry.kind], facts | ({"named_on": entry.named_on} if entry.named_on else {}))


def _remark(_clock: Clock, entry: Entry) -> Told:
    """Write down what happened; the clock isn't touched."""
    facts: dict[str, Fact] = {"day": entry.effective_on, "voids": entry.voids or 0}
    return (Rule.RUNS_ON,), [Reason(REMARKS[entry.kind], facts)]


def _set_again(_clock: Clock, entry: Entry) -> Told:
    sentence = mark("Deze ronde heeft al een termijn.")
    raise Invalid("set-twice", sentence, field="kind", sequence=entry.sequence)


# What can't be voided. A calendar that changed has changed, whatever is struck.
LASTING = frozenset({EntryKind.SET, EntryKind.VOIDED, EntryKind.REPLAYED})

ACTS: dict[EntryKind, Callable[[Clock, Entry], Told]] = {
    EntryKind.SET: _set_again,
    EntryKind.POSTPONED: _postponed,
    EntryKind.SUSPENDED: _suspended,
    EntryKind.RESUMED: _resumed,
}


def replay(entries: Iterable[Entry], calendar: Calendar) -> Standing:
    """Read a ledger and tell where the round stands.

    `set` comes first, the others by effective date, then sequence; voided entries count as never made. Entries that
    contradict what came before have no effect and bear a `problem`. Raises WrongState `term-not-set` without a `set`.
    """
    live, struck = _live(entries)
    first, term = _first(live)
    due = due_date(term, first.effective_on, calendar)
    clock = Clock(term, first.effective_on, due.raw_end, calendar, counted=term.kind is not TermKind.AGREED)
    told = tuple(explain(term, first.effective_on, calendar))
    steps = [Step(first, due.due_on, due.raw_end, changed=True, rules=due.rules, reasons=told)]
    for entry in sorted(live, key=lambda entry: (entry.effective_on, entry.sequence)):
        if entry is not first:
            steps.append(_read(clock, entry, steps[-1].due_on))
    return Standing(
        term=term,
        asked_on=first.effective_on,
        due_on=steps[-1].due_on,
        raw_end=clock.raw_end,
        original_due_on=first.due_on or due.due_on,
        suspended_on=clock.suspended_on,
        expected_on=clock.expected_on,
        steps=tuple(steps),
        struck=struck,
    )


def _live(entries: Iterable[Entry]) -> tuple[list[Entry], frozenset[int]]:
    """Part the entries that count from the sequences of those that were voided.

    The term itself and a voiding can't be struck: the original due date never moves, and a voiding is final.
    """
    entries = list(entries)
    voided = {entry.voids for entry in entries if entry.kind is EntryKind.VOIDED}
    struck = {entry.sequence for entry in entries if entry.sequence in voided and entry.kind not in LASTING}
    return [entry for entry in entries if entry.sequence not in struck], frozenset(struck)


def _first(live: list[Entry]) -> tuple[Entry, Term]:
    """Return the entry that set the term: the one recorded first, if there are more."""
    for entry in sorted(live, key=lambda entry: entry.sequence):
        if entry.kind is EntryKind.SET and entry.term is not None:
            return entry, entry.term
    raise WrongState("term-not-set", mark("Voor deze vraag loopt nog geen termijn."))


def _read(clock: Clock, entry: Entry, before: date) -> Step:
    """Let one entry work on the clock; `before` is the due date until then."""
    try:
        if entry.kind in ACTS and entry.effective_on < clock.start:
            sentence = mark("De vraag is pas gesteld op {start}. Kies die dag of later.")
            raise Invalid("before-start", sentence, field="effective_on", start=clock.start)
        rules, reasons = ACTS.get(entry.kind, _remark)(clock, entry)
    except Invalid as problem:
        told = (Reason(mark("Deze boeking heeft geen gevolg."), {}), Reason(problem.sentence, problem.facts))
        return Step(entry, before, clock.raw_end, False, (Rule.NO_EFFECT,), told, problem)
    due_on = clock.due().due_on
    return Step(entry, due_on, clock.raw_end, due_on != before, rules, tuple(reasons))
