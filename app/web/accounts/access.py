"""One's own access: where somebody is signed in, their passkeys, and the keys they gave to systems."""

from typing import Annotated, Any

from fastapi import Request
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import NotAllowed, NotFound, Refusal, mark
from app.domain.means import is_fresh
from app.domain.permissions import Task
from app.domain.scopes import SCOPE_NAMES, Scope, useful_scopes
from app.routes import Router
from app.store.credentials import accounts_of, passkeys_of
from app.usecases.accounts import sessions as kept
from app.usecases.accounts import tokens
from app.web.frame import sessions
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import RowId, needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of

router = Router(prefix="/mijn")
# Everybody who can sign in may do one of these.
Anybody = Annotated[Actor, needs(Task.READ, Task.MANAGE_PEOPLE)]
PLACE = "/mijn/toegang"
NOT_FRESH = "not-fresh"
MEANS = {
    "code": mark("met een code"),
    "passkey": mark("met een passkey"),
    "openid": mark("met een account"),
}


@router.get("/toegang")
def own_access(request: Request, who: Anybody) -> Response:
    """Where I am signed in, and my keys."""
    return own_page(request, who)


@router.post("/sleutels")
def make_key(request: Request, who: Anybody, form: Annotated[Posted, POSTED]) -> Response:
    """Make a key; the page that answers is the only one that ever shows it."""
    office = office_of(request)
    scopes = [scope for scope in Scope if scope in form.texts("waarvoor")]
    try:
        fresh_enough(request)
        with office.db.writing() as session:
            made = tokens.make(session, who, form.text("naam"), scopes, form.day("tot"), office.now())
    except Refusal as refusal:
        return own_page(request, who, refusal=refusal, typed=form)
    return own_page(request, who, made=made)


@router.post("/sleutels/{token_id}/intrekking")
def revoke_key(request: Request, who: Anybody, token_id: RowId, _: Annotated[Posted, POSTED]) -> Response:
    """End a key."""
    office, words = office_of(request), wording_of(request)
    try:
        with office.db.writing() as session:
            tokens.revoke(session, who, token_id, office.now())
    except NotFound as refusal:
        return redirect(request, PLACE, ("warning", words.refusal(refusal)))
    return redirect(request, PLACE, words.text(mark("De sleutel is ingetrokken en werkt niet meer.")))


@router.post("/aanmeldingen/{session_id}/einde")
def end_session(request: Request, who: Anybody, session_id: RowId, _: Annotated[Posted, POSTED]) -> Response:
    """Sign out another browser, or this one."""
    office, words = office_of(request), wording_of(request)
    try:
        with office.db.writing() as session:
            kept.end(session, who, session_id, office.now())
    except NotFound as refusal:
        return redirect(request, PLACE, ("warning", words.refusal(refusal)))
    return redirect(request, PLACE, words.text(mark("Die aanmelding is beëindigd.")))


@router.post("/aanmeldingen/einde")
def end_other_sessions(request: Request, who: Anybody, _: Annotated[Posted, POSTED]) -> Response:
    """Sign out all browsers but this one."""
    office, words, here = office_of(request), wording_of(request), sessions.visitor(request)
    with office.db.writing() as session:
        ended = kept.end_others(session, who, here.credential_id if here else 0, office.now())
    one, many = mark("{n} andere aanmelding is beëindigd."), mark("{n} andere aanmeldingen zijn beëindigd.")
    return redirect(request, PLACE, words.plural(one, many, ended))


def fresh_enough(request: Request) -> None:
    """Raise NotAllowed (`not-fresh`) where somebody signed in so long ago that another may sit at their desk."""
    here = sessions.visitor(request)
    if here is None or not is_fresh(here.since, office_of(request).now()):
        sentence = mark("U meldde zich langer dan een half uur geleden aan. Laat eerst opnieuw zien wie u bent.")
        raise NotAllowed(NOT_FRESH, sentence)


def own_page(request: Request, who: Actor, made: str | None = None, **more: Any) -> Response:
    """One's own access; with the key that was just made, or what was wrong with what was typed."""
    office, words, here = office_of(request), wording_of(request), sessions.visitor(request)
    with office.db.reading() as session:
        signed_in, keys = kept.own(session, who, office.now()), tokens.own(session, who)
        passkeys = passkeys_of(session, who.person_id or 0)
        accounts = accounts_of(session, who.person_id or 0)
    labels = {one.issuer: one.label for one in office.settings.providers}
    refusal = more.get("refusal")
    return page(
        request,
        "accounts/access.html",
        sessions=signed_in,
        here=here.credential_id if here else None,
        means=MEANS,
        passkeys=passkeys,
        accounts=[(labels.get(one.issuer, one.issuer), one) for one in accounts],
        keys=keys,
        now=office.now(),
        scope_options=[(str(scope), words.text(SCOPE_NAMES[scope])) for scope in useful_scopes(who.roles)],
        scope_names={str(scope): name for scope, name in SCOPE_NAMES.items()},
        made=made,
        again=refusal is not None and refusal.code == NOT_FRESH,
        **more,
    )
