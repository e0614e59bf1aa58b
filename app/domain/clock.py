"""The clock of one round: how a term runs, stands still and is replaced, without who wrote what down."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from app.domain.calendar import ONE_DAY, Calendar
from app.domain.errors import Invalid, mark
from app.domain.terms import DueDate, Period, Rule, Term, Unit, check_range, is_late, settle


@dataclass
class Clock:
    """Where the clock stands while a ledger is read; a refused act leaves it as it was.

    `raw_end` is the end before rolling; `counted` tells whether it came from counting and not from a named date.
    `suspended_on` is set while the clock stands still; `still` holds the periods in which it did. `expected_on` is a
    date named too late to move the due date.
    """

    term: Term
    start: date
    raw_end: date
    calendar: Calendar
    counted: bool
    suspended_on: date | None = None
    resumed_on: date | None = None
    expected_on: date | None = None
    still: list[Period] = field(default_factory=list)

    def due(self) -> DueDate:
        """Roll the raw end once, and only where it came from counting; a named date stands as named.

        A suspension can begin between the raw end and the rolled due date; the raw end plus the days that stood still
        may then lie before the day the clock runs again. Nobody is late on that very day, so it is the least.
        """
        if not self.counted:
            return DueDate(self.raw_end, self.raw_end, (Rule.NAMED,))
        due = settle(self.term, self.start, self.raw_end, self.calendar, tuple(self.still))
        if self.resumed_on is None or due.due_on >= self.resumed_on:
            return due
        rules = (*(rule for rule in due.rules if rule is not Rule.COUNTED), Rule.NOT_BEFORE_RESUMED)
        return replace(due, due_on=self.calendar.roll(self.resumed_on), rules=rules)

    def postpone(self, named_on: date, announced_on: date) -> bool:
        """Replace the raw end by a named date if it was announced in time; tell whether it was.

        In time is on or before the due date in force. While the clock stands still that date moves along with each
        day, so an announcement is never late then. Later days of standing still are added to the named date in full.
        """
        if self.suspended_on is None and is_late(self.due().due_on, announced_on):
            self.expected_on = named_on
            return False
        self.raw_end, self.counted, self.expected_on = named_on, False, None
        return True

    def suspend(self, on: date) -> None:
        """Let the clock stand still from this day. Raises Invalid `suspend-suspended`, `suspend-after-due`."""
        if self.suspended_on is not None:
            sentence = mark("De klok staat al stil sinds {since}. Laat de klok eerst weer lopen.")
            raise Invalid("suspend-suspended", sentence, field="effective_on", since=self.suspended_on)
        due_on = self.due().due_on
        if is_late(due_on, on):
            sentence = mark("Een opschorting begint uiterlijk op de uiterste antwoorddatum, {due_on}.")
            raise Invalid("suspend-after-due", sentence, field="effective_on", due_on=due_on)
        self.suspended_on = on

    def resume(self, on: date) -> int:
        """Let the clock run again from this day; return by how many days the raw end moved, whatever the kind of term.

        The first day it stood still counts, the day it runs again doesn't: working days for a term in working days,
        else calendar days. Raises Invalid `resume-not-suspended`, `date-range`.
        """
        since = self.suspended_on
        if since is None:
            sentence = mark("De klok staat op {day} niet stil en kan dus niet weer gaan lopen.")
            raise Invalid("resume-not-suspended", sentence, field="effective_on", day=on)
        if self.term.unit is Unit.WORKING_DAYS:
            days = self.calendar.working_days_between(since - ONE_DAY, on - ONE_DAY)
            raw_end = self.calendar.shift(self.raw_end, days)
        else:
            days = (on - since).days
            raw_end = self.raw_end + timedelta(days=days)
        self.raw_end = check_range(raw_end)
        self.still.append((since, on))
        self.suspended_on, self.resumed_on = None, on
        return days
