"""The sender: claims mails that are due, writes and sends each with no transaction open, and marks it."""

import logging
import time
from collections import Counter
from collections.abc import Callable

from app.domain.errors import mark
from app.mail.compose import Composed, compose
from app.mail.kinds import Dropped
from app.mail.wire import Fate, Parcel, Reply, Wire, open_wire
from app.office import Office
from app.store.outbox import Claimed, cancel, claim, give_back
from app.usecases import delivery

log = logging.getLogger(__name__)

BATCH = 20
LEASE_SECONDS = 240
# Of one lease; a mail takes at most a few times the patience of the wire, so none is still under way when it ends.
SENDING_SECONDS = 60


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
                batch = delivery.within_limit(session, claimed, office.settings.mails_a_day, office.now())
            if not claimed:
                break
            if len(batch) < len(claimed):
                tally["held"] += len(claimed) - len(batch)
            tally.update(_send_batch(office, wire, batch, stopping))
    finally:
        wire.close()
    return tally


def _send_batch(office: Office, wire: Wire, batch: list[Claimed], stopping: Callable[[], bool]) -> Counter[str]:
    tally: Counter[str] = Counter()
    ends = time.monotonic() + SENDING_SECONDS
    while batch and not stopping() and time.monotonic() < ends:
        tally[_send(office, wire, batch.pop(0))] += 1
    if batch:
        with office.db.writing() as session:
            give_back(session, batch)
    return tally


def _send(office: Office, wire: Wire, mail: Claimed) -> str:
    """Write, send and mark one mail; the word for what became of it."""
    written = _write(office, mail)
    if isinstance(written, Dropped):
        with office.db.writing() as session:
            cancel(session, mail, written.why)
        return "dropped"
    if isinstance(written, Reply):
        reply = written
        _mark(office, mail, reply)
    else:
        reply = wire.send(Parcel(f"{mail.id:08}-{mail.kind}", written.sender, written.recipient, written.content))
        _mark(office, mail, reply, written)
    log.info("mail %s %s: %s %s", mail.id, mail.kind, reply.fate, reply.why)
    return reply.fate


def _write(office: Office, mail: Claimed) -> Composed | Dropped | Reply:
    """Write the mail. One that can't be written is put off, so that it doesn't hold up the others."""
    try:
        with office.db.reading() as session:
            return compose(office, session, mail)
    except Exception:
        log.exception("mail %s of kind %s can't be written", mail.id, mail.kind)
        return Reply(Fate.DEFERRED, mark("Deze mail kon niet worden gemaakt. De beheerder ziet in het log waarom."))


def _mark(office: Office, mail: Claimed, reply: Reply, written: Composed | None = None) -> None:
    now = office.now()
    with office.db.writing() as session:
        if written is not None and reply.fate in {Fate.SENT, Fate.LOST}:
            delivery.keep(session, mail, written.subject, written.text)
        match reply.fate:
            case Fate.SENT:
                delivery.delivered(session, mail, written.told if written else (), now)
            case Fate.DEFERRED:
                delivery.deferred(session, mail, reply.why, now, blames_mailbox=reply.blames_mailbox)
            case Fate.REFUSED:
                delivery.refused(session, mail, reply.why, now, blames_mailbox=reply.blames_mailbox)
            case Fate.LOST:
                delivery.lost(session, mail, reply.why, now)
