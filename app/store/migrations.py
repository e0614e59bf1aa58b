"""Bringing a database to the newest revision, safely when two processes try at once."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from app.later import Later

if TYPE_CHECKING:
    from alembic import command, config
else:
    command, config = Later("alembic.command"), Later("alembic.config")

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = ROOT / "migrations" / "versions"
# One number for all of Regie's migrations; any other use of advisory locks must take another.
ADVISORY_LOCK = 2_026_118
# Requests queue behind a statement that waits for its lock, so it gives up before they notice, and tries again.
LOCK_TIMEOUT = "800ms"
LOCK_TRIES = 30
LOCK_PAUSE_SECONDS = 0.1
BUSY_SECONDS = 60
LOCK_NOT_AVAILABLE = "55P03"
_TAKING = ("DROP TABLE", "DELETE ")


def upgrade(url: str) -> None:
    """Bring the database to the newest revision. A second run, or one beside another, finds nothing to do.

    Raises `sqlalchemy.exc.OperationalError` when a table stayed locked by others for half a minute.
    """
    if current(url) == head():
        return
    for attempt in range(1, LOCK_TRIES + 1):
        try:
            command.upgrade(_config(url), "head")
        except sa.exc.OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE or attempt == LOCK_TRIES:
                raise
            time.sleep(0.2)
        else:
            return


def head() -> str:
    """The newest revision that this version of the program knows."""
    return max(_revisions())


def knows(revision: str) -> bool:
    """Whether this version of the program can bring a database at that revision up to date."""
    return revision in _revisions()


def _revisions() -> list[str]:
    """All revisions, by the names of their files: to ask Alembic would load it and every migration."""
    return [path.stem.partition("_")[0] for path in VERSIONS.glob("[0-9]*.py")]


def current(url: str) -> str | None:
    """The revision the database is at; None when it was never migrated. Takes no lock."""
    if is_sqlite(url) and not Path(sa.make_url(url).database or "").exists():
        return None  # to look would make it
    with sa.create_engine(url, poolclass=NullPool).connect() as connection:
        return revision_of(connection)


def revision_of(connection: sa.Connection) -> str | None:
    """The revision of the database that the connection sees; None when it was never migrated."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return revision


def is_sqlite(url: str) -> bool:
    """Whether this is a SQLite file, where a run is one transaction; on PostgreSQL each migration is one."""
    return sa.make_url(url).get_backend_name() == "sqlite"


@contextmanager
def connect(url: str) -> Iterator[sa.Connection]:
    """A connection for schema changes, alone: whoever comes second waits until the first has finished."""
    if is_sqlite(url):
        with _sqlite(url).connect() as connection:
            yield connection
        return
    engine = sa.create_engine(
        url, poolclass=NullPool, connect_args={"options": f"-c timezone=UTC -c lock_timeout={LOCK_TIMEOUT}"}
    )
    # The lock belongs to a session of its own: it outlives the transaction of each migration, and ends with the
    # process, however that ends.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as keeper:
        # Asked for again and again, not waited for: an index that is made beside writers waits for all statements that
        # are under way, also for one that waits for this lock.
        while not keeper.scalar(sa.select(sa.func.pg_try_advisory_lock(ADVISORY_LOCK))):
            time.sleep(LOCK_PAUSE_SECONDS)
        with engine.connect() as connection:
            yield connection


@contextmanager
def orphans_refused(connection: sa.Connection) -> Iterator[None]:
    """Stop, and so roll back, when rows point at nothing after what is done meanwhile: SQLite doesn't look by itself.

    Only where rows or tables were taken away, as when a table is made anew: looking takes seconds in a large register,
    and all other writers wait. References that a migration writes itself it must look at itself.
    """
    taken: list[str] = []

    def look(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().upper().startswith(_TAKING):
            taken.append(statement)

    sa.event.listen(connection, "before_cursor_execute", look)
    try:
        yield
    finally:
        sa.event.remove(connection, "before_cursor_execute", look)
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all() if taken else []
    if orphans:
        raise RuntimeError(f"after this migration {len(orphans)} rows would point at nothing, the first: {orphans[0]}")


def _config(url: str) -> "config.Config":
    made = config.Config(ROOT / "alembic.ini")
    made.attributes["url"] = url
    return made


def _sqlite(url: str) -> sa.Engine:
    """An engine whose transactions hold schema changes too, and lock out all other writers from the start.

    Foreign keys are off: making a table anew drops the old one, and with them on its rows would go with it.
    """
    database = sa.make_url(url).database
    if database:
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, poolclass=NullPool, connect_args={"timeout": BUSY_SECONDS})
    sa.event.listen(engine, "connect", _on_connect)
    sa.event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # sqlite3's own switch: we say BEGIN ourselves
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.close()


def _on_begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
