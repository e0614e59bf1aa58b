"""P11: what a web worker weighs after ten thousand page views, as a real process with the demo's register."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path

import httpx
import psutil
import sqlalchemy as sa
from pydantic import SecretStr

from app.demo import replay
from app.demo.mailboxes import SECRETARIAT
from app.office import Office
from app.settings import Settings
from app.store.base import Db
from app.store.letters import Letter
from app.store.people import Person
from app.store.questions import Question
from bench.databases import KINDS, Databases
from bench.measure import MIB
from bench.visitor import cookies_of

VIEWS, READERS = 10_000, 8
MOST_MIB = 150
STARTS_WITHIN_SECONDS = 60
SECRET = "b" * 32


def run(databases: Databases, n: int) -> None:
    """Print the memory of a worker on each database, at its first page and after ten thousand (a short run: fewer)."""
    views = min(VIEWS, n)
    for kind in KINDS:
        url = databases.copy(kind, "demo", _fill)
        first, last, per_second = _weigh(url, views)
        print(
            f"P11 {kind} {last:.0f} MiB after {views:,} page views (limit {MOST_MIB}); "
            f"{first:.0f} MiB after the first, {per_second:.0f} pages a second by {READERS} readers at once",
            flush=True,
        )
        databases.drop(url)


def _fill(url: str) -> None:
    db = Db(url)
    replay.fill(db, datetime.now(UTC))
    db.dispose()


def _weigh(url: str, views: int) -> tuple[float, float, float]:
    """Memory in MiB after the first view and after the last, and views per second."""
    with tempfile.TemporaryDirectory() as var, served(url, var) as (client, pid):
        cookies, paths = _prepared(url, Path(var))
        client.cookies.update(cookies)
        assert client.get(paths[0]).status_code == 200
        first = _mib(pid)
        begin = time.perf_counter()
        with ThreadPoolExecutor(READERS) as readers:
            answers = readers.map(client.get, islice(cycle(paths), views))
            assert {answer.status_code for answer in answers} == {200}
        return first, _mib(pid), views / (time.perf_counter() - begin)


@contextmanager
def served(url: str, var: str) -> Iterator[tuple[httpx.Client, int]]:
    """A web worker that answers, with a client for it and its number; it is ended afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "REGIE_VAR": var,
        "REGIE_DATABASE_URL": url,
        "REGIE_SCHEDULER": "false",
        "REGIE_LIMIT_FACTOR": "0",
        "REGIE_SECRET": SECRET,
        "PORT": str(port),
    }
    command = [sys.executable, "-m", "app", "serve"]
    server = subprocess.Popen(command, env=os.environ | settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            _wait_for(client)
            yield client, server.pid
    finally:
        server.terminate()
        server.wait(30)


def _prepared(url: str, var: Path) -> tuple[dict[str, str], list[str]]:
    """A session of the secretariat, and the addresses to view: lists, letters and questions."""
    db = Db(url)
    office = Office(Settings(var=var, database_url=url, secret=SecretStr(SECRET)), db)
    cookies = cookies_of(office, Person.email == SECRETARIAT, office.now())
    with db.reading() as s:
        questions = [f"/vragen/{number}" for number in s.scalars(sa.select(Question.id).order_by(Question.id))]
        letters = [f"/brieven/{number}" for number in s.scalars(sa.select(Letter.id).order_by(Letter.id))]
    db.dispose()
    return cookies, ["/", "/vragen", "/brieven", "/brieven/nieuw", "/postvak-uit", *letters, *questions]


def _wait_for(client: httpx.Client) -> None:
    ends = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < ends:
        try:
            client.get("/healthz").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError("the server does not answer")


def _mib(pid: int) -> float:
    process = psutil.Process(pid)
    return sum(one.memory_info().rss for one in (process, *process.children(recursive=True))) / MIB
