"""Long lists that are being written to a file for somebody: each in a folder with what was asked and how it stands.

Only who asked for one sees it, and for a day.
"""

import json
import os
import re
import secrets
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

from app.domain.errors import NotFound, WrongState, mark
from app.store.work_folders import put

KEPT = timedelta(days=1)
"""How long a file lies there once it is finished."""
LONGEST_WAIT = timedelta(days=7)
"""After that one that never came to an end is thrown away too."""
MOST_EACH = 3
_ID = re.compile(r"[0-9a-f]{16}")
_ABOUT, _CONTENT, _PARTIAL = "about.json", "content", "content.partial"


class Stage(StrEnum):
    """How far it is. WAITING: for the clockwork, or in its hands."""

    WAITING = "wacht"
    DONE = "klaar"
    FAILED = "mislukt"


@dataclass(frozen=True)
class Export:
    """One file. `query` is the address of the list, `kind` the end of the file's name; `rows` it was asked to hold.

    `ended_at` is when it was done or failed, `why` then the code of the reason; moments are ISO.
    """

    id: str
    person_id: int
    name: str
    kind: str
    language: str
    query: Mapping[str, str]
    rows: int
    asked_at: str
    stage: Stage = Stage.WAITING
    ended_at: str | None = None
    why: str = ""


def begin(folder: Path, export: Export) -> None:
    """Note what is asked. Raises OSError when the disk is full: then nothing of it is left.

    Raises WrongState `too-many-exports` where this person has as many as one may have.
    """
    if len(of_person(folder, export.person_id)) >= MOST_EACH:
        sentence = mark("U hebt al {most} bestanden staan. Gooi er eerst een weg; na een dag gaan zij vanzelf weg.")
        raise WrongState("too-many-exports", sentence, most=MOST_EACH)
    place = folder / export.id
    place.mkdir(parents=True, mode=0o700)
    try:
        save(folder, export)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise


def new_id() -> str:
    """A name that nobody guesses."""
    return secrets.token_hex(8)


def find(folder: Path, export_id: str, person_id: int | None) -> Export:
    """One of this person's. Raises NotFound (`no-export`) where there is none, or it is somebody else's."""
    if _ID.fullmatch(export_id):
        found = _read(folder / export_id / _ABOUT)
        if found is not None and found.person_id == person_id:
            return found
    raise NotFound("no-export", mark("Dit bestand is er niet meer. Ga naar de lijst en maak het opnieuw."))


def of_person(folder: Path, person_id: int | None) -> list[Export]:
    """All of a person's, the newest first."""
    own = (one for one in _all(folder) if one.person_id == person_id)
    return sorted(own, key=lambda one: one.asked_at, reverse=True)


def next_waiting(folder: Path) -> Export | None:
    """The one that waits longest for the clockwork."""
    return min((one for one in _all(folder) if one.stage is Stage.WAITING), key=lambda one: one.asked_at, default=None)


def save(folder: Path, export: Export) -> None:
    """Note how it stands, in one go."""
    put(folder / export.id / _ABOUT, asdict(export))


def write(folder: Path, export: Export, fill: Callable[[IO[bytes]], None]) -> None:
    """Write its file with `fill`. It is there whole or not at all, whatever happens halfway."""
    place = folder / export.id
    partial = place / _PARTIAL
    try:
        with partial.open("wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(place / _CONTENT)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def place_of(folder: Path, export: Export) -> Path:
    """The folder it lies in."""
    return folder / export.id


def content(folder: Path, export: Export) -> Path:
    """Where its file lies. Raises NotFound (`no-export`) where it isn't finished."""
    path = folder / export.id / _CONTENT
    if export.stage is not Stage.DONE or not path.is_file():
        raise NotFound("no-export", mark("Dit bestand is er niet meer. Ga naar de lijst en maak het opnieuw."))
    return path


def remove(folder: Path, export: Export) -> None:
    """Throw it away with its file."""
    shutil.rmtree(folder / export.id, ignore_errors=True)


def forget(folder: Path, now: datetime) -> int:
    """Throw away what was finished a day ago, and what never was; return how many."""
    gone = 0
    for one in _all(folder):
        begun, ended = datetime.fromisoformat(one.asked_at), datetime.fromisoformat(one.ended_at or one.asked_at)
        if (one.ended_at and now - ended >= KEPT) or now - begun >= LONGEST_WAIT:
            remove(folder, one)
            gone += 1
    return gone


def _all(folder: Path) -> list[Export]:
    found = (_read(about) for about in folder.glob(f"*/{_ABOUT}"))
    return [one for one in found if one is not None]


def _read(about: Path) -> Export | None:
    with suppress(FileNotFoundError, ValueError):
        told: dict[str, Any] = json.loads(about.read_text())
        return Export(**{**told, "stage": Stage(told["stage"])})
    return None
