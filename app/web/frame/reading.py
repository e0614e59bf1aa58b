"""Which answers count as reading something: one thing's page, or a file taken along, by somebody we know.

Pages that list many things count only as a file. What is opened with an answer link is left to the log stream: mail
scanners open links, and a GET of theirs writes no row.
"""

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from starlette.types import Scope

from app.domain.actors import Door
from app.store.access_log import Seen
from app.web.frame.access_log import address

OK = 200
# The part of an address before a number or name → what the audit chain calls such a thing.
THINGS: Mapping[str, str] = {
    "vragen": "vraag",
    "brieven": "brief",
    "documenten": "document",
    "antwoorden": "antwoord",
    "antwoordbladen": "antwoordblad",
    "overzichten": "weekoverzicht",
    "dossiers": "dossier",
    "samenhang": "samenhang",
    "personen": "persoon",
    "ministeries": "ministerie",
    "postvak-uit": "mail",
}
COUNTS = frozenset({"statistieken", "uitvoer"})
"""Pages under these show counts, or how far a file is; only a file taken along is a reading."""
FILES = (".csv", ".ods", ".odt", ".xlsx", ".json", ".ics", ".zip", ".eml")
LONGEST_OBJECT = 80


def seen(scope: Scope, method: str, status: int | None, at: datetime) -> Seen | None:
    """The reading that this answer was, or None. A route may name the thing itself, in `request.state.read`."""
    state: dict[str, Any] = scope.get("state", {})
    who = state.get("who")
    if method != "GET" or status != OK or not who or who.startswith(Door.LINK):
        return None
    thing = state.get("read") or _thing(scope)
    return Seen(at, who, thing[:LONGEST_OBJECT], address(scope)) if thing else None


def _thing(scope: Scope) -> str:
    parts = scope["path"].strip("/").split("/")
    values = [str(value) for value in scope.get("path_params", {}).values()]
    for before, part in pairwise(parts):
        if part in values and parts[0] not in COUNTS:
            return f"{THINGS.get(before, before)}:{part}"
    return f"uitvoer:{parts[-1]}" if parts[-1].endswith(FILES) else ""
