"""The whole database in one file as it was at one moment, made while others go on writing; and back again.

SQLite is copied by its own online backup, in one step: a reader of one moment, that holds up no writer. PostgreSQL is
dumped by `pg_dump` from a snapshot that this process exports and looks into itself, so that what is told about the
dump (rows, documents, head of the audit chain) is what is in it.
"""

import os
import re
import shutil
import sqlite3
import subprocess  # nosec B404 # pg_dump and pg_restore have no other door
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from app.domain.errors import Invalid, Refusal, WrongState, mark
from app.store.audit import AuditHead
from app.store.documents import Document, has_content
from app.store.files import fsync_folder
from app.store.migrations import is_sqlite, revision_of

SQLITE_NAME, POSTGRES_NAME = "register.sqlite3", "register.pgdump"
BUSY_SECONDS = 30
LONGEST_COMPLAINT = 300
_NO_ROOM = re.compile(r"No space left on device|database or disk is full")


@dataclass(frozen=True)
class Contents:
    """What a database holds: rows by table, the SHA-256 of each document once and in order, the audit chain's head."""

    revision: str
    rows: Mapping[str, int]
    documents: tuple[str, ...]
    audit_entries: int
    audit_head: str


def name_of(url: str) -> str:
    """What the file of a dump of this database is called; by its name a restore knows its kind."""
    return SQLITE_NAME if is_sqlite(url) else POSTGRES_NAME


def look(connection: sa.Connection) -> Contents:
    """Count what is in the database that the connection sees, whatever its revision."""
    tables = sorted(sa.inspect(connection).get_table_names())
    if "alembic_version" not in tables:
        raise WrongState("no-register", mark("Hier is nog geen register. Maak het met: python -m app setup."))
    count = "SELECT count(*) FROM "  # names of tables come from the database itself
    rows = {table: connection.exec_driver_sql(f'{count}"{table}"').scalar_one() for table in tables}
    documents = sa.select(Document.sha256).where(has_content()).distinct()
    head = connection.execute(sa.select(AuditHead.sequence, AuditHead.hash)).one_or_none()
    return Contents(
        revision=revision_of(connection) or "",
        rows=rows,
        documents=tuple(sorted(connection.scalars(documents))),
        audit_entries=head.sequence if head else 0,
        audit_head=head.hash if head else "",
    )


def look_at(url: str) -> Contents:
    """Count what is in the database at `url`."""
    with _engine(url) as engine, engine.connect() as connection:
        return look(connection)


def size(url: str) -> int:
    """How many bytes a dump takes at most; for PostgreSQL, where it is packed, the size of the database."""
    if is_sqlite(url):
        path = _path(url)
        return path.stat().st_size if path.exists() else 0
    with _engine(url) as engine, engine.connect() as connection:
        return int(connection.execute(sa.text("SELECT pg_database_size(current_database())")).scalar_one())


def dump(url: str, folder: Path) -> Contents:
    """Write the database to a file in `folder`, on disk for good; what was in it at that moment.

    Raises WrongState `no-register`, `no-pg-tools`; OSError, ENOSPC among them; Refusal `dump-failed`.
    """
    path = folder / name_of(url)
    contents = _dump_sqlite(url, path) if is_sqlite(url) else _dump_postgres(url, path)
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return contents


def load(url: str, path: Path) -> None:
    """Make the database at `url` from a dump: all of it or nothing.

    Raises WrongState `register-not-empty`, `other-database`, `no-pg-tools`; Refusal `load-failed`; OSError.
    """
    if path.name != name_of(url):
        raise WrongState(
            "other-database",
            mark("Deze reservekopie is van een andere soort database dan REGIE_DATABASE_URL noemt."),
        )
    refuse_unless_empty(url)
    if is_sqlite(url):
        _load_sqlite(url, path)
    else:
        _load_postgres(url, path)


def refuse_unless_empty(url: str) -> None:
    """Raise WrongState `register-not-empty` when there is anything at `url`."""
    if is_sqlite(url):
        # By the files, because opening would make them; what waits in a -wal would be poured over the restored ones.
        taken = any(one.exists() and one.stat().st_size for one in (_path(url), Path(f"{_path(url)}-wal")))
    else:
        with _engine(url) as engine:
            taken = bool(sa.inspect(engine).get_table_names())
    if taken:
        raise WrongState(
            "register-not-empty",
            mark("Hier staat al een register. Terugzetten kan alleen op een lege plaats: een nieuwe database."),
        )


def faults(url: str) -> list[str]:
    """What the database itself finds wrong: broken pages and indexes, rows that point at nothing. Empty when whole."""
    with _engine(url) as engine, engine.connect() as connection:
        if not is_sqlite(url):
            unsure = "SELECT conrelid::regclass || '.' || conname FROM pg_constraint WHERE NOT convalidated"
            invalid = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT (indisvalid AND indisready)"
            return [*connection.scalars(sa.text(unsure)), *connection.scalars(sa.text(invalid))]
        broken = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check") if row[0] != "ok"]
        return broken + [f"{row[0]}: {row[2]}" for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]


@contextmanager
def beside(url: str, folder: Path, name: str) -> Iterator[str]:
    """An empty database of the same kind for as long as the block lasts: a file in `folder`, or on the same server.

    Raises sqlalchemy's ProgrammingError when this user of PostgreSQL may not make databases.
    """
    if is_sqlite(url):
        yield f"sqlite:///{folder / 'scratch.sqlite3'}"
        return
    with _engine(url, isolation_level="AUTOCOMMIT") as engine, engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE template0')
        try:
            yield sa.make_url(url).set(database=name).render_as_string(hide_password=False)
        finally:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')


def _dump_sqlite(url: str, path: Path) -> Contents:
    source = _path(url)
    if not source.exists():
        raise WrongState("no-register", mark("Hier is nog geen register. Maak het met: python -m app setup."))
    try:
        with _opened(f"{source.absolute().as_uri()}?mode=rw") as register, _opened(path.absolute().as_uri()) as copy:
            register.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, that needs no other beside it
    except sqlite3.OperationalError as error:
        raise _failed("dump-failed", str(error)) from error
    return look_at(f"sqlite:///{path}")


def _dump_postgres(url: str, path: Path) -> Contents:
    reading = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with _engine(url, **reading) as engine, engine.connect() as connection:
        program = _tool("pg_dump", connection)
        snapshot = connection.execute(sa.text("SELECT pg_export_snapshot()")).scalar_one()
        contents = look(connection)
        _call("dump-failed", url, program, "--format=custom", f"--snapshot={snapshot}", f"--file={path}")
    return contents


def _load_sqlite(url: str, path: Path) -> None:
    place = _path(url)
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_name(f"{place.name}.unfinished")
    try:
        shutil.copyfile(path, unfinished)
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(place)
        fsync_folder(place.parent)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def _load_postgres(url: str, path: Path) -> None:
    with _engine(url) as engine, engine.connect() as connection:
        program = _tool("pg_restore", connection)
    whole = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
    _call("load-failed", url, program, *whole, str(path))


def _tool(name: str, connection: sa.Connection) -> str:
    """The path of a program of PostgreSQL that is not older than the server."""
    server = int(connection.execute(sa.text("SHOW server_version_num")).scalar_one()) // 10_000
    program = shutil.which(name)
    if program is None:
        raise WrongState(
            "no-pg-tools",
            mark("Het programma {name} staat niet op PATH. Installeer het van PostgreSQL {server} of nieuwer."),
            name=name,
            server=server,
        )
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)  # noqa: S603  # nosec B603
    found = re.search(r"\) (\d+)", said.stdout)
    if found is None or int(found[1]) < server:
        raise WrongState(
            "no-pg-tools",
            mark("{name} is van PostgreSQL {found}, ouder dan de server ({server}). Installeer een nieuwere."),
            name=name,
            found=found[1] if found else "?",
            server=server,
        )
    return program


def _call(code: str, url: str, program: str, *options: str) -> None:
    """Run a program of PostgreSQL on this database; the password goes by the environment, where `ps` shows it not."""
    parts = sa.make_url(url)
    secret = {"PGPASSWORD": parts.password} if parts.password else {}
    address = sa.URL.create(
        parts.get_backend_name(), parts.username, None, parts.host, parts.port, parts.database, parts.query
    ).render_as_string()
    environment = {**os.environ, **secret, "LC_ALL": "C", "PGOPTIONS": "-c timezone=UTC"}
    line = [program, "--no-password", f"--dbname={address}", *options]
    done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  # nosec B603
    if done.returncode:
        raise _failed(code, done.stderr)


def _failed(code: str, complaint: str) -> Exception:
    """A full disk is that, wherever it was met; anything else is told in the words of who met it."""
    if _NO_ROOM.search(complaint):
        return OSError(28, "No space left on device")
    said = " ".join(complaint.replace("{", "(").replace("}", ")").split())[-LONGEST_COMPLAINT:]
    if code == "dump-failed":
        return Refusal(code, mark("De database kon niet worden gekopieerd: {why}"), why=said)
    return Invalid(code, mark("De database kon niet worden teruggezet: {why}"), why=said)


def _opened(uri: str) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(uri, BUSY_SECONDS, uri=True))


@contextmanager
def _engine(url: str, **execution: object) -> Iterator[sa.Engine]:
    engine = sa.create_engine(url, poolclass=NullPool)
    try:
        yield engine.execution_options(**execution)
    finally:
        engine.dispose()


def _path(url: str) -> Path:
    return Path(sa.make_url(url).database or "")
