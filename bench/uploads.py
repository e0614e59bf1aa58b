"""P8: a document of 25 MB looked into, stored and put on record, beside the same bytes written, synced and renamed."""

import io
import os
import random
import tempfile
from pathlib import Path

import sqlalchemy as sa

from app.domain.actors import COMMAND
from app.domain.files import LARGEST
from app.store.base import Db
from app.store.documents import Document
from app.usecases import documents
from bench.databases import KINDS, Databases
from bench.measure import alone, timed
from bench.registers import NOW

TIMES = 7
HEAD = b"%PDF-1.7\n"


def run(databases: Databases, n: int) -> None:
    """Print P8 for both databases; a very short run stores a hundredth of the bytes."""
    size = LARGEST if n >= 10_000 else LARGEST // 100
    for kind in KINDS:
        with databases.durable(kind):
            url = databases.copy(kind, "uploads", lambda _url: None)
            measured = alone(in_turn, url, size)
            ours, bare, kept = measured.outcome
            right = "on record" if kept == TIMES else f"WRONG: {kept} of {TIMES} on record"
            print(
                f"P8 {kind} {bare / ours:.2f} of the rate of the bare bytes ({ours * 1000:.0f} ms and "
                f"{bare * 1000:.0f} ms for {size / 2**20:.1f} MiB, {right}, peak +{measured.mib:.0f} MiB)",
                flush=True,
            )
            databases.drop(url)


def in_turn(url: str, size: int) -> tuple[float, tuple[float, float, int]]:
    """One by the application, one bare, and so on, each of other bytes; the quickest of each, and what is on record."""
    db, draw = Db(url), random.Random(118)
    ours, bare = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(TIMES):
            # Letters only: no archive hides in them.
            content = HEAD + draw.randbytes((size - len(HEAD)) // 2).hex().encode()

            def by_application(number: int = number, content: bytes = content) -> None:
                taken = documents.take(folder / "documents", io.BytesIO(content), f"bijlage-{number}.pdf")
                with db.writing() as session:
                    documents.keep(session, COMMAND, taken, NOW)

            ours.append(timed(by_application)[0])
            bare.append(timed(lambda content=content: _by_hand(folder, content))[0])  # type: ignore[misc]
    with db.reading() as session:
        kept = session.execute(sa.select(sa.func.count()).select_from(Document)).scalar_one()
    db.dispose()
    return sum(ours), (min(ours), min(bare), kept)


def _by_hand(folder: Path, content: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    final = Path(file.name).rename(folder / "bare")
    descriptor = os.open(final.parent, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
