"""What becomes of a mail after it was offered to a server: sent, to be offered again, refused, or nobody knows."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.calendar import civil_date
from app.domain.errors import mark
from app.domain.escalation import next_window, sending_window
from app.domain.slots import moment
from app.store.absences import stand_ins
from app.store.alarms import tell_administrators
from app.store.base import insert_new
from app.store.ladder.escalation import EscalationMail, load_hours
from app.store.ladder.readers import coordinators
from app.store.mail_copies import keep_copy
from app.store.mail_limit import too_many
from app.store.outbox import (
    Claimed,
    OutboxMail,
    cancel,
    enqueue,
    hold,
    mark_bounced,
    mark_retry,
    mark_sent,
    mark_uncertain,
)
from app.store.people import Person
from app.store.questions import Question
from app.store.terms import load_calendar

# A server that says "not now" is left in peace for half an hour at least, and believed for four to five days.
# Source: RFC 5321, 4.5.4.1.
FIRST_RETRY = timedelta(minutes=30)
LONGEST_RETRY = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(days=5)
# A sign-in code lasts ten minutes; whoever waits for it asks for another one sooner than that.
CODE_RETRIES = (timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4))

IN_OFFICE_HOURS = frozenset({"escalation", "accept", "succession", "stalled", "undecided"})
HANDS_OVER = frozenset({"asked", "round", "escalation", "succession", "remind"})
FALLS_BACK = frozenset(
    {"asked", "succession", "commitment", "round", "receipt", "escalation", "accept", "term", "concur", "concurrence"}
    | {"passed_on", "remind", "offered", "sent_back", "stalled"}
)
FOR_STAND_INS = FALLS_BACK | {"disputed", "undecided"}
FALL_BACK, STAND_IN = ":terugval:", ":vervanging:"
AWAY = mark("De lezer is afwezig. De mail gaat naar wie vervangt.")
TOO_MANY = mark(
    "Deze lezer kreeg vandaag al zoveel mails als er op een dag mogen gaan. De beheerder kan de mail vrijgeven."
)


def held_now(session: Session, now: datetime) -> frozenset[str]:
    """The kinds of mail that stay where they are at this hour, however long they have waited."""
    return frozenset() if sending_window(now, load_calendar(session), load_hours(session)) else IN_OFFICE_HOURS


def within_limit(session: Session, batch: Sequence[Claimed], most: int, now: datetime) -> list[Claimed]:
    """Those of the claimed mails that may go out today. More than `most` to one reader is held, and told of.

    The administrators hear of it once a day; they let it go, or find out what went wrong.
    """
    day = civil_date(now)
    over = too_many(session, batch, most, moment(day, time(0)))
    for mail in over:
        hold(session, mail, TOO_MANY)
    if over:
        tell_administrators(session, f"flood:{day}", now, "flood", day=day.isoformat())
    held = {mail.id for mail in over}
    return [mail for mail in batch if mail.id not in held]


def for_present_readers(session: Session, batch: Sequence[Claimed], now: datetime) -> list[Claimed]:
    """Those of the claimed mails whose reader is there; the others are written anew to whoever stands in."""
    away = stand_ins(session, civil_date(now)) if batch else {}
    here = []
    for mail in batch:
        stand_in = session.get(Person, away.get(mail.person_id or 0, 0)) if mail.kind in FOR_STAND_INS else None
        if stand_in is None:
            here.append(mail)
        elif cancel(session, mail, AWAY):
            _write_instead(session, mail, stand_in, STAND_IN, now)
    return here


def keep(session: Session, mail: Claimed, subject: str, text: str) -> None:
    """Keep what was handed over, without links and codes that work, for whoever asks later what a reader got."""
    keep_copy(session, mail.id, subject, text, with_code=mail.kind == "code")


def delivered(session: Session, mail: Claimed, told: Sequence[tuple[int, int]], now: datetime) -> bool:
    """The server took the mail. False when another sender had taken it over, here and below.

    `told` are the questions that stood in it, with the serial of their links: a mail that asks hands them over today,
    and from then on silence counts as accepting. A question that changed hands since the mail was written is left out.
    """
    if not mark_sent(session, mail, now):
        return False
    if mail.kind in HANDS_OVER and told:
        _note_handed_over(session, told, civil_date(now))
    well_again = sa.update(Person).where(Person.id == mail.person_id, Person.bounced_at.is_not(None))
    session.execute(well_again.values(bounced_at=None).execution_options(synchronize_session=False))
    return True


def _note_handed_over(session: Session, told: Sequence[tuple[int, int]], today: date) -> None:
    """Note it on those questions that were not handed over before, in the order in which everybody locks them."""
    new = (
        sa.select(Question.id)
        .where(sa.tuple_(Question.id, Question.link_serial).in_(told), Question.handed_over_on.is_(None))
        .order_by(Question.id)
        .with_for_update()
    )
    ids = session.scalars(new).all()
    if ids:
        noted = sa.update(Question).where(Question.id.in_(ids)).values(handed_over_on=today)
        session.execute(noted.execution_options(synchronize_session=False))


def deferred(session: Session, mail: Claimed, why: str, now: datetime, *, blames_mailbox: bool = True) -> bool:
    """The server (or the way to it) says "not now": try again later, and after five days count it as refused.

    A sign-in code is tried three more times, after 1, 2 and 4 minutes, and then dropped.
    """
    if mail.kind == "code":
        if mail.attempts > len(CODE_RETRIES):
            return cancel(
                session, mail, mark("De code kon niet op tijd worden bezorgd. De lezer kan een nieuwe vragen.")
            )
        return mark_retry(session, mail, now + CODE_RETRIES[mail.attempts - 1], why)
    if now - mail.created_at >= GIVE_UP_AFTER:
        return refused(session, mail, why, now, blames_mailbox=blames_mailbox)
    wait = min(FIRST_RETRY * 2 ** min(mail.attempts - 1, 10), LONGEST_RETRY)
    return mark_retry(session, mail, _sendable(session, mail, now + wait), why)


def refused(session: Session, mail: Claimed, why: str, now: datetime, *, blames_mailbox: bool = True) -> bool:
    """The server says no for good. A mailbox that refuses is noted, and its ministry's coordinator gets the mail."""
    if not mark_bounced(session, mail, why):
        return False
    person = session.get(Person, mail.person_id) if mail.person_id else None
    if person is not None and blames_mailbox:
        person.bounced_at = person.bounced_at or now
        session.flush()
        _fall_back(session, mail, person, now)
    return True


def lost(session: Session, mail: Claimed, why: str, now: datetime) -> bool:
    """The line broke after the final dot: it may have arrived. Offered once more, with the same Message-ID."""
    wait = CODE_RETRIES[0] if mail.kind == "code" else FIRST_RETRY
    return mark_uncertain(session, mail, _sendable(session, mail, now + wait), why)


def _sendable(session: Session, mail: Claimed, at: datetime) -> datetime:
    if mail.kind not in IN_OFFICE_HOURS:
        return at
    return next_window(at, load_calendar(session), load_hours(session))


def _fall_back(session: Session, mail: Claimed, person: Person, now: datetime) -> None:
    """Write the same mail to the ministry's coordinator, who may hold the same links; facts are read anew then.

    Not where the coordinator had this mail anyway.
    """
    if mail.kind not in FALLS_BACK or person.ministry_id is None or mail.params.get("step") == "deemed":
        return
    known = coordinators()
    coordinator = session.scalars(
        sa.select(Person).join(known, known.c.person_id == Person.id).where(Person.ministry_id == person.ministry_id)
    ).one_or_none()
    if coordinator is not None and coordinator.id != person.id:
        _write_instead(session, mail, coordinator, FALL_BACK, now)


def _write_instead(session: Session, mail: Claimed, reader: Person, why: str, now: datetime) -> None:
    """The same mail for another reader; of an escalation what they were told already is left out."""
    if mail.kind == "escalation" and not _untold(session, mail.id, reader.id):
        return
    key = f"{mail.key.split(FALL_BACK)[0].split(STAND_IN)[0]}{why}{reader.id}"
    not_before = _sendable(session, mail, now)
    about = {"question_id": mail.question_id, **mail.params}
    enqueue(session, reader, mail.kind, key, now, not_before=not_before, **about)
    if mail.kind == "escalation":
        _tell_instead(session, mail.id, reader.id, key)


def _untold(session: Session, outbox_id: int, person_id: int) -> bool:
    """Whether something in this mail is not in any mail of that person."""
    told = sa.select(EscalationMail.escalation_id).where(EscalationMail.person_id == person_id)
    left = sa.select(EscalationMail.escalation_id).where(
        EscalationMail.outbox_id == outbox_id, EscalationMail.escalation_id.not_in(told)
    )
    return session.execute(left.limit(1)).first() is not None


def _tell_instead(session: Session, outbox_id: int, person_id: int, key: str) -> None:
    """Put what stood in the refused mail into the new one, but for what this person was told already."""
    new_id = sa.select(OutboxMail.id).where(OutboxMail.key == key).scalar_subquery()
    rows = sa.select(EscalationMail.escalation_id, sa.literal(person_id), new_id).where(
        EscalationMail.outbox_id == outbox_id
    )
    session.execute(insert_new(session, EscalationMail, rows, ("escalation_id", "person_id", "outbox_id")))
