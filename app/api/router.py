"""The JSON interface under /api: an application of its own inside the other, so that every error there is a problem."""

import re
from collections.abc import Iterator
from functools import cache

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api import (
    answers,
    concurrence,
    coordination,
    digests,
    holding,
    letters,
    ministries,
    openapi,
    outcomes,
    ownership,
    problems,
    questions,
    repeats,
    statistics,
    terms,
)
from app.api.addresses import ROOT, VERSION_PATH
from app.domain.errors import Refusal

MODULES = (
    letters,
    questions,
    ownership,
    repeats,
    terms,
    concurrence,
    answers,
    outcomes,
    coordination,
    statistics,
    holding,
    digests,
    ministries,
    openapi,
)
# Above what a body may weigh at all: ours are measured in app.api.bodies, which answers with a problem.
NO_LIMIT = 2**62


class Versioned:
    """Puts the version on every answer under /api, faults and unknown addresses too.

    It also hands the office over that the application around this one has.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""

        async def versioned(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[openapi.VERSION_HEADER] = openapi.VERSION
            await send(message)

        if "app" in scope:
            scope["office"] = scope["app"].state.office
        await self.app(scope, receive, versioned)


class Everything(Mount):
    """All addresses under /api, and `/api` itself, which Starlette would leave to the application around it."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether an address is one of ours."""
        bare = scope["type"] == "http" and scope["path"] == self.path
        return super().matches({**scope, "path": f"{self.path}/"} if bare else scope)


@cache
def mount() -> Mount:
    """Everything under /api, for the routes of the application around it; assembled once, whatever office it serves."""
    api = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    api.state.api_routes = api_routes()
    api.state.methods_at = methods_at
    for kind in (Refusal, HTTPException, RequestValidationError, Exception):
        api.add_exception_handler(kind, _render_problem)
    for module in MODULES:
        api.include_router(module.router, prefix=VERSION_PATH, generate_unique_id_function=_operation_id)
    mounted = Everything("/api", app=api, name="api", middleware=[Middleware(Versioned)], max_body_size=NO_LIMIT)
    # Else an address with a line end in it would get a page.
    mounted.path_regex = re.compile(mounted.path_regex.pattern, re.DOTALL)
    return mounted


def api_routes() -> list[APIRoute]:
    """All routes, their paths without /api/v1."""
    return [route for module in MODULES for route in module.router.routes if isinstance(route, APIRoute)]


def methods_at(path: str) -> Iterator[str]:
    """The methods of all routes at this path. FastAPI's own 405 names those of one route, but two may share a path."""
    inside = path.removeprefix(ROOT)
    for route in api_routes():
        if route.path_regex.match(inside):
            yield from route.methods or ()


def _operation_id(route: APIRoute) -> str:
    first, *others = route.name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _render_problem(request: Request, exc: Exception) -> Response:
    return problems.render(request, exc)
