"""Who was invited lately, and what became of it: the last invitation of each, the newest first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.domain.invitations import Standing, standing
from app.store.accounts import UserSession
from app.store.credentials import Enrolment
from app.store.lists.paging import PAGE_SIZE, Order, Page, turn
from app.store.lists.reference_lists import Turn
from app.store.outbox import MailState, OutboxMail
from app.store.people import Person

LISTED_FOR = timedelta(days=180)
_FAILED = (MailState.BOUNCED, MailState.CANCELLED)
_NEWEST = Order((OutboxMail.id,), (int,), backwards=True)


@dataclass(frozen=True)
class InvitationLine:
    """Somebody's last invitation. `link_until` is when the link in it stops working, while it does."""

    person_id: int
    name: str
    email: str
    mail_id: int
    invited_at: datetime
    standing: Standing
    link_until: datetime | None


def invitation_lines(session: Session, asked: Turn, now: datetime, *, waiting: bool = True) -> Page[InvitationLine]:
    """Invitations of the last 180 days to people who haven't stopped; `waiting`: only of who hasn't been in since.

    Raises Invalid (`bad-page`).
    """
    later = aliased(OutboxMail)
    again = sa.exists().where(
        later.person_id == OutboxMail.person_id, later.kind == "invitation", later.id > OutboxMail.id
    )
    is_in = sa.exists().where(UserSession.person_id == Person.id, UserSession.created_at >= OutboxMail.created_at)
    query = (
        sa.select(
            Person.id,
            Person.name,
            Person.email,
            OutboxMail.id.label("mail_id"),
            OutboxMail.created_at,
            OutboxMail.state,
            OutboxMail.params,
            is_in.label("is_in"),
        )
        .join(Person, Person.id == OutboxMail.person_id)
        .where(
            OutboxMail.created_at >= now - LISTED_FOR,
            OutboxMail.kind == "invitation",
            Person.ended_at.is_(None),
            ~again,
        )
    )
    if waiting:
        query = query.where(~is_in)
    if asked.text:
        named = (column.icontains(asked.text, autoescape=True) for column in (Person.name, Person.email))
        query = query.where(sa.or_(*named))
    found = turn(session, query, _NEWEST, PAGE_SIZE, after=asked.after or None, before=asked.before or None)
    numbers = [number for row in found.rows if (number := row.params.get("enrolment_id"))]
    links = {one.id: one for one in session.scalars(sa.select(Enrolment).where(Enrolment.id.in_(numbers)))}
    lines = []
    for row in found.rows:
        link = links.get(row.params.get("enrolment_id"))
        works = link is not None and not (link.used_at or link.revoked_at) and link.expires_at > now
        stands = standing(
            is_in=row.is_in,
            failed=row.state in _FAILED,
            has_left=row.state in {MailState.SENT, MailState.UNCERTAIN},
            link_works=works if link is not None else None,
        )
        until = link.expires_at if link is not None and works else None
        lines.append(InvitationLine(row.id, row.name, row.email, row.mail_id, row.created_at, stands, until))
    return Page(lines, found.next, found.previous)
