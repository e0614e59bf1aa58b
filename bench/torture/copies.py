"""R10: a reserve copy made while others write as fast as they can, put back elsewhere and compared."""

import os
import threading
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.backup import acts
from app.backup.drill import drill
from app.domain.actors import COMMAND
from app.store import audit
from app.store.documents import Document
from app.usecases import documents
from bench.torture.checks import Finding
from bench.torture.scene import Scene
from tests.support import postgres

WRITERS = 3
ROWS_BEFORE, ROWS = 50_000, 30  # rows that name a document, and are counted: before, and in each transaction


def run(scene: Scene) -> list[Finding]:
    """Write, copy, drill; the drill's own comparisons are what is told."""
    os.environ["PATH"] = f"{postgres.programs()}{os.pathsep}{os.environ['PATH']}"
    folder, written, over = scene.folder / "var" / "documents", [0] * WRITERS, threading.Event()
    _write(scene, folder, b"de eerste brief", ROWS_BEFORE)

    def write(number: int) -> None:
        while not over.is_set():
            _write(scene, folder, f"brief {number} {written[number]}".encode(), ROWS)
            written[number] += ROWS + 2

    writers = [threading.Thread(target=write, args=(number,), daemon=True) for number in range(WRITERS)]
    for one in writers:
        one.start()
    time.sleep(1)
    before, began = sum(written), time.monotonic()
    copy = acts.make(scene.url, folder, scene.folder / "copies", scene.now)
    during, took = sum(written) - before, time.monotonic() - began
    over.set()
    for one in writers:
        one.join()
    _, findings = drill(scene.url, Path(scene.folder / "copies"), scene.now)
    good = sum(one.good for one in findings)
    rate = f"({during} rows written during {took:.1f} s, {during / took:.0f} a second)"
    return [
        Finding("comparisons of the drill", good, len(findings), rate),
        Finding("documents in the copy", len(copy.documents), len(copy.contents.documents)),
    ]


def _write(scene: Scene, folder: Path, content: bytes, rows: int) -> None:
    """One document, on disk first; then in one transaction so many rows that name it, and an entry in the chain."""
    taken = documents.take(folder, BytesIO(content), "brief.txt")
    row: dict[str, Any] = {"sha256": taken.sha256, "size": taken.size, "media_type": "text/plain", "name": taken.name}
    with scene.db.writing() as session:
        documents.keep(session, COMMAND, taken, scene.now)
        session.execute(sa.insert(Document), [{**row, "added_at": scene.now} for _ in range(rows)])
        audit.record(session, COMMAND, "schrijven", "document:1", scene.now, rijen=rows)
