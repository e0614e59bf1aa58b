"""What goes around every answer: security headers, and a page for whatever went wrong."""

import logging
import re
import time
from collections.abc import Mapping
from urllib.parse import quote

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.domain.errors import Refusal, mark
from app.web.frame import access_log
from app.web.frame.policy import SMALL_FORM, SignInNeeded
from app.web.frame.render import page, status_of, wording_of

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: browsers then hide the Origin of our own forms, by which we know them where Sec-Fetch-Site lacks.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
STRICT_TRANSPORT = "max-age=31536000"
_LINK = re.compile(r"(/a/)[^/?\s]+")
_WRONG: Mapping[int, tuple[str, str]] = {
    400: (
        mark("Dit kunnen wij niet verwerken"),
        mark("Er ontbreekt iets in uw verzoek of het klopt niet. Ga terug en probeer het opnieuw."),
    ),
    403: (mark("Dit mag u hier niet"), mark("Vraag het de beheerder als u denkt van wel.")),
    404: (mark("Niet gevonden"), mark("Deze pagina bestaat niet. Misschien is het adres niet goed overgenomen.")),
    405: (mark("Dit kan hier niet"), mark("Dit adres kunt u alleen vanaf een van onze pagina’s gebruiken.")),
    409: (mark("Er is intussen iets veranderd"), mark("Ververs de pagina en kijk hoe het nu staat.")),
    413: (mark("Dit is te groot"), mark("Een bestand mag 25 MB zijn, alles samen 100 MB. Verstuur het in delen.")),
    415: (mark("Dit kunnen wij niet lezen"), mark("Gebruik het formulier op onze pagina.")),
    500: (
        mark("Er ging iets mis bij ons"),
        mark("Er is niets opgeslagen. Probeer het over een paar minuten opnieuw. Meld het ons als het weer misgaat."),
    ),
}


def protect(headers: MutableHeaders, path: str, *, versioned: bool, secure: bool) -> None:
    """Add the security headers that an answer doesn't set itself, and say how long it may be kept."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if secure:
        headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
    if not path.startswith("/static/"):
        headers.setdefault("Cache-Control", "no-store")
    elif versioned:
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif path.endswith(".woff2"):
        # Style sheets name fonts without a version; asking anew on every page would make the text jump.
        headers["Cache-Control"] = "public, max-age=604800"
    else:
        headers["Cache-Control"] = "no-cache"


class Frame:
    """Puts the headers on every answer, answers HEAD like GET without the body, and hangs up on bodies nobody reads."""

    def __init__(self, app: ASGIApp, secure: bool) -> None:
        self.app = app
        self.secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), None
        scope = _without_nul(scope)
        method: str = scope["method"]
        only_head = method == "HEAD"
        unread = _has_large_body(Headers(scope=scope))

        async def read() -> Message:
            nonlocal unread
            message = await receive()
            unread = unread and bool(message.get("more_body"))
            return message

        async def framed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                versioned = b"v=" in scope["query_string"]
                protect(headers, scope["path"], versioned=versioned, secure=self.secure)
                if unread:
                    # Else the server goes on taking in what is sent, if only to throw it away.
                    headers["Connection"] = "close"
            elif only_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        # The routes write into the scope they are given: which one answered, and to whom.
        inner = {**scope, "method": "GET"} if only_head else scope
        try:
            await self.app(inner, read, framed)
        finally:
            access_log.note(inner, method, status, began)


def _without_nul(scope: Scope) -> Scope:
    """Read a NUL in the query of a page as a space: PostgreSQL can't be asked for one. The API refuses it by name."""
    query: bytes = scope["query_string"]
    if b"%00" not in query or scope["path"].startswith("/api/"):
        return scope
    return {**scope, "query_string": query.replace(b"%00", b"%20")}


def _has_large_body(headers: Headers) -> bool:
    length = headers.get("content-length", "0")
    return "transfer-encoding" in headers or not length.isdigit() or int(length) > SMALL_FORM


class MaskLinks(logging.Filter):
    """Takes answer links out of a server's own access log: who reads the log may not answer."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record's arguments; nothing is left out."""
        if isinstance(record.args, tuple):
            record.args = tuple(_LINK.sub(r"\1…", arg) if isinstance(arg, str) else arg for arg in record.args)
        return True


def render_error(request: Request, exc: Exception) -> Response:
    """The page for a refusal, a wrong address, or a fault of ours."""
    if isinstance(exc, SignInNeeded):
        return _sign_in_first(request)
    if isinstance(exc, Refusal):
        return _error_page(request, status_of(exc), exc)
    if isinstance(exc, HTTPException):
        response = _error_page(request, exc.status_code)
        response.headers.update(exc.headers or {})
        return response
    if isinstance(exc, RequestValidationError):
        in_path = all(error["loc"][0] == "path" for error in exc.errors())
        return _error_page(request, 404 if in_path else 400)
    return _fault(request)


def _error_page(request: Request, status: int, refusal: Refusal | None = None) -> Response:
    words = wording_of(request)
    title, sentence = _WRONG.get(status) or _WRONG[400 if status < 500 else 500]
    said = words.refusal(refusal) if refusal else words.text(sentence)
    # htmx asked for a part of a page; a whole one would be put inside it.
    if refusal and refusal.code == "link-invalid":
        return page(request, "answering/dead.html", status, why=refusal, kept="")
    template = "errors/_fragment.html" if request.headers.get("hx-request") else "errors/page.html"
    return page(request, template, status, title=words.text(title), sentence=said)


def _sign_in_first(request: Request) -> Response:
    if request.method == "GET":
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        address = "/aanmelden" if wanted == "/" else f"/aanmelden?naar={quote(wanted, safe='/')}"
        if request.headers.get("hx-request"):
            return Response(headers={"HX-Redirect": address})
        return RedirectResponse(address, 303)
    return page(request, "errors/signed_out.html", 403)


def _fault(request: Request) -> Response:
    # What failed may be the database: don't ask it who this is.
    request.state.visitor = getattr(request.state, "visitor", None)
    response = _error_page(request, 500)
    # Starlette answers faults outside all middleware.
    secure = request.app.state.office.settings.secure
    protect(response.headers, request.url.path, versioned=False, secure=secure)
    return response
