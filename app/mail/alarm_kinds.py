"""Mails that tell the administrators of trouble in the clockwork."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.errors import mark
from app.domain.jobs import plan_of
from app.mail.content import Content, Dropped
from app.mail.facts import Reader
from app.office import Office
from app.store.mail_limit import flooded
from app.store.outbox import Claimed
from app.usecases import jobs


def alarm(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:  # noqa: ARG001  # all kinds take the same
    """A job is late, or a reader would get more mail in a day than is right; told only while it is so."""
    if mail.params["about"] == "flood":
        readers = flooded(session)
        if not readers:
            return Dropped(mark("Er wordt geen mail meer aangehouden."))
        held = sum(one.mails for one in readers)
        return Content([], {"about": "flood", "readers": readers, "held": held, "most": office.settings.mails_a_day})
    plan = plan_of(mail.params["job"])
    late = {one.name: since for one, since in jobs.late(session, office.now())}
    if plan.name not in late:
        return Dropped(mark("De taak is intussen gelopen."))
    since = datetime.fromisoformat(mail.params["since"])
    return Content([], {"about": "job", "plan": plan, "since": since, "error": jobs.trouble(session, plan)})
