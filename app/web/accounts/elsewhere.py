"""Signing in at a provider of OpenID Connect: the way there and back.

What belongs to an attempt is in a sealed cookie: its state, and from that the nonce and the verifier. The way there
thus leaves no row behind, and only the browser that went comes back in. That the way back is a GET which signs somebody
in is the protocol's doing; it takes the cookie away, so it does so once.
"""

import base64
import hashlib
import hmac
import logging
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from fastapi import HTTPException, Request
from starlette.responses import RedirectResponse, Response

from app.domain.canonical import length_prefixed
from app.domain.errors import Invalid, NotAllowed, Refusal, mark
from app.later import Later
from app.openid.wire import Unreachable
from app.routes import Router
from app.usecases.accounts import elsewhere
from app.web.accounts.arriving import land, leave_earlier, local_path
from app.web.accounts.codes import sign_in_page
from app.web.frame import sessions
from app.web.frame.policy import PUBLIC, hold_stranger
from app.web.frame.sessions import office_of

if TYPE_CHECKING:
    from app.openid import provider
    from app.openid.provider import Door
else:
    provider = Later("app.openid.provider")

log = logging.getLogger(__name__)
router = Router(prefix="/aanmelden/openid/{name}")

ATTEMPT = "regie-openid"
LASTS = timedelta(minutes=10)
_ATTEMPT = re.compile(r"([\w-]{43})\.([0-9]{10})\.([\w-]{0,1000})\.([0-9a-f]{64})")


@dataclass(frozen=True)
class Attempt:
    """One way there and back."""

    state: str
    nonce: str
    verifier: str
    wanted: str


@router.get("")
def go_there(request: Request, _: Annotated[None, PUBLIC], name: str, naar: str = "/") -> Response:
    """Send the browser to the provider."""
    door, wanted = _door(request, name), local_path(naar)
    hold_stranger(request)
    cookie = _seal(request, name, secrets.token_urlsafe(32), int(office_of(request).now().timestamp()), wanted)
    attempt = _read(request, name, cookie)
    try:
        if attempt is None:
            raise RuntimeError("an attempt that was sealed just now can be read")
        there = door.way_there(attempt.state, attempt.nonce, attempt.verifier)
    except Unreachable as error:
        return _failed(request, door, wanted, error, _unreachable(door))
    response = sessions.mark_browser(request, RedirectResponse(there, 303))
    return sessions.give_cookie(request, response, ATTEMPT, cookie, int(LASTS.total_seconds()))


@router.get("/terug")
def come_back(
    request: Request,
    _: Annotated[None, PUBLIC],
    name: str,
    state: str = "",
    code: str = "",
    error: str = "",
    iss: str = "",
) -> Response:
    """Take what the provider sent along: a new session, or why not."""
    door = _door(request, name)
    hold_stranger(request)
    attempt = _read(request, name, sessions.read_cookie(request, ATTEMPT))
    wanted = attempt.wanted if attempt else "/"
    if attempt is None or not hmac.compare_digest(attempt.state.encode(), state.encode()):
        response = sign_in_page(request, wanted, refusal=_expired())
    elif error or not code:
        response = _failed(request, door, wanted, error or "no code", _said_no(door, error))
    elif iss not in {"", door.provider.issuer}:
        response = _failed(request, door, wanted, f"came back from {iss[:100]}", _untrusted(door))
    else:
        response = _sign_in(request, door, attempt, code)
    return sessions.take_cookie(request, response, ATTEMPT)


def _sign_in(request: Request, door: "Door", attempt: Attempt, code: str) -> Response:
    office = office_of(request)
    try:
        told = door.redeem(code, attempt.nonce, attempt.verifier, office.now())
    except Unreachable as error:
        return _failed(request, door, attempt.wanted, error, _unreachable(door))
    except provider.Untrusted as error:
        return _failed(request, door, attempt.wanted, error, _untrusted(door))
    claims = elsewhere.Claims(door.provider.issuer, told.subject, told.email)
    try:
        with office.db.writing() as session:
            browser = sessions.browser_of(request)
            token = elsewhere.sign_in(session, claims, browser, office.sign_in_key, office.now())
            leave_earlier(request, session)
    except NotAllowed as refusal:
        return _failed(request, door, attempt.wanted, refusal.code, refusal)
    return land(request, token, attempt.wanted)


def _door(request: Request, name: str) -> "Door":
    door = office_of(request).doors.get(name)
    if door is None:
        raise HTTPException(404)
    return door


def _failed(request: Request, door: "Door", wanted: str, why: object, refusal: Refusal) -> Response:
    log.warning("signing in at %s: %s", door.provider.name, why)
    return sign_in_page(request, wanted, refusal=refusal)


def _seal(request: Request, name: str, state: str, at: int, wanted: str) -> str:
    page = base64.urlsafe_b64encode(wanted.encode()).decode().rstrip("=")
    return f"{state}.{at}.{page}.{_mac(request, 'attempt', name, state, at, page).hex()}"


def _read(request: Request, name: str, cookie: str) -> Attempt | None:
    """What a cookie holds; None where it isn't ours, of this browser and provider, or older than ten minutes."""
    found = _ATTEMPT.fullmatch(cookie)
    if found is None:
        return None
    state, at, page, seal = found.groups()
    ours = _mac(request, "attempt", name, state, at, page).hex()
    old = office_of(request).now().timestamp() - int(at) > LASTS.total_seconds()
    if old or not hmac.compare_digest(ours, seal):
        return None
    nonce, verifier = (
        base64.urlsafe_b64encode(_mac(request, use, name, state)).decode().rstrip("=") for use in ("nonce", "verifier")
    )
    wanted = base64.urlsafe_b64decode(page + "=" * (-len(page) % 4)).decode()
    return Attempt(state, nonce, verifier, local_path(wanted))


def _mac(request: Request, use: str, *parts: str | int) -> bytes:
    key = office_of(request).key_for("openid")
    return hmac.digest(key, length_prefixed(use, sessions.browser_of(request), *parts), hashlib.sha256)


def _expired() -> Invalid:
    sentence = mark("Het aanmelden duurde te lang, of begon in een ander venster. Begin opnieuw.")
    return Invalid("attempt-expired", sentence)


def _said_no(door: "Door", error: str) -> Invalid:
    if error == "access_denied":
        sentence = mark("U hebt het aanmelden bij {provider} afgebroken. Begin opnieuw, of kies een andere manier.")
    else:
        sentence = mark("{provider} kon u niet aanmelden. Probeer het opnieuw, of kies een andere manier.")
    return Invalid("provider-refused", sentence, provider=door.provider.label)


def _unreachable(door: "Door") -> Invalid:
    sentence = mark("{provider} is nu niet bereikbaar. Probeer het later opnieuw, of kies een andere manier.")
    return Invalid("provider-unreachable", sentence, provider=door.provider.label)


def _untrusted(door: "Door") -> Invalid:
    sentence = mark(
        "Wat {provider} terugstuurde klopt niet, dus u bent niet aangemeld. Meld het de beheerder als dit blijft."
    )
    return Invalid("provider-untrusted", sentence, provider=door.provider.label)
