"""P3: taking over a register from a CSV file, beside the same rows written by the driver (executemany, COPY)."""

import csv
import pickle
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.domain.actors import COMMAND
from app.domain.exchange_columns import HEADINGS
from app.domain.exchange_findings import Step
from app.store.base import Db
from app.store.exchange.exchange_scratch import scratch
from app.usecases import reference
from app.usecases.exchange import check
from app.usecases.exchange_writing import take_over
from bench.databases import KINDS, Databases, driver_connection
from bench.measure import Measured, alone
from bench.registers import NOW, TODAY

ROUNDS = 3
CHUNK = 10_000
PIECE = 256 * 1024
PER_LETTER = 3
OWNERS = ("BZK", "JenV", "A&M", "VWS", "SZW", "EZ", "Fin", "OCW", "IenW", "LVVN", "Def", "BZ")
# In the order that foreign keys ask for.
TABLES = (
    "letters", "questions", "rounds", "term_entries", "holding_periods", "question_events", "former_owners",
    "answers", "escalations",
)  # fmt: skip


def run(databases: Databases, n: int) -> None:
    """Print P3 for both databases."""
    with tempfile.TemporaryDirectory(prefix="regie-p3-") as name:
        folder = Path(name)
        path = folder / "register.csv"
        _write_file(path, n)
        for kind in KINDS:
            ours = _best(databases, kind, folder, by_import)
            bare = _best(databases, kind, folder, by_driver)
            reading, staging, counts = ours.outcome
            same = "the same rows" if counts == bare.outcome[2] else f"OTHER ROWS: {counts} and {bare.outcome[2]}"
            print(
                f"P3 {kind} {bare.seconds / ours.seconds:.2f} of the rate of the bare rows "
                f"({n / ours.seconds:,.0f} and {n / bare.seconds:,.0f} questions/s; {same}: {sum(counts)})"
            )
            print(
                f"P3 {kind} {n} questions in {ours.seconds:.1f} s: checked in {reading:.1f}, staged in {staging:.1f}; "
                f"peak +{ours.mib:.0f} MiB (bare rows {bare.seconds:.1f} s, +{bare.mib:.0f} MiB)",
                flush=True,
            )


def _best(databases: Databases, kind: str, folder: Path, work: Any) -> Measured:
    """The quickest of some runs, each on a new register and in a process of its own."""
    measured = []
    for _ in range(ROUNDS):
        url = databases.copy(kind, "empty", _with_reference)
        measured.append(alone(work, url, folder))
        databases.drop(url)
    return min(measured, key=lambda one: one.seconds)


def _with_reference(url: str) -> None:
    db = Db(url)
    with db.writing() as session:
        reference.load(session, COMMAND, NOW)
    db.dispose()


def by_import(url: str, folder: Path) -> tuple[float, tuple[float, float, list[int]]]:
    """The import as it is, both halves; what it wrote is kept for the bare rows."""
    db = Db(url)
    staged = begin = time.perf_counter()

    def tick(step: Step, done: int, total: int) -> None:
        nonlocal staged
        if step is Step.WRITE and done == total:
            staged = time.perf_counter()

    with scratch() as rows:
        with db.reading() as session, (folder / "register.csv").open("rb") as file:
            findings = check(session, COMMAND, file, rows, TODAY, create_owners=False, tick=tick)
        assert not findings.wrong, findings.told()
        checked = time.perf_counter()
        with db.writing() as session:
            take_over(session, COMMAND, rows, findings, NOW, tick=tick)
    seconds = time.perf_counter() - begin
    counts = _counts(db)
    db.dispose()
    _keep(url, folder)
    return seconds, (checked - begin, staged - checked, counts)


def by_driver(url: str, folder: Path) -> tuple[float, tuple[float, float, list[int]]]:
    """The same rows, ready as the driver takes them, in one transaction."""
    connection = driver_connection(url)
    cursor: Any = connection.cursor()
    begin = time.perf_counter()
    cursor.execute("BEGIN")
    for table in TABLES:
        with (folder / table).open("rb") as file:
            if url.startswith("sqlite"):
                while file.peek(1):
                    rows = pickle.load(file)  # noqa: S301  # written by ourselves a moment ago
                    cursor.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' for _ in rows[0])})", rows)
            else:
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    while piece := file.read(PIECE):
                        copy.write(piece)
    cursor.execute("COMMIT")
    seconds = time.perf_counter() - begin
    connection.close()
    db = Db(url)
    counts = _counts(db)
    db.dispose()
    return seconds, (0, 0, counts)


def _keep(url: str, folder: Path) -> None:
    """Put what stands in the tables into files, in pieces as the driver takes them."""
    connection = driver_connection(url)
    cursor: Any = connection.cursor()
    for table in TABLES:
        with (folder / table).open("wb") as file:
            if url.startswith("sqlite"):
                cursor.execute(f"SELECT * FROM {table} ORDER BY rowid")
                while rows := cursor.fetchmany(CHUNK):
                    pickle.dump(rows, file)
            else:
                with cursor.copy(f"COPY {table} TO STDOUT") as copy:
                    for piece in copy:
                        file.write(piece)
    connection.close()


def _counts(db: Db) -> list[int]:
    with db.reading() as session:
        return [
            session.execute(sa.select(sa.func.count()).select_from(sa.table(table))).scalar_one() for table in TABLES
        ]


def _write_file(path: Path, n: int) -> None:
    """A register of `n` questions over two years, three to a letter; nine in ten answered, one in four of them late."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for number in range(n):
            letter = number // PER_LETTER
            day = date(2024, 9, 2) + timedelta(days=letter * 730 * PER_LETTER // n)
            answered = day + timedelta(days=number * 7 % 29)
            writer.writerow(
                (
                    f"VNG/{letter}", f"Onderwerp van brief {letter}, met een komma", day, "BZK",
                    f"Vraag {number}: welk bedrag per plek geldt er voor gemeenten na 4 maart 2027?",
                    OWNERS[number % len(OWNERS)], day, day + timedelta(days=21),
                    answered if number % 10 else "", "", "Asiel en migratie" if letter % 2 else "", "vraag",
                )
            )  # fmt: skip  # in the order of the headings
