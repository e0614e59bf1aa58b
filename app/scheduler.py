"""The timetable: which job is due when, and the clockwork that runs each slot once, however many schedulers tick.

APScheduler only ticks. What is due is computed by us: its own cron skips or doubles around clock changes and drops runs
that come late, and its job store must not be shared.
"""

import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, time
from time import monotonic

from apscheduler.schedulers.background import BackgroundScheduler

from app.digest_press import press
from app.domain.actors import CLOCKWORK, COMMAND, Actor
from app.domain.calendar import civil_date
from app.domain.digests import ALARM_AT, MADE_AT, Week
from app.domain.errors import NotFound, Refusal, mark
from app.domain.slots import Daily, Every, Schedule, Weekly, moment
from app.mail.post import post
from app.office import Office
from app.store import jobs
from app.store.figures.digests import is_frozen
from app.store.jobs import Turn
from app.usecases import digests, kept_figures, succession
from app.usecases.escalation import sweep

log = logging.getLogger(__name__)

TICK_SECONDS = 10
# A runner that died is replaced within a minute: its lease, and a tick.
LEASE_SECONDS = 45
RENEW_SECONDS = 15
RETRY_SECONDS = 60
STOP_SECONDS = 8
BY_HAND_AT = time(9)
LATE = "te laat: "
MONDAYS = Weekly(0, MADE_AT)

Run = Callable[[Office, Actor, "Call"], str]


class NotYet(Exception):
    """What a job waits for; it is tried again until that has happened."""


@dataclass(frozen=True)
class Call:
    """How a job is called: `by_hand` for a day, or for now (None); `stopping` tells it to come to an end."""

    by_hand: bool = False
    on: date | None = None
    stopping: Callable[[], bool] = lambda: False


@dataclass(frozen=True)
class Job:
    """One line of the timetable. Without a schedule it runs at every tick, wherever a scheduler ticks.

    With one, the latest slot that has come runs once in all; slots missed before it are not caught up with.
    A job that still waits at `alarm_at` on the day of its slot, or later, warns whoever runs Regie.
    """

    name: str
    schedule: Schedule | None
    run: Run
    alarm_at: time | None = None


def _succession(office: Office, actor: Actor, call: Call) -> str:
    with office.db.writing() as session:
        return str(succession.run(session, actor, call.on or office.today(), office.now()))


def _sweep(office: Office, actor: Actor, call: Call) -> str:
    now = office.now()
    send_from = moment(call.on, BY_HAND_AT) if call.on else now
    with office.db.writing() as session:
        return str(sweep(session, actor, call.on or office.today(), now, send_from=send_from))


def _post(office: Office, _actor: Actor, call: Call) -> str:
    # Whoever sends by hand, and not as of some day, wants the mail to leave now, office hours or not.
    hurried = call.by_hand and call.on is None
    if call.on is not None:
        at = moment(call.on, BY_HAND_AT)
        at = max(at, office.now()) if call.on == office.today() else at
        office = replace(office, clock=lambda: at)
    tally = post(office, hurried=hurried, stopping=call.stopping)
    return ", ".join(f"{number} {fate}" for fate, number in sorted(tally.items())) or "niets te verzenden"


def _digest(office: Office, actor: Actor, call: Call) -> str:
    """This week's digest, or that of the week of a day; made by the clock it waits for that morning's sweep.

    By hand it does not wait, and the digest says so. An older week's is made without mail: it is no news any more.
    """
    this = Week.of(civil_date(MONDAYS.latest(office.now())))
    week = Week.of(call.on) if call.on else this
    with office.db.reading() as session:
        if is_frozen(session, week):
            return f"het overzicht van {week} is er al"
        sweep_at = jobs.finished_since(session, "sweep", moment(week.monday, time(0)))
        if sweep_at is None and not call.by_hand:
            raise NotYet("wacht op de sweep")
        try:
            digest = digests.draw_up(session, week, office.now(), sweep_at)
        except Refusal as refusal:
            if call.by_hand:
                raise
            return f"geen overzicht van {week}: {refusal.code}"
    written = press(office.settings)(digest)
    now = office.now()
    with office.db.writing() as session:
        new = digests.freeze(session, actor, digest, written, now, tell=week == this)
    return f"het overzicht van {week} is {'vastgelegd' if new else 'er al'}: {digest.figures.late} te laat"


def _statistics(office: Office, _actor: Actor, call: Call) -> str:
    today = call.on or office.today()
    with office.db.reading() as session:
        counted = kept_figures.count(session, today, office.now())
    with office.db.writing() as session:
        kept_figures.put_away(session, counted)
    return str(counted)


TIMETABLE = (
    Job("succession", Daily(time(0, 5)), _succession),
    Job("sweep", Daily(time(6)), _sweep),
    Job("digest", MONDAYS, _digest, alarm_at=ALARM_AT),
    Job("post", None, _post),
    Job("statistics", Every(15), _statistics),
)


def run_job(office: Office, name: str, on: date | None = None) -> str:
    """Run a job once by hand, as of a day (nine in the morning in Amsterdam, or later if it is today) or now.

    Says what it did, in a sentence. Safe to do twice. Raises NotFound (`no-job`).
    """
    job = next((job for job in TIMETABLE if job.name == name), None)
    if job is None:
        names = ", ".join(job.name for job in TIMETABLE)
        raise NotFound("no-job", mark("Er is geen taak {name}. Kies uit: {names}."), name=name, names=names)
    return job.run(office, COMMAND, Call(by_hand=True, on=on))


def run_due(office: Office, job: Job, call: Call) -> str | None:
    """Run the job if its latest slot is open, else None. Raises what the job raises, and notes it with its run."""
    if job.schedule is None:
        return job.run(office, CLOCKWORK, call)
    slot = job.schedule.latest(office.now())
    with office.db.reading() as session:
        if not jobs.is_open(session, job.name, slot):
            return None
    turn = Turn(job.name, slot, _runner())
    with office.db.writing() as session:
        if not jobs.take(session, turn, LEASE_SECONDS):
            return None
    return _run_slot(office, job, turn, call)


def _run_slot(office: Office, job: Job, turn: Turn, call: Call) -> str:
    done = threading.Event()
    alive = threading.Thread(target=_stay_alive, args=(office, turn, done), daemon=True)
    alive.start()
    try:
        result = job.run(office, CLOCKWORK, call)
    except NotYet as wait:
        return _wait(office, job, turn, str(wait))
    except BaseException as error:
        with office.db.writing() as session:
            jobs.fail(session, turn, f"{type(error).__name__}: {error}", RETRY_SECONDS)
        raise
    finally:
        done.set()
        alive.join()
    with office.db.writing() as session:
        jobs.finish(session, turn, result)
    return result


def _wait(office: Office, job: Job, turn: Turn, why: str) -> str:
    """Leave the slot open; once it is late, say so, once in all."""
    late = job.alarm_at is not None and office.now() >= moment(civil_date(turn.slot), job.alarm_at)
    told = f"{LATE}{why}" if late else why
    with office.db.writing() as session:
        known = jobs.error_of(session, turn)
        jobs.fail(session, turn, told, RETRY_SECONDS)
    if late and known != told:
        log.warning("job %s is late: %s", job.name, why)
    return told


def _stay_alive(office: Office, turn: Turn, done: threading.Event) -> None:
    """Renew the lease while the job runs, so that a long run is not taken for a dead one."""
    while not done.wait(RENEW_SECONDS):
        try:
            with office.db.writing() as session:
                jobs.renew(session, turn, LEASE_SECONDS)
        except Exception:
            # At worst another scheduler takes over and runs the job once more, which does no harm.
            log.exception("the lease of job %s could not be renewed", turn.job)


def _runner() -> str:
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(6)}"


class Clockwork:
    """The timetable at work in this process: one thread per job, woken by a tick, so that none holds up another."""

    def __init__(self, office: Office, tick_seconds: float = TICK_SECONDS) -> None:
        self._office = office
        self._stopping = threading.Event()
        self._woken = [threading.Event() for _ in TIMETABLE]
        self._threads = [
            threading.Thread(target=self._serve, args=(job, woken), name=job.name, daemon=True)
            for job, woken in zip(TIMETABLE, self._woken, strict=True)
        ]
        self._ticker = BackgroundScheduler(daemon=True, timezone="UTC")
        self._ticker.add_job(self._tick, "interval", seconds=tick_seconds, coalesce=True, max_instances=1)

    def start(self) -> None:
        """Look at once, and then at every tick."""
        for thread in self._threads:
            thread.start()
        self._ticker.start()
        self._tick()

    def stop(self) -> bool:
        """Let each job finish the act in hand; False when one is still busy after 8 seconds, and is left behind.

        What it was doing is taken over when its lease ends.
        """
        self._stopping.set()
        self._ticker.shutdown(wait=False)
        self._tick()
        ends = monotonic() + STOP_SECONDS
        for thread in self._threads:
            thread.join(max(0, ends - monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _tick(self) -> None:
        for woken in self._woken:
            woken.set()

    def _serve(self, job: Job, woken: threading.Event) -> None:
        while True:
            woken.wait()
            woken.clear()
            if self._stopping.is_set():
                return
            try:
                result = run_due(self._office, job, Call(stopping=self._stopping.is_set))
            except Exception:
                log.exception("job %s failed; it is tried again", job.name)
            else:
                log.debug("job %s: %s", job.name, result)


def start_embedded(office: Office) -> Callable[[], bool]:
    """Run the timetable inside this process; call what comes back to stop it."""
    clockwork = Clockwork(office)
    clockwork.start()
    return clockwork.stop


def serve(office: Office) -> None:
    """Run the timetable until SIGTERM or SIGINT; the act in hand is finished, within 10 seconds all has ended."""
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: told.set())
    clockwork = Clockwork(office)
    clockwork.start()
    log.info("the scheduler ticks; jobs: %s", ", ".join(job.name for job in TIMETABLE))
    told.wait()
    clockwork.stop()
