"""A real clamd on this machine, with a database of one line: it knows the test virus of EICAR and nothing else."""

import hashlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

PATIENCE_SECONDS = 60
# In two parts, so that no scanner takes this file for one.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
FOUND = "Eicar-Test-Signature.UNOFFICIAL"
LARGEST = "30M"


def _program() -> str | None:
    return shutil.which("clamd", path=f"{os.environ['PATH']}:/usr/sbin")


class Clamd:
    """A scanner that listens at `address` while it runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = str(folder / "clamd.ctl")
        self._process: subprocess.Popen[bytes] | None = None
        database = folder / "database"
        database.mkdir()
        line = f"{hashlib.md5(EICAR, usedforsecurity=False).hexdigest()}:{len(EICAR)}:Eicar-Test-Signature\n"
        (database / "eicar.hdb").write_text(line)
        (folder / "clamd.conf").write_text(
            f"LocalSocket {self.address}\nDatabaseDirectory {database}\nTemporaryDirectory {folder}\nForeground yes\n"
            f"StreamMaxLength {LARGEST}\nMaxScanSize {LARGEST}\nMaxFileSize {LARGEST}\nConcurrentDatabaseReload no\n"
            f"SelfCheck 0\nMaxThreads 2\nLogFile {folder / 'clamd.log'}\n"
        )

    def start(self) -> None:
        """Run, and wait until it answers."""
        command = [_program() or "clamd", "--config-file", str(self.folder / "clamd.conf")]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"clamd did not start: {(self.folder / 'clamd.log').read_text()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop, as when the machine it runs on is down."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE_SECONDS)
            self._process = None

    @contextmanager
    def away(self) -> Iterator[None]:
        """It is not there within the block."""
        self.stop()
        yield
        self.start()

    def _answers(self) -> bool:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            line.connect(self.address)
            line.sendall(b"zPING\0")
            return line.recv(16) == b"PONG\0"
        return False


@pytest.fixture(scope="session")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clamd]:
    """The scanner of this worker. Without ClamAV the test is left out, but not where everything has to be tested."""
    if _program() is None:
        missing = "ClamAV is not installed (Debian: apt-get install clamav-daemon)"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    running = Clamd(tmp_path_factory.mktemp("clamd"))
    running.start()
    yield running
    running.stop()
