"""The ministry announces that the answer comes later (uitstelbericht)."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.calendar import civil_date
from app.domain.errors import NotAllowed, mark
from app.domain.ledger import Entry, EntryKind, Standing, next_sequence
from app.domain.ledger_acts import may_postpone
from app.domain.permissions import Role, may
from app.domain.questions import Act, next_state
from app.store import audit
from app.store.access import find_question, question_for_act, relation_to
from app.store.questions import Question, move, tell
from app.store.terms import append, as_entry, entries_of, load_calendar


def preview(
    session: Session, actor: Actor, question_id: int, named_on: date | None, reason: str, now: datetime
) -> Standing:
    """Where the term would stand with this postponement; changes nothing. Raises what `postpone` raises."""
    question = find_question(session, actor, question_id)
    if not may(actor.roles, Act.POSTPONE, relation_to(session, actor, question)):
        raise NotAllowed("not-allowed", mark("U mag voor deze vraag geen uitstel melden. Vraag het de coördinator."))
    return _standing_after(session, question, actor, named_on, reason, civil_date(now))[1]


def postpone(
    session: Session, actor: Actor, question_id: int, named_on: date | None, reason: str, now: datetime
) -> Question:
    """Record that the answer comes on `named_on`. In time it moves the due date; late it is only what to expect."""
    question = question_for_act(session, actor, question_id, Act.POSTPONE)
    today = civil_date(now)
    entry, _ = _standing_after(session, question, actor, named_on, reason, today)
    append(session, question, entry, actor, now, today)
    move(session, question, Act.POSTPONE, today)
    tell(session, question, actor, Act.POSTPONE, now, today, reason=reason.strip())
    audit.record(session, actor, Act.POSTPONE, f"vraag:{question.id}", now, naar=named_on, reden=reason.strip())
    return question


def _standing_after(
    session: Session, question: Question, actor: Actor, named_on: date | None, reason: str, today: date
) -> tuple[Entry, Standing]:
    next_state(question.state, Act.POSTPONE)
    entries = [as_entry(row) for row in entries_of(session, question.id, question.round)]
    entry = Entry(
        sequence=next_sequence(entries),
        kind=EntryKind.POSTPONED,
        effective_on=today,
        announced_on=today,
        named_on=named_on,
        consented=Role.SECRETARIAT in actor.roles,
        reason=reason.strip(),
    )
    return entry, may_postpone(entries, entry, load_calendar(session), today=today)
