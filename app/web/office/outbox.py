"""The outbox: which mail waits, went out, or came back. It shows no working link or code."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import Invalid, NotFound, Refusal, WrongState, mark
from app.domain.permissions import Task, may
from app.routes import Router
from app.store.lists.outbox_list import Wanted
from app.store.mail_copies import Sent, copy_of
from app.store.mail_limit import flooded
from app.store.outbox import MailState
from app.usecases import outbox
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import RowId, needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of
from app.web.office.listed import Listed

router = Router(prefix="/postvak-uit")
Reader = Annotated[Actor, needs(Task.SEE_OUTBOX)]
Sender = Annotated[Actor, needs(Task.SEND_AGAIN)]
Keeper = Annotated[Actor, needs(Task.RELEASE_MAIL)]

KINDS: Mapping[str, str] = {
    "asked": mark("Nieuwe vraag"),
    "succession": mark("Vragen van een opgeheven ministerie"),
    "commitment": mark("Toezegging"),
    "sheet": mark("Antwoordblad"),
    "round": mark("Nieuwe ronde"),
    "receipt": mark("Ontvangstbevestiging"),
    "code": mark("Code om aan te melden"),
    "invitation": mark("Uitnodiging"),
    "access": mark("Gewijzigde toegang"),
    "escalation": mark("Herinnering of escalatie"),
    "disputed": mark("Betwiste eigenaar"),
    "undecided": mark("Nog geen eigenaar"),
    "passed_on": mark("Doorgeleid of toegewezen"),
    "remind": mark("Herinnering op verzoek"),
    "offered": mark("Antwoord ter vrijgave"),
    "sent_back": mark("Antwoord teruggestuurd"),
    "disowned": mark("Antwoord niet van het ministerie"),
    "request": mark("Verzoek over een termijn"),
    "term": mark("Bericht over de termijn"),
    "accept": mark("Aanvaarding"),
    "concur": mark("Afstemming gevraagd"),
    "stalled": mark("Afstemming te laat"),
    "concurrence": mark("Uitkomst van een afstemming"),
    "replied": mark("Bevestiging van een reactie"),
    "digest": mark("Weekoverzicht"),
    "alarm": mark("Alarm voor de beheerder"),
    "virus": mark("Virus in een bestand"),
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
LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Asked:
    """What the page was asked for; `wanted` is the same for the list."""

    wanted: Wanted
    kept: Mapping[str, str]


def _asked(stand: str = "", soort: str = "", lezer: str = "", nummer: str = "") -> Asked:
    state = MailState(stand) if stand in set(MailState) else None
    kind = soort if soort in KINDS else ""
    reader, number = lezer.strip()[:LONGEST_SEARCH], nummer.strip()[:LONGEST_SEARCH]
    kept = {"stand": stand if state or stand == CODES else "", "soort": kind, "lezer": reader, "nummer": number}
    return Asked(Wanted(state, stand == CODES, kind, reader, number), kept)


@router.get("")
def listing(
    request: Request, who: Reader, asked: Annotated[Asked, Depends(_asked)], na: str = "", voor: str = ""
) -> Response:
    """All mail about the work, newest first, or what was searched for; sign-in codes have a view of their own."""
    found, refusal = None, None
    with office_of(request).db.reading() as session:
        try:
            found = outbox.listing(session, who, asked.wanted, after=na, before=voor)
        except Invalid as wrong:
            refusal = Invalid(wrong.code, wrong.sentence, field="f-nummer", **wrong.facts)
        held = flooded(session)
    return page(
        request,
        "outbox/list.html",
        refusal=refusal,
        listed=Listed("/postvak-uit", found, asked.kept) if found else None,
        kept=asked.kept,
        states=STATES,
        kinds=KINDS,
        codes=CODES,
        held=held,
        most=office_of(request).settings.mails_a_day,
        may_release=may(who.roles, Task.RELEASE_MAIL),
    )


@router.post("/vrijgave")
def release_all(request: Request, who: Keeper, form: Annotated[Posted, POSTED]) -> Response:
    """Let go of all that is held for one reader."""
    office, words = office_of(request), wording_of(request)
    with office.db.writing() as session:
        number = outbox.release(session, who, office.now(), person_id=form.number("person") or 0)
    sentence = words.plural(mark("{n} mail is vrijgegeven."), mark("{n} mails zijn vrijgegeven."), number)
    return redirect(request, "/postvak-uit", sentence)


@router.get("/{mail_id}")
def one_mail(request: Request, who: Reader, mail_id: RowId) -> Response:
    """One mail: to whom, about what, how it fares, and as it was sent."""
    return _one(request, who, mail_id)


@router.get("/{mail_id}/bericht.eml")
def as_file(request: Request, who: Reader, mail_id: RowId) -> Response:
    """The message itself, in the demo only: there the folder takes the place of everybody's mailbox."""
    with office_of(request).db.reading() as session:
        mail = outbox.find(session, who, mail_id)
    path = _file(request, mail)
    if path is None:
        raise NotFound("no-file", mark("Van deze mail is er geen bestand."))
    name = f'attachment; filename="{path.name}"'
    return Response(path.read_bytes(), media_type="message/rfc822", headers={"Content-Disposition": name})


@router.post("/{mail_id}/opnieuw")
def send_again(request: Request, who: Sender, mail_id: RowId, form: Annotated[Posted, POSTED]) -> Response:
    """Write it once more to the same reader."""
    office = office_of(request)
    try:
        with office.db.writing() as session:
            new_id = outbox.send_again(session, who, mail_id, form.text("reason"), office.now())
    except (Invalid, WrongState) as refusal:
        return _one(request, who, mail_id, refusal, form)
    sentence = mark("De mail staat opnieuw klaar. Regie leest de gegevens eerst na.")
    return redirect(request, f"/postvak-uit/{new_id}", wording_of(request).text(sentence))


@router.post("/{mail_id}/vrijgave")
def release(request: Request, who: Keeper, mail_id: RowId, _: Annotated[Posted, POSTED]) -> Response:
    """Let go of one mail that is held."""
    office = office_of(request)
    with office.db.writing() as session:
        outbox.release(session, who, office.now(), mail_id=mail_id)
    sentence = wording_of(request).text(mark("De mail is vrijgegeven."))
    return redirect(request, f"/postvak-uit/{mail_id}", sentence)


def _one(
    request: Request, who: Actor, mail_id: int, refusal: Refusal | None = None, typed: Posted | None = None
) -> Response:
    settings = office_of(request).settings
    with office_of(request).db.reading() as session:
        mail = outbox.find(session, who, mail_id)
        history = outbox.history(session, who, mail_id)
        sent = copy_of(session, mail_id)
    file = _file(request, mail)
    waits = any(one.is_under_way for one in history)
    return page(
        request,
        "outbox/mail.html",
        refusal=refusal,
        typed=typed,
        mail=mail,
        history=history,
        states=STATES,
        kinds=KINDS,
        folder=settings.mail_folder if settings.smtp_url is None else None,
        written=_read(file) if file else sent,
        has_file=file is not None,
        reads=may(who.roles, Task.READ),
        may_again=may(who.roles, Task.SEND_AGAIN) and mail.kind != "code" and not waits,
        may_release=may(who.roles, Task.RELEASE_MAIL) and mail.state is MailState.HELD,
    )


def _file(request: Request, mail: outbox.Listed) -> Path | None:
    """The message in the folder, in the demo; elsewhere nobody sees a link or code that works."""
    settings = office_of(request).settings
    path = settings.mail_folder / f"{mail.id:08}-{mail.kind}.eml"
    return path if settings.shows_codes and path.is_file() else None


def _read(path: Path) -> Sent:
    message = BytesParser(policy=default).parsebytes(path.read_bytes())
    body = message.get_body(("plain",))
    return Sent(str(message["Subject"]), str(body.get_content()).strip() if body else "")
