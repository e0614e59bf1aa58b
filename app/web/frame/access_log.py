"""One line in the log per request: who, what, which object, with what result, from where, how long. No secrets.

What varies in an address is written as its route names it (`/a/{token}`), so that no link gets in.
"""

import logging
import re
import time
from collections.abc import Iterator

from starlette.types import Scope

log = logging.getLogger(__name__)

FAULT = 500
_SECRET = {"token", "code", "key"}
_LONGEST = 24  # no part of an address of ours is longer, and no link or code shorter than that is worth guessing
_SHOWN = 120


def note(scope: Scope, method: str, status: int | None, began: float) -> None:
    """Log a request that was answered, with `status` None where it ended in a fault; `began` by `time.perf_counter`."""
    if not log.isEnabledFor(logging.INFO):
        return
    state = scope.get("state", {})
    client = scope.get("client")
    facts = {
        "event": "request",
        "who": state.get("who"),
        "what": f"{method} {address(scope)}",
        "object": state.get("about") or ",".join(_objects(scope)),
        "result": status or FAULT,
        "from": client[0] if client else None,
        "ms": round(1000 * (time.perf_counter() - began)),
    }
    log.info("request", extra={"facts": facts})


def address(scope: Scope) -> str:
    """The address of a request as its route names it, at most 120 signs."""
    names = {str(value): f"{{{name}}}" for name, value in scope.get("path_params", {}).items()}
    parts = (names.get(part) or (part if len(part) <= _LONGEST else "…") for part in scope["path"].split("/"))
    return "/".join(parts)[:_SHOWN]


def _objects(scope: Scope) -> Iterator[str]:
    for name, value in scope.get("path_params", {}).items():
        if name not in _SECRET and len(str(value)) <= _LONGEST:
            yield f"{name.removesuffix('_id')}:{re.sub(r'[^A-Za-z0-9_.-]', '?', str(value))}"
