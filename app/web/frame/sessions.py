"""Who is at the other end: the cookies of a browser, and the person they stand for."""

import re
import secrets
from datetime import timedelta
from typing import TypeVar

from fastapi import Request
from starlette.responses import Response

from app.domain.actors import Door
from app.domain.means import Means, is_enough
from app.office import Office
from app.store.accounts import SignedIn, knows_browser
from app.usecases.accounts import sessions as kept

SESSION = "regie"
BROWSER = "regie-browser"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
BROWSER_SECONDS = 180 * 24 * 3600

AnyResponse = TypeVar("AnyResponse", bound=Response)


def office_of(request: Request) -> Office:
    """The running Regie this request came to."""
    office: Office = request.app.state.office
    return office


def _full_name(request: Request, name: str) -> str:
    # Browsers take a __Host- cookie only over https, for this host alone and for all its paths.
    return f"__Host-{name}" if office_of(request).settings.secure else name


def read_cookie(request: Request, name: str) -> str:
    """The value of one of our cookies; empty where it is absent."""
    return request.cookies.get(_full_name(request, name), "")


def give_cookie(
    request: Request, response: AnyResponse, name: str, value: str, seconds: int | None = None
) -> AnyResponse:
    """Set one of our cookies, for so many seconds or until the browser closes."""
    response.set_cookie(
        _full_name(request, name),
        value,
        max_age=seconds,
        path="/",
        secure=office_of(request).settings.secure,
        httponly=True,
        samesite="lax",
    )
    return response


def take_cookie(request: Request, response: AnyResponse, name: str) -> AnyResponse:
    """Remove one of our cookies."""
    return give_cookie(request, response, name, "", 0)


def browser_of(request: Request) -> str:
    """The number this browser goes by, made up on its first visit; `mark_browser` gives it along.

    It binds sign-in codes and forms to the browser they were made for. It says nothing about who sits behind it.
    """
    known: str | None = getattr(request.state, "browser", None)
    if known is None:
        sent = read_cookie(request, BROWSER)
        known = sent if _TOKEN.fullmatch(sent) else secrets.token_urlsafe(32)
        request.state.browser = known
    return known


def is_known_browser(request: Request) -> bool:
    """Whether somebody signed in with this browser in the last half year. Blocks on the database."""
    if not _TOKEN.fullmatch(read_cookie(request, BROWSER)):
        return False
    office = office_of(request)
    with office.db.reading() as session:
        return knows_browser(session, browser_of(request), office.now() - timedelta(seconds=BROWSER_SECONDS))


def mark_browser(request: Request, response: AnyResponse) -> AnyResponse:
    """Give the browser its number along, if this request made one up."""
    made: str | None = getattr(request.state, "browser", None)
    if made is not None and made != read_cookie(request, BROWSER):
        give_cookie(request, response, BROWSER, made, BROWSER_SECONDS)
    return response


def visitor(request: Request) -> SignedIn | None:
    """The person who signed in with this browser, or None; looked up once per request. Blocks on the database."""
    if not hasattr(request.state, "visitor"):
        request.state.visitor = _look_up(request)
        if request.state.visitor is not None:
            request.state.who = request.state.visitor.actor(Door.SESSION).label  # for the log
    found: SignedIn | None = request.state.visitor
    return found


def _look_up(request: Request) -> SignedIn | None:
    token = read_cookie(request, SESSION)
    if not _TOKEN.fullmatch(token):
        return None
    office = office_of(request)
    with office.db.reading() as session:
        return kept.find(session, token, office.sign_in_key, office.now())


def may_work(request: Request, found: SignedIn) -> bool:
    """Whether the way somebody signed in is enough for their roles."""
    required = office_of(request).settings.requires_strong
    return is_enough(found.means or Means.CODE, found.roles, strong_required=required)


def keep_alive(request: Request, found: SignedIn) -> None:
    """Note that the session is in use, at most once a minute."""
    office = office_of(request)
    if kept.is_stale(found, office.now()):
        with office.db.writing() as session:
            kept.note_use(session, found, office.now())
