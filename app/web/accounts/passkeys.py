"""Passkeys in the browser: the script asks for options, the device answers, an ordinary form brings the answer."""

import json
from typing import Annotated

from fastapi import Request
from starlette.responses import JSONResponse, Response

from app.domain.errors import Invalid, Refusal, mark
from app.routes import Router
from app.usecases.accounts import passkeys
from app.web.accounts.access import PLACE, Anybody, fresh_enough, own_page
from app.web.accounts.arriving import land, leave_earlier, local_path, site_of
from app.web.accounts.codes import sign_in_page
from app.web.frame import sessions
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import PUBLIC, RowId
from app.web.frame.render import redirect, wording_of
from app.web.frame.sessions import office_of

router = Router()
ANSWER = "antwoord"


@router.post("/aanmelden/passkey/opties")
def options_to_sign_in(request: Request, _: Annotated[None, PUBLIC], __: Annotated[Posted, POSTED]) -> Response:
    """What the browser needs to find a passkey for this site."""
    office = office_of(request)
    with office.db.writing() as session:
        options = passkeys.begin_signing_in(session, site_of(request), sessions.browser_of(request), office.now())
    return sessions.mark_browser(request, JSONResponse(json.loads(options)))


@router.post("/aanmelden/passkey")
def sign_in(request: Request, _: Annotated[None, PUBLIC], form: Annotated[Posted, POSTED]) -> Response:
    """Try what the device answered: a new session, or why not."""
    office, wanted = office_of(request), local_path(form.text("naar"))
    if not form.text(ANSWER):
        return sign_in_page(request, wanted, refusal=without_script())
    with office.db.writing() as session:
        outcome = passkeys.sign_in(
            session,
            form.text(ANSWER),
            site_of(request),
            sessions.browser_of(request),
            office.sign_in_key,
            office.now(),
        )
        if outcome.token:
            leave_earlier(request, session)
    if outcome.token is None:
        return sign_in_page(request, wanted, refusal=outcome.refusal)
    return land(request, outcome.token, wanted)


@router.post("/mijn/passkeys/opties")
def options_to_add(request: Request, who: Anybody, _: Annotated[Posted, POSTED]) -> Response:
    """What the browser needs to make a passkey for who is signed in."""
    office = office_of(request)
    fresh_enough(request)
    with office.db.writing() as session:
        options = passkeys.begin_adding(
            session, who.person_id or 0, site_of(request), sessions.browser_of(request), office.now()
        )
    return JSONResponse(json.loads(options))


@router.post("/mijn/passkeys")
def add(request: Request, who: Anybody, form: Annotated[Posted, POSTED]) -> Response:
    """Keep the passkey that the device made."""
    office = office_of(request)
    try:
        fresh_enough(request)
        if not form.text(ANSWER):
            raise without_script()
    except Refusal as refusal:
        return own_page(request, who, refusal=refusal, typed=form)
    with office.db.writing() as session:
        outcome = passkeys.add(
            session,
            who,
            form.text(ANSWER),
            form.text("passkey"),
            site_of(request),
            sessions.browser_of(request),
            office.now(),
        )
    if outcome.passkey is None:
        return own_page(request, who, refusal=outcome.refusal, typed=form)
    sentence = mark("De passkey “{name}” is toegevoegd. U kunt zich er nu mee aanmelden.")
    return redirect(request, PLACE, wording_of(request).text(sentence, name=outcome.passkey.name))


@router.post("/mijn/passkeys/{passkey_id}/verwijdering")
def remove(request: Request, who: Anybody, passkey_id: RowId, _: Annotated[Posted, POSTED]) -> Response:
    """Take one of one's own passkeys away."""
    office, words = office_of(request), wording_of(request)
    issuers = frozenset(one.issuer for one in office.settings.providers)
    strong = office.settings.requires_strong
    try:
        fresh_enough(request)
        with office.db.writing() as session:
            name = passkeys.remove(session, who, passkey_id, office.now(), strong_required=strong, issuers=issuers)
    except Refusal as refusal:
        return own_page(request, who, refusal=refusal)
    return redirect(request, PLACE, words.text(mark("De passkey “{name}” is verwijderd."), name=name))


def without_script() -> Invalid:
    """What a form says that came without the answer of a device."""
    return Invalid("no-script", mark("Voor een passkey moet JavaScript aanstaan in uw browser. Kies anders een code."))
