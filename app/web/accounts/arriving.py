"""What all ways of signing in have in common: where somebody came from, and where they land."""

import re
from urllib.parse import quote

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.usecases.accounts import sessions as kept
from app.usecases.accounts.passkeys import Site
from app.web.frame import navigation, sessions
from app.web.frame.render import redirect
from app.web.frame.sessions import office_of

# One slash and no backslash: browsers read //host and /\\host as another site.
_LOCAL = re.compile(r"/(?!/)[!-\[\]-~]{0,500}")
GO_ON = "/aanmelden/verder"


def local_path(wanted: str) -> str:
    """The page somebody wanted before signing in, if it is one of ours; else the first page."""
    ours = _LOCAL.fullmatch(wanted) and not wanted.startswith(("/aanmelden", "/afmelden", "/uitnodiging"))
    return wanted if ours else "/"


def with_wanted(path: str, wanted: str) -> str:
    """One of our addresses, with the page somebody wanted behind it."""
    return path if wanted == "/" else f"{path}?naar={quote(wanted, safe='/')}"


def leave_earlier(request: Request, session: Session) -> None:
    """End the session this browser had, in the transaction that opens the new one."""
    earlier = sessions.visitor(request)
    if earlier:
        kept.sign_out(session, earlier, office_of(request).now())


def land(request: Request, token: str, wanted: str) -> Response:
    """To where somebody wanted to go, signed in: else to the first place their role has work."""
    office = office_of(request)
    with office.db.reading() as session:
        found = kept.find(session, token, office.sign_in_key, office.now())
    if found is None:  # ended in the meantime
        return redirect(request, "/aanmelden")
    places = navigation.places(found.roles)
    place = places[0][0] if wanted == "/" and places else wanted
    response = redirect(request, place if sessions.may_work(request, found) else GO_ON)
    return sessions.give_cookie(request, response, sessions.SESSION, token)


def site_of(request: Request) -> Site:
    """Where passkeys of this Regie are valid."""
    settings = office_of(request).settings
    return Site(settings.name, settings.host, settings.base_url)
