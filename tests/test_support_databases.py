import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest
import sqlalchemy as sa

from app.store import migrations
from app.store.base import Db
from app.store.terms import EquatedDay
from tests.support import postgres
from tests.support.databases import Databases

TERM = """
INSERT INTO default_terms (name, kind, length, unit, is_default)
VALUES ('proef', 'norm', 3, 'weken', false) RETURNING id
"""

WAIT_SECONDS = 30


def goes_away(pid: int) -> bool:
    """Whether the process ends in time; one that has ended and waits to be reaped counts as gone."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("time_round", [1, 2])
def test_each_test_begins_with_an_empty_register(db: Db, clock: object, time_round: int) -> None:
    with db.writing() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(EquatedDay)) == 0
        session.execute(sa.text("INSERT INTO equated_days (day, basis) VALUES ('2026-05-15', 'proef')"))
    with db.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(EquatedDay)) == 1


def test_the_register_is_migrated(db_url: str) -> None:
    assert migrations.current(db_url) == migrations.head()


def test_both_kinds_are_what_they_say(db: Db, database_kind: str) -> None:
    assert db.engine.dialect.name == database_kind


@pytest.mark.database("sqlite")
def test_a_test_may_ask_for_one_kind(database_kind: str) -> None:
    assert database_kind == "sqlite"


@pytest.mark.database("postgresql")
def test_rows_of_migrations_and_counters_come_back(databases: Databases, tmp_path: Path, db_url: str) -> None:
    plain = db_url.replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=True) as line:
        before = line.execute("SELECT * FROM alembic_version").fetchall()
        first = line.execute(TERM).fetchone()
        line.execute("DELETE FROM alembic_version")
    databases.migrated("postgresql", tmp_path)
    with psycopg.connect(plain, autocommit=True) as line:
        assert line.execute("SELECT * FROM alembic_version").fetchall() == before
        assert line.execute("SELECT count(*) FROM default_terms").fetchone() == (0,)
        assert line.execute(TERM).fetchone() == first


def start_from_a_process_of_its_own(folder: Path) -> tuple[int, int]:
    """Start a server from a process that then waits; its own PID and that of the server."""
    lines = (
        "import sys, time, os, pathlib",
        "from tests.support import postgres",
        "postgres.start(pathlib.Path(sys.argv[1]), os.getpid())",
        "time.sleep(600)",
    )
    run = subprocess.Popen([sys.executable, "-c", "\n".join(lines), str(folder)], cwd=postgres.ROOT)
    deadline = time.monotonic() + WAIT_SECONDS
    while not (folder / "url").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    run.returncode = 0
    return run.pid, int((folder / "cluster" / "postmaster.pid").read_text().splitlines()[0])


@pytest.fixture
def server_folder(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Path:
    """A folder for a second server, with a short enough name."""
    return databases.folder / f"s{time.monotonic_ns() % 10**9}"


def test_a_killed_run_leaves_no_server(server_folder: Path) -> None:
    run, server = start_from_a_process_of_its_own(server_folder)
    assert psutil.Process(server).name() == "postgres"
    os.kill(run, signal.SIGKILL)
    assert goes_away(server)
    deadline = time.monotonic() + WAIT_SECONDS
    while server_folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not server_folder.exists()


def test_a_server_that_is_stopped_has_gone(server_folder: Path) -> None:
    postgres.start(server_folder, os.getpid())
    server = int((server_folder / "cluster" / "postmaster.pid").read_text().splitlines()[0])
    postgres.stop(server_folder)
    assert goes_away(server)
    postgres.stop(server_folder)


def test_a_server_that_does_not_start_says_why(server_folder: Path) -> None:
    (server_folder / "cluster").mkdir(parents=True)
    with pytest.raises(FileExistsError):
        postgres.start(server_folder, os.getpid())
