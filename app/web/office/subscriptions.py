"""The weekly digest by mail: chosen for oneself, stopped from the mail itself, kept for others by an administrator."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.capabilities import UNSUBSCRIBING
from app.domain.errors import NotFound, mark
from app.domain.people import ROLE_NAMES
from app.domain.permissions import Task
from app.routes import Router
from app.usecases import subscriptions
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import PUBLIC, RowId, needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of
from app.web.office.listed import Asked, Listed

router = Router()
Reader = Annotated[Actor, needs(Task.READ_DIGESTS)]
Admin = Annotated[Actor, needs(Task.MANAGE_PEOPLE)]
OWN, ALL = "/mijn/weekoverzicht", "/beheer/abonnementen"


@router.get(OWN)
def own(request: Request, who: Reader) -> Response:
    """Whether I get it."""
    with office_of(request).db.reading() as session:
        return page(request, "digests/by_mail.html", gets_it=subscriptions.gets_it(session, who))


@router.post(OWN)
def choose(request: Request, who: Reader, form: Annotated[Posted, POSTED]) -> Response:
    """Get the digest by mail from now on, or no longer."""
    office, wanted = office_of(request), form.flag("ontvangen")
    with office.db.writing() as session:
        subscriptions.choose(session, who, wanted, office.now())
    done = mark("U krijgt het weekoverzicht voortaan per mail.")
    ended = mark("U krijgt het weekoverzicht niet meer per mail.")
    return redirect(request, OWN, wording_of(request).text(done if wanted else ended))


@router.get("/afmelding/{token}")
def leaving(request: Request, token: str, _: Annotated[None, PUBLIC]) -> Response:
    """Asks whether the digest should stop; programs that open links in mails change nothing."""
    office = office_of(request)
    with office.db.reading() as session:
        person = subscriptions.who_stops(session, token, office.key_for(UNSUBSCRIBING))
    return page(request, "digests/leaving.html", email=person.email, done=False, language=person.language)


@router.post("/afmelding/{token}")
def leave(request: Request, token: str, _: Annotated[None, PUBLIC], __: Annotated[Posted, POSTED]) -> Response:
    """Stop the digest for whoever holds the link."""
    office = office_of(request)
    with office.db.writing() as session:
        person = subscriptions.stop(session, token, office.key_for(UNSUBSCRIBING), office.now())
    return page(request, "digests/leaving.html", email=person.email, done=True, language=person.language)


@router.get(ALL)
def listing(request: Request, who: Admin, asked: Annotated[Asked, Depends()]) -> Response:
    """Everybody who may read digests, and whether they get them."""
    with office_of(request).db.reading() as session:
        found = subscriptions.listing(session, who, asked.turn)
    return page(
        request, "digests/subscribers.html", listed=Listed(ALL, found, {"zoek": asked.zoek}), role_names=ROLE_NAMES
    )


@router.post("/beheer/abonnementen/{person_id}")
def choose_for(request: Request, who: Admin, person_id: RowId, form: Annotated[Posted, POSTED]) -> Response:
    """Send somebody the digest, or no longer."""
    office, words, wanted = office_of(request), wording_of(request), form.flag("ontvangen")
    try:
        with office.db.writing() as session:
            person = subscriptions.choose_for(session, who, person_id, wanted, office.now())
    except NotFound as refusal:
        return redirect(request, ALL, ("warning", words.refusal(refusal)))
    done = mark("{name} krijgt het weekoverzicht voortaan per mail.")
    ended = mark("{name} krijgt het weekoverzicht niet meer per mail.")
    return redirect(request, ALL, words.text(done if wanted else ended, name=person.name))
