"""P9: claiming a batch of mails beside the same by bare SQL, and with many sent mails beside with none."""

from datetime import timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from app.store.base import Db
from app.store.outbox import WAITING, MailState, OutboxMail, claim
from bench.databases import KINDS, Databases, driver_connection
from bench.measure import quickest
from bench.registers import CHUNK, NOW, analyze

BATCH = 20
TIMES = 50
WAITS = 2 * BATCH * TIMES


def run(databases: Databases, n: int) -> None:
    """Print P9 for both databases; as many mails were sent as there are open questions."""
    for kind in KINDS:
        ours = {sent: best(databases, kind, sent, by_claim) for sent in (0, n)}
        bare = best(databases, kind, n, by_bare_sql)
        print(
            f"P9 {kind} {bare / ours[n]:.2f} of the rate of bare SQL ({ours[n] * 1000:.1f} ms and {bare * 1000:.1f} ms "
            f"for {BATCH} mails); with {n} sent mails {ours[n] / ours[0]:.2f}x as long as with none",
            flush=True,
        )


def best(databases: Databases, kind: str, sent: int, work: Any) -> float:
    """The quickest claim of a batch, in seconds."""
    url = databases.copy(kind, f"outbox_{sent}", partial(fill, sent=sent))
    seconds: float = work(url)
    databases.drop(url)
    return seconds


def fill(url: str, sent: int) -> None:
    """Fill an outbox: mails that were sent, and a few that wait."""
    db = Db(url)
    states = [MailState.SENT] * sent + [MailState.PENDING] * WAITS
    with db.writing() as session:
        for start in range(0, len(states), CHUNK):
            rows = [_mail(start + place, state) for place, state in enumerate(states[start : start + CHUNK])]
            session.execute(sa.insert(OutboxMail.__table__), rows)
    db.dispose()
    analyze(url)


def _mail(number: int, state: MailState) -> dict[str, Any]:
    return {
        "kind": "asked",
        "key": f"asked:{number}",
        "address": "contact@jenv.example",
        "language": "nl",
        "params": {"letter_id": number, "question_ids": [number]},
        "state": state,
        "urgent": False,
        "not_before": NOW - timedelta(seconds=number % 3600),
        "created_at": NOW,
        "attempts": 0,
        "fence": 0,
        "doubts": 0,
        "message_id": f"mail-{number}",
    }


def by_claim(url: str) -> float:
    """As the sender does it."""
    db = Db(url)

    def work() -> None:
        with db.writing() as session:
            assert len(claim(session, BATCH, 60, NOW)) == BATCH

    seconds = quickest(work, TIMES)
    db.dispose()
    return seconds


def by_bare_sql(url: str) -> float:
    """The same by SQL written out by hand."""
    on_sqlite = url.startswith("sqlite")
    connection = driver_connection(url)
    cursor = connection.cursor()
    lock = "" if on_sqlite else " FOR UPDATE SKIP LOCKED"
    now = "datetime('now', '+60 seconds')" if on_sqlite else "clock_timestamp() + interval '60 seconds'"
    pick = f"SELECT id FROM outbox WHERE {WAITING} ORDER BY urgent DESC, not_before, id LIMIT {BATCH}{lock}"
    columns = "id, fence, kind, key, person_id, question_id, address, language, params, message_id, attempts"

    def work() -> None:
        cursor.execute("BEGIN IMMEDIATE" if on_sqlite else "BEGIN")
        ids = ", ".join(str(row[0]) for row in cursor.execute(pick).fetchall())
        taken = cursor.execute(
            f"UPDATE outbox SET state = 'onderweg', fence = fence + 1, attempts = attempts + 1, leased_until = {now} "
            f"WHERE id IN ({ids}) RETURNING {columns}"
        ).fetchall()
        assert len(taken) == BATCH
        # Otherwise the next batch would be the same: the lease is not looked at here.
        cursor.execute(f"UPDATE outbox SET state = 'verzonden' WHERE id IN ({ids})")
        cursor.execute("COMMIT")

    seconds = quickest(work, TIMES)
    connection.close()
    return seconds
