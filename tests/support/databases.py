"""Databases for tests: each test that asks for `db` runs on SQLite and on PostgreSQL, on a register of its own.

Use cases open their own transactions, so a rollback can't tidy up after them. A test therefore gets

- on SQLite a copy of a migrated file (below a millisecond);
- on PostgreSQL the worker's own database, brought back to how the migrations left it by deleting all rows and putting
  those of the migrations back, by a function made for it (TRUNCATE, or CREATE DATABASE … TEMPLATE, take far longer).

Both start from one template per run, migrated once by whichever worker comes first.
"""

import fcntl
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from app.store import migrations
from app.store.base import Db
from tests.support import postgres

KINDS = ("sqlite", "postgresql")
TEMPLATE = "regie_template"
RUN_FOLDER = pytest.StashKey[Path]()

# A schema that holds what is in the tables now and where their counters stand, and a function that puts it all back.
# Role `replica` fires no triggers: append-only tables can be emptied, foreign keys need no order.
KEEP = """
DO $$
DECLARE
    t record;
    kept bigint;
    body text := $body$
        PERFORM set_config('session_replication_role', 'replica', true), set_config('lock_timeout', '10s', true);
    $body$;
BEGIN
    CREATE SCHEMA {schema};
    FOR t IN
        SELECT quote_ident(table_name) AS name,
            string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) AS columns
        FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
        WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND is_generated = 'NEVER' GROUP BY table_name
    LOOP
        body := body || format('IF EXISTS (SELECT FROM public.%1$s) THEN DELETE FROM public.%1$s; END IF;', t.name);
        EXECUTE format('CREATE TABLE {schema}.%1$s AS TABLE public.%1$s', t.name);
        GET DIAGNOSTICS kept = ROW_COUNT;
        IF kept > 0 THEN
            body := body || format(
                'INSERT INTO public.%1$s (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM {schema}.%1$s;',
                t.name, t.columns
            );
        ELSE
            EXECUTE format('DROP TABLE {schema}.%s', t.name);
        END IF;
    END LOOP;
    FOR t IN SELECT * FROM pg_sequences WHERE schemaname = 'public' LOOP
        body := body || format(
            'PERFORM setval(%L, %s, %L);',
            'public.' || quote_ident(t.sequencename), COALESCE(t.last_value, t.start_value), t.last_value IS NOT NULL
        );
    END LOOP;
    EXECUTE format(
        'CREATE FUNCTION {schema}.put_back() RETURNS void LANGUAGE plpgsql AS %L', 'BEGIN ' || body || ' END'
    );
END $$
"""


def keep(schema: str) -> str:
    """The statement that keeps what there is in a schema, whose function `put_back` brings it back."""
    return KEEP.replace("{schema}", schema)


def _plain(url: str) -> str:
    return sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@dataclass
class Databases:
    """The databases of one pytest process; `folder` is shared by all processes of the run that `run_pid` began."""

    folder: Path
    run_pid: int
    worker: str
    _postgres_url: str | None = None
    _worker_url: str | None = None
    _cleaner: psycopg.Connection | None = None
    _extra: list[str] = field(default_factory=list)

    def migrated(self, kind: str, folder: Path) -> str:
        """The URL of a register as the migrations leave it. On PostgreSQL it is the same one each time, made clean."""
        if kind == "sqlite":
            path = folder / "regie.sqlite3"
            shutil.copyfile(self._sqlite_template(), path)
            return f"sqlite:///{path}"
        if self._worker_url is None:
            self._worker_url = self._postgres_copy(f"regie_{self.worker}")
        if self._cleaner is None:  # it stays, for it knows the function's statements from the first time on
            self._cleaner = psycopg.connect(_plain(self._worker_url), autocommit=True)
        self._cleaner.execute("SELECT pristine.put_back()")
        return self._worker_url

    def close(self) -> None:
        """Let go of the worker's own database."""
        if self._cleaner is not None:
            self._cleaner.close()

    def bare(self, kind: str, folder: Path) -> str:
        """The URL of a new database without any table."""
        if kind == "sqlite":
            return f"sqlite:///{folder / 'bare.sqlite3'}"
        self._postgres_template()
        name = f"regie_bare_{uuid.uuid4().hex[:12]}"
        self._execute(self._server(), f"CREATE DATABASE {name}")
        self._extra.append(name)
        return self._url_of(name)

    def drop_bare(self) -> None:
        """Remove the databases that `bare` made on PostgreSQL, whoever is still connected to them."""
        while self._extra:
            self._execute(self._server(), f"DROP DATABASE {self._extra.pop()} WITH (FORCE)")

    def filled(self, name: str, fill: Callable[[str], None], folder: Path) -> str:
        """The URL of a copy of a register on SQLite that `fill`, given a URL, puts much into once in a run."""
        kept = self.folder / f"{name}.sqlite3"
        self._sqlite_template()
        with self._locked():
            if not kept.exists():
                with tempfile.TemporaryDirectory(dir=self.folder) as making:
                    url = self.migrated("sqlite", Path(making))
                    fill(url)
                    Path(making, "regie.sqlite3").rename(kept)
        path = folder / "regie.sqlite3"
        shutil.copyfile(kept, path)
        return f"sqlite:///{path}"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _sqlite_template(self) -> Path:
        path = self.folder / "template.sqlite3"
        if not path.exists():
            with self._locked():
                if not path.exists():
                    unfinished = self.folder / "unfinished.sqlite3"
                    migrations.upgrade(f"sqlite:///{unfinished}")
                    unfinished.rename(path)
        return path

    def _postgres_template(self) -> None:
        with self._locked():
            self._postgres_url = postgres.start(self.folder / "postgresql", self.run_pid)
            marker = self.folder / "postgresql" / "migrated"
            if not marker.exists():
                self._execute(self._postgres_url, f"CREATE DATABASE {TEMPLATE}")
                migrations.upgrade(self._url_of(TEMPLATE))
                self._execute(self._url_of(TEMPLATE), keep("pristine"))
                marker.touch()

    def _postgres_copy(self, name: str) -> str:
        self._postgres_template()
        with self._locked():  # PostgreSQL refuses two copies of one template at once
            self._execute(self._server(), f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        return self._url_of(name)

    def _server(self) -> str:
        if self._postgres_url is None:
            raise LookupError("the server was not started")
        return self._postgres_url

    def _url_of(self, name: str) -> str:
        return sa.make_url(self._server()).set(database=name).render_as_string(hide_password=False)

    @staticmethod
    def _execute(url: str, statement: str) -> None:
        with psycopg.connect(_plain(url), autocommit=True) as connection:
            connection.execute(statement)


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder that all processes of this run share; high up, because names of sockets are short."""
    if not hasattr(config, "workerinput"):
        config.stash[RUN_FOLDER] = Path(tempfile.mkdtemp(prefix="regie-"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each xdist worker which run it belongs to."""
    node.workerinput["run_folder"] = str(node.config.stash[RUN_FOLDER])
    node.workerinput["run_pid"] = os.getpid()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the database server and remove the folder of the run, however the run went."""
    folder = config.stash.get(RUN_FOLDER, None)
    if folder is not None:
        postgres.stop(folder / "postgresql")
        shutil.rmtree(folder, ignore_errors=True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each test that needs a database every kind that `--db` and its marker `database` allow.

    Without a marker that is both, but for pages and API: what differs by database lies on the floors below them.
    """
    if "database_kind" not in metafunc.fixturenames:
        return
    chosen = metafunc.config.getoption("--db")
    marker = metafunc.definition.get_closest_marker("database")
    at_borders = metafunc.definition.path.relative_to(Path(__file__).parents[1]).parts[0] in {"api", "web"}
    allowed = marker.args if marker else KINDS[:1] if at_borders else KINDS
    metafunc.parametrize("database_kind", [kind for kind in KINDS if chosen in {kind, "both"} and kind in allowed])


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    """The databases of this process; most tests want `db` or `db_url`."""
    run = getattr(request.config, "workerinput", None)
    if run is None:
        made = Databases(request.config.stash[RUN_FOLDER], os.getpid(), "alone")
    else:
        made = Databases(Path(run["run_folder"]), run["run_pid"], run["workerid"])
    yield made
    made.close()


@pytest.fixture
def db_url(databases: Databases, database_kind: str, tmp_path: Path) -> str:
    """The URL of a register with all tables, empty but for what the migrations put in."""
    return databases.migrated(database_kind, tmp_path)


@pytest.fixture
def bare_db_url(databases: Databases, database_kind: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table, for tests of migrations."""
    yield databases.bare(database_kind, tmp_path)
    databases.drop_bare()


_known: dict[str, sa.Engine] = {}


def remember_statements(db: Db) -> None:
    """Let this register's engines use the SQL that those of earlier tests have made of the same statements.

    Each would translate all of them anew, which is a fifth of what a test costs.
    """
    engine = db.engine
    known = _known.setdefault(engine.dialect.name, engine)
    if known is not engine and known.dialect.server_version_info:  # a dialect is whole once it has seen a database
        for one in (engine, *(maker.kw["bind"] for maker in (db._readers, db._writers))):
            one.dialect, one._compiled_cache = known.dialect, known._compiled_cache


@pytest.fixture
def db(db_url: str) -> Iterator[Db]:
    """A register with all tables, empty but for what the migrations put in."""
    opened = Db(db_url)
    remember_statements(opened)
    yield opened
    opened.dispose()
