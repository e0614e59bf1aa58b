"""Registers to measure on: built once per database and size, and copied for each measurement."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import sqlalchemy as sa

from app.store import migrations
from tests.support import postgres

KINDS = ("sqlite", "postgresql")


class Databases:
    """A folder with SQLite files, and a PostgreSQL: `server`, or one of our own that never waits for the disk."""

    def __init__(self, folder: Path, server: str | None = None) -> None:
        self._folder = folder
        self._server, self._is_ours = server, server is None
        self._templates: dict[tuple[str, str], str] = {}
        self._copies = 0

    def close(self) -> None:
        """Stop the server."""
        postgres.stop(self._folder / "postgresql")

    def copy(self, kind: str, name: str, build: Callable[[str], None]) -> str:
        """The URL of a new copy of the register `name`, which `build` fills the first time."""
        if (kind, name) not in self._templates:
            url = self._new(kind, f"{name}_template")
            migrations.upgrade(url)
            build(url)
            self._templates[kind, name] = url
        self._copies += 1
        return self._new(kind, f"{name}_{self._copies}", template=self._templates[kind, name])

    @contextmanager
    def durable(self, kind: str) -> Iterator[None]:
        """For a while our PostgreSQL waits for the disk at each commit, as it does in earnest; SQLite always does."""
        if kind == "sqlite" or not self._is_ours:
            yield
            return
        self._wait_for_disk("on")
        try:
            yield
        finally:
            self._wait_for_disk("off")

    def drop(self, url: str) -> None:
        """Remove a copy, so that the disk doesn't fill up."""
        if sa.make_url(url).get_backend_name() == "sqlite":
            for file in self._folder.glob(f"{Path(sa.make_url(url).database or '').name}*"):
                file.unlink()
        else:
            self._execute(f"DROP DATABASE {sa.make_url(url).database} WITH (FORCE)")

    def _new(self, kind: str, name: str, template: str | None = None) -> str:
        if kind == "sqlite":
            path = self._folder / f"{name}.sqlite3"
            if template is not None:
                shutil.copyfile(sa.make_url(template).database or "", path)
            return f"sqlite:///{path}"
        source = f" TEMPLATE {sa.make_url(template).database}" if template else ""
        self._execute(f"CREATE DATABASE {name}{source}")
        return sa.make_url(self._server or "").set(database=name).render_as_string(hide_password=False)

    def _wait_for_disk(self, on_or_off: str) -> None:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            self._execute(f"ALTER SYSTEM SET {name} = {on_or_off}")
        self._execute("SELECT pg_reload_conf()")

    def _execute(self, statement: str) -> None:
        self._server = self._server or postgres.start(self._folder / "postgresql", os.getpid())
        url = sa.make_url(self._server).set(drivername="postgresql")
        with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(statement)


def driver_connection(url: str) -> sa.PoolProxiedConnection:
    """A connection of the driver itself, set up as the application's are, to write bare SQL with."""
    parts = sa.make_url(url)
    if parts.get_backend_name() == "sqlite":
        connection = sa.create_engine(url, poolclass=sa.NullPool).raw_connection()
        connection.driver_connection.isolation_level = None  # type: ignore[union-attr]
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-8000"):
            cursor.execute(f"PRAGMA {pragma}")
        return connection
    connection = sa.create_engine(
        url, connect_args={"options": "-c timezone=UTC -c jit=off"}, poolclass=sa.NullPool
    ).raw_connection()
    connection.driver_connection.autocommit = True  # type: ignore[union-attr]
    return connection
