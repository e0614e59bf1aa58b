"""What the secretariat writes in a term ledger besides stopping the clock: a receipt, a re-sending, a voiding."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.calendar import civil_date
from app.domain.errors import NotAllowed, WrongState, mark
from app.domain.ledger import Entry, EntryKind, Standing, next_sequence
from app.domain.ledger_acts import may_note, may_void
from app.domain.permissions import may
from app.domain.questions import Act, next_state
from app.store.access import find_question, question_for_act, relation_to
from app.store.outbox import enqueue
from app.store.ownership import present_contact
from app.store.people import Person
from app.store.questions import Question
from app.store.term_mail import tell_contact
from app.store.terms import book, ledger_of, load_calendar


def without(session: Session, actor: Actor, question_id: int, sequence: int, now: datetime) -> Standing:
    """Where the term would stand without this entry; changes nothing. Raises what `void` raises, but for the reason."""
    question = find_question(session, actor, question_id)
    if not may(actor.roles, Act.VOID, relation_to(session, actor, question)):
        raise NotAllowed("not-allowed", mark("U mag geen boeking laten vervallen. Vraag het het secretariaat."))
    return _voided(session, question, sequence, "–", now)[1]


def void(session: Session, actor: Actor, question_id: int, sequence: int, reason: str, now: datetime) -> Standing:
    """Strike an entry of the present round: the term stands as if it had never been made. The contact hears of it.

    Raises Invalid as `may_void`, WrongState where no answer is owed any more.
    """
    question = question_for_act(session, actor, question_id, Act.VOID)
    before = question.due_on, question.suspended
    entry, _ = _voided(session, question, sequence, reason, now)
    standing = book(session, question, actor, Act.VOID, entry, now, vervallen=sequence, reden=entry.reason)
    if (question.due_on, question.suspended) != before:
        tell_contact(session, question, now, sequence=entry.sequence)
    return standing


def receive(session: Session, actor: Actor, question_id: int, on: date | None, remark: str, now: datetime) -> Standing:
    """Record the day the ministry confirmed that it got the question; the clock runs on.

    Raises Invalid as `may_note`.
    """
    question = question_for_act(session, actor, question_id, Act.RECEIVE)
    entry = _noted(session, question, Act.RECEIVE, EntryKind.RECEIVED, on, remark, now)
    return book(session, question, actor, Act.RECEIVE, entry, now, opmerking=entry.reason)


def resend(session: Session, actor: Actor, question_id: int, remark: str, now: datetime) -> Standing:
    """Send the question once more to its contact, by mail with the same link; the clock runs on.

    Raises Invalid as `may_note`, WrongState `no-contact` where the ministry has nobody to send it to.
    """
    question = question_for_act(session, actor, question_id, Act.RESEND)
    entry = _noted(session, question, Act.RESEND, EntryKind.RESENT, None, remark, now)
    contact_id = present_contact(session, question)
    if contact_id is None:
        sentence = mark("Dit ministerie heeft geen contactpersoon. Vraag de beheerder er een in te stellen.")
        raise WrongState("no-contact", sentence)
    standing = book(session, question, actor, Act.RESEND, entry, now, opmerking=entry.reason)
    key = f"asked:again:{question.id}:{question.round}:{entry.sequence}"
    about: dict[str, Any] = {"letter_id": question.letter_id, "question_ids": [question.id], "again": True}
    enqueue(session, session.get_one(Person, contact_id), "asked", key, now, question_id=question.id, **about)
    return standing


def _noted(
    session: Session, question: Question, act: Act, kind: EntryKind, on: date | None, remark: str, now: datetime
) -> Entry:
    next_state(question.state, act)
    entries, today = ledger_of(session, question), civil_date(now)
    entry = Entry(next_sequence(entries), kind, on or today, reason=remark.strip())
    may_note(entries, entry, load_calendar(session), today=today)
    return entry


def _voided(session: Session, question: Question, sequence: int, reason: str, now: datetime) -> tuple[Entry, Standing]:
    next_state(question.state, Act.VOID)
    entries, today = ledger_of(session, question), civil_date(now)
    entry = Entry(next_sequence(entries), EntryKind.VOIDED, today, voids=sequence, reason=reason.strip())
    return entry, may_void(entries, entry, load_calendar(session), today=today)
