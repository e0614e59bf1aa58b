"""Pages that are there for everybody, and the small files that browsers and machines ask for."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from app.usecases import jobs
from app.web.frame.policy import PUBLIC
from app.web.frame.render import page, static
from app.web.frame.sessions import office_of

router = APIRouter()
SECURITY_TXT_LASTS = timedelta(days=180)


@router.get("/toegankelijkheid")
def accessibility(request: Request, _: Annotated[None, PUBLIC]) -> Response:
    """How accessible Regie is, and where to report that it isn't."""
    return page(request, "pages/accessibility.html", contact=office_of(request).settings.contact_email)


@router.get("/privacy")
def privacy(request: Request, _: Annotated[None, PUBLIC]) -> Response:
    """What Regie keeps about people, and which cookies it sets."""
    return page(request, "pages/privacy.html", contact=office_of(request).settings.contact_email)


@router.get("/hulp")
def support(request: Request, _: Annotated[None, PUBLIC]) -> Response:
    """What to do when something doesn't work."""
    return page(request, "pages/help.html", contact=office_of(request).settings.contact_email)


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


@router.get("/favicon.ico")
def favicon(_: Annotated[None, PUBLIC]) -> Response:
    """The sign of Regie, for browsers that don't look for it in the page."""
    return RedirectResponse(static("regie.svg"), 301)
