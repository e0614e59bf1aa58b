"""Pages: a template, the frame around it (who, navigation, messages), and the answer 303 after an act."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from app.domain.actors import Door
from app.domain.errors import Invalid, NotAllowed, NotFound, OutOfDate, Refusal, WrongState, mark
from app.domain.hints import HINTS, Hint
from app.store.accounts import SignedIn
from app.usecases import hints
from app.web.frame import navigation, sessions
from app.web.frame.forms import Posted, form_token
from app.wording import Wording, install, preferred, wording

ROOT = Path(__file__).parents[3]
STATIC = ROOT / "static"
LOGO = "/huisstijl/logo"
FLASH = "regie-flash"
FLASH_SECONDS = 60
_LEVELS = frozenset({"info", "ok", "warning", "error"})
_STATUS: Mapping[type[Refusal], int] = {NotFound: 404, NotAllowed: 403, WrongState: 409, OutOfDate: 409, Invalid: 400}


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    install(made)
    return made


TEMPLATES = _environment()


def status_of(refusal: Refusal) -> int:
    """The HTTP status a refusal answers with."""
    return next(status for kind, status in _STATUS.items() if isinstance(refusal, kind))


def language_of(request: Request) -> str:
    """The reader's language: their own once signed in, else what the browser asks for, else Dutch."""
    found = sessions.visitor(request)
    return found.language if found else preferred(request.headers.get("accept-language", ""))


def wording_of(request: Request) -> Wording:
    """The reader's wording, for sentences made in a route (a flash message)."""
    return wording(language_of(request))


def page(
    request: Request,
    name: str,
    status: int = 200,
    *,
    refusal: Refusal | None = None,
    typed: Posted | None = None,
    counts: Mapping[str, tuple[int, bool]] | None = None,
    language: str | None = None,
    **context: Any,
) -> Response:
    """A page or fragment from templates/, in the reader's language.

    With `refusal` its status is the refusal's, and `errors` maps each field (or "") to its sentence. `typed` is what
    the form held, an empty form otherwise. `counts` puts numbers into the navigation: address → (how many, any late).
    """
    words = wording(language or language_of(request))
    me = sessions.visitor(request)
    at_work = me is not None and sessions.may_work(request, me)
    if refusal and status == 200:
        status = status_of(refusal)
    given = {
        "me": me,
        "nav": navigation.items(words, me if at_work else None, request.url.path, counts or {}),
        "in_sight": navigation.IN_SIGHT,
        "brand": _brand(request),
        "hint": _hint(request, me),
        "flash": _read_flash(request),
        "form_token": form_token(request),
        "static": static,
        "wording": words,
        "language": words.language,
        "today": sessions.office_of(request).today(),
        "status": status,
        "refusal": refusal,
        "errors": errors_of(words, refusal),
        "typed": typed or Posted(),
    }
    html = TEMPLATES.get_template(name).render(given | context)
    response = HTMLResponse(html, status)
    if sessions.read_cookie(request, FLASH):
        sessions.take_cookie(request, response, FLASH)
    return sessions.mark_browser(request, response)


def redirect(request: Request, url: str, flash: str | tuple[str, str] | None = None) -> Response:
    """303 to a page of ours. `flash` is what that page says above its content: a sentence, or (level, sentence)."""
    response = RedirectResponse(url, 303)
    if flash:
        level, sentence = ("ok", flash) if isinstance(flash, str) else flash
        sessions.give_cookie(request, response, FLASH, _sealed(request, level, sentence), FLASH_SECONDS)
    return sessions.mark_browser(request, response)


def errors_of(words: Wording, refusal: Refusal | None) -> dict[str, str]:
    """Field → sentence, in the order of the form; "" for what belongs to no field."""
    if refusal is None:
        return {}
    found: dict[str, str] = {}
    for one in refusal.all() if isinstance(refusal, Invalid) else (refusal,):
        found.setdefault(one.field or "", words.refusal(one))
    return found


def problem(words: Wording, refusal: Refusal) -> Response:
    """Why a draft was not kept, as the script reads it (problem+json)."""
    return problem_json(status_of(refusal), words.text(mark("Niet bewaard")), words.refusal(refusal))


def problem_json(status: int, title: str, detail: str, **more: str) -> Response:
    """A refusal for a script; `more` are further members."""
    body = {"title": title, "status": status, "detail": detail, **more}
    return JSONResponse(body, status, media_type="application/problem+json")


def static(path: str) -> str:
    """The address of a file in static/, with a version that changes when the file does."""
    file = STATIC / path
    version = _version(file, file.stat().st_mtime_ns) if file.exists() else "0"
    return f"/static/{path}?v={version}"


@lru_cache(maxsize=256)
def _version(file: Path, _changed_at: int) -> str:
    return _digest(file.read_bytes())


@lru_cache(maxsize=4)
def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def _hint(request: Request, me: SignedIn | None) -> Hint | None:
    """What a first visit to this page is told; only places where work begins have something to tell."""
    if me is None or request.method != "GET" or all(hint.place != request.url.path for hint in HINTS):
        return None
    with sessions.office_of(request).db.reading() as session:
        return hints.unread(session, me.actor(Door.SESSION), request.url.path)


def _brand(request: Request) -> Mapping[str, Any]:
    settings = sessions.office_of(request).settings
    logo = settings.brand_logo
    shown = {"href": f"{LOGO}?v={_digest(logo.content)}", "width": logo.width, "height": logo.height} if logo else None
    return {"name": settings.name, "tagline": settings.tagline, "org": settings.organisation, "logo": shown}


def _seal(request: Request, text: str) -> str:
    key = sessions.office_of(request).key_for("flash")
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]


def _sealed(request: Request, level: str, sentence: str) -> str:
    text = base64.urlsafe_b64encode(json.dumps([level, sentence[:800]]).encode()).decode()
    return f"{text}.{_seal(request, text)}"


def _read_flash(request: Request) -> list[tuple[str, str]]:
    text, _, seal = sessions.read_cookie(request, FLASH).partition(".")
    if not text or not hmac.compare_digest(seal.encode(), _seal(request, text).encode()):
        return []
    try:
        level, sentence = json.loads(base64.urlsafe_b64decode(text))
    except (binascii.Error, ValueError):
        return []
    return [(level if level in _LEVELS else "info", str(sentence))]
