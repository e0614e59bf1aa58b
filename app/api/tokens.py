"""Who calls the API: the person behind a bearer token, and what a route asks of them.

who: Annotated[Actor, needs(Task.REGISTER)]     a token of somebody with a role that may do this
_: Annotated[None, PUBLIC]                      everybody
"""

import re
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Path, Request

from app.domain.actors import Actor, Door
from app.domain.errors import NotAllowed, mark
from app.domain.limits import CALLS, WRONG_KEYS, Limit, network_of
from app.domain.permissions import Relation, Task, may
from app.domain.questions import Act
from app.domain.scopes import covers
from app.office import Office
from app.usecases.accounts import tokens
from app.usecases.accounts.sessions import is_stale
from app.usecases.accounts.tokens import Caller

_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/-]{1,200}=*)", re.IGNORECASE)

RowId = Annotated[int, Path(alias="id", ge=1, le=2**53, description="Het id, zoals in de antwoorden van deze API.")]


def office_of(request: Request) -> Office:
    """The running Regie this request came to."""
    office: Office = request.scope["office"]
    return office


def caller(request: Request) -> Caller:
    """The person behind the token, looked up once per request. Blocks on the database.

    Raises HTTPException 401, or 429 where this token is used too often, or this address has too many wrong ones.
    """
    if not hasattr(request.state, "caller"):
        request.state.caller = _look_up(request)
        request.state.who = request.state.caller.who.actor(Door.API).label  # for the log
    found: Caller = request.state.caller
    return found


def _look_up(request: Request) -> Caller:
    sent = request.headers.get("authorization")
    address = network_of(request.client.host if request.client else "")
    if sent is None:
        raise HTTPException(401, headers={"WWW-Authenticate": 'Bearer realm="regie"'})
    token = _BEARER.fullmatch(sent.strip())
    office = office_of(request)
    found = None
    if token is not None:
        with office.db.reading() as session:
            found = tokens.find(session, token[1], office.now())
    if found is None:
        _hold(office, WRONG_KEYS, address)
        raise HTTPException(401, headers={"WWW-Authenticate": 'Bearer realm="regie", error="invalid_token"'})
    _hold(office, CALLS, str(found.who.credential_id))
    if is_stale(found.who, office.now()):
        with office.db.writing() as session:
            tokens.note_use(session, found, office.now())
    return found


def _hold(office: Office, limit: Limit, who: str) -> None:
    seconds = office.limiter.wait(limit, who)
    if seconds:
        raise HTTPException(429, headers={"Retry-After": str(seconds)})


class Needs:
    """A token of somebody whose roles allow one of these acts or tasks, if only for some questions.

    Which questions those are is narrowed in SQL, in the use case.
    """

    def __init__(self, *tasks: Act | Task) -> None:
        self.tasks = tasks

    def __call__(self, request: Request) -> Actor:
        """The actor; raises HTTPException 401 or NotAllowed."""
        found = caller(request)
        theirs = [task for task in self.tasks if any(may(found.who.roles, task, relation) for relation in Relation)]
        if not theirs:
            sentence = mark("Dit is niet voor uw rol. Vraag het de beheerder als u denkt van wel.")
            raise NotAllowed("not-allowed", sentence)
        if not any(covers(found.scopes, task) for task in theirs):
            sentence = mark("Deze sleutel is hier niet voor. Maak een sleutel met een ruimer gebruik.")
            raise NotAllowed("scope", sentence)
        return found.who.actor(Door.API)


class Public:
    """Everybody, with or without a token."""

    tasks: tuple[Act | Task, ...] = ()

    def __call__(self) -> None:
        """Nothing to refuse."""


def needs(*tasks: Act | Task) -> Any:
    """A policy: a token of somebody who may do one of these."""
    return Depends(Needs(*tasks))


PUBLIC: Any = Depends(Public())
