"""The files of tests lie in memory where there is room: nothing there has to outlive the run, or to wait for a disk."""

import os
import shutil
from pathlib import Path

import psutil
import pytest

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # a folder of our own is made in it
ROOM = 2 * 1024**3
PREFIX = "regie-tests-"
OURS = pytest.StashKey[Path]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Put the files of the run there, unless `--basetemp` says where; remove those of runs that were killed."""
    if hasattr(config, "workerinput") or config.option.basetemp or not os.access(SHARED_MEMORY, os.W_OK):
        return
    for left in SHARED_MEMORY.glob(f"{PREFIX}*"):
        if not psutil.pid_exists(int(left.name.removeprefix(PREFIX))):
            shutil.rmtree(left, ignore_errors=True)
    if shutil.disk_usage(SHARED_MEMORY).free > ROOM:
        config.stash[OURS] = SHARED_MEMORY / f"{PREFIX}{os.getpid()}"
        config.option.basetemp = str(config.stash[OURS])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Give the memory back."""
    folder = config.stash.get(OURS, None)
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
