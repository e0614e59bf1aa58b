"""What may be written in a term ledger: postponing, suspending, resuming, voiding, and remarks.

Each takes the entries so far and the one to be written, and returns the standing after it, so that a page can show the
new date before it is saved. Each raises Invalid with a stable code and changes nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from app.domain.calendar import Calendar
from app.domain.errors import Invalid, mark
from app.domain.ledger import LASTING, Entry, EntryKind, Standing, Step, replay
from app.domain.terms import Rule, Term, TermKind, check_range, due_date

LONGEST_REASON = 2000


def may_postpone(
    entries: Sequence[Entry],
    entry: Entry,
    calendar: Calendar,
    *,
    today: date,
    statutory_extension: Term | None = None,
) -> Standing:
    """Return the standing after a postponement.

    Announced on or before the due date then in force, it moves that date: a norm once on the ministry's own word, by at
    most its original length (from the due date in force, rolled like any norm); beyond that, and for an agreement
    always, with consent; a statutory term once, by `statutory_extension`, whoever consents. Announced later it only
    records the expected date, which needs nobody's leave.

    Raises Invalid: `reason-missing`, `reason-too-long`, `date-in-future`, `before-start`, `postpone-date-missing`,
    `date-range`, `postpone-not-working`, `postpone-not-later`, `postpone-once`, `postpone-too-long`,
    `postpone-consent`, `postpone-no-extension`, `ledger-conflict`.
    """
    _check_reason(entry)
    named_on = _named_day(entry)
    after = _admit(entries, entry, calendar, today)
    step = after.step(entry.sequence)
    before = after.steps[after.steps.index(step) - 1]
    announced_on = entry.announced_on or entry.effective_on
    if announced_on < after.asked_on:
        sentence = mark("De vraag is pas gesteld op {start}. Kies die dag of later.")
        raise Invalid("before-start", sentence, field="announced_on", start=after.asked_on)
    present = max(before.due_on, announced_on)
    if named_on <= present:
        sentence = mark("De nieuwe datum ligt niet na {present}. Kies een latere datum.")
        raise Invalid("postpone-not-later", sentence, field="named_on", present=present)
    _check_working(named_on, calendar)
    if Rule.TOO_LATE not in step.rules:
        _check_leave(after, step, before, statutory_extension, calendar)
    return after


def needs_consent(entries: Sequence[Entry], entry: Entry, calendar: Calendar, *, today: date) -> Standing:
    """Return the standing after a postponement that only the secretariat can give.

    Raises Invalid like `may_postpone` where even its consent can't, and `consent-not-needed` where the ministry's own
    word will do.
    """
    after = may_postpone(entries, replace(entry, consented=True), calendar, today=today)
    try:
        may_postpone(entries, replace(entry, consented=False), calendar, today=today)
    except Invalid:
        return after
    sentence = mark("Dit uitstel mag u zelf melden; toestemming is niet nodig. Meld het als uitstel.")
    raise Invalid("consent-not-needed", sentence, field="named_on")


def may_suspend(entries: Sequence[Entry], entry: Entry, calendar: Calendar, *, today: date) -> Standing:
    """Return the standing after the clock stopped; `effective_on` is the first day it stands still.

    Raises Invalid: `reason-missing`, `reason-too-long`, `date-in-future`, `before-start`, `suspend-suspended`,
    `suspend-after-due`, `ledger-conflict`.
    """
    _check_reason(entry)
    return _admit(entries, entry, calendar, today)


def may_resume(entries: Sequence[Entry], entry: Entry, calendar: Calendar, *, today: date) -> Standing:
    """Return the standing after the clock ran again; `effective_on` is the first day it runs. Needs no reason.

    Raises Invalid: `reason-too-long`, `date-in-future`, `before-start`, `resume-before-suspended`,
    `resume-not-suspended`, `date-range`, `ledger-conflict`.
    """
    _check_length(entry)
    since = replay(entries, calendar).suspended_on
    if since is not None and entry.effective_on < since:
        sentence = mark("De klok staat pas stil sinds {since}. Kies die dag of later.")
        raise Invalid("resume-before-suspended", sentence, field="effective_on", since=since)
    return _admit(entries, entry, calendar, today)


def may_void(entries: Sequence[Entry], entry: Entry, calendar: Calendar, *, today: date) -> Standing:
    """Return the standing as if the entry numbered `voids` had never been made.

    Raises Invalid: `reason-missing`, `reason-too-long`, `date-in-future`, `void-unknown`, `void-twice`, `void-lasting`
    (the term itself, a voiding, a replay), `ledger-conflict` when a later entry rests on it.
    """
    _check_reason(entry)
    kinds = {other.sequence: other.kind for other in entries}
    if entry.voids not in kinds:
        raise Invalid("void-unknown", mark("Deze boeking staat niet bij deze vraag."), field="voids")
    if any(other.kind is EntryKind.VOIDED and other.voids == entry.voids for other in entries):
        raise Invalid("void-twice", mark("Deze boeking is al vervallen."), field="voids")
    if kinds[entry.voids] in LASTING:
        sentence = mark("Deze boeking kan niet vervallen. Leg een nieuwe boeking vast, bijvoorbeeld een uitstel.")
        raise Invalid("void-lasting", sentence, field="voids")
    return _admit(entries, entry, calendar, today)


def may_note(entries: Sequence[Entry], entry: Entry, calendar: Calendar, *, today: date) -> Standing:
    """Return the standing after a remark (received, re-sent), which touches no clock and needs no reason.

    Raises Invalid: `reason-too-long`, `date-in-future`, `before-start`.
    """
    _check_length(entry)
    after = _admit(entries, entry, calendar, today)
    if entry.effective_on < after.asked_on:
        sentence = mark("De vraag is pas gesteld op {start}. Kies die dag of later.")
        raise Invalid("before-start", sentence, field="effective_on", start=after.asked_on)
    return after


def _check_reason(entry: Entry) -> None:
    if not entry.reason.strip():
        raise Invalid("reason-missing", mark("Vul een reden in."), field="reason")
    _check_length(entry)


def _check_length(entry: Entry) -> None:
    if len(entry.reason) > LONGEST_REASON:
        sentence = mark("De reden is te lang: gebruik hooguit {longest} tekens.")
        raise Invalid("reason-too-long", sentence, field="reason", longest=LONGEST_REASON)


def _named_day(entry: Entry) -> date:
    if entry.named_on is None:
        raise Invalid("postpone-date-missing", mark("Vul de nieuwe datum in."), field="named_on")
    check_range(entry.named_on, field="named_on")
    return entry.named_on


def _check_working(named_on: date, calendar: Calendar) -> None:
    why = calendar.why_off(named_on)
    if why is not None:
        sentence = mark("{named_on} is geen werkdag ({why}). Kies een werkdag, bijvoorbeeld {next_on}.")
        next_on = calendar.roll(named_on)
        raise Invalid("postpone-not-working", sentence, field="named_on", named_on=named_on, why=why, next_on=next_on)


def _admit(entries: Sequence[Entry], entry: Entry, calendar: Calendar, today: date) -> Standing:
    """Return the standing with the entry in it, if neither it nor an entry already there loses its sense."""
    for field, day in (("effective_on", entry.effective_on), ("announced_on", entry.announced_on)):
        if day is not None and day > today:
            raise Invalid("date-in-future", mark("Kies vandaag of een eerdere dag."), field=field, today=today)
    before = {step.entry.sequence: step for step in replay(entries, calendar).steps}
    after = replay((*entries, entry), calendar)
    own = after.step(entry.sequence).problem
    if own is not None:
        raise own
    for step in after.steps:
        if step.entry.sequence in before and _loses_sense(before[step.entry.sequence], step):
            sentence = mark("Dan klopt boeking {sequence} van {day} niet meer. Laat die eerst vervallen.")
            other = step.entry
            raise Invalid("ledger-conflict", sentence, sequence=other.sequence, day=other.effective_on)
    return after


def _loses_sense(before: Step, after: Step) -> bool:
    """Tell whether an entry there already would contradict the others, or move a date nobody gave leave to move.

    A postponement announced too late was taken without asking for leave; it must not come into force by what is written
    in before it.
    """
    if after.problem is not None:
        return before.problem is None
    return Rule.TOO_LATE in before.rules and Rule.TOO_LATE not in after.rules


def _check_leave(after: Standing, step: Step, before: Step, extension: Term | None, calendar: Calendar) -> None:
    """Refuse a postponement that this kind of term doesn't give on these grounds."""
    kind, consented = after.term.kind, step.entry.consented
    if kind is TermKind.STATUTORY:
        _check_statutory(after, step, before, extension, calendar)
    elif kind is TermKind.AGREED and not consented:
        sentence = mark("Een afgesproken datum verschuift alleen met instemming van het secretariaat.")
        raise Invalid("postpone-consent", sentence, field="consented")
    elif kind is TermKind.NORM and not consented:
        if any(not other.entry.consented for other in _other_postponements(after, step)):
            sentence = mark("Het ministerie heeft al een keer uitgesteld. Vraag instemming aan het secretariaat.")
            raise Invalid("postpone-once", sentence, field="consented")
        latest = due_date(after.term, before.due_on, calendar).due_on
        sentence = mark("Uitstel kan tot en met {latest}. Vraag voor langer instemming aan het secretariaat.")
        _check_latest(step, latest, sentence)


def _check_statutory(after: Standing, step: Step, before: Step, extension: Term | None, calendar: Calendar) -> None:
    """Refuse what the law doesn't give. Its extension lengthens the term, so it is counted from the raw end."""
    if extension is None:
        raise Invalid("postpone-no-extension", mark("De wet geeft voor deze termijn geen uitstel."), field="named_on")
    if _other_postponements(after, step):
        sentence = mark("De wet geeft één keer uitstel, en dat is al gebruikt.")
        raise Invalid("postpone-once", sentence, field="named_on")
    latest = due_date(extension, before.raw_end, calendar).due_on
    _check_latest(step, latest, mark("De wet geeft uitstel tot en met {latest}. Kies die dag of eerder."))


def _check_latest(step: Step, latest: date, sentence: str) -> None:
    if step.entry.named_on is not None and step.entry.named_on > latest:
        raise Invalid("postpone-too-long", sentence, field="named_on", latest=latest)


def _other_postponements(after: Standing, step: Step) -> list[Step]:
    """Return the other postponements that moved the due date."""
    return [
        other
        for other in after.steps
        if other.entry.kind is EntryKind.POSTPONED and other is not step and Rule.TOO_LATE not in other.rules
    ]
