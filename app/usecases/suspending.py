"""The secretariat lets the clock stand still, and lets it run again."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.calendar import civil_date
from app.domain.ledger import Entry, EntryKind, Standing, next_sequence
from app.domain.ledger_acts import may_resume, may_suspend
from app.domain.questions import Act, next_state
from app.store.access import question_for_act
from app.store.term_mail import tell_contact
from app.store.terms import book, ledger_of, load_calendar


def suspend(session: Session, actor: Actor, question_id: int, on: date | None, reason: str, now: datetime) -> Standing:
    """Let the clock stand still from `on` (else today); the contact hears why. The due date is provisional meanwhile.

    Raises Invalid as `may_suspend`, WrongState where no answer is owed.
    """
    question = question_for_act(session, actor, question_id, Act.SUSPEND)
    next_state(question.state, Act.SUSPEND)
    entries, today = ledger_of(session, question), civil_date(now)
    entry = Entry(next_sequence(entries), EntryKind.SUSPENDED, on or today, reason=reason.strip())
    may_suspend(entries, entry, load_calendar(session), today=today)
    standing = book(session, question, actor, Act.SUSPEND, entry, now, reden=entry.reason)
    tell_contact(session, question, now, sequence=entry.sequence)
    return standing


def resume(session: Session, actor: Actor, question_id: int, on: date | None, reason: str, now: datetime) -> Standing:
    """Let the clock run again from `on` (else today); the contact hears the new date, and what was made clear.

    Raises Invalid as `may_resume`.
    """
    question = question_for_act(session, actor, question_id, Act.RESUME)
    next_state(question.state, Act.RESUME)
    entries, today = ledger_of(session, question), civil_date(now)
    entry = Entry(next_sequence(entries), EntryKind.RESUMED, on or today, reason=reason.strip())
    may_resume(entries, entry, load_calendar(session), today=today)
    standing = book(session, question, actor, Act.RESUME, entry, now, reden=entry.reason)
    tell_contact(session, question, now, sequence=entry.sequence)
    return standing
