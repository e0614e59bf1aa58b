"""R10: a reserve copy made while others write as fast as they can, put back elsewhere and compared."""

import os
import threading
import time
from datetime import date
from io import BytesIO
from pathlib import Path

from app.backup import acts
from app.backup.drill import drill
from app.domain.actors import COMMAND
from app.store import audit
from app.usecases import documents
from bench.torture.checks import Finding
from bench.torture.scene import Scene, ask
from tests.support import postgres

WRITERS = 3
EVERY_DOCUMENT, ENTRIES = 20, 5
LETTERS = 30


def run(scene: Scene) -> list[Finding]:
    """Write, copy, drill; the drill's own comparisons are what is told."""
    os.environ["PATH"] = f"{postgres.programs()}{os.pathsep}{os.environ['PATH']}"
    folder, turns, over = scene.folder / "var" / "documents", [0] * WRITERS, threading.Event()
    for _ in range(LETTERS):
        ask(scene, date(2026, 11, 2))

    def write(number: int) -> None:
        while not over.is_set():
            content = f"brief {number} {turns[number]}".encode()
            document = turns[number] % EVERY_DOCUMENT == 0
            taken = documents.take(folder, BytesIO(content), "brief.txt") if document else None
            with scene.db.writing() as session:
                if taken:
                    documents.keep(session, COMMAND, taken, scene.now)
                for entry in range(ENTRIES):
                    audit.record(session, COMMAND, "schrijven", f"vraag:{entry}", scene.now)
            turns[number] += 1

    writers = [threading.Thread(target=write, args=(number,), daemon=True) for number in range(WRITERS)]
    for one in writers:
        one.start()
    time.sleep(1)
    before, began = sum(turns), time.monotonic()
    copy = acts.make(scene.url, folder, scene.folder / "copies", scene.now)
    during, took = ENTRIES * (sum(turns) - before), time.monotonic() - began
    over.set()
    for one in writers:
        one.join()
    _, findings = drill(scene.url, Path(scene.folder / "copies"), scene.now)
    good = sum(one.good for one in findings)
    return [
        Finding(
            "comparisons of the drill",
            good,
            len(findings),
            f"({during} writes meanwhile, {during / took:.0f} a second)",
        ),
        Finding("documents in the copy", len(copy.documents), len(copy.contents.documents)),
    ]
