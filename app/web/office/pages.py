"""Pages that are there for everybody, and the small files that browsers and machines ask for."""

from datetime import timedelta
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

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
    """Whether this process answers and reaches its database."""
    with office_of(request).db.reading() as session:
        session.execute(sa.text("SELECT 1"))
    return PlainTextResponse("ok\n")


@router.get("/favicon.ico")
def favicon(_: Annotated[None, PUBLIC]) -> Response:
    """The sign of Regie, for browsers that don't look for it in the page."""
    return RedirectResponse(static("regie.svg"), 301)
