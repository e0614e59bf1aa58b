"""The outbox as its page shows it: which mail goes to whom, and how it fares."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import Invalid, NotFound, WrongState, mark
from app.domain.numbers import QuestionNumber
from app.domain.permissions import Task
from app.store import audit, mail_limit
from app.store.access import require
from app.store.letters import Letter
from app.store.lists.outbox_list import Wanted, conditions
from app.store.lists.paging import PAGE_SIZE, Order, Page, turn
from app.store.outbox import MOST_DOUBTS, MailState, OutboxMail, enqueue_again
from app.store.people import Person
from app.store.questions import Question


@dataclass(frozen=True)
class Listed:
    """One mail; `question` is the one it is about, where it is about one."""

    id: int
    kind: str
    address: str
    person: str | None
    person_id: int | None
    question_id: int | None
    question: QuestionNumber | None
    state: MailState
    created_at: datetime
    not_before: datetime
    sent_at: datetime | None
    attempts: int
    why: str | None
    params: Mapping[str, Any]
    again_of_id: int | None = None
    doubts: int = 0

    @property
    def is_under_way(self) -> bool:
        """Whether it is still to go out, or held."""
        if self.state is MailState.UNCERTAIN:
            return self.doubts < MOST_DOUBTS
        return self.state in {MailState.PENDING, MailState.LEASED, MailState.HELD}


EVERYTHING = Wanted()
_NEWEST = Order((OutboxMail.id,), (int,), backwards=True)
LONGEST_REASON = 400
_COLUMNS = (OutboxMail, Person.name, Letter.year, Letter.serial, Question.position)


def _query() -> sa.Select[OutboxMail, str, int, int, int]:
    return (
        sa.select(*_COLUMNS)
        .outerjoin(Person, Person.id == OutboxMail.person_id)
        .outerjoin(Question, Question.id == OutboxMail.question_id)
        .outerjoin(Letter, Letter.id == Question.letter_id)
    )


def _listed(mail: OutboxMail, person: str | None, year: int | None, serial: int | None, position: int | None) -> Listed:
    number = QuestionNumber(year, serial, position) if year and serial and position else None
    return Listed(
        id=mail.id,
        kind=mail.kind,
        address=mail.address,
        person=person,
        person_id=mail.person_id,
        question_id=mail.question_id,
        question=number,
        state=mail.state,
        created_at=mail.created_at,
        not_before=mail.not_before,
        sent_at=mail.sent_at,
        attempts=mail.attempts,
        why=mail.why,
        params=mail.params,
        again_of_id=mail.again_of_id,
        doubts=mail.doubts,
    )


def listing(
    session: Session, actor: Actor, wanted: Wanted = EVERYTHING, *, after: str = "", before: str = ""
) -> Page[Listed]:
    """A page of mails, newest first. Raises Invalid (`bad-page`, `bad-number`)."""
    require(actor, Task.SEE_OUTBOX)
    query = _query().where(*conditions(wanted))
    found = turn(session, query, _NEWEST, PAGE_SIZE, after=after or None, before=before or None)
    return Page([_listed(*row[:-1]) for row in found.rows], found.next, found.previous)


def find(session: Session, actor: Actor, mail_id: int) -> Listed:
    """One mail. Raises NotFound (`no-mail`)."""
    require(actor, Task.SEE_OUTBOX)
    row = session.execute(_query().where(OutboxMail.id == mail_id)).one_or_none()
    if row is None:
        raise NotFound("no-mail", mark("Deze mail staat niet in het postvak uit."))
    return _listed(*row)


def history(session: Session, actor: Actor, mail_id: int) -> list[Listed]:
    """The mails that are one mail: the first and each that repeats it, oldest first; that one alone where none does."""
    mail = find(session, actor, mail_id)
    first = mail.again_of_id or mail.id
    rows = session.execute(
        _query().where(sa.or_(OutboxMail.id == first, OutboxMail.again_of_id == first)).order_by(OutboxMail.id)
    )
    return [_listed(*row) for row in rows]


def send_again(session: Session, actor: Actor, mail_id: int, reason: str, now: datetime) -> int:
    """Write a mail once more to the same reader, as a mail of its own; the number of the new one.

    Its facts are read anew, so that it may lapse. Raises NotFound (`no-mail`), Invalid (`again-reason`), WrongState
    (`again-waits`, `again-code`, `again-reader`).
    """
    require(actor, Task.SEND_AGAIN)
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        sentence = mark("Schrijf waarom de mail nog eens moet, in hooguit {most} tekens.")
        raise Invalid("again-reason", sentence, field="reason", most=LONGEST_REASON)
    mail = find(session, actor, mail_id)
    # Locked, so that of two who ask at once the second sees the mail of the first.
    first = session.scalars(
        sa.select(OutboxMail).where(OutboxMail.id == (mail.again_of_id or mail.id)).with_for_update()
    ).one()
    before = history(session, actor, first.id)
    if first.kind == "code":
        raise WrongState("again-code", mark("Een code gaat niet opnieuw. De lezer vraagt zelf een nieuwe aan."))
    if any(one.is_under_way for one in before):
        raise WrongState("again-waits", mark("Deze mail staat nog klaar om te gaan. Wacht tot dat gebeurd is."))
    reader = session.get(Person, first.person_id) if first.person_id else None
    if reader is None or reader.ended_at is not None:
        raise WrongState("again-reader", mark("De lezer van deze mail doet niet meer mee."))
    new_id = enqueue_again(session, first, reader, len(before), now, reason.strip())
    audit.record(session, actor, "opnieuw-versturen", f"mail:{first.id}", now, nieuw=new_id, reden=reason.strip())
    return new_id


def release(
    session: Session, actor: Actor, now: datetime, *, mail_id: int | None = None, person_id: int | None = None
) -> int:
    """Let go of a mail that is held, or of all that are held for a reader; how many.

    Raises NotAllowed for who may not, WrongState (`not-held`) where nothing is held any more.
    """
    require(actor, Task.RELEASE_MAIL)
    released = mail_limit.release(session, now, mail_id, person_id)
    if not released:
        raise WrongState("not-held", mark("Deze mail wordt niet meer aangehouden."))
    about = f"mail:{mail_id}" if mail_id else f"mail-aan:{person_id}"
    audit.record(session, actor, "vrijgeven", about, now, mails=released)
    return len(released)
