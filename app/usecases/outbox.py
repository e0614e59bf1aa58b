"""The outbox as its page shows it: which mail goes to whom, and how it fares."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import NotFound, mark
from app.domain.numbers import QuestionNumber
from app.domain.permissions import Task
from app.store.access import require
from app.store.letters import Letter
from app.store.lists.paging import PAGE_SIZE, Page, read_mark, write_mark
from app.store.outbox import MailState, OutboxMail
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
    )


def listing(
    session: Session, actor: Actor, *, state: MailState | None = None, codes: bool = False, after: str = ""
) -> Page[Listed]:
    """A page of mails, newest first: those that are about the work, or only the sign-in `codes`.

    Raises Invalid (`bad-page`).
    """
    require(actor, Task.SEE_OUTBOX)
    query = _query().where(OutboxMail.kind == "code" if codes else OutboxMail.kind != "code")
    if state is not None:
        query = query.where(OutboxMail.state == state)
    if after:
        query = query.where(OutboxMail.id < read_mark(after, int)[0])
    found = session.execute(query.order_by(OutboxMail.id.desc()).limit(PAGE_SIZE + 1)).all()
    lines = [_listed(*row) for row in found[:PAGE_SIZE]]
    return Page(lines, write_mark([lines[-1].id]) if len(found) > PAGE_SIZE else None)


def find(session: Session, actor: Actor, mail_id: int) -> Listed:
    """One mail. Raises NotFound (`no-mail`)."""
    require(actor, Task.SEE_OUTBOX)
    row = session.execute(_query().where(OutboxMail.id == mail_id)).one_or_none()
    if row is None:
        raise NotFound("no-mail", mark("Deze mail staat niet in het postvak uit."))
    return _listed(*row)
