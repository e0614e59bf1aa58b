"""Terms and the due dates they lead to, with the reason in plain sentences.

Source: Algemene termijnenwet (ATW) art. 1–4. Whether it binds depends on the kind of term: see `settle`.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from app.domain.calendar import EQUATED_DAY, FIRST_DAY, LAST_DAY, WEEKEND, Calendar
from app.domain.errors import Invalid, mark

Fact = str | int | date
Period = tuple[date, date]  # first day in, first day out
_REMEMBERED = 4_096  # many questions are asked on one day, by one term


class TermKind(StrEnum):
    """What makes a term binding: a law, an accepted standard, or an agreement on a date."""

    STATUTORY = "wettelijk"
    NORM = "norm"
    AGREED = "afspraak"


class Unit(StrEnum):
    """What a term is counted in; `DAYS` are calendar days."""

    DAYS = "dagen"
    WORKING_DAYS = "werkdagen"
    WEEKS = "weken"
    MONTHS = "maanden"


class Rule(StrEnum):
    """Which rule made a due date what it is, or kept an entry from moving it."""

    NAMED = "genoemd"
    COUNTED = "geteld"
    ATW_1 = "atw-1"
    ATW_2 = "atw-2"
    ATW_4 = "atw-4"
    STANDS_STILL = "klok-staat-stil"
    STOOD_STILL = "stilstand-bijgeteld"
    NOT_BEFORE_RESUMED = "niet-voor-hervatting"
    TOO_LATE = "te-laat-gemeld"
    RUNS_ON = "klok-loopt-door"
    NO_EFFECT = "zonder-gevolg"


# Two years: longer than any term for an answer, short enough to catch a slip of the keyboard.
LONGEST = {Unit.DAYS: 730, Unit.WORKING_DAYS: 520, Unit.WEEKS: 104, Unit.MONTHS: 24}

# ATW art. 4: a term described in more than this many is not lengthened; exactly this many still is.
ATW_UP_TO = {Unit.DAYS: 90, Unit.WEEKS: 12, Unit.MONTHS: 3}

COUNTED_SENTENCES = {
    Unit.DAYS: (mark("1 dag na {start} is {raw_end}."), mark("{length} dagen na {start} is {raw_end}.")),
    Unit.WORKING_DAYS: (
        mark("1 werkdag na {start} is {raw_end}."),
        mark("{length} werkdagen na {start} is {raw_end}."),
    ),
    Unit.WEEKS: (mark("1 week na {start} is {raw_end}."), mark("{length} weken na {start} is {raw_end}.")),
    Unit.MONTHS: (mark("1 maand na {start} is {raw_end}."), mark("{length} maanden na {start} is {raw_end}.")),
}

RULE_SENTENCES = {
    Rule.NAMED: mark("Een datum die is afgesproken of genoemd, schuift niet op."),
    Rule.ATW_2: mark("Een termijn van drie dagen of meer telt ten minste twee werkdagen; daarom {due_on}."),
    Rule.ATW_4: mark("Een wettelijke termijn van meer dan 90 dagen, 12 weken of 3 maanden schuift niet op."),
    Rule.NOT_BEFORE_RESUMED: mark("De datum ligt niet vóór de dag waarop de klok weer loopt; daarom {due_on}."),
}
WITH_ARTICLE = {*WEEKEND.values(), EQUATED_DAY}


@dataclass(frozen=True)
class Reason:
    """One plain sentence: a Dutch message identifier, and the facts for its `{names}`.

    Facts stay plain values; the border translates the sentence and writes dates in the reader's language. A fact `why`
    is a Dutch name from `Calendar.why_off`.
    """

    sentence: str
    facts: Mapping[str, Fact]


@dataclass(frozen=True)
class Term:
    """How long an answer may take: a length in a unit, or for an agreement the named date itself.

    Raises Invalid (`term-date-missing`, `term-date-only`, `term-date-not-counted`, `term-unit`, `term-length`,
    `date-range`) when the parts don't fit together.
    """

    kind: TermKind
    length: int | None = None
    unit: Unit | None = None
    named_on: date | None = None

    def __post_init__(self) -> None:
        if self.kind is TermKind.AGREED:
            self._check_agreed()
        else:
            self._check_counted()

    def _check_agreed(self) -> None:
        if self.named_on is None:
            raise Invalid("term-date-missing", mark("Vul de afgesproken datum in."), field="named_on")
        if self.length is not None or self.unit is not None:
            raise Invalid("term-date-only", mark("Bij een afspraak hoort een datum, geen aantal."), field="length")
        check_range(self.named_on, field="named_on")

    def _check_counted(self) -> None:
        if self.named_on is not None:
            sentence = mark("Deze termijn wordt geteld. Laat de datum leeg, of kies voor een afspraak.")
            raise Invalid("term-date-not-counted", sentence, field="named_on")
        if self.unit is None:
            sentence = mark("Kies waarin de termijn telt: dagen, werkdagen, weken of maanden.")
            raise Invalid("term-unit", sentence, field="unit")
        longest = LONGEST[self.unit]
        if self.length is None or not 1 <= self.length <= longest:
            sentence = mark("Vul een aantal in van 1 tot en met {longest}.")
            raise Invalid("term-length", sentence, field="length", longest=longest)

    @property
    def measure(self) -> tuple[int, Unit]:
        """Length and unit of a counted term. Raises Invalid `term-not-counted` for an agreed one."""
        if self.length is None or self.unit is None:
            raise Invalid("term-not-counted", mark("Een afspraak wordt niet geteld."), field="length")
        return self.length, self.unit


@dataclass(frozen=True)
class DueDate:
    """A due date; `raw_end` is where counting or naming ended, `rules` what was applied after that, in order."""

    due_on: date
    raw_end: date
    rules: tuple[Rule, ...]


DEFAULT_TERM = Term(TermKind.NORM, 3, Unit.WEEKS)  # the central government's own norm for answering a letter
ROUND_TERM = Term(TermKind.NORM, 10, Unit.WORKING_DAYS)  # a new round, after an answer that was not concrete


def check_range(day: date, *, field: str | None = None) -> date:
    """Return the day if the holiday calendar knows its year; else raise Invalid `date-range`."""
    if FIRST_DAY <= day <= LAST_DAY:
        return day
    sentence = mark("Kies een datum van {first} tot en met {last}.")
    raise Invalid("date-range", sentence, field=field, first=FIRST_DAY, last=LAST_DAY)


def count(start: date, length: int, unit: Unit, calendar: Calendar) -> date:
    """Return the raw end of a term; the day of the event itself (`start`) does not count.

    Weeks end on the same weekday, months on the same day number or else on the month's last day.
    Raises Invalid `date-range` when it starts or ends outside the years the calendar knows.
    """
    check_range(start)
    match unit:
        case Unit.DAYS:
            return check_range(start + timedelta(days=length))
        case Unit.WORKING_DAYS:
            return check_range(calendar.shift(start, length))
        case Unit.WEEKS:
            return check_range(start + timedelta(weeks=length))
        case Unit.MONTHS:
            years, month = divmod(start.month - 1 + length, 12)
            year, month = start.year + years, month + 1
            return check_range(date(year, month, min(start.day, monthrange(year, month)[1])))


def is_exempt(term: Term) -> bool:
    """Tell whether ATW art. 4 keeps this term, as described, from being lengthened. Only a statutory one can be."""
    if term.kind is not TermKind.STATUTORY:
        return False
    length, unit = term.measure
    return unit in ATW_UP_TO and length > ATW_UP_TO[unit]


def _two_working_days(start: date, calendar: Calendar, still: tuple[Period, ...]) -> date:
    """Return the second working day after `start` on which the clock ran."""
    day, held = start, 0
    while held < 2:
        day = calendar.shift(day, 1)
        if not any(since <= day < until for since, until in still):
            held += 1
    return day


@lru_cache(maxsize=_REMEMBERED)
def settle(term: Term, start: date, raw_end: date, calendar: Calendar, still: tuple[Period, ...] = ()) -> DueDate:
    """Return the due date for a raw end that came from counting: rolled once.

    Statutory: ATW art. 1–3, unless art. 4 exempts the term as described. Norm: art. 1–3 by analogy, always. `still`
    are the periods in which the clock stood still: their working days are none of the two that art. 2 asks for.
    """
    length, unit = term.measure
    due_on = calendar.roll(raw_end)
    if is_exempt(term):
        return DueDate(raw_end, raw_end, (Rule.COUNTED if due_on == raw_end else Rule.ATW_4,))
    rules = [] if due_on == raw_end else [Rule.ATW_1]
    three_days = unit in {Unit.WEEKS, Unit.MONTHS} or (unit is Unit.DAYS and length >= 3)
    if three_days and (second := _two_working_days(start, calendar, still)) > due_on:
        due_on = second
        rules.append(Rule.ATW_2)
    return DueDate(due_on, raw_end, tuple(rules) or (Rule.COUNTED,))


@lru_cache(maxsize=_REMEMBERED)
def due_date(term: Term, start: date, calendar: Calendar) -> DueDate:
    """Return when an answer asked on `start` is due; `start` itself does not count. A named date is taken as named.

    Raises Invalid `due-before-start` for a named date before it, `date-range` beyond the calendar's years.
    """
    if term.named_on is None:
        return settle(term, start, count(start, *term.measure, calendar), calendar)
    if term.named_on < start:
        sentence = mark("De datum {named_on} ligt vóór {start}. Kies een latere datum.")
        raise Invalid("due-before-start", sentence, field="named_on", named_on=term.named_on, start=start)
    return DueDate(term.named_on, term.named_on, (Rule.NAMED,))


def explain(term: Term, start: date, calendar: Calendar) -> list[Reason]:
    """Say in plain sentences, in reading order, why a term from `start` leads to its due date."""
    due = due_date(term, start, calendar)
    if term.named_on is not None:
        return [Reason(mark("Afgesproken is {raw_end}."), {"raw_end": due.raw_end}), *explain_end(due, calendar)]
    length, unit = term.measure
    one, many = COUNTED_SENTENCES[unit]
    counted = Reason(one if length == 1 else many, {"length": length, "start": start, "raw_end": due.raw_end})
    return [counted, *explain_end(due, calendar)]


def explain_end(due: DueDate, calendar: Calendar) -> list[Reason]:
    """Say what moved a raw end that has been told already, or kept it; nothing on an ordinary working day."""
    reasons = _explain_roll(due, calendar) if due.rules == (Rule.ATW_1,) else _explain_rest(due, calendar)
    if Rule.NAMED in due.rules or Rule.ATW_4 in due.rules or calendar.covers(due.due_on):
        return reasons
    unknown = mark("De gelijkgestelde dagen van {year} zijn nog niet bekend; de datum kan nog opschuiven.")
    return [*reasons, Reason(unknown, {"year": str(due.due_on.year)})]


def _explain_roll(due: DueDate, calendar: Calendar) -> list[Reason]:
    """Tell the day that didn't count and the holidays after it; a weekend in between speaks for itself."""
    why = calendar.why_off(due.raw_end) or ""
    days = (due.raw_end + timedelta(days=n) for n in range(1, (due.due_on - due.raw_end).days))
    further = [(day, name) for day in days if (name := calendar.why_off(day)) and day.weekday() < 5]
    if not further:
        an_off_day, a_holiday = mark("Dat is een {why}; daarom {due_on}."), mark("Dat is {why}; daarom {due_on}.")
        return [Reason(an_off_day if why in WITH_ARTICLE else a_holiday, {"why": why, "due_on": due.due_on})]
    also = mark("Ook {day} telt niet mee: {why}.")
    return [
        _explain_off(why),
        *(Reason(also, {"day": day, "why": name}) for day, name in further),
        Reason(mark("Daarom {due_on}."), {"due_on": due.due_on}),
    ]


def _explain_off(why: str) -> Reason:
    return Reason(mark("Dat is een {why}.") if why in WITH_ARTICLE else mark("Dat is {why}."), {"why": why})


def _explain_rest(due: DueDate, calendar: Calendar) -> list[Reason]:
    """Tell the rules that are no plain roll: art. 2, art. 4, a named date, the day the clock ran again."""
    why = calendar.why_off(due.raw_end)
    if why is None and due.due_on == due.raw_end:
        return []
    told = [rule for rule in due.rules if rule in RULE_SENTENCES]
    off = [_explain_off(why)] if why else []
    return [*off, *(Reason(RULE_SENTENCES[rule], {"due_on": due.due_on}) for rule in told)]


def is_late(due_on: date, on: date) -> bool:
    """Tell whether an answer due on `due_on` is late on this day: from the day after it."""
    return on > due_on


def days_late(due_on: date, on: date) -> int:
    """Count the calendar days since the due date; 0 up to and including that day."""
    return max(0, (on - due_on).days)
