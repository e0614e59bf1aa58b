"""What follows for a question taken over from an earlier register: its term, its due date, how far it has climbed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.calendar import Calendar
from app.domain.escalation import Cutoff
from app.domain.terms import Rule, Term, TermKind, due_date


@dataclass(frozen=True)
class Dated:
    """A term, the due date it leads to, and the rules that were applied."""

    term: Term
    due_on: date
    rules: tuple[Rule, ...]


class Terms:
    """Gives each question its term: the due date on record as an agreed one, else the default counted from the asking.

    The due date in force is the one on record, to the day; nobody says any more whether it was counted or named.
    """

    def __init__(self, default: Term, calendar: Calendar) -> None:
        self._default = default
        self._calendar = calendar

    def of(self, start: date, due_on: date | None) -> Dated:
        """The term of a question asked on `start`; a concept's runs from the date of its letter."""
        if due_on is not None:
            return Dated(Term(TermKind.AGREED, named_on=due_on), due_on, (Rule.NAMED,))
        due = due_date(self._default, start, self._calendar)
        return Dated(self._default, due.due_on, due.rules)


def rung_reached(cutoffs: Sequence[Cutoff], due_on: date, set_on: date) -> int:
    """The highest rung that an open question has reached by today's cut-offs; 0 where it stands on the ground.

    As in the sweep: a reminder is spared to who was asked only just now, and made up for once the answer is late.
    """
    late = any(cutoff.set_before is None and due_on <= cutoff.due_on_latest for cutoff in cutoffs)
    return max(
        (
            cutoff.rung.number
            for cutoff in cutoffs
            if due_on <= cutoff.due_on_latest and (late or cutoff.set_before is None or set_on < cutoff.set_before)
        ),
        default=0,
    )
