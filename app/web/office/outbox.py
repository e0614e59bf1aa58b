"""The outbox: which mail waits, went out, or came back. It shows no working link or code."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import mark
from app.domain.permissions import Task
from app.store.outbox import MailState
from app.usecases import outbox
from app.web.frame.policy import RowId, needs
from app.web.frame.render import page
from app.web.frame.sessions import office_of

router = APIRouter(prefix="/postvak-uit")
Reader = Annotated[Actor, needs(Task.SEE_OUTBOX)]

KINDS: Mapping[str, str] = {
    "asked": mark("Nieuwe vraag"),
    "succession": mark("Vragen van een opgeheven ministerie"),
    "commitment": mark("Toezegging"),
    "sheet": mark("Antwoordblad"),
    "round": mark("Nieuwe ronde"),
    "receipt": mark("Ontvangstbevestiging"),
    "code": mark("Code om aan te melden"),
    "escalation": mark("Herinnering of escalatie"),
    "disputed": mark("Betwiste eigenaar"),
    "request": mark("Verzoek over een termijn"),
    "term": mark("Bericht over de termijn"),
    "accept": mark("Aanvaarding"),
    "concur": mark("Afstemming gevraagd"),
    "stalled": mark("Afstemming te laat"),
    "concurrence": mark("Uitkomst van een afstemming"),
    "replied": mark("Bevestiging van een reactie"),
    "digest": mark("Weekoverzicht"),
    "alarm": mark("Alarm voor de beheerder"),
}
# State → name, icon, kind of badge.
STATES: Mapping[MailState, tuple[str, str, str]] = {
    MailState.PENDING: (mark("Wacht"), "clock", "neutral"),
    MailState.LEASED: (mark("Onderweg"), "arrow", "active"),
    MailState.SENT: (mark("Verzonden"), "check", "plain"),
    MailState.BOUNCED: (mark("Geweigerd"), "late", "late"),
    MailState.UNCERTAIN: (mark("Onzeker"), "dispute", "soon"),
    MailState.CANCELLED: (mark("Vervallen"), "cross", "neutral"),
    MailState.HELD: (mark("Aangehouden"), "pause", "soon"),
}


CODES = "codes"
_LINK = re.compile(r"(/a/)[^/?\s]+")
_CODE = re.compile(r"\b[0-9]{8}\b")


@dataclass(frozen=True)
class Written:
    """A mail as it was written: plain text."""

    subject: str
    text: str


@router.get("")
def listing(request: Request, who: Reader, stand: str = "", na: str = "") -> Response:
    """All mail about the work, newest first, or only what is in one state; sign-in codes have a view of their own."""
    state = MailState(stand) if stand in set(MailState) else None
    codes = stand == CODES
    with office_of(request).db.reading() as session:
        found = outbox.listing(session, who, state=state, codes=codes, after=na)
    chosen = CODES if codes else state
    return page(request, "outbox/list.html", found=found, chosen=chosen, states=STATES, kinds=KINDS, codes=CODES)


@router.get("/{mail_id}")
def one_mail(request: Request, who: Reader, mail_id: RowId) -> Response:
    """One mail: to whom, about what, and how it fares."""
    with office_of(request).db.reading() as session:
        mail = outbox.find(session, who, mail_id)
    settings = office_of(request).settings
    folder = settings.mail_folder if settings.smtp_url is None else None
    written = _written(folder / f"{mail.id:08}-{mail.kind}.eml", masked=not settings.shows_codes) if folder else None
    return page(request, "outbox/mail.html", mail=mail, states=STATES, kinds=KINDS, folder=folder, written=written)


def _written(path: Path, *, masked: bool) -> Written | None:
    """The text of a mail that lies in the folder; None where it isn't there.

    Only the demo shows links and codes that work: there the folder takes the place of everybody's mailbox.
    """
    try:
        message = BytesParser(policy=default).parsebytes(path.read_bytes())
    except FileNotFoundError:
        return None
    body = message.get_body(("plain",))
    text = str(body.get_content()) if body else ""
    if masked:
        text = _CODE.sub("••••••••", _LINK.sub(r"\1…", text))
    return Written(str(message["Subject"]), text.strip())
