"""Mails about trouble: to the administrators, and to whoever added a file with a virus."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.errors import mark
from app.domain.jobs import plan_of
from app.domain.retention import PERIODS
from app.mail.content import Content, Dropped
from app.mail.facts import Reader
from app.office import Office
from app.store.documents import Document, DocumentScan
from app.store.mail_limit import flooded
from app.store.outbox import Claimed
from app.store.retention import open_removals
from app.usecases import audit, jobs, scanning


def alarm(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:  # noqa: ARG001  # all kinds take the same
    """A job is late, a reader gets too much mail, the chain is broken, or something may go; told while it is so."""
    match mail.params["about"]:
        case "flood":
            return _flood(session, office)
        case "chain":
            return _chain(session)
        case "removal":
            return _removal(session)
        case "scanner":
            return _scanner(session)
        case _:
            return _late_job(session, office, mail)


def _flood(session: Session, office: Office) -> Content | Dropped:
    readers = flooded(session)
    if not readers:
        return Dropped(mark("Er wordt geen mail meer aangehouden."))
    held = sum(one.mails for one in readers)
    return Content([], {"about": "flood", "readers": readers, "held": held, "most": office.settings.mails_a_day})


def _chain(session: Session) -> Content | Dropped:
    last = audit.last_check(session)
    if last is None or last.fault is None:
        return Dropped(mark("Het logboek is intussen weer heel bevonden."))
    sentence, facts = audit.told(last)
    return Content([], {"about": "chain", "fault": sentence, "facts": facts, "checked_at": last.at})


def _removal(session: Session) -> Content | Dropped:
    waiting = [(PERIODS[kind].title, one.found) for kind, one in open_removals(session).items()]
    if not waiting:
        return Dropped(mark("Er is niets meer om te verwijderen."))
    return Content([], {"about": "removal", "waiting": waiting})


def _scanner(session: Session) -> Content | Dropped:
    waits = scanning.count_waiting(session)
    return Content([], {"about": "scanner", "waits": waits}) if waits else Dropped(mark("Alles is gecontroleerd."))


def _late_job(session: Session, office: Office, mail: Claimed) -> Content | Dropped:
    plan = plan_of(mail.params["job"])
    late = {one.name: since for one, since in jobs.late(session, office.now())}
    if plan.name not in late:
        return Dropped(mark("De taak is intussen gelopen."))
    since = datetime.fromisoformat(mail.params["since"])
    return Content([], {"about": "job", "plan": plan, "since": since, "error": jobs.trouble(session, plan)})


def virus(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:  # noqa: ARG001  # all kinds take the same
    """A virus was found in a file that this reader added, after it had been taken in."""
    document = session.get(Document, mail.params["document_id"])
    scan = session.get(DocumentScan, mail.params["document_id"])
    if document is None or scan is None:
        return Dropped(mark("Dit bestand bestaat niet meer."))
    return Content([], {"document": document, "virus": scan.virus or ""})
