"""Who may use a route. Every route declares it with one parameter; a test refuses routes that don't.

who: Annotated[Actor, needs(Task.REGISTER)]     signed in, with a role that may do this
_: Annotated[None, PUBLIC]                      everybody
"""

from typing import Annotated, Any

from fastapi import Depends, Path, Request

from app.domain.actors import Actor, Door
from app.domain.errors import NotAllowed, mark
from app.domain.permissions import Relation, Task, may
from app.web.frame import sessions

# What a form may weigh: without a sign-in a few fields; with one, four documents of 25 MiB and a letter's text.
SMALL_FORM = 64 * 1024
LARGE_FORM = 105 * 1024 * 1024

RowId = Annotated[int, Path(ge=1, le=2**53)]


class SignInNeeded(Exception):
    """Nobody is signed in, and this page is not for everybody."""


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
        """The actor; raises SignInNeeded or NotAllowed."""
        found = sessions.visitor(request)
        if found is None:
            raise SignInNeeded
        if not any(may(found.roles, task, relation) for task in self.tasks for relation in Relation):
            raise NotAllowed(
                "not-allowed", mark("Deze pagina is niet voor uw rol. Vraag het de beheerder als u denkt van wel.")
            )
        sessions.keep_alive(request, found)
        admit(request, LARGE_FORM)
        return found.actor(Door.SESSION)


class Public:
    """Everybody, signed in or not."""

    tasks: tuple[Task, ...] = ()

    def __call__(self, request: Request) -> None:
        """Nothing to refuse; the forms of such a page are small."""
        sessions.visitor(request)
        admit(request, SMALL_FORM)


def needs(*tasks: Task) -> Any:
    """A policy: somebody signed in who may do one of these tasks."""
    return Depends(Needs(*tasks))


PUBLIC: Any = Depends(Public())
