"""P12: how soon the list of commands is there, and a server answers, beside the bare import of what it stands on."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.databases import Databases
from bench.measure import timed
from bench.web import served

TIMES = 7
BARE = [sys.executable, "-c", "import fastapi, sqlalchemy"]
HELP = [sys.executable, "-m", "app", "--help"]


def run(databases: Databases, _n: int) -> None:
    """Print P12; the server finds its tables in place, as at every start but the first."""
    bare, helped, served_after = [], [], []
    url = databases.copy("sqlite", "starting", lambda _url: None)
    with tempfile.TemporaryDirectory() as var, compiled(Path(var) / "compiled"):
        for _ in range(TIMES):
            bare.append(timed(lambda: subprocess.run(BARE, check=True))[0])
            helped.append(timed(lambda: subprocess.run(HELP, check=True, stdout=subprocess.DEVNULL))[0])
            served_after.append(timed(lambda: _first_answer(url, var))[0])
    limit = min(bare)
    print(
        f"P12 --help {min(helped) / limit:.2f}x of the bare import ({min(helped):.2f} s and {limit:.2f} s); "
        f"serve to its first answer {min(served_after) / limit:.2f}x ({min(served_after):.2f} s)",
        flush=True,
    )
    databases.drop(url)


@contextmanager
def compiled(folder: Path) -> Iterator[None]:
    """Let Python keep what it compiled, in this folder, as it does where nobody forbids it."""
    before = os.environ.copy()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _first_answer(url: str, var: str) -> None:
    with served(url, var):
        pass
