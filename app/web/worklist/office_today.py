"""What waits for an administrator: mail that was held or came back, jobs that are late, people no mail reaches."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import mark
from app.domain.permissions import Task, may
from app.store.lists.outbox_list import Wanted
from app.store.outbox import MailState, counts
from app.store.people import Person
from app.usecases import jobs, outbox
from app.web.worklist.today import SHOWN, Group
from app.wording import Wording


def office_groups(words: Wording, session: Session, actor: Actor, now: datetime) -> list[Group]:
    """What waits, group by group; groups without anything are left out."""
    return [group for group in _groups(words, session, actor, now) if group.count]


def _groups(words: Wording, session: Session, actor: Actor, now: datetime) -> Iterator[Group]:
    if may(actor.roles, Task.RUN_JOBS):
        late = [
            (words.text(plan.title), "/beheer/taken", words.text(mark("te laat sinds {since}"), since=since))
            for plan, since in jobs.late(session, now)
        ]
        yield Group(words.text(mark("Taken die te laat zijn")), late, len(late), late=True, icon_name="late")
    if may(actor.roles, Task.RELEASE_MAIL):
        yield _mails(words, session, actor, MailState.HELD, mark("Aangehouden mail"))
    if may(actor.roles, Task.SEE_OUTBOX):
        yield _mails(words, session, actor, MailState.BOUNCED, mark("Mail niet bezorgd"))
    if may(actor.roles, Task.MANAGE_PEOPLE):
        yield _unreachable(words, session)


def _mails(words: Wording, session: Session, actor: Actor, state: MailState, title: str) -> Group:
    count = counts(session).get(state, 0)
    mails = outbox.listing(session, actor, Wanted(state=state)).rows[:SHOWN] if count else []
    items = [(mail.address, f"/postvak-uit/{mail.id}", words.text(mail.why or "")) for mail in mails]
    return Group(words.text(title), items, count, late=True, more=_rest(words, count, f"/postvak-uit?stand={state}"))


def _unreachable(words: Wording, session: Session) -> Group:
    refused = sa.select(Person.id, Person.name, Person.email).where(
        Person.bounced_at.is_not(None), Person.ended_at.is_(None)
    )
    count = session.scalar(sa.select(sa.func.count()).select_from(refused.subquery())) or 0
    rows = session.execute(refused.order_by(Person.bounced_at.desc(), Person.id).limit(SHOWN)).all()
    items = [(row.name, "/beheer/personen", row.email) for row in rows]
    title = mark("Mensen die geen mail bereikt")
    return Group(words.text(title), items, count, late=True, more=_rest(words, count, "/beheer/personen"))


def _rest(words: Wording, count: int, href: str) -> tuple[str, str] | None:
    if count <= SHOWN:
        return None
    return words.plural(mark("Nog {n}"), mark("Nog {n}"), count - SHOWN), href
