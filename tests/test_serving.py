"""Told to stop: the act in hand is finished, what is held is handed back, and the process is gone."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

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
serving.REQUESTS_SECONDS, serving.LAST_SECONDS = 4, 6
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


def slots(db: Db) -> list[str | None]:
    with db.reading() as s:
        return list(s.scalars(sa.select(JobRun.error).where(JobRun.job == "hang")))


@pytest.mark.database("sqlite")
def test_a_server_that_is_stopped_answers_what_it_was_asked_and_leaves_what_hangs(db_url: str, tmp_path: Path) -> None:
    answers: list[str] = []

    def ask(url: str) -> None:
        try:
            answers.append(httpx.get(url, timeout=60).text)
        except httpx.TransportError:
            answers.append("afgebroken")

    with running(WEB, db_url, tmp_path) as process:
        assert process.stdout is not None
        while not (line := process.stdout.readline()).startswith("port"):
            assert line, "the server did not start"
        port = int(line.split()[1])
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
