"""Real processes of Regie: one nursery that has loaded the program and makes the others by fork, so that each start is
cheap. It takes orders on its standard input, a line each, and ends with its children when that closes.

    start ROLE NAME        answers with the number of the process; ROLE is web, scheduler, sender, slots or hang
"""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from app import logs, scheduler, serving
from app.domain.slots import Every
from app.mail import in_hand, post, wire
from app.main import create_app
from app.office import Office
from app.settings import Settings
from app.store.base import Db
from app.timetable import TIMETABLE, Call, Job

FOLDER = Path(os.environ["TORTURE"])
LISTENING = int(os.environ["TORTURE_SOCKET"])
SHORTENED = os.environ.get("TORTURE_LEASES") != "as they are"


def clock() -> datetime:
    """What time it is for all processes: what the torturer wrote down."""
    return datetime.fromisoformat((FOLDER / "clock").read_text())


def shorten() -> None:
    """Leases, and patience with mail servers, in seconds instead of minutes."""
    if SHORTENED:
        scheduler.LEASE_SECONDS, scheduler.RENEW_SECONDS, scheduler.RETRY_SECONDS = 4, 1, 1
    scheduler.TICK_SECONDS = 0.1 if SHORTENED else 10
    post.LEASE_SECONDS, post.SENDING_SECONDS = 10, 2
    wire.PATIENCE_SECONDS, wire.FINAL_PATIENCE_SECONDS = 1, 1
    in_hand.LOOK_SECONDS = 0.05


def serve(office: Office) -> None:
    """A web worker; all share one socket, so that a request waits for whoever comes back first."""
    serving.Server(create_app(office.settings, office.db, clock), "", None).serve_on(socket.socket(fileno=LISTENING))


def tick(*jobs: Job) -> Callable[[Office], None]:
    """A scheduler with these jobs only."""

    def run(office: Office) -> None:
        scheduler.TIMETABLE = jobs
        told = serving.Told()
        clockwork = scheduler.Clockwork(office, scheduler.TICK_SECONDS)
        clockwork.start()
        told.wait()
        clockwork.stop()

    return run


def _note_run(office: Office, _actor: object, _call: Call) -> str:
    """What a slot does: leave a row, of which there should be one per slot; or hang, where a file says so."""
    while (FOLDER / "hang").exists():
        time.sleep(0.05)
    with office.db.writing() as session:
        session.execute(sa.text("INSERT INTO torture_runs (slot) VALUES (:slot)"), {"slot": clock().isoformat()})
    return "klaar"


ROLES: dict[str, Callable[[Office], None]] = {
    "web": serve,
    "scheduler": tick(*(job for job in TIMETABLE if job.name not in {"post", "statistics", "tidy", "watch"})),
    "sender": tick(*(job for job in TIMETABLE if job.name == "post")),
    "slots": tick(Job("slots", Every(15), _note_run)),
}


def child(role: str, name: str, nursery: int) -> None:
    """Be a process of this role until killed; without its nursery it ends too."""

    def watch() -> None:
        while os.getppid() == nursery:
            time.sleep(0.2)
        os._exit(1)

    os.setsid()
    log = os.open(FOLDER / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    threading.Thread(target=watch, daemon=True).start()
    settings = Settings()
    ROLES[role](Office(settings, Db(settings.database), clock))


def main() -> None:
    """Take orders until the torturer is gone."""
    shorten()
    nursery, children = os.getpid(), set[int]()
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    try:
        for line in iter(sys.stdin.readline, ""):
            _, role, name = line.split()
            made = os.fork()
            if not made:
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                sys.stdin.close()
                logs.set_up()
                try:
                    child(role, name, nursery)
                finally:
                    sys.stdout.flush()
                    os._exit(0)
            children.add(made)
            print(made, flush=True)
    finally:
        if os.getpid() == nursery:
            for one in children:
                try:
                    os.kill(one, signal.SIGKILL)
                except ProcessLookupError:
                    continue


if __name__ == "__main__":
    main()
