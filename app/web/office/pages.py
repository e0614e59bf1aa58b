"""Pages that are there for everybody, and the small files that browsers and machines ask for."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from app.domain.retention import PERIODS, Kept
from app.routes import Router
from app.store.retention import months_of
from app.usecases import jobs
from app.web.frame.policy import PUBLIC
from app.web.frame.render import LOGO, page, static
from app.web.frame.sessions import office_of

router = Router()
# Change it when the statement is looked through anew.
STATED_ON = date(2026, 11, 29)
SECURITY_TXT_LASTS = timedelta(days=180)


@router.get("/toegankelijkheid")
def accessibility(request: Request, _: Annotated[None, PUBLIC]) -> Response:
    """How accessible Regie is, and where to report that it isn't.

    Source: Besluit digitale toegankelijkheid overheid, and the model of DigiToegankelijk for a statement by oneself.
    """
    contact = office_of(request).settings.contact_email
    return page(request, "pages/accessibility.html", contact=contact, stated_on=STATED_ON)


@router.get("/privacy")
def privacy(request: Request, _: Annotated[None, PUBLIC]) -> Response:
    """What Regie keeps about people, why and how long, and which cookies it sets."""
    with office_of(request).db.reading() as session:
        months = months_of(session)
    kept = [(PERIODS[kind].title, months[kind], PERIODS[kind].counted_from) for kind in Kept]
    return page(request, "pages/privacy.html", contact=office_of(request).settings.contact_email, kept=kept)


@router.get("/.well-known/security.txt")
def security_txt(request: Request, _: Annotated[None, PUBLIC]) -> Response:
    """Where to report a weakness. Source: RFC 9116."""
    office = office_of(request)
    expires = (office.now() + SECURITY_TXT_LASTS).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: mailto:{office.settings.contact_email}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: nl, en",
        f"Canonical: {office.settings.base_url}/.well-known/security.txt",
    )
    return PlainTextResponse("\n".join(lines) + "\n")


@router.get("/healthz")
def health(request: Request, _: Annotated[None, PUBLIC]) -> Response:
    """Whether this process answers and reaches its database, and which jobs are late, since when.

    A late job is trouble of the scheduler's: the answer stays 200, for this process can go on serving.
    """
    office = office_of(request)
    with office.db.reading() as session:
        late = [{"job": plan.name, "since": since.isoformat()} for plan, since in jobs.late(session, office.now())]
    return JSONResponse({"status": "late" if late else "ok", "late": late}, headers={"Cache-Control": "no-store"})


@router.get(LOGO)
def logo(request: Request, _: Annotated[None, PUBLIC]) -> Response:
    """The house's own logo, where there is one. Opened by itself it may do nothing either."""
    shown = office_of(request).settings.brand_logo
    if shown is None:
        raise HTTPException(404)
    headers = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox"}
    return Response(shown.content, media_type=shown.media_type, headers=headers)


@router.get("/favicon.ico")
def favicon(_: Annotated[None, PUBLIC]) -> Response:
    """The sign of Regie, for browsers that don't look for it in the page."""
    return RedirectResponse(static("regie.svg"), 301)
