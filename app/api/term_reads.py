"""Reading ledgers, their days and requests into the shapes of the API."""

from datetime import date

from sqlalchemy.orm import Session

from app.api.reads import Codes, ministry_codes, told
from app.api.shapes import TermShape
from app.api.term_shapes import DayShape, LedgerEntry, RequestShape, RoundLedgerShape, TermHistory
from app.domain.actors import Actor
from app.domain.calendar import Calendar
from app.domain.ledger import Standing, told_struck
from app.domain.term_days import last_event, spoken, term_days
from app.store.access import find_question
from app.store.lists.term_ledgers import Line, RoundLedger, ledgers_of
from app.store.people import Person
from app.store.term_requests import TermRequest, requests_of
from app.store.terms import load_calendar
from app.wording import Wording


def term_history(session: Session, actor: Actor, question_id: int, today: date, words: Wording) -> TermHistory:
    """All rounds of a question this actor may read. Raises NotFound."""
    question, calendar = find_question(session, actor, question_id), load_calendar(session)
    return TermHistory(
        rounds=[_round(one, calendar, today, words) for one in ledgers_of(session, question, calendar)],
        requests=[request_shape(session, one) for one in requests_of(session, question.id)],
    )


def request_shape(session: Session, request: TermRequest, codes: Codes | None = None) -> RequestShape:
    """A request with the name of who asked."""
    asker = session.get(Person, request.asked_by_id) if request.asked_by_id else None
    return RequestShape(
        id=request.id,
        kind=request.kind,
        round=request.round,
        ministry=(codes or ministry_codes(session))[request.ministry_id],
        named_on=request.named_on,
        reason=request.reason,
        asked_at=request.asked_at,
        asker=asker.name if asker else None,
        state=request.state,
        decision=request.decision,
        decided_at=request.decided_at,
    )


def _round(ledger: RoundLedger, calendar: Calendar, today: date, words: Wording) -> RoundLedgerShape:
    standing = ledger.standing
    return RoundLedgerShape(
        number=ledger.number,
        term=TermShape(
            kind=standing.term.kind,
            length=standing.term.length,
            unit=standing.term.unit,
            named_on=standing.term.named_on,
        ),
        asked_on=standing.asked_on,
        due_on=standing.due_on,
        original_due_on=standing.original_due_on,
        expected_on=standing.expected_on,
        suspended_on=standing.suspended_on,
        calendar_ends=not standing.named and not calendar.covers(standing.due_on),
        entries=[_entry(line, words) for line in ledger.lines],
        days=_days(standing, calendar, today, words),
    )


def _days(standing: Standing, calendar: Calendar, today: date, words: Wording) -> list[DayShape]:
    days = term_days(standing, calendar, today, last_event(standing), standing.due_on)
    return [DayShape(day=one.day, kind=one.kind, told=told(spoken(standing, one), words)) for one in days]


def _entry(line: Line, words: Wording) -> LedgerEntry:
    entry, step = line.entry, line.step
    reasons = step.reasons if step else (told_struck(entry),)
    return LedgerEntry(
        sequence=entry.sequence,
        kind=entry.kind,
        effective_on=entry.effective_on,
        named_on=entry.named_on or (entry.term.named_on if entry.term else None),
        due_on=step.due_on if step else line.row.due_on,
        rules=list(step.rules) if step else [],
        reason=entry.reason or None,
        told=[told(reason, words) for reason in reasons],
        recorded_at=line.row.recorded_at,
        person=line.person,
        consented=entry.consented,
        voided=line.voided_by is not None,
        voids=entry.voids,
    )
