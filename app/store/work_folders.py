"""Folders of work that the clockwork does for somebody: what is asked lies in a file, and so does how far it is.

Not in the database: nothing of it belongs to the register, a reserve copy needs none of it, and the one writer there
may be this very work. Whoever works holds a lock that ends with its process.
"""

import fcntl
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

_PROGRESS, _LOCK = "progress.json", "lock"


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Whether nobody else works at any of them; until the block ends nobody will. A dead process holds nothing."""
    if not folder.is_dir():
        yield False
        return
    with (folder / _LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def note_progress(place: Path, progress: Mapping[str, Any]) -> None:
    """Say how far the work in this place is."""
    put(place / _PROGRESS, progress)


def progress_in(place: Path) -> Mapping[str, Any] | None:
    """What was said last; None before the work began."""
    with suppress(FileNotFoundError, ValueError):
        told: Mapping[str, Any] = json.loads((place / _PROGRESS).read_text())
        return told
    return None


def put(path: Path, value: Any) -> None:
    """Write a file in one go: whoever reads it sees the old one or the new one."""
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        unfinished.write_text(json.dumps(value))
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
