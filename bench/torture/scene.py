"""One register under torture: its database, its folder, its clock, its mail server and its processes."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from app.domain.escalation import DEFAULT_HOURS, sending_window
from app.domain.letters import NewQuestion
from app.store import migrations
from app.store.base import Db
from app.store.outbox import MOST_DOUBTS, WAITING, MailState, OutboxMail
from app.store.people import Person
from app.store.terms import load_calendar
from app.usecases.accounts import tokens
from bench.torture.cluster import Cluster
from bench.torture.mailserver import MailServer
from tests.support.builders import a_new_letter, a_register, a_sent_letter, at

ROOT = Path(__file__).resolve().parents[2]
SECRET = "t" * 32
MONDAY = date(2026, 11, 23)
OWNERS = ("JENV", "BZK", "VWS", "SZW", "OCW", "FIN", "DEF", "BZ")
PATIENCE_SECONDS = 120


class TimeOut(AssertionError):
    """What had to come did not come."""


def wait(done: Callable[[], object], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until `done` gives something true; a database that is away just now counts as no."""
    ends = time.monotonic() + seconds
    while True:
        try:
            if done():
                return
        except sa.exc.DBAPIError:
            pass
        if time.monotonic() > ends:
            raise TimeOut(f"after {seconds:.0f} s still waiting for: {what}")
        time.sleep(0.05)


@dataclass
class Scene:
    """A register, and whoever works on it."""

    kind: str
    folder: Path
    url: str
    mail: MailServer
    cluster: Cluster | None
    listening: socket.socket
    tokens: dict[str, str] = field(default_factory=dict)
    running: dict[int, str] = field(default_factory=dict)
    killed: list[str] = field(default_factory=list)
    _nursery: subprocess.Popen[str] | None = None
    _made: int = 0

    def __post_init__(self) -> None:
        self.set_clock(at(MONDAY, 10))
        self.db = Db(self.url)

    @property
    def base(self) -> str:
        """Where the web workers listen."""
        return f"http://127.0.0.1:{self.listening.getsockname()[1]}"

    def set_clock(self, now: datetime) -> None:
        """From now on it is this moment, for all processes, and it stays so."""
        new = self.folder / "clock.new"
        new.write_text(now.isoformat())
        new.rename(self.folder / "clock")
        self.now = now

    def advance(self, **duration: float) -> None:
        """Move the clock on."""
        self.set_clock(self.now + timedelta(**duration))

    def settings(self, **others: str) -> dict[str, str]:
        """The environment of every process."""
        return os.environ | {
            "REGIE_VAR": str(self.folder / "var"),
            "REGIE_DATABASE_URL": self.url,
            "REGIE_SECRET": SECRET,
            "REGIE_SMTP_URL": self.mail.url,
            "REGIE_BASE_URL": "https://regie.example",
            "REGIE_HOSTS": "127.0.0.1",
            "REGIE_MAILS_A_DAY": "1000000",
            "REGIE_LIMIT_FACTOR": "0",  # a storm does in a minute what people do in a week
            "TORTURE": str(self.folder),
            "TORTURE_SOCKET": str(self.listening.fileno()),
            **others,
        }

    def open_nursery(self, **others: str) -> None:
        """Load the program once; the processes come from there."""
        self.close_nursery()
        with (self.folder / "nursery.log").open("a") as log:
            self._nursery = subprocess.Popen(
                [sys.executable, "-m", "bench.torture.process"],
                cwd=ROOT,
                env=self.settings(**others),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                pass_fds=[self.listening.fileno()],
                text=True,
            )

    def start(self, role: str) -> int:
        """Start a process of this role; its number."""
        nursery = self._nursery
        if nursery is None or nursery.stdin is None or nursery.stdout is None:
            raise LookupError("there is no nursery")
        self._made += 1
        nursery.stdin.write(f"start {role} {role}-{self._made}\n")
        nursery.stdin.flush()
        said = nursery.stdout.readline()
        if not said:
            raise RuntimeError((self.folder / "nursery.log").read_text())
        self.running[int(said)] = role
        return int(said)

    def kill(self, number: int) -> None:
        """SIGKILL. It stays a zombie of its nursery, so its number can't become another's."""
        os.kill(number, signal.SIGKILL)
        self.killed.append(self.running.pop(number))

    def end(self, *roles: str) -> None:
        """Kill all of these roles, not counted among the killed."""
        for number in [number for number, role in self.running.items() if not roles or role in roles]:
            os.kill(number, signal.SIGKILL)
            del self.running[number]

    def close_nursery(self) -> None:
        """End the nursery; its children go with it."""
        if self._nursery is not None:
            if self._nursery.stdin:
                self._nursery.stdin.close()
            self._nursery.wait(30)
            if self._nursery.stdout:
                self._nursery.stdout.close()
        self._nursery = None
        self.running.clear()

    def close(self) -> None:
        """End everything that was started here."""
        self.close_nursery()
        self.db.dispose()
        self.mail.close()
        self.listening.close()

    def log_lines(self, words: str) -> int:
        """How many lines in the logs of all processes hold these words."""
        return sum(file.read_text(errors="replace").count(words) for file in self.folder.glob("*.log"))

    def scalar(self, query: str, **values: object) -> int:
        """One number out of the register."""
        with self.db.reading() as session:
            return int(session.execute(sa.text(query), values).scalar_one() or 0)


def build(kind: str, folder: Path, url: str, cluster: Cluster | None) -> Scene:
    """A migrated register with people, and a token for each that works by API."""
    folder.mkdir(parents=True)
    migrations.upgrade(url)
    scene = Scene(kind, folder, url, MailServer(), cluster, socket.create_server(("127.0.0.1", 0), backlog=256))
    a_register(scene.db)
    with scene.db.writing() as session:
        session.execute(sa.text("CREATE TABLE torture_runs (slot TEXT)"))
        wanted = ["secretariaat@vng.example", *(f"contact@{owner.lower()}.example" for owner in OWNERS)]
        wanted += [f"coordinator@{owner.lower()}.example" for owner in OWNERS]
        known = set(session.scalars(sa.select(Person.email)))
        for email in wanted:
            if email in known:
                scene.tokens[email] = tokens.make_for(session, email, scene.now)
    return scene


def ask(scene: Scene, on: date, owners: tuple[str, ...] = OWNERS) -> list[int]:
    """A letter that went out on a day, with a question to each of these; the ids of the questions."""
    with scene.db.writing() as session:
        asked = [NewQuestion(text="Wanneer komt er duidelijkheid?", owner=owner) for owner in owners]
        letter = a_sent_letter(session, a_new_letter(*asked, letter_date=on), now=at(on))
        query = sa.text("SELECT id FROM questions WHERE letter_id = :letter ORDER BY position")
        return list(session.scalars(query, {"letter": letter.id}))


def unsettled(scene: Scene, *, due: bool) -> int:
    """How many mails a sender still has to look at: ever, or (`due`) at this moment."""
    query = sa.select(sa.func.count(OutboxMail.id)).where(sa.text(WAITING), OutboxMail.doubts < MOST_DOUBTS)
    if due:
        query = query.where(sa.or_(OutboxMail.state == MailState.LEASED, OutboxMail.not_before <= scene.now))
    with scene.db.reading() as session:
        return session.execute(query).scalar_one()


def drain(scene: Scene) -> None:
    """Go through the working days until nothing waits any more, with senders at work."""
    with scene.db.reading() as session:
        calendar = load_calendar(session)
    for _ in range(60):
        scene.advance(hours=5)
        while not sending_window(scene.now, calendar, DEFAULT_HOURS):
            scene.advance(hours=1)
        wait(lambda: not unsettled(scene, due=True), "the senders to have tried all that is due")
        if not unsettled(scene, due=False):
            return
    raise TimeOut(f"{unsettled(scene, due=False)} mails are never handed over")
