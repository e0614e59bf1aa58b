"""Replay: every open ledger read anew after a holiday was added, beside the bare read of the same rows, with memory."""

import contextlib
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app.domain.actors import COMMAND
from app.domain.calendar import Calendar
from app.domain.ledger import Entry, EntryKind, replay
from app.domain.terms import Term, TermKind, Unit
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.questions import Question
from app.store.terms import TermEntry, load_calendar
from app.usecases import calendar
from bench.databases import KINDS, Databases, driver_connection
from bench.measure import Measured, alone, timed
from bench.registers import NOW, TODAY, analyze, build

HOLIDAY = date(2026, 11, 27)
FIRST_ASKED, ASKED_DAYS = date(2026, 8, 31), 60
CHUNK = 5_000
ROUNDS = 3
READ = (
    "SELECT q.id, q.round, q.due_on, q.expected_on, e.sequence, e.kind, e.effective_on, e.announced_on, e.term_kind, "
    "e.term_length, e.term_unit, e.named_on, e.voids, e.consented FROM questions q JOIN term_entries e "
    "ON e.question_id = q.id AND e.round = q.round WHERE q.state IN "
    "('uitgezet', 'in-behandeling', 'in-afstemming', 'betwist') "
    f"AND q.term_kind <> 'afspraak' AND q.due_on >= '{HOLIDAY}' AND q.asked_on < '{HOLIDAY}' ORDER BY q.id, e.sequence"
)


class UndoneError(Exception):
    """Ends a transaction that is to be undone."""


def run(databases: Databases, n: int) -> None:
    """Print the replay of `n` ledgers for both databases."""
    for kind in KINDS:
        ours = _best(databases, kind, n, by_run)
        bare = _best(databases, kind, n, by_bare_read)
        moved, written, versions, entries = ours.outcome
        right = "only those written" if moved == written == versions else f"NOT ONLY THOSE: {written}, {versions}"
        print(
            f"replay {kind} {n} ledgers ({bare.outcome} lines) after a holiday was added: {ours.seconds:.2f} s, "
            f"{ours.seconds / bare.seconds:.1f}x of the bare read of the same rows ({bare.seconds:.2f} s), "
            f"peak +{ours.mib:.0f} and +{bare.mib:.0f} MiB; {moved} dates changed, {right}, {entries} audit entry",
            flush=True,
        )


def _best(databases: Databases, kind: str, n: int, work: Any) -> Measured:
    measured = []
    for _ in range(ROUNDS):
        url = databases.copy(kind, f"ledgers_{n}", lambda url: ledgers(url, n))
        measured.append(alone(work, url))
        databases.drop(url)
    return min(measured, key=lambda one: one.seconds)


def by_run(url: str) -> tuple[float, tuple[int, int, int, int]]:
    """The run as it is, after one that was undone: the first one in a process also translates its statements."""
    db = Db(url)

    def work(*, undo: bool = False) -> int:
        with db.writing() as session:
            moved = calendar.add(session, COMMAND, HOLIDAY, "Besluit", NOW).moved
            if undo:
                raise UndoneError
            return moved

    with contextlib.suppress(UndoneError):
        work(undo=True)
    seconds, moved = timed(work)
    with db.reading() as session:
        replayed = sa.select(sa.func.count()).where(TermEntry.kind == EntryKind.REPLAYED)
        risen = sa.select(sa.func.count()).where(Question.term_version == 2)
        audited = sa.select(sa.func.count()).where(AuditEntry.act == "gelijkgestelde-dag-toevoegen")
        counted = [session.execute(query).scalar_one() for query in (replayed, risen, audited)]
    db.dispose()
    return seconds, (moved, *counted)


def by_bare_read(url: str) -> tuple[float, int]:
    """All the rows that the run reads, by the driver, at once."""
    connection = driver_connection(url)
    cursor = connection.cursor()
    begin = time.perf_counter()
    cursor.execute(READ)
    rows = cursor.fetchall()
    seconds = time.perf_counter() - begin
    connection.close()
    return seconds, len(rows)


def ledgers(url: str, n: int) -> None:
    """Fill a register with `n` open questions whose terms all run on the day that becomes a holiday."""
    build(url, n)
    db = Db(url)
    with db.writing() as session:
        days, chunk = load_calendar(session), []
        for row in _rows(n, days):
            chunk.append(row)
            if len(chunk) >= CHUNK:
                session.execute(sa.insert(TermEntry.__table__), chunk)
                chunk = []
        if chunk:
            session.execute(sa.insert(TermEntry.__table__), chunk)
        own = TermEntry.question_id == Question.id
        last = sa.select(sa.func.max(TermEntry.due_on)).where(own).scalar_subquery()
        first = sa.select(TermEntry.effective_on).where(own, TermEntry.sequence == 1).scalar_subquery()
        followed = sa.update(Question).values(due_on=last, asked_on=first)
        session.execute(followed.execution_options(synchronize_session=False))
    db.dispose()
    analyze(url)


def _rows(n: int, days: Calendar) -> Iterator[dict[str, Any]]:
    for number in range(1, n + 1):
        asked_on = FIRST_ASKED + timedelta(days=number % ASKED_DAYS)
        entries = [Entry(1, EntryKind.SET, asked_on, term=_term(number, asked_on, days)), *_later(number, asked_on)]
        due_on = {step.entry.sequence: step.due_on for step in replay(entries, days).steps}
        yield from (_row(number, entry, due_on[entry.sequence]) for entry in entries)


def _term(number: int, asked_on: date, days: Calendar) -> Term:
    """A quarter in working days; the others in weeks. All end on the holiday or later."""
    if number % 4 == 0:
        least = days.working_days_between(asked_on, HOLIDAY)
        return Term(TermKind.NORM, least + number % 40, Unit.WORKING_DAYS)
    return Term(TermKind.NORM, -(-(HOLIDAY - asked_on).days // 7) + number % 6, Unit.WEEKS)


def _later(number: int, asked_on: date) -> list[Entry]:
    """A third was passed on, one in ten suspended, one in twenty postponed."""
    entries: list[Entry] = []
    if number % 3 == 0:
        entries.append(Entry(2, EntryKind.TRANSFERRED, asked_on + timedelta(days=2), reason="x"))
    if number % 10 == 0:
        since, sequence = asked_on + timedelta(days=5 + number % 7), len(entries) + 2
        entries.append(Entry(sequence, EntryKind.SUSPENDED, since, reason="x"))
        entries.append(Entry(sequence + 1, EntryKind.RESUMED, since + timedelta(days=1 + number % 9)))
    elif number % 20 == 5:
        on, sequence = min(asked_on + timedelta(days=9), TODAY), len(entries) + 2
        entries.append(Entry(sequence, EntryKind.POSTPONED, on, on, None, date(2027, 3, 1), reason="x"))
    return entries


def _row(number: int, entry: Entry, due_on: date) -> dict[str, Any]:
    term = entry.term
    return {
        "question_id": number,
        "round": 1,
        "sequence": entry.sequence,
        "kind": entry.kind,
        "effective_on": entry.effective_on,
        "announced_on": entry.announced_on,
        "recorded_at": NOW,
        "term_kind": term.kind if term else None,
        "term_length": term.length if term else None,
        "term_unit": term.unit if term else None,
        "named_on": entry.named_on,
        "consented": False,
        "reason": entry.reason or None,
        "rule": "x",
        "due_on": due_on,
    }
