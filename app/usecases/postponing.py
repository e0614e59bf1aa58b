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
from app.store.access import find_question, question_for_act, relation_to
from app.store.questions import Question
from app.store.terms import book, ledger_of, load_calendar, statutory_extension


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
    entry, _ = _standing_after(session, question, actor, named_on, reason, civil_date(now))
    book(session, question, actor, Act.POSTPONE, entry, now, naar=named_on, reden=entry.reason)
    return question


def _standing_after(
    session: Session, question: Question, actor: Actor, named_on: date | None, reason: str, today: date
) -> tuple[Entry, Standing]:
    next_state(question.state, Act.POSTPONE)
    entries = ledger_of(session, question)
    entry = Entry(
        sequence=next_sequence(entries),
        kind=EntryKind.POSTPONED,
        effective_on=today,
        announced_on=today,
        named_on=named_on,
        consented=Role.SECRETARIAT in actor.roles,
        reason=reason.strip(),
    )
    extension = statutory_extension(session, question)
    return entry, may_postpone(entries, entry, load_calendar(session), today=today, statutory_extension=extension)
