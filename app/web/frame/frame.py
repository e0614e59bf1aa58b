"""What goes around every answer: security headers, and a page for whatever went wrong."""

import logging
import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import quote

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.domain.errors import NotAllowed, Refusal, mark
from app.settings import Settings
from app.store.access_log import Reads
from app.web.frame import access_log, reading, sessions
from app.web.frame.policy import SMALL_FORM, SignInNeeded, StrongerNeeded
from app.web.frame.render import LOGO, page, problem_json, redirect, status_of, wording_of

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
# What stands in the address of a link must not travel on, not even to the log of whoever hands out our style sheets.
# Browsers that trust the line say with every form which site it came from, so nothing is lost with the Origin.
LINKS, LINK_REFERRER = ("/a/", "/uitnodiging/"), "no-referrer"
OPEN_TO_ALL_HOSTS = "/healthz"
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9_.-]+))(?::[0-9]{1,5})?")
ELSEWHERE = (
    "Deze naam hoort niet bij deze site. Ga naar {address}.\n"
    "This name is not ours. Go to {address}. If you run Regie: see REGIE_BASE_URL and REGIE_HOSTS.\n"
)
_LINK = re.compile(r"(/(?:a|agenda|afmelding|uitnodiging)/)[^/?\s]+")
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


def protect(headers: MutableHeaders, path: str, settings: Settings, *, versioned: bool) -> None:
    """Add the security headers that an answer doesn't set itself, and say how long it may be kept."""
    if path.startswith(LINKS) and settings.trustworthy:
        headers.setdefault("Referrer-Policy", LINK_REFERRER)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if settings.secure:
        headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
    if path == LOGO and versioned:
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif not path.startswith("/static/"):
        headers.setdefault("Cache-Control", "no-store")
    elif versioned:
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif path.endswith(".woff2"):
        # Style sheets name fonts without a version; asking anew on every page would make the text jump.
        headers["Cache-Control"] = "public, max-age=604800"
    else:
        headers["Cache-Control"] = "no-cache"


class Frame:
    """Puts the headers on every answer, answers HEAD like GET without the body, and hangs up on bodies nobody reads.

    Whoever calls us by a name that isn't ours hears where we are, and nothing else. It tells the log of each request,
    and `reads` of what somebody opened.
    """

    def __init__(self, app: ASGIApp, settings: Settings, reads: Reads, clock: Callable[[], datetime]) -> None:
        self.app = app
        self.settings = settings
        self.reads = reads
        self.clock = clock
        self.elsewhere = PlainTextResponse(ELSEWHERE.format(address=settings.base_url), 421)

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
                protect(headers, scope["path"], self.settings, versioned=versioned)
                if unread:
                    # Else the server goes on taking in what is sent, if only to throw it away.
                    headers["Connection"] = "close"
            elif only_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        # The routes write into the scope they are given: which one answered, and to whom.
        inner = {**scope, "method": "GET"} if only_head else scope
        try:
            ours = scope["path"] == OPEN_TO_ALL_HOSTS or _named_host(scope) in self.settings.all_hosts
            await (self.app if ours else self.elsewhere)(inner, read, framed)
        finally:
            access_log.note(inner, method, status, began)
            seen = reading.seen(inner, method, status, self.clock())
            if seen is not None:
                self.reads.note(seen)


def _named_host(scope: Scope) -> str | None:
    """The host that a request names, in small letters, without port; None where it names none, or more than one."""
    named = Headers(scope=scope).getlist("host")
    found = _HOST.fullmatch(named[0].lower()) if len(named) == 1 else None
    return (found[1] or found[2]) if found else None


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
    """Takes answer links, and those of a person, out of a server's own access log: who reads the log may not answer."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record's arguments; nothing is left out."""
        if isinstance(record.args, tuple):
            record.args = tuple(_LINK.sub(r"\1…", arg) if isinstance(arg, str) else arg for arg in record.args)
        return True


def render_error(request: Request, exc: Exception) -> Response:
    """The page for a refusal, a wrong address, or a fault of ours."""
    if isinstance(exc, SignInNeeded):
        return _sign_in_first(request)
    if isinstance(exc, StrongerNeeded):
        return _go_on_first(request)
    if isinstance(exc, Refusal):
        return _error_page(request, status_of(exc), exc)
    if isinstance(exc, HTTPException):
        response = _too_often(request, exc) if exc.status_code == 429 else _error_page(request, exc.status_code)
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
    kept = refusal.facts.get("kept", "") if refusal else ""
    # htmx asked for a part of a page; a whole one would be put inside it.
    if refusal and refusal.code in {"link-invalid", "link-retired"}:
        return page(request, "answering/dead.html", status, why=refusal, kept="")
    template = "errors/_fragment.html" if request.headers.get("hx-request") else "errors/page.html"
    return page(request, template, status, title=words.text(title), sentence=said, kept=kept)


def _too_often(request: Request, exc: HTTPException) -> Response:
    words = wording_of(request)
    seconds = int((exc.headers or {}).get("Retry-After", 1))
    sentence = words.plural(
        mark("Dit gebeurde te vaak vlak na elkaar. Wacht {n} seconde en ga dan terug: wat u typte staat er nog."),
        mark("Dit gebeurde te vaak vlak na elkaar. Wacht {n} seconden en ga dan terug: wat u typte staat er nog."),
        seconds,
    )
    template = "errors/_fragment.html" if request.headers.get("hx-request") else "errors/page.html"
    return page(request, template, 429, title=words.text(mark("Even wachten")), sentence=sentence, kept="")


def _sign_in_first(request: Request) -> Response:
    if request.method == "GET":
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        address = "/aanmelden" if wanted == "/" else f"/aanmelden?naar={quote(wanted, safe='/')}"
        if request.headers.get("hx-request"):
            return Response(headers={"HX-Redirect": address})
        if not sessions.read_cookie(request, sessions.SESSION):
            return RedirectResponse(address, 303)
        sentence = mark(
            "U bent niet meer aangemeld. Na een uur zonder gebruik, of na twaalf uur, meldt u zich opnieuw aan."
        )
        response = redirect(request, address, ("info", wording_of(request).text(sentence)))
        return sessions.take_cookie(request, response, sessions.SESSION)
    if "application/json" in request.headers.get("accept", ""):
        words = wording_of(request)
        title = words.text(mark("U bent niet meer aangemeld"))
        detail = words.text(mark("u bent niet meer aangemeld. Laat deze pagina open en meld u opnieuw aan."))
        return problem_json(403, title, detail, aanmelden="/aanmelden")
    return page(request, "errors/signed_out.html", 403)


def _go_on_first(request: Request) -> Response:
    if request.method == "GET":
        if request.headers.get("hx-request"):
            return Response(headers={"HX-Redirect": "/aanmelden/verder"})
        return RedirectResponse("/aanmelden/verder", 303)
    sentence = mark("Met een code uit de mail kunt u dit niet. Meld u aan met een passkey of met een account.")
    return _error_page(request, 403, NotAllowed("stronger-needed", sentence))


def _fault(request: Request) -> Response:
    # What failed may be the database: don't ask it who this is.
    request.state.visitor = getattr(request.state, "visitor", None)
    response = _error_page(request, 500)
    # Starlette answers faults outside all middleware.
    protect(response.headers, request.url.path, request.app.state.office.settings, versioned=False)
    return response
