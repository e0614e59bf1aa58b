"""Signing in with a mailed code, and signing out."""

import re
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.domain.capabilities import sign_in_code
from app.domain.errors import Invalid, mark
from app.domain.people import ROLE_NAMES
from app.domain.permissions import Role
from app.usecases import accounts
from app.web.frame import navigation, sessions
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import PUBLIC
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of

router = APIRouter()
CHALLENGE = "regie-code"
# One slash and no backslash: browsers read //host and /\\host as another site.
_LOCAL = re.compile(r"/(?!/)[!-\[\]-~]*")


def local_path(wanted: str) -> str:
    """The page somebody wanted before signing in, if it is one of ours; else the first page."""
    ours = _LOCAL.fullmatch(wanted) and not wanted.startswith(("/aanmelden", "/afmelden"))
    return wanted if ours else "/"


@router.get("/aanmelden")
def address_form(request: Request, _: Annotated[None, PUBLIC], naar: str = "/") -> Response:
    """Ask for the address to mail a code to."""
    if sessions.visitor(request):
        return redirect(request, local_path(naar))
    return _address_page(request, local_path(naar))


@router.post("/aanmelden")
def ask_for_code(request: Request, _: Annotated[None, PUBLIC], form: Annotated[Posted, POSTED]) -> Response:
    """Mail a code; the next page is the same whether or not the address is known."""
    office, wanted = office_of(request), local_path(form.text("naar"))
    try:
        with office.db.writing() as session:
            challenge = accounts.ask_for_code(session, form.text("email"), sessions.browser_of(request), office.now())
    except Invalid as refusal:
        return _address_page(request, wanted, refusal=refusal, typed=form)
    response = redirect(request, _code_page(wanted))
    return sessions.give_cookie(request, response, CHALLENGE, challenge, int(accounts.CODE_LASTS.total_seconds()))


@router.get("/aanmelden/code")
def code_form(request: Request, _: Annotated[None, PUBLIC], naar: str = "/") -> Response:
    """Ask for the code."""
    if not sessions.read_cookie(request, CHALLENGE):
        return redirect(request, f"/aanmelden?naar={quote(local_path(naar))}")
    return page(request, "accounts/code.html", wanted=local_path(naar), demo_code=_demo_code(request))


@router.post("/aanmelden/code")
def sign_in(request: Request, _: Annotated[None, PUBLIC], form: Annotated[Posted, POSTED]) -> Response:
    """Try the code: a new session, or how many tries are left."""
    office, wanted = office_of(request), local_path(form.text("naar"))
    earlier = sessions.visitor(request)
    with office.db.writing() as session:
        attempt = accounts.sign_in(
            session,
            sessions.read_cookie(request, CHALLENGE),
            form.text("code"),
            sessions.browser_of(request),
            office.key_for("code"),
            office.now(),
        )
        if attempt.token and earlier:
            accounts.sign_out(session, earlier, office.now())
        now_in = accounts.find_session(session, attempt.token, office.now()) if attempt.token else None
    if attempt.token is None or now_in is None:
        return page(
            request,
            "accounts/code.html",
            refusal=_wrong_code(attempt.tries_left),
            wanted=wanted,
            demo_code=_demo_code(request),
        )
    response = redirect(request, _landing(wanted, now_in.roles))
    sessions.take_cookie(request, response, CHALLENGE)
    return sessions.give_cookie(request, response, sessions.SESSION, attempt.token)


@router.post("/afmelden")
def sign_out(request: Request, _: Annotated[None, PUBLIC], __: Annotated[Posted, POSTED]) -> Response:
    """End the session."""
    office, found = office_of(request), sessions.visitor(request)
    if found:
        with office.db.writing() as session:
            accounts.sign_out(session, found, office.now())
    response = redirect(request, "/aanmelden", wording_of(request).text(mark("U bent afgemeld.")))
    return sessions.take_cookie(request, response, sessions.SESSION)


def _landing(wanted: str, roles: frozenset[Role]) -> str:
    """Where somebody goes after signing in: where they wanted, else the first place their role has work."""
    places = navigation.places(roles)
    return places[0][0] if wanted == "/" and places else wanted


def _address_page(request: Request, wanted: str, **more: Any) -> Response:
    office, doors = office_of(request), []
    if office.settings.shows_codes:
        with office.db.reading() as session:
            doors = [(ROLE_NAMES[role], email) for role, email in accounts.one_of_each_role(session)]
    return page(request, "accounts/address.html", wanted=wanted, doors=doors, **more)


def _code_page(wanted: str) -> str:
    return "/aanmelden/code" if wanted == "/" else f"/aanmelden/code?naar={quote(wanted)}"


def _wrong_code(tries_left: int) -> Invalid:
    if tries_left:
        sentence = mark("Deze code klopt niet. Kijk of u de laatste mail gebruikt. U kunt nog {tries} keer proberen.")
        return Invalid("wrong-code", sentence, field="code", tries=tries_left)
    return Invalid("dead-code", mark("Deze code kan niet meer gebruikt worden. Vraag een nieuwe aan."), field="code")


def _demo_code(request: Request) -> str | None:
    """In the demo, where no mail goes out, the page shows the code itself."""
    office = office_of(request)
    if not office.settings.shows_codes:
        return None
    return sign_in_code(sessions.read_cookie(request, CHALLENGE), office.key_for("code"))
