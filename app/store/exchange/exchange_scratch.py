"""The rows of a file that is being taken over, on disk in a private file of their own until they are all right.

It sorts and compares what does not fit into memory, so that the register itself is not locked meanwhile. It is gone
when it is closed, or when the process ends.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from app.domain.exchange import MOST_QUESTIONS

BATCH = 1000
_TABLES = """
CREATE TABLE lines (
    line INTEGER PRIMARY KEY, reference TEXT, subject TEXT, letter_date TEXT, addressee INTEGER, question TEXT,
    question_key BLOB, owner INTEGER, asked_on TEXT, due_on TEXT, answered_on TEXT, withdrawn_on TEXT,
    dossier INTEGER, kind TEXT
);
CREATE TABLE letters (
    place INTEGER PRIMARY KEY, reference TEXT, first_line INTEGER, letter_date TEXT, sent_on TEXT, questions INTEGER,
    unsent INTEGER
);
"""
# Numbers are given in the order of the letters' dates; on one day in the order of the file.
_LETTERS = """
INSERT INTO letters (reference, first_line, letter_date, sent_on, questions, unsent)
SELECT reference, min(line) AS first_line, letter_date, min(asked_on), count(*),
    sum(asked_on IS NULL AND withdrawn_on IS NULL)
FROM lines GROUP BY reference ORDER BY letter_date, first_line
"""
# Whoever keeps a list fills in the letter's facts on its first line, and often leaves these two empty below it.
_OTHER_FACTS = """
SELECT r.line, l.first_line, r.reference,
    rtrim(iif(r.subject <> f.subject, 'subject, ', '') || iif(r.letter_date <> f.letter_date, 'letter_date, ', '')
        || iif(r.addressee IS NOT NULL AND r.addressee IS NOT f.addressee, 'addressee, ', '')
        || iif(r.dossier IS NOT NULL AND r.dossier IS NOT f.dossier, 'dossier, ', ''), ', ') AS columns
FROM letters l JOIN lines f ON f.line = l.first_line JOIN lines r ON r.reference = l.reference AND r.line <> f.line
WHERE l.questions > 1 AND columns <> ''
"""
_TWICE = """
SELECT max(line), min(line), reference FROM lines GROUP BY reference, question_key, owner HAVING count(*) > 1
"""
_IN_ORDER = """
SELECT r.line, r.reference, r.subject, r.letter_date, f.addressee, f.owner, r.question, r.owner, r.asked_on, r.due_on,
    r.answered_on, r.withdrawn_on, f.dossier, r.kind, l.sent_on
FROM letters l CROSS JOIN lines f ON f.line = l.first_line CROSS JOIN lines r ON r.reference = l.reference
ORDER BY l.place, r.line
"""


class ScratchRow(NamedTuple):
    """A row as it lies here: dates as ISO text, bodies and dossiers by number (below zero: new ones).

    `addressee` None: the letter names none; then `first_owner` is the owner of its first question. `sent_on` is the
    day on which the letter's first question was asked.
    """

    line: int
    reference: str
    subject: str
    letter_date: str
    addressee: int | None
    first_owner: int
    question: str
    owner: int
    asked_on: str | None
    due_on: str | None
    answered_on: str | None
    withdrawn_on: str | None
    dossier: int | None
    kind: str
    sent_on: str | None


class Scratch:
    """Opened by `scratch()`: rows are added, put in order once, and read back in the order of the letters' dates."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.rows = 0

    def add(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Add rows: line, reference, subject, letter_date, addressee, question, owner, other dates, dossier, kind."""
        self.rows += len(rows)
        self._connection.executemany(
            "INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ((*row[:6], question_key(row[5]), *row[6:]) for row in rows),
        )

    def put_in_order(self) -> int:
        """Find the letters, once all rows are there; their number."""
        self._connection.execute("CREATE INDEX lines_by_reference ON lines (reference, question_key, owner)")
        return self._connection.execute(_LETTERS).rowcount

    def letters_told_twice(self) -> Iterator[tuple[int, int, str, str]]:
        """Lines that give a reference other facts than the first line with it: line, that line, reference, columns."""
        return iter(self._connection.execute(_OTHER_FACTS))

    def questions_told_twice(self) -> Iterator[tuple[int, int, str]]:
        """Questions that stand in the file more than once: last line, first line, reference."""
        return iter(self._connection.execute(_TWICE))

    def letters_half_sent(self) -> Iterator[tuple[int, str]]:
        """Letters with both questions that were asked and questions that were not: first line, reference."""
        query = "SELECT first_line, reference FROM letters WHERE sent_on IS NOT NULL AND unsent > 0"
        return iter(self._connection.execute(query))

    def letters_too_long(self) -> Iterator[tuple[int, str]]:
        """Letters with more questions than can be numbered: first line, reference."""
        query = "SELECT first_line, reference FROM letters WHERE questions > ?"
        return iter(self._connection.execute(query, (MOST_QUESTIONS,)))

    def years(self) -> list[int]:
        """The years of the letters' dates, in order."""
        query = "SELECT DISTINCT CAST(substr(letter_date, 1, 4) AS INTEGER) FROM letters ORDER BY 1"
        return [year for (year,) in self._connection.execute(query)]

    def in_order(self) -> Iterator[list[ScratchRow]]:
        """All rows in batches, letter by letter as they will be numbered, and in the order of the file within one."""
        cursor = self._connection.execute(_IN_ORDER)
        while batch := cursor.fetchmany(BATCH):
            yield [ScratchRow._make(row) for row in batch]


@contextmanager
def scratch() -> Iterator[Scratch]:
    """An empty scratch file. SQLite makes it where temporary files go, unnamed, and readable by nobody else."""
    connection = sqlite3.connect("", isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-16000")
        connection.executescript(_TABLES)
        connection.execute("BEGIN")
        yield Scratch(connection)
    finally:
        connection.close()


def question_key(question: str) -> bytes:
    """What stands for a question's text where it is only compared."""
    return hashlib.blake2b(question.encode(), digest_size=16).digest()


def in_batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """Rows in lists of BATCH."""
    batch: list[Any] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
