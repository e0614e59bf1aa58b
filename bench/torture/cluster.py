"""A PostgreSQL server to be stopped at once, as the torturer sees it; `cluster_keeper` is the process it is in."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


class Cluster:
    """The server, seen from the torturer."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        with (folder / "keeper.log").open("w") as log:
            self._keeper = subprocess.Popen(
                [sys.executable, "-m", "bench.torture.cluster_keeper", str(folder), str(os.getpid())],
                cwd=ROOT,
                env={**os.environ, "XDG_RUNTIME_DIR": str(folder)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait((folder / "url").exists)
        self.url = (folder / "url").read_text()

    @property
    def crashes(self) -> int:
        """How often it was stopped at once and is back again."""
        path = self._folder / "crashes"
        return len(path.read_text()) if path.exists() else 0

    def crash(self) -> None:
        """Stop it at once; it is back when this returns."""
        before = self.crashes
        self._keeper.send_signal(signal.SIGUSR1)
        self._wait(lambda: self.crashes > before)

    def stop(self) -> None:
        """Stop it in order, and remove what it kept."""
        self._keeper.terminate()
        self._keeper.wait(START_SECONDS)

    def _wait(self, done: Callable[[], bool]) -> None:
        ends = time.monotonic() + START_SECONDS
        while not done():
            if self._keeper.poll() is not None or time.monotonic() > ends:
                raise RuntimeError(f"PostgreSQL is not there:\n{(self._folder / 'keeper.log').read_text()}")
            time.sleep(0.02)
