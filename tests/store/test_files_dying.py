"""Goals R8: whatever fails while a file is stored, no row is without its file, and orphans are swept."""

import errno
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa

from app.store import files
from app.store.base import Db
from app.store.documents import Document
from app.usecases import tidying
from tests.support.builders import at
from tests.support.dying import BROKEN, STEPS, content_of

ROOT = Path(__file__).parents[2]
NOW = at(date(2026, 11, 24), 12)


def test_a_process_killed_at_each_step_or_a_disk_that_fails_or_is_full_leaves_no_row_without_its_file(
    db: Db, db_url: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    folder = tmp_path / "documents"
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.dying", db_url, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    died = [f"{step}: {-signal.SIGKILL}" for step in STEPS]
    failed = [f"broken {step}: {errno.EIO}" for step in BROKEN]
    assert done.stdout.splitlines() == [*died, *failed, f"full: {errno.ENOSPC}"]
    lying = [path for path in folder.rglob("*") if path.is_file()]
    whole = [path for path in lying if not path.name.startswith(files.UNFINISHED)]
    assert {path.name for path in whole} == {hashlib.sha256(path.read_bytes()).hexdigest() for path in whole}
    with db.reading() as s:
        named = s.scalars(sa.select(Document.sha256)).all()
    assert [files.find(folder, sha256).read_bytes() for sha256 in named] == [content_of("commit")]
    assert len(lying) - len(whole) == 3, "those that were not whole when the process died"
    for path in lying:
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    with db.reading() as s:
        assert tidying.clear_files(s, folder, NOW + timedelta(hours=23)) == 0
        assert tidying.clear_files(s, folder, NOW + timedelta(hours=25)) == len(lying) - 1
    assert [path.name for path in folder.rglob("*") if path.is_file()] == list(named)
    record_property("deaths while storing a file, rows without a file: 0", len(STEPS))
    record_property("faults of the disk while storing a file, rows without a file: 0", len(BROKEN) + 1)
