"""The text in a letter's file, as another process reads it: the libraries for that never enter this one."""

import subprocess  # nosec B404 # our own program, no shell
import sys
from pathlib import Path

from app.domain.files import FileKind
from app.domain.letters import LIMITS

LONGEST = LIMITS["tekst"]
SECONDS = 20
PICTURES = frozenset({FileKind.JPEG, FileKind.PNG})
READER = "app.store.file_reader"


def text_of(path: Path, kind: FileKind) -> str:
    """The text of a stored file, at most 500,000 signs; empty for a scan, a picture, or what can't be read."""
    if kind in PICTURES:
        return ""
    command = [sys.executable, "-m", READER, kind, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603  # nosec B603
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return ""
    return done.stdout.decode(errors="replace")[:LONGEST].strip()
