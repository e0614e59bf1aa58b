"""The sender: claims mails that are due, writes and sends each with no transaction open, and marks it."""

import logging
import time
from collections import Counter
from collections.abc import Callable

import sqlalchemy as sa

from app.domain.actors import CLOCKWORK
from app.domain.errors import mark
from app.mail.compose import Composed, compose
from app.mail.content import Dropped
from app.mail.in_hand import Batch, watched
from app.mail.wire import Fate, Parcel, Reply, Wire, open_wire
from app.office import Office
from app.store.outbox import Claimed, cancel, claim, give_back
from app.usecases import delivery

log = logging.getLogger(__name__)

BATCH = 20
LEASE_SECONDS = 240
# Of one lease; a mail takes at most a few times the patience of the wire, so none is still under way when it ends.
SENDING_SECONDS = 60
MARKING_SECONDS = 60
MARKING_PAUSE_SECONDS = 0.5


def post(office: Office, *, hurried: bool = False, stopping: Callable[[], bool] = lambda: False) -> Counter[str]:
    """Send all mail that is due, until none is left or `stopping` says so; how many were sent, dropped, deferred ….

    Several may run at once, here or on other machines. `hurried` doesn't wait for office hours.
    """
    tally: Counter[str] = Counter()
    wire = open_wire(office)
    try:
        while not stopping():
            with office.db.writing() as session:
                held = frozenset[str]() if hurried else delivery.held_now(session, office.now())
                claimed = claim(session, BATCH, LEASE_SECONDS, office.now(), hurried=hurried, held=held)
                here = delivery.for_present_readers(session, claimed, office.now())
                batch = delivery.within_limit(session, here, office.settings.mails_a_day, office.now())
            if not claimed:
                break
            if len(here) < len(claimed):
                tally["redirected"] += len(claimed) - len(here)
            if len(batch) < len(here):
                tally["held"] += len(here) - len(batch)
            tally.update(_send_batch(office, wire, Batch(batch), stopping))
    finally:
        wire.close()
    return tally


def _send_batch(office: Office, wire: Wire, batch: Batch, stopping: Callable[[], bool]) -> Counter[str]:
    tally: Counter[str] = Counter()
    ends = time.monotonic() + SENDING_SECONDS
    with watched(office, wire, batch, stopping):
        while not stopping() and time.monotonic() < ends and (mail := batch.next()):
            fate, why = _send(office, wire, mail)
            tally[fate] += 1
            _note(mail, fate, why)
    return tally


def _send(office: Office, wire: Wire, mail: Claimed) -> tuple[str, str]:
    """Write, send and mark one mail; the word for what became of it, and why."""
    written = _write(office, mail)
    if isinstance(written, Dropped):
        with office.db.writing() as session:
            cancel(session, mail, written.why)
        return "dropped", written.why
    if isinstance(written, Reply):
        reply = written
        _mark(office, mail, reply)
    else:
        reply = wire.send(Parcel(f"{mail.id:08}-{mail.kind}", written.sender, written.recipient, written.content))
        _mark(office, mail, reply, written)
    return reply.fate, reply.why


def _note(mail: Claimed, fate: str, why: str) -> None:
    facts = {
        "event": "mail",
        "who": CLOCKWORK.label,
        "what": mail.kind,
        "object": f"mail:{mail.id}",
        "to": f"person:{mail.person_id}",
        "attempt": mail.attempts,
        "result": fate,
        "why": why,
    }
    log.info("mail", extra={"facts": facts})


def _write(office: Office, mail: Claimed) -> Composed | Dropped | Reply:
    """Write the mail. One that can't be written is put off, so that it doesn't hold up the others."""
    try:
        with office.db.reading() as session:
            return compose(office, session, mail)
    except Exception:
        log.exception("mail %s of kind %s can't be written", mail.id, mail.kind)
        return Reply(Fate.DEFERRED, mark("Deze mail kon niet worden gemaakt. De beheerder ziet in het log waarom."))


def _mark(office: Office, mail: Claimed, reply: Reply, written: Composed | None = None) -> None:
    """Write down what became of a mail. A database that is away is waited for, well within the lease.

    A mail that went out and is not marked goes out once more when its lease ends.
    """
    ends = time.monotonic() + MARKING_SECONDS
    while True:
        try:
            return _mark_now(office, mail, reply, written)
        except (sa.exc.OperationalError, sa.exc.InterfaceError):
            if time.monotonic() > ends:
                raise
            log.warning("mail %s can't be marked; once more", mail.id)
            time.sleep(MARKING_PAUSE_SECONDS)


def _mark_now(office: Office, mail: Claimed, reply: Reply, written: Composed | None) -> None:
    now, ours = office.now(), False
    with office.db.writing() as session:
        match reply.fate:
            case Fate.UNTRIED:
                give_back(session, [mail])
            case Fate.SENT:
                ours = delivery.delivered(session, mail, written.told if written else (), now)
            case Fate.DEFERRED:
                delivery.deferred(session, mail, reply.why, now, blames_mailbox=reply.blames_mailbox)
            case Fate.REFUSED:
                delivery.refused(session, mail, reply.why, now, blames_mailbox=reply.blames_mailbox)
            case Fate.LOST:
                ours = delivery.lost(session, mail, reply.why, now)
        if ours and written is not None:
            delivery.keep(session, mail, written.subject, written.text)
