"""The database: one engine, two ways in. The only module that commits, and that knows which database it speaks to.

Traps this module closes, each once and for all:

- SQLite upgrades a read transaction to a write one by failing at once, whatever the time-out, so a writer says
  BEGIN IMMEDIATE from the start. The driver's own transaction handling is switched off for it.
- SQLite forgets time zones and, without the pragmas below, foreign keys and durability.
- `with_for_update(skip_locked=True)` is silently dropped on SQLite, where the one writer needs no lock.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

SQLITE_BUSY_SECONDS = 30
CANCEL_SECONDS = 1.0
_WRITING = "regie_writing"


class Base(orm.DeclarativeBase):
    """Mother of all tables; names constraints so that migrations can find them again."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Instant(sa.TypeDecorator[datetime]):
    """An aware moment, kept and given back in UTC on every database."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse naive moments: they are a bug in the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone can't be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Give the zone back that SQLite lost."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def words(kind: type[StrEnum], *, checked: bool = True) -> sa.Enum:
    """A column of one of the words of `kind`, stored as its value and refused by the database when it is another.

    `checked` is False where the table itself says which of the words it takes.
    """
    values = [member.value for member in kind]
    return sa.Enum(
        kind,
        values_callable=lambda _: values,
        native_enum=False,
        create_constraint=checked,
        length=40,
        name=kind.__name__.lower(),
    )


def partial_index(
    name: str, *columns: str | sa.ColumnElement[Any] | sa.TextClause, where: str, unique: bool = False
) -> sa.Index:
    """An index over the rows for which `where` (plain SQL, the same on both databases) holds."""
    return sa.Index(name, *columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _lower(text: object) -> object:
    return text.lower() if isinstance(text, str) else text


def _on_sqlite_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # sqlite3's own switch: we say BEGIN ourselves
    connection.create_function("lower", 1, _lower, deterministic=True)  # SQLite's own knows A to Z only
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={SQLITE_BUSY_SECONDS * 1000}",
        "journal_size_limit=67108864",
        "cache_size=-8000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_postgresql_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Let the server end a statement whose asker is gone: a killed process says no goodbye. PostgreSQL 14 and later."""
    cursor = connection.cursor()
    cursor.execute(
        "SELECT set_config(name, '2s', false) FROM pg_settings WHERE name = 'client_connection_check_interval'"
    )
    cursor.close()
    connection.commit()


def _on_sqlite_begin(connection: sa.Connection) -> None:
    writing = connection.get_execution_options().get(_WRITING, False)
    if connection.info.get(_WRITING) is not writing:  # the pragma stays with the connection
        connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writing else 'ON'}")
        connection.info[_WRITING] = writing
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


class Db:
    """The register's database, opened by its URL (`sqlite:///path` or `postgresql+psycopg://…`)."""

    def __init__(self, url: str) -> None:
        is_sqlite = sa.make_url(url).get_backend_name() == "sqlite"
        if is_sqlite:
            connect_args: dict[str, Any] = {"timeout": SQLITE_BUSY_SECONDS, "check_same_thread": False}
        else:
            # No compiling: it takes longer than what pages ask, and the search's guesses of its costs would set it off.
            connect_args = {"options": "-c timezone=UTC -c jit=off"}
        self.engine = sa.create_engine(
            url,
            connect_args=connect_args,
            pool_size=10,
            max_overflow=30,
            pool_pre_ping=not is_sqlite,
            hide_parameters=True,  # errors are logged, and what was typed is none of the log's business
        )
        if is_sqlite:
            sa.event.listen(self.engine, "connect", _on_sqlite_connect)
            sa.event.listen(self.engine, "begin", _on_sqlite_begin)
            reading: dict[str, Any] = {}
        else:
            sa.event.listen(self.engine, "connect", _on_postgresql_connect)
            reading = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._in_use: set[Any] = set()
        sa.event.listen(self.engine, "checkout", lambda connection, *_: self._in_use.add(connection))
        sa.event.listen(self.engine, "checkin", lambda connection, _entry: self._in_use.discard(connection))
        self._readers = orm.sessionmaker(self.engine.execution_options(**reading), expire_on_commit=False)
        self._writers = orm.sessionmaker(self.engine.execution_options(**{_WRITING: True}), expire_on_commit=False)

    @contextmanager
    def reading(self) -> Iterator[orm.Session]:
        """A session that sees one moment of the register and can't change it."""
        with self._readers() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[orm.Session]:
        """A session whose changes are committed when the block is left, and undone when it raises."""
        with self._writers() as session:
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise

    def break_off(self) -> None:
        """Let the database end every statement that runs now; who waits for one gets an error. From any thread.

        Else the server goes on with it after this process has left, and holds its locks as long.
        """
        is_sqlite = self.engine.dialect.name == "sqlite"
        for connection in list(self._in_use):
            # It may just have ended, or the server be gone: then there is nothing to break off.
            with suppress(self.engine.dialect.loaded_dbapi.Error):
                connection.interrupt() if is_sqlite else connection.cancel_safe(timeout=CANCEL_SECONDS)

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def plan_anew(session: orm.Session) -> None:
    """Let the database count its rows, so that it plans for what there is now: after many came at once."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sa.text("PRAGMA analysis_limit = 1000"))  # so many of each index: enough, and soon done
    session.execute(sa.text("ANALYZE"))


def insert_new(
    session: orm.Session,
    table: type[Base],
    source: sa.Select[*tuple[Any, ...]] | None = None,
    columns: Sequence[str] = (),
) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that leaves rows alone whose unique key is already there (ON CONFLICT DO NOTHING).

    With `source`, an INSERT … SELECT into `columns`. Its `rowcount` is the number of rows that are new.
    """
    # SQLite reads "SELECT … ON CONFLICT" as a join condition unless the SELECT has a WHERE; callers' selects do.
    make = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    # The bare table: what the mapped class would add costs more than the statement, and nothing here needs it.
    statement = make(cast("sa.Table", table.__table__))
    if source is not None:
        statement = statement.from_select(list(columns), source)
    # Otherwise PostgreSQL answers -1: SQLAlchemy reads the new row back and forgets how many there were.
    return statement.on_conflict_do_nothing().execution_options(preserve_rowcount=True)


def pour(session: orm.Session, table: sa.Table, rows: Sequence[Sequence[str | int | None]]) -> None:
    """Add many rows at once, values in the order of the table's columns: by COPY on PostgreSQL, else by one statement.

    Values are what both drivers take as they are: text, whole numbers, dates as ISO text.
    """
    if not rows:
        return
    names = ", ".join(column.name for column in table.columns)
    if session.get_bind().dialect.name == "sqlite":
        marks = ", ".join("?" for _ in table.columns)
        # Names of columns, from our own tables; the values are bound.
        statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608  # nosec B608
        session.connection().exec_driver_sql(statement, [tuple(row) for row in rows])
        return
    # SQLAlchemy has no COPY; its connection is psycopg's underneath, in the same transaction.
    cursor: Any = session.connection().connection.cursor()
    with cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def advance_counters(session: orm.Session, tables: Sequence[sa.Table]) -> None:
    """Let the database give out numbers after the highest in each table. PostgreSQL doesn't see those it was given."""
    if session.get_bind().dialect.name == "sqlite":
        return
    for table in tables:
        for key in table.primary_key.columns:
            sequence = sa.func.pg_get_serial_sequence(table.name, key.name)
            if not isinstance(key.type, sa.Integer) or session.execute(sa.select(sequence)).scalar_one() is None:
                continue
            highest = sa.select(sa.func.max(key)).scalar_subquery()
            session.execute(sa.select(sa.func.setval(sequence, sa.func.coalesce(highest, 1), highest.is_not(None))))


def lock_rows(session: orm.Session, rows: sa.Select[*tuple[Any, ...]]) -> None:
    """Keep the selected rows from other writers, in the order they are selected, until the transaction ends.

    On SQLite that is so already: there is one writer.
    """
    if session.get_bind().dialect.name != "sqlite":
        session.execute(sa.select(sa.func.count()).select_from(rows.with_for_update().subquery()))


def database_now(session: orm.Session) -> datetime:
    """The moment by the database's clock, the one clock that all processes share (used for leases)."""
    if session.get_bind().dialect.name == "sqlite":
        text = session.execute(sa.text("SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')")).scalar_one()
        return datetime.fromisoformat(text)
    moment: datetime = session.execute(sa.text("SELECT clock_timestamp()")).scalar_one()
    return moment.astimezone(UTC)


class DatabaseMoment(FunctionElement[datetime]):
    """The moment so many seconds from now by the database's clock, as part of a statement."""

    type = Instant()
    inherit_cache = True

    def __init__(self, seconds: int | sa.BindParameter[int] = 0) -> None:
        super().__init__(sa.literal(seconds) if isinstance(seconds, int) else seconds)


@compiles(DatabaseMoment, "sqlite")
def _moment_on_sqlite(element: DatabaseMoment, compiler: SQLCompiler, **kw: Any) -> str:
    # In the form in which SQLAlchemy stores moments there, so that they can be compared as text.
    return f"strftime('%Y-%m-%d %H:%M:%f000', 'now', {compiler.process(element.clauses, **kw)} || ' seconds')"


@compiles(DatabaseMoment, "postgresql")
def _moment_on_postgresql(element: DatabaseMoment, compiler: SQLCompiler, **kw: Any) -> str:
    return f"clock_timestamp() + make_interval(secs => {compiler.process(element.clauses, **kw)})"
