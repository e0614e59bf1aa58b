"""Storing a file and its row, killed or failed on the way: `python -m tests.support.dying DATABASE FOLDER`.

Prints a line per step. Each death is that of a process of its own (SIGKILL), forked here where no other thread runs.
"""

import errno
import os
import resource
import signal
import sys
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from app.domain.actors import COMMAND
from app.store import files
from app.store.base import Db
from app.usecases import documents
from tests.support import samples
from tests.support.builders import at

STEPS = ("temporary file", "write", "fsync", "rename", "fsync folder", "commit")
BROKEN = STEPS[:-1]
"""Those at which a disk can fail."""
ON_THE_WAY = 4096
"""How much of a file is on a disk that is full."""


def content_of(step: str) -> bytes:
    """What is stored in the attempt that dies at this step: a PDF of its own."""
    return samples.PDF + f"%{step}\n".encode() * 2000


def _dying_after(act: Callable[..., Any], *, halfway: bool = False) -> Callable[..., Any]:
    def die(*arguments: Any, **options: Any) -> Any:
        if halfway:
            os.truncate(arguments[0], 0)
            act(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
        else:
            act(*arguments, **options)
        os.kill(os.getpid(), signal.SIGKILL)

    return die


def _arm(step: str) -> None:
    """From now on this process dies just after that step; in the middle of it where it is the writing."""
    match step:
        case "temporary file":
            files.tempfile.mkstemp = _dying_after(files.tempfile.mkstemp)  # type: ignore[attr-defined]
        case "write":
            os.write = _dying_after(os.write, halfway=True)
        case "fsync":
            os.fsync = _dying_after(os.fsync)
        case "rename":
            Path.replace = _dying_after(Path.replace)  # type: ignore[method-assign]
        case "fsync folder":
            files.fsync_folder = _dying_after(files.fsync_folder)


def store(db: Db, folder: Path, step: str) -> None:
    """Take a file in and put it on record; dies at the step, before the row is committed or after."""
    _arm(step)
    taken = documents.take(folder, BytesIO(content_of(step)), "brief.pdf")
    with db.writing() as session:
        documents.keep(session, COMMAND, taken, at(date(2026, 11, 23)))
    os.kill(os.getpid(), signal.SIGKILL)


def fill_up(db: Db, folder: Path) -> None:
    """Take a file in on a disk that has no more room; ends with 28 where that was told as it is."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ON_THE_WAY, ON_THE_WAY))
    try:
        documents.take(folder, BytesIO(content_of("full")), "brief.pdf")
    except OSError:
        os._exit(28)
    os._exit(0)


def break_down(db: Db, folder: Path, step: str) -> None:
    """Take a file in on a disk that fails at this step; ends with 5 where that was told and no row was written."""

    def fail(*_: Any, **__: Any) -> Any:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    match step:
        case "temporary file":
            files.tempfile.mkstemp = fail  # type: ignore[attr-defined]
        case "write":
            os.write = fail
        case "fsync":
            os.fsync = fail
        case "rename":
            Path.replace = fail  # type: ignore[method-assign]
        case "fsync folder":
            files.fsync_folder = fail
    try:
        with db.writing() as session:
            taken = documents.take(folder, BytesIO(content_of("broken")), "brief.pdf")
            documents.keep(session, COMMAND, taken, at(date(2026, 11, 23)))
    except OSError as error:
        os._exit(error.errno or 0)
    os._exit(0)


def _in_a_process(work: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        work()
        os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(url: str, folder: str) -> None:
    """Die at each step, fail at each that can, and run out of room once."""
    for step in STEPS:
        ended = _in_a_process(lambda step=step: store(Db(url), Path(folder), step))  # type: ignore[misc]
        print(f"{step}: {ended}", flush=True)  # noqa: T201
    for step in BROKEN:
        ended = _in_a_process(lambda step=step: break_down(Db(url), Path(folder), step))  # type: ignore[misc]
        print(f"broken {step}: {ended}", flush=True)  # noqa: T201
    print(f"full: {_in_a_process(lambda: fill_up(Db(url), Path(folder)))}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
