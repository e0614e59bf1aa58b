"""Routes that FastAPI looks into when they are first asked for: there are hundreds, and a start needs a few.

To read a route's parameters and to build what checks them is a third of what loading the application takes, and a good
part of what it weighs. That a route can be built is tested for all of them, so nothing is found out late.
"""

import threading
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import Match, compile_path
from starlette.types import Scope

_BUILDING = threading.RLock()


class LateRoute(APIRoute):
    """Knows its address and methods from the start, which is what finding it takes, and the rest when it is found."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        # Not yet APIRoute's own: `__getattr__` does that.
        self.path, self.endpoint = path, endpoint
        self.methods = {method.upper() for method in options.get("methods") or ("GET",)}
        self.name = options.get("name") or endpoint.__name__
        self.path_regex, self.path_format, self.param_convertors = compile_path(path)
        self._stem = path.partition("{")[0]
        self._options: dict[str, Any] | None = options

    def __getattr__(self, name: str) -> Any:
        """Build the rest at the first question about something that isn't there yet."""
        with _BUILDING:
            options, self._options = self.__dict__.get("_options"), None
            if options is not None:
                super().__init__(self.path, self.endpoint, **options)
            if name not in self.__dict__:
                raise AttributeError(name)
        return self.__dict__[name]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether an address is this one's. Most lack what stands before its parameters, and are not."""
        return super().matches(scope) if self._stem in scope["path"] else (Match.NONE, {})


class Router(APIRouter):
    """A router of such routes; each page of ours and each operation of the API stands in one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=LateRoute, **options)
