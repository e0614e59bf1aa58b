"""Who may use a route. Every route declares it with one parameter; a test refuses routes that don't.

who: Annotated[Actor, needs(Task.REGISTER)]     signed in, with a role that may do this
_: Annotated[None, PUBLIC]                      everybody
"""

from typing import Annotated, Any

from fastapi import Depends, HTTPException, Path, Request

from app.domain.actors import Actor, Door
from app.domain.errors import NotAllowed, mark
from app.domain.limits import FORMS, SEARCHES, SIGN_IN, SIGN_IN_KNOWN, UPLOADS, Limit, network_of
from app.domain.permissions import Relation, Task, may
from app.web.frame import sessions

# What a form may weigh: without a sign-in a few fields; with one, four documents of 25 MiB and a letter's text.
SMALL_FORM = 64 * 1024
LARGE_FORM = 105 * 1024 * 1024

LOOKS_ONLY = "x-regie-live"

RowId = Annotated[int, Path(ge=1, le=2**53)]


class SignInNeeded(Exception):
    """Nobody is signed in, and this page is not for everybody."""


class StrongerNeeded(Exception):
    """Somebody is signed in by a mailed code, which is not enough for what their role reaches."""


def hold(request: Request, limit: Limit, who: str) -> None:
    """Count one more of these by whoever this is; raises HTTPException 429 where it is too often. May block."""
    seconds = sessions.office_of(request).limiter.wait(limit, who)
    if seconds:
        raise HTTPException(429, headers={"Retry-After": str(seconds)})


def address_of(request: Request) -> str:
    """Where a request comes from, as far as the server knows (see REGIE_TRUSTED_PROXIES)."""
    return network_of(request.client.host if request.client else "")


def hold_stranger(request: Request) -> None:
    """Count one more try to get in, by this browser if somebody signed in with it before, else by its address.

    So nobody at a desk of their own is kept out by others behind the same address.
    """
    if sessions.is_known_browser(request):
        hold(request, SIGN_IN_KNOWN, sessions.browser_of(request))
    else:
        hold(request, SIGN_IN, address_of(request))


def hold_person(request: Request, person_id: int) -> None:
    """Count one more form, upload or search by a person, signed in or with a link; raises HTTPException 429."""
    if request.method == "POST":
        is_upload = request.headers.get("content-type", "").lower().startswith("multipart/")
        hold(request, UPLOADS if is_upload else FORMS, str(person_id))
    elif request.query_params.get("zoek"):
        hold(request, SEARCHES, str(person_id))


def admit(request: Request, largest_body: int) -> None:
    """Let this request's form be read, up to so many bytes. Policies call it once they know who is there."""
    request.state.largest_body = largest_body


class Needs:
    """Signed in, and one of the roles may do one of these tasks, if only for some questions.

    Which questions those are is narrowed in SQL, in the use case.
    """

    def __init__(self, *tasks: Task) -> None:
        self.tasks = tasks

    def __call__(self, request: Request) -> Actor:
        """The actor; raises SignInNeeded, StrongerNeeded, NotAllowed, or HTTPException 429."""
        found = sessions.visitor(request)
        if found is None:
            raise SignInNeeded
        if not sessions.may_work(request, found):
            raise StrongerNeeded
        if not any(may(found.roles, task, relation) for task in self.tasks for relation in Relation):
            raise NotAllowed(
                "not-allowed", mark("Deze pagina is niet voor uw rol. Vraag het de beheerder als u denkt van wel.")
            )
        hold_person(request, found.person_id)
        # A page that looks by itself whether something changed doesn't keep somebody signed in who went home.
        if LOOKS_ONLY not in request.headers:
            sessions.keep_alive(request, found)
        admit(request, LARGE_FORM)
        return found.actor(Door.SESSION)


class Public:
    """Everybody, signed in or not."""

    tasks: tuple[Task, ...] = ()

    def __call__(self, request: Request) -> None:
        """Nothing to refuse but too many forms, which are small; raises HTTPException 429."""
        if request.method == "POST":
            hold_stranger(request)
        sessions.visitor(request)
        admit(request, SMALL_FORM)


def needs(*tasks: Task) -> Any:
    """A policy: somebody signed in who may do one of these tasks."""
    return Depends(Needs(*tasks))


PUBLIC: Any = Depends(Public())
