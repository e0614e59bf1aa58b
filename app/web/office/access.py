"""One's own access: where somebody is signed in, and the keys they gave to systems."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import Invalid, NotFound, mark
from app.domain.permissions import Task
from app.domain.scopes import SCOPE_NAMES, Scope, useful_scopes
from app.usecases import accounts, tokens
from app.web.frame import sessions
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import RowId, needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of

router = APIRouter(prefix="/mijn")
# Everybody who can sign in may do one of these.
Anybody = Annotated[Actor, needs(Task.READ, Task.MANAGE_PEOPLE)]
PLACE = "/mijn/toegang"


@router.get("/toegang")
def own_access(request: Request, who: Anybody) -> Response:
    """Where I am signed in, and my keys."""
    return _show(request, who)


@router.post("/sleutels")
def make_key(request: Request, who: Anybody, form: Annotated[Posted, POSTED]) -> Response:
    """Make a key; the page that answers is the only one that ever shows it."""
    office = office_of(request)
    scopes = [scope for scope in Scope if scope in form.texts("waarvoor")]
    try:
        with office.db.writing() as session:
            made = tokens.make(session, who, form.text("naam"), scopes, form.day("tot"), office.now())
    except Invalid as refusal:
        return _show(request, who, refusal=refusal, typed=form)
    return _show(request, who, made=made)


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
            accounts.end_session(session, who, session_id, office.now())
    except NotFound as refusal:
        return redirect(request, PLACE, ("warning", words.refusal(refusal)))
    return redirect(request, PLACE, words.text(mark("Die aanmelding is beëindigd.")))


def _show(request: Request, who: Actor, made: str | None = None, **more: Any) -> Response:
    office, words, here = office_of(request), wording_of(request), sessions.visitor(request)
    with office.db.reading() as session:
        signed_in, keys = accounts.open_sessions(session, who, office.now()), tokens.own(session, who)
    return page(
        request,
        "accounts/access.html",
        sessions=signed_in,
        here=here.credential_id if here else None,
        keys=keys,
        now=office.now(),
        scope_options=[(str(scope), words.text(SCOPE_NAMES[scope])) for scope in useful_scopes(who.roles)],
        scope_names={str(scope): name for scope, name in SCOPE_NAMES.items()},
        made=made,
        **more,
    )
