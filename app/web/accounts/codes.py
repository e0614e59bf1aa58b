"""The page to sign in on, signing in with a mailed code, and signing out."""

from typing import Annotated, Any

from fastapi import Request
from starlette.responses import Response

from app.domain.capabilities import sign_in_code
from app.domain.errors import Invalid, mark
from app.domain.introductions import Place
from app.domain.people import ROLE_NAMES
from app.routes import Router
from app.usecases.accounts import codes
from app.usecases.accounts import sessions as kept
from app.web.accounts.arriving import GO_ON, land, leave_earlier, local_path, with_wanted
from app.web.frame import sessions
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import PUBLIC
from app.web.frame.render import language_of, page, redirect, wording_of
from app.web.frame.sessions import office_of
from app.web.office.introductions import introduction

router = Router()
CHALLENGE = "regie-code"


@router.get("/aanmelden")
def sign_in_form(request: Request, _: Annotated[None, PUBLIC], naar: str = "/", opnieuw: str = "") -> Response:
    """All ways in; for who is in already only when they want to show once more (`opnieuw`) who they are."""
    found = sessions.visitor(request)
    if found and not opnieuw:
        return redirect(request, local_path(naar) if sessions.may_work(request, found) else GO_ON)
    return sign_in_page(request, local_path(naar))


@router.get(GO_ON)
def go_on(request: Request, _: Annotated[None, PUBLIC]) -> Response:
    """For whom a code was not enough: what to do now."""
    found = sessions.visitor(request)
    if found is None:
        return redirect(request, "/aanmelden")
    if sessions.may_work(request, found):
        return redirect(request, "/")
    office = office_of(request)
    contact, providers = office.settings.contact_email, office.settings.providers
    return page(request, "accounts/go_on.html", contact=contact, providers=providers, wanted="/")


@router.post("/aanmelden")
def ask_for_code(request: Request, _: Annotated[None, PUBLIC], form: Annotated[Posted, POSTED]) -> Response:
    """Mail a code; the next page is the same whether or not the address is known."""
    office, wanted = office_of(request), local_path(form.text("naar"))
    try:
        with office.db.writing() as session:
            challenge = codes.ask_for_code(session, form.text("email"), sessions.browser_of(request), office.now())
    except Invalid as refusal:
        return sign_in_page(request, wanted, refusal=refusal, typed=form)
    response = redirect(request, with_wanted("/aanmelden/code", wanted))
    return sessions.give_cookie(request, response, CHALLENGE, challenge, int(codes.CODE_LASTS.total_seconds()))


@router.get("/aanmelden/code")
def code_form(request: Request, _: Annotated[None, PUBLIC], naar: str = "/") -> Response:
    """Ask for the code."""
    if not sessions.read_cookie(request, CHALLENGE):
        return redirect(request, with_wanted("/aanmelden", local_path(naar)))
    return page(request, "accounts/code.html", wanted=local_path(naar), demo_code=_demo_code(request))


@router.post("/aanmelden/code")
def sign_in(request: Request, _: Annotated[None, PUBLIC], form: Annotated[Posted, POSTED]) -> Response:
    """Try the code: a new session, or how many tries are left."""
    office, wanted = office_of(request), local_path(form.text("naar"))
    with office.db.writing() as session:
        attempt = codes.sign_in(
            session,
            sessions.read_cookie(request, CHALLENGE),
            form.text("code"),
            sessions.browser_of(request),
            office.sign_in_key,
            office.now(),
        )
        if attempt.token:
            leave_earlier(request, session)
    if attempt.token is None:
        wrong, shown = _wrong_code(attempt.tries_left), _demo_code(request)
        return page(request, "accounts/code.html", refusal=wrong, wanted=wanted, demo_code=shown)
    return sessions.take_cookie(request, land(request, attempt.token, wanted), CHALLENGE)


@router.post("/afmelden")
def sign_out(request: Request, _: Annotated[None, PUBLIC], __: Annotated[Posted, POSTED]) -> Response:
    """End the session."""
    office, found = office_of(request), sessions.visitor(request)
    if found:
        with office.db.writing() as session:
            kept.sign_out(session, found, office.now())
    response = redirect(request, "/aanmelden", wording_of(request).text(mark("U bent afgemeld.")))
    return sessions.take_cookie(request, response, sessions.SESSION)


def sign_in_page(request: Request, wanted: str, **more: Any) -> Response:
    """All ways in: a passkey, the providers, a code; in the demo also a role to try."""
    office, doors = office_of(request), []
    with office.db.reading() as session:
        said = introduction(session, Place.SIGN_IN, language_of(request))
        if office.settings.shows_codes:
            doors = [(ROLE_NAMES[role], email) for role, email in codes.one_of_each_role(session)]
    providers = office.settings.providers
    return page(
        request, "accounts/sign_in.html", introduction=said, wanted=wanted, doors=doors, providers=providers, **more
    )


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
    return sign_in_code(sessions.read_cookie(request, CHALLENGE), office.sign_in_key)
