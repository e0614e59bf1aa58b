"""R11: each migration that finds a full register, while fifty requests a second go on; and two upgrades at once.

The register is built at the newest revision and taken back step by step, so that each step up again finds its rows.
"""

import itertools
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from app.store import migrations
from bench.databases import KINDS, Databases
from bench.registers import build

REQUESTS_PER_SECOND = 50
FIRST = "0002"  # the one that makes letters and questions: before it there is nothing to be full
BLOCKED_SECONDS = 1.0
BEFORE_SECONDS = 1.0
FILLING = (
    """INSERT INTO rounds (question_id, number, asked_on, original_due_on, term_kind)
       SELECT id, 1, asked_on, original_due_on, term_kind FROM questions""",
    """INSERT INTO question_events (question_id, at, "on", round, act)
       SELECT id, '2026-09-01', asked_on, 1, CASE WHEN id % 3 = 0 THEN 'doorgeleiden' ELSE 'verzenden' END
       FROM questions""",
    """INSERT INTO term_entries (question_id, round, sequence, recorded_at, rule, due_on, kind, effective_on, consented)
       SELECT id, 1, 1, '2026-09-01', 'geteld', due_on, 'gezet', asked_on, false FROM questions""",
)
UPGRADE = """
import sys
from alembic import command
from app.store import migrations
command.upgrade(migrations._config(sys.argv[1]), sys.argv[2])
"""
TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"


def run(databases: Databases, n: int) -> None:
    """Print for each migration how long the slowest request took, and the slowest without one."""
    for kind in KINDS:
        url = databases.copy(kind, f"migrating_{n}", lambda url: _fill(url, n))
        for line in measure(url, kind):
            print(f"R11 {kind} {line}", flush=True)
        databases.drop(url)


def _fill(url: str, n: int) -> None:
    """As many rounds, events and term entries as questions."""
    build(url, n)
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for statement in FILLING:
            connection.execute(sa.text(statement))
    engine.dispose()


def measure(url: str, kind: str) -> Iterator[str]:
    """A line per migration, newest first; the register is at the newest revision before and after."""
    config = migrations._config(url)
    script = ScriptDirectory.from_config(config)
    revisions = [one.revision for one in script.walk_revisions()]
    later = [revision for revision in revisions if revision > FIRST]
    for revision in later:
        command.downgrade(config, script.get_revision(revision).down_revision or "base")
        triggers = _triggers(url, kind)
        quiet = _Requests(url)
        time.sleep(BEFORE_SECONDS)
        quiet.stop()
        requests = _Requests(url)
        began = time.perf_counter()
        two = [subprocess.Popen([sys.executable, "-c", UPGRADE, url, revision], cwd=migrations.ROOT) for _ in range(2)]
        ended = [one.wait() for one in two]
        took = time.perf_counter() - began
        requests.stop()
        lost = triggers - _triggers(url, kind)
        within = sum(seconds <= BLOCKED_SECONDS for seconds in requests.took)
        slowest, calm = 1000 * max(requests.took), 1000 * max(quiet.took)
        yield (
            f"{revision}: {ended.count(0)} of 2 upgrades at once ended well, in {took:.1f} s; {within} of "
            f"{len(requests.took)} requests within a second, the slowest {slowest:.0f} ms ({calm:.0f} ms without), "
            f"{len(requests.failed)} failed; {len(triggers - lost)} of {len(triggers)} triggers still there"
        )
    migrations.upgrade(url)


def _triggers(url: str, kind: str) -> set[str]:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        query = TRIGGERS if kind == "sqlite" else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        found = set(connection.scalars(sa.text(query)))
    engine.dispose()
    return found


@dataclass
class _Requests:
    """Fifty requests a second from now until `stop`: one question read, it and its round and events changed."""

    url: str
    took: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._over = threading.Event()
        self._engine = sa.create_engine(self.url, pool_size=20, max_overflow=80, connect_args=self._arguments())
        with self._engine.connect() as connection:
            self._last = connection.execute(sa.text("SELECT max(id) FROM questions")).scalar_one()
        self._threads: list[threading.Thread] = []
        self._clock = threading.Thread(target=self._come)
        self._clock.start()

    def _arguments(self) -> dict[str, object]:
        return {"timeout": 60} if migrations.is_sqlite(self.url) else {}

    def stop(self) -> None:
        """Let the last ones finish."""
        self._over.set()
        self._clock.join()
        for one in self._threads:
            one.join()
        self._engine.dispose()

    def _come(self) -> None:
        began = time.perf_counter()
        for number in itertools.count():
            if self._over.wait(max(0, began + number / REQUESTS_PER_SECOND - time.perf_counter())):
                return
            self._threads.append(threading.Thread(target=self._request))
            self._threads[-1].start()

    def _request(self) -> None:
        question = {"id": random.randint(1, self._last)}
        began = time.perf_counter()
        try:
            with self._engine.begin() as connection:
                connection.execute(sa.text("SELECT * FROM questions WHERE id = :id"), question)
                connection.execute(sa.text("UPDATE questions SET version = version + 1 WHERE id = :id"), question)
                connection.execute(sa.text("UPDATE rounds SET number = 1 WHERE question_id = :id"), question)
                connection.execute(sa.text("UPDATE question_events SET round = 1 WHERE question_id = :id"), question)
        except sa.exc.DBAPIError as error:
            self.failed.append(str(error))
        self.took.append(time.perf_counter() - began)
