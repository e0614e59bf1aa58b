"""P11: what a web worker weighs after a thousand page views, as a real process with the demo's register."""

import hashlib
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice

import httpx
import psutil
import sqlalchemy as sa

from app.demo import replay
from app.demo.mailboxes import SECRETARIAT
from app.store.accounts import UserSession
from app.store.base import Db
from app.store.letters import Letter
from app.store.people import Person
from app.store.questions import Question
from bench.databases import KINDS, Databases
from bench.measure import MIB

VIEWS = 1_000
MOST_MIB = 150
STARTS_WITHIN_SECONDS = 60


def run(databases: Databases, _n: int) -> None:
    """Print the memory of a worker on each database, at its first page and after a thousand."""
    for kind in KINDS:
        url = databases.copy(kind, "demo", _fill)
        first, last, per_second = _weigh(url)
        print(
            f"P11 {kind} {last:.0f} MiB after {VIEWS:,} page views (limit {MOST_MIB}); "
            f"{first:.0f} MiB after the first, {per_second:.0f} pages a second by one reader",
            flush=True,
        )
        databases.drop(url)


def _fill(url: str) -> None:
    db = Db(url)
    replay.fill(db, datetime.now(UTC))
    db.dispose()


def _weigh(url: str) -> tuple[float, float, float]:
    """Memory in MiB after the first view and after the last, and views per second."""
    cookie, paths = _prepared(url)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as var:
        settings = {"REGIE_VAR": var, "REGIE_DATABASE_URL": url, "REGIE_SCHEDULER": "false", "PORT": str(port)}
        command = [sys.executable, "-m", "app", "serve"]
        server = subprocess.Popen(
            command, env=os.environ | settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", cookies={"regie": cookie}) as client:
                _wait_for(client)
                client.get(paths[0]).raise_for_status()
                first = _mib(server.pid)
                begin = time.perf_counter()
                for path in islice(cycle(paths), VIEWS):
                    client.get(path).raise_for_status()
                return first, _mib(server.pid), VIEWS / (time.perf_counter() - begin)
        finally:
            server.terminate()
            server.wait(30)


def _prepared(url: str) -> tuple[str, list[str]]:
    """A session of the secretariat, and the addresses to view: lists, letters and questions."""
    db, token, now = Db(url), secrets.token_urlsafe(32), datetime.now(UTC)
    with db.writing() as s:
        person = s.scalars(sa.select(Person.id).where(Person.email == SECRETARIAT)).one()
        digest = hashlib.sha256(token.encode()).hexdigest()
        ends = now + timedelta(hours=2)
        s.add(UserSession(digest=digest, person_id=person, created_at=now, seen_at=now, expires_at=ends))
        questions = [f"/vragen/{number}" for number in s.scalars(sa.select(Question.id).order_by(Question.id))]
        letters = [f"/brieven/{number}" for number in s.scalars(sa.select(Letter.id).order_by(Letter.id))]
    db.dispose()
    return token, ["/", "/vragen", "/brieven", "/brieven/nieuw", "/postvak-uit", *letters, *questions]


def _wait_for(client: httpx.Client) -> None:
    ends = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < ends:
        try:
            client.get("/healthz").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the server does not answer")


def _mib(pid: int) -> float:
    process = psutil.Process(pid)
    return sum(one.memory_info().rss for one in (process, *process.children(recursive=True))) / MIB
