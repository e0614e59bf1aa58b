"""The commands, with settings from the environment; some as a process of their own, as people run them."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from app import commands
from app.demo.mailboxes import ADMIN, SECRETARIAT
from app.store import migrations
from app.store.audit import AuditHead
from app.store.base import Db
from app.store.ladder.escalation import Escalation
from app.store.letters import Letter
from app.usecases.accounts import tokens
from tests.support.builders import a_question, a_register

START_SECONDS = 180
NAMES = ("setup", "serve", "scheduler", "migrate", "demo", "run-job", "token", "verify-audit")

Command = Callable[..., "Done"]


@dataclass(frozen=True)
class Done:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without this machine's settings, with local state in a folder of this test."""
    for name in [name for name in os.environ if name.startswith("REGIE_") or name == "PORT"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("REGIE_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("COLUMNS", "200")
    return monkeypatch


@pytest.fixture
def command(settings: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run what is behind a command, in this process: a process of its own takes seconds to start."""

    def run(what: str, /, **options: Any) -> Done:
        code = commands.run(what, **options)
        return Done(code, *capsys.readouterr())

    return run


@pytest.fixture
def register(settings: pytest.MonkeyPatch, db: Db, db_url: str) -> Db:
    """A register that the commands are set to use."""
    settings.setenv("REGIE_DATABASE_URL", db_url)
    return db


def process(*words: str) -> Done:
    """Run `python -m app …` as people do, in the environment of this test."""
    line = [sys.executable, "-m", "app", *words]
    done = subprocess.run(line, cwd=migrations.ROOT, capture_output=True, text=True, check=False, timeout=120)
    return Done(done.returncode, done.stdout, done.stderr)


@contextmanager
def started(*words: str) -> Iterator[subprocess.Popen[str]]:
    """A command that runs until it is told to stop."""
    line = [sys.executable, "-u", "-m", "app", *words]
    pipe = subprocess.PIPE
    with subprocess.Popen(line, cwd=migrations.ROOT, stdout=pipe, stderr=subprocess.STDOUT, text=True) as running:
        try:
            yield running
        finally:
            running.kill()


def stop(running: subprocess.Popen[str]) -> str:
    """Tell it to stop as a service manager does; what it printed."""
    running.send_signal(signal.SIGTERM)
    printed, _ = running.communicate(timeout=60)
    return printed


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def wait_for(url: str, running: subprocess.Popen[str]) -> httpx.Response:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends and running.poll() is None:
        try:
            return httpx.get(url)
        except httpx.TransportError:
            time.sleep(0.1)
    return pytest.fail("the command gave no answer")


def best_of_two(*line: str) -> float:
    took = []
    for _ in range(2):
        began = time.perf_counter()
        subprocess.run([sys.executable, *line], cwd=migrations.ROOT, check=True, capture_output=True)
        took.append(time.perf_counter() - began)
    return min(took)


def test_help_names_every_command_and_loads_none_of_them() -> None:
    printed = process("--help").out
    assert all(name in printed for name in NAMES)
    assert best_of_two("-m", "app", "--help") <= 2 * best_of_two("-c", "import fastapi, sqlalchemy")


@pytest.mark.database("sqlite")
def test_setup_and_a_token_by_hand(settings: pytest.MonkeyPatch, tmp_path: Path, database_kind: str) -> None:
    assert process("setup", "--admin", ADMIN).code == 0
    made = process("token", ADMIN)
    assert made.code == 0, made.err
    db = Db(f"{database_kind}:///{tmp_path / 'var' / 'regie.sqlite3'}")
    with db.reading() as s:
        found = tokens.find(s, made.out.splitlines()[-1], datetime.now(UTC))
    db.dispose()
    assert found is not None
    assert found.who.email == ADMIN
    wrong_day = process("run-job", "sweep", "--on", "morgen")
    assert wrong_day.code == 2
    assert "morgen" in wrong_day.err


def test_a_wrong_setting_is_named_in_one_line(settings: pytest.MonkeyPatch, command: Command, tmp_path: Path) -> None:
    settings.setenv("REGIE_BASE_URL", "regie.example")
    settings.setenv("REGIE_SMTP_URL", "mail")
    done = command("migrate")
    assert done.code == 2
    assert [line.split(":")[0] for line in done.err.splitlines()] == ["REGIE_BASE_URL", "REGIE_SMTP_URL"]
    assert not (tmp_path / "var").exists()


def test_a_database_that_is_not_there_is_said_in_one_line(settings: pytest.MonkeyPatch, command: Command) -> None:
    settings.setenv("REGIE_DATABASE_URL", f"postgresql+psycopg://regie@127.0.0.1:{free_port()}/regie")
    done = command("verify_audit")
    assert done.code == 1
    assert "The database can't be used" in done.err


def test_setup_is_safe_to_run_twice(settings: pytest.MonkeyPatch, command: Command, bare_db_url: str) -> None:
    settings.setenv("REGIE_DATABASE_URL", bare_db_url)
    first, second = (command("setup", admin=ADMIN) for _ in range(2))
    assert (first.code, second.code) == (0, 0), first.err + second.err
    assert "16 ministries" in first.out
    assert "is now" in first.out
    assert "0 ministries" in second.out
    assert "was already" in second.out


def test_migrate_says_where_the_tables_are(settings: pytest.MonkeyPatch, command: Command, bare_db_url: str) -> None:
    settings.setenv("REGIE_DATABASE_URL", bare_db_url)
    first, second = (command("migrate") for _ in range(2))
    assert migrations.head() in first.out
    assert "as they were" not in first.out
    assert "as they were" in second.out


def test_a_token_for_nobody_is_refused(register: Db, command: Command) -> None:
    nobody = command("token", email="niemand@vng.example")
    assert (nobody.code, nobody.out, nobody.err.count("\n")) == (1, "", 1)
    assert "niemand@vng.example" in nobody.err


def test_jobs_run_by_hand_and_twice_without_harm(register: Db, command: Command, tmp_path: Path) -> None:
    a_register(register, on=date(2026, 9, 1))
    with register.writing() as s:
        a_question(s, sent_on=date(2026, 10, 5))
    for _ in range(2):
        assert command("run_job", name="sweep", on=date(2026, 11, 9)).code == 0
    with register.reading() as s:
        assert s.scalars(sa.select(Escalation.rung).where(~Escalation.passed)).all() == [4]
    for _ in range(2):
        assert command("run_job", name="post", on=None).code == 0
    mails = [file.name.split("-")[1] for file in (tmp_path / "var" / "mail").glob("*.eml")]
    assert mails.count("escalation.eml") == 5  # contact, coordinator, SG office, AZ, secretariat
    assert len(mails) == 5, "the first mail says nothing that the contact's reminder doesn't"


def test_a_job_that_is_not_there_is_refused(register: Db, command: Command) -> None:
    done = command("run_job", name="zweep", on=None)
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "zweep" in done.err


def test_a_broken_audit_chain_is_an_error(register: Db, command: Command) -> None:
    a_register(register)
    whole = command("verify_audit")
    assert whole.code == 0
    head = whole.out.rpartition("Head: ")[2].strip()
    assert command("verify_audit", heads=[head]).code == 0
    forged = command("verify_audit", heads=[head[:-1] + ("0" if head[-1] != "0" else "1")])
    assert (forged.code, "rewritten" in forged.err) == (1, True)
    assert command("verify_audit", heads=["118"]).code == 1
    with register.writing() as s:
        entries = s.scalars(sa.select(AuditHead.sequence)).one()
        s.execute(sa.update(AuditHead).values(sequence=entries + 1))
    done = command("verify_audit")
    assert done.code == 1
    assert f"broken at entry {entries + 1}" in done.err


def test_a_demo_is_not_added_to_a_register_with_people(register: Db, command: Command) -> None:
    a_register(register)
    done = command("demo")
    assert done.code == 1
    assert "not empty" in done.err


def test_a_port_that_is_taken_is_said_in_one_line(settings: pytest.MonkeyPatch, command: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = command("serve", demo=False, host="127.0.0.1", port=port)
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert f"port {port}" in done.err


@pytest.mark.database("sqlite")
def test_serve_with_the_demo_tells_where_to_go_and_stops_when_told(
    settings: pytest.MonkeyPatch, tmp_path: Path, database_kind: str
) -> None:
    port = free_port()
    settings.setenv("PORT", str(port))
    with started("serve", "--demo") as serving:
        assert wait_for(f"http://localhost:{port}/aanmelden", serving).status_code == 200
        httpx.get(f"http://localhost:{port}/a/1.answer.geheim")
        printed = stop(serving)
    assert serving.returncode == 0, printed
    assert f"http://localhost:{port}" in printed
    assert SECRETARIAT in printed
    assert str(tmp_path / "var" / "mail") in printed
    assert "geheim" not in printed
    db = Db(f"{database_kind}:///{tmp_path / 'var' / 'regie.sqlite3'}")
    with db.reading() as s:
        assert s.scalars(sa.select(sa.func.count(Letter.id))).one() >= 15
    db.dispose()
    assert list((tmp_path / "var" / "mail").glob("*.eml"))


@pytest.mark.database("sqlite")
def test_the_scheduler_runs_by_itself_and_stops_when_told(register: Db) -> None:
    with started("scheduler") as ticking:
        assert ticking.stdout is not None
        assert "the scheduler ticks; jobs: " in ticking.stdout.readline()
        stop(ticking)
    assert ticking.returncode == 0
