"""Told to stop: the act in hand is finished, what is held is handed back, and the process is gone."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from app.serving import answering_at_once
from app.store.base import Db
from app.store.jobs import JobRun
from app.store.outbox import MailState, OutboxMail
from tests.support.builders import a_question, a_register
from tests.support.faulty import SILENCE, faulty

ROOT = Path(__file__).resolve().parents[1]
BEGIN = """
import logging, sys, time
from datetime import UTC, datetime
from app import logs, scheduler, serving, timetable
from app.domain.slots import Every
from app.mail import in_hand
from app.main import create_app
from app.office import Office
from app.serving import Server
from app.settings import Settings
from app.store.base import Db
logs.set_up()
scheduler.STOP_SECONDS, in_hand.PATIENCE_SECONDS = 4, 1  # half of what they are
serving.REQUESTS_SECONDS, serving.BREAK_OFF_SECONDS, serving.LAST_SECONDS = 4, 5, 6
settings = Settings()
clock = lambda: datetime(2026, 10, 5, 10, tzinfo=UTC)
office = Office(settings, Db(settings.database), clock)
"""
SCHEDULER = """
def hang(office, actor, call):
    time.sleep(3600)
kept = [job for job in timetable.TIMETABLE if job.name == "post"]
scheduler.TIMETABLE = (*kept, timetable.Job("hang", Every(15), hang))
scheduler.serve(office)
"""
LONG = """
import os, sqlalchemy as sa
LONG = {
    "postgresql": "SELECT pg_sleep(3600)",
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
}
def hang(office, actor, call):
    for _ in range(1000):  # who is broken off begins anew
        try:
            with office.db.writing() as session:
                print("long", flush=True)
                session.execute(sa.text(LONG[office.db.engine.dialect.name]))
        except sa.exc.OperationalError as error:
            os.write(1, f"broken off: {error.orig}\\n".encode())  # whole or not at all: the process may be leaving
scheduler.TIMETABLE = (timetable.Job("hang", Every(15), hang),)
scheduler.serve(office)
"""
WEB = """
import socket
from starlette.responses import PlainTextResponse
app = create_app(settings, office.db, clock)
app.router.add_route("/traag", lambda request: time.sleep(3600), methods=["GET"])
app.router.add_route("/even", lambda request: time.sleep(2) or PlainTextResponse("klaar"), methods=["GET"])
listening = socket.create_server(("127.0.0.1", 0))
print("port", listening.getsockname()[1], flush=True)
Server(app, "", None).serve_on(listening)
"""
TOLD = """
import signal, threading, time
from app.serving import Told
told = Told()
def tell():
    time.sleep(0.3)  # by then the main thread waits, and a signal that another thread takes does not wake it
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
threading.Thread(target=tell, daemon=True).start()
told.wait()
print("told")
"""


@contextmanager
def running(program: str, db_url: str, tmp_path: Path, **settings: str) -> Iterator[subprocess.Popen[str]]:
    environment = os.environ | {
        "REGIE_DATABASE_URL": db_url,
        "REGIE_VAR": str(tmp_path / "var"),
        "REGIE_SECRET": "x" * 32,
        **settings,
    }
    line, pipe = [sys.executable, "-u", "-c", BEGIN + program], subprocess.PIPE
    with subprocess.Popen(line, cwd=ROOT, env=environment, stdout=pipe, stderr=subprocess.STDOUT, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_scheduler_that_is_stopped_hands_back_its_mail_and_its_slot(db: Db, db_url: str, tmp_path: Path) -> None:
    a_register(db)
    with db.writing() as s:
        for owner in ("JENV", "BZK", "VWS"):
            a_question(s, owner)
    with faulty("dot", SILENCE) as server, running(SCHEDULER, db_url, tmp_path, REGIE_SMTP_URL=server.url) as process:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not (server.taken and slots(db)):
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        printed, _ = process.communicate(timeout=60)
    assert process.returncode == 0, printed
    with db.reading() as s:
        mails = s.scalars(sa.select(OutboxMail).order_by(OutboxMail.state)).all()
        assert sorted(mail.state for mail in mails) == [MailState.UNCERTAIN, MailState.PENDING, MailState.PENDING]
        assert [mail.leased_until for mail in mails] == [None] * 3
        assert sorted(mail.attempts for mail in mails) == [0, 0, 1]
    assert slots(db) == ["gestopt"]
    assert "event=mail who=taak what=asked" in printed
    assert "result=lost" in printed


def test_no_statement_goes_on_after_the_process_that_asked_for_it(db: Db, db_url: str, tmp_path: Path) -> None:
    a_register(db)
    with running(LONG, db_url, tmp_path) as process:
        _until(process, "long")
        process.send_signal(signal.SIGTERM)
        printed, _ = process.communicate(timeout=60)
    assert process.returncode == 0, printed
    if db.engine.dialect.name == "postgresql":
        _wait_until(lambda: not _at_work(db))
    else:
        assert "broken off: interrupted" in printed  # else the slot could not be handed back


@pytest.mark.database("postgresql")
def test_no_statement_goes_on_long_after_a_process_that_was_killed(db: Db, db_url: str, tmp_path: Path) -> None:
    a_register(db)
    with running(LONG, db_url, tmp_path) as process:
        _until(process, "long")
        _wait_until(lambda: len(_at_work(db)) == 1)
        process.kill()
    _wait_until(lambda: not _at_work(db))


def _until(process: subprocess.Popen[str], word: str) -> str:
    """The first line the process prints that begins with this word."""
    assert process.stdout is not None
    while not (line := process.stdout.readline()).startswith(word):
        assert line, f"the process never said {word}"
    return line


def _wait_until(came: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not came():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _at_work(db: Db) -> list[str]:
    """What the server still does of the long statement."""
    query = sa.text(
        "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND query LIKE :long AND state = 'active'"
    )
    with db.reading() as s:
        return list(s.scalars(query, {"long": "%pg_sleep%"}))


def slots(db: Db) -> list[str | None]:
    with db.reading() as s:
        return list(s.scalars(sa.select(JobRun.error).where(JobRun.job == "hang")))


def test_a_signal_that_does_not_wake_who_waits_is_heard_all_the_same() -> None:
    line = [sys.executable, "-c", TOLD]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "told\n"


def test_no_part_of_an_answer_waits_for_the_reader() -> None:
    with (
        answering_at_once(socket.create_server(("127.0.0.1", 0))) as listening,
        socket.create_connection(listening.getsockname()),
        listening.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.database("sqlite")
def test_a_server_that_is_stopped_answers_what_it_was_asked_and_leaves_what_hangs(db_url: str, tmp_path: Path) -> None:
    answers: list[str] = []

    def ask(url: str) -> None:
        try:
            answers.append(httpx.get(url, timeout=60).text)
        except httpx.TransportError:
            answers.append("afgebroken")

    with running(WEB, db_url, tmp_path) as process:
        port = int(_until(process, "port").split()[1])
        httpx.get(f"http://127.0.0.1:{port}/healthz")
        asking = [threading.Thread(target=ask, args=(f"http://127.0.0.1:{port}/{path}",)) for path in ("even", "traag")]
        for one in asking:
            one.start()
        time.sleep(1)
        process.send_signal(signal.SIGTERM)
        printed, _ = process.communicate(timeout=60)
        for one in asking:
            one.join()
    assert process.returncode == 0, printed
    assert answers[0] == "klaar"
    assert len(answers) == 2
