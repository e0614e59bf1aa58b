"""P9: claiming a batch of mails beside the same by bare SQL, and with many sent mails beside with none."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from datetime import timedelta
from functools import partial

import sqlalchemy as sa

from app.store.base import Db
from app.store.outbox import WAITING, Claimed, MailState, OutboxMail, claim
from bench.databases import KINDS, Databases, driver_connection
from bench.measure import alone, timed
from bench.registers import NOW, analyze, fill_table, numbers, pick

BATCH = 20
TIMES = 40
WAITS = 2 * BATCH * TIMES


def run(databases: Databases, n: int) -> None:
    """Print P9 for both databases; as many mails were sent as there are open questions."""
    for kind in KINDS:
        urls = [databases.copy(kind, f"outbox_{sent}", partial(fill, sent=sent)) for sent in (0, n)]
        found = alone(in_turn, urls)
        few, many = found.outcome
        print(
            f"P9 {kind} {many.bare / many.ours:.2f} of the rate of bare SQL ({many.ours * 1000:.1f} ms and "
            f"{many.bare * 1000:.1f} ms for {BATCH} mails, peak +{found.mib:.0f} MiB); with {n} sent mails "
            f"{many.ours / few.ours:.2f}x as long as with none (bare SQL {many.bare / few.bare:.2f}x)",
            flush=True,
        )
        for url in urls:
            databases.drop(url)


@dataclass(frozen=True)
class Claims:
    """Seconds for the quickest batch, by the sender and by bare SQL."""

    ours: float
    bare: float


def fill(url: str, sent: int) -> None:
    """Fill an outbox: mails that were sent, and a few that wait."""
    i = numbers(sent + WAITS).c.i
    number = sa.cast(i, sa.String())
    moments = [NOW - timedelta(minutes=one) for one in range(60)]
    params = {"letter_id": 1, "question_ids": [1]}
    db = Db(url)
    with db.writing() as session:
        same = {
            "kind": "asked", "address": "contact@jenv.example", "language": "nl", "urgent": False, "attempts": 0,
            "fence": 0, "doubts": 0,
        }  # fmt: skip
        rows = sa.select(
            i.label("id"),
            (sa.literal("asked:") + number).label("key"),
            (sa.literal("mail-") + number).label("message_id"),
            sa.case((i <= sent, MailState.SENT.value), else_=MailState.PENDING.value).label("state"),
            pick(moments, i, OutboxMail.not_before.type).label("not_before"),
            sa.literal(NOW, OutboxMail.created_at.type).label("created_at"),
            sa.literal(params, OutboxMail.params.type).label("params"),
            *(sa.literal(value).label(name) for name, value in same.items()),
        )
        fill_table(session, OutboxMail, rows)
    db.dispose()
    analyze(url)


def in_turn(urls: Sequence[str]) -> tuple[float, list[Claims]]:
    """On each outbox a batch by the sender, one by bare SQL, and so on: what else the machine does slows all alike.

    Each batch is marked as sent before the next, beside the clock.
    """
    seconds: dict[tuple[str, str], list[float]] = defaultdict(list)
    with ExitStack() as opened:
        lanes = {url: opened.enter_context(claimers(url)) for url in urls}
        for _ in range(TIMES):
            for url, (by_claim, by_bare_sql, mark) in lanes.items():
                for name, work in (("ours", by_claim), ("bare", by_bare_sql)):
                    seconds[url, name].append(timed(work)[0])
                    mark()
    claims = [Claims(min(seconds[url, "ours"]), min(seconds[url, "bare"])) for url in urls]
    return sum(map(sum, seconds.values())), claims


@contextmanager
def claimers(url: str) -> Iterator[tuple[Callable[[], None], Callable[[], None], Callable[[], object]]]:
    """How to claim a batch of this outbox: by the sender and by bare SQL; and how to mark it as sent."""
    on_sqlite = url.startswith("sqlite")
    db, connection = Db(url), driver_connection(url)
    cursor = connection.cursor()
    lock = "" if on_sqlite else " FOR UPDATE SKIP LOCKED"
    until = "datetime('now', '+60 seconds')" if on_sqlite else "clock_timestamp() + interval '60 seconds'"
    pick = f"SELECT id FROM outbox WHERE {WAITING} ORDER BY urgent DESC, not_before, id LIMIT {BATCH}{lock}"
    columns = ", ".join(field.name for field in fields(Claimed))

    def by_claim() -> None:
        with db.writing() as session:
            assert len(claim(session, BATCH, 60, NOW)) == BATCH

    def by_bare_sql() -> None:
        cursor.execute("BEGIN IMMEDIATE" if on_sqlite else "BEGIN")
        ids = ", ".join(str(row[0]) for row in cursor.execute(pick).fetchall())
        taken = cursor.execute(
            f"UPDATE outbox SET state = 'onderweg', fence = fence + 1, attempts = attempts + 1, "
            f"leased_until = {until} WHERE id IN ({ids}) RETURNING {columns}"
        ).fetchall()
        assert len(taken) == BATCH
        cursor.execute("COMMIT")

    yield (
        by_claim,
        by_bare_sql,
        lambda: cursor.execute("UPDATE outbox SET state = 'verzonden' WHERE state = 'onderweg'"),
    )
    connection.close()
    db.dispose()
