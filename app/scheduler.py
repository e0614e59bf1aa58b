"""The clockwork: it runs each slot of the timetable once, however many schedulers tick.

APScheduler only ticks. What is due is computed by us: its own cron skips or doubles around clock changes and drops runs
that come late, and its job store must not be shared.
"""

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING

from app.domain.actors import CLOCKWORK
from app.domain.calendar import civil_date
from app.domain.slots import moment
from app.later import Later
from app.office import Office
from app.serving import Told, leave_in_time
from app.store import jobs
from app.store.jobs import Turn
from app.timetable import IDLE, TIMETABLE, Call, Job, NotYet

if TYPE_CHECKING:
    from apscheduler.schedulers import background
else:
    background = Later("apscheduler.schedulers.background")

log = logging.getLogger(__name__)

TICK_SECONDS = 10
# A runner that died is replaced within a minute: its lease, and a tick.
LEASE_SECONDS = 45
RENEW_SECONDS = 15
RETRY_SECONDS = 60
STOP_SECONDS = 8
LATE = "te laat: "
STOPPED = "gestopt"


def run_due(office: Office, job: Job, call: Call) -> str | None:
    """Run the job if somebody asked for it, or if its latest slot is open; else None.

    Raises what the job raises, and notes it with its run.
    """
    with office.db.reading() as session:
        asked = jobs.asked_slot(session, job.name)
        slot = asked or (job.schedule.latest(office.now()) if job.schedule else None)
        if slot is not None and not jobs.is_open(session, job.name, slot):
            return None
    if slot is None:
        return _run_at_tick(office, job, call)
    turn = Turn(job.name, slot, _runner())
    with office.db.writing() as session:
        if not jobs.take(session, turn, LEASE_SECONDS):
            return None
    call.took(turn)
    # Who asks for the post on a page doesn't mean to mail people at night.
    return _run_slot(office, job, turn, replace(call, by_hand=bool(asked and job.schedule)), retry=not asked)


def _run_at_tick(office: Office, job: Job, call: Call) -> str:
    """Run a job without slots, and note once a minute that it ran, and at once what it did."""
    try:
        result = job.run(office, CLOCKWORK, call)
    except Exception as error:
        with office.db.writing() as session:
            jobs.note(session, job.name, _runner(), "", f"{type(error).__name__}: {error}")
        raise
    idle = result in IDLE
    with office.db.reading() as session:
        known = idle and jobs.is_noted(session, job.name)
    if not known:
        with office.db.writing() as session:
            jobs.note(session, job.name, _runner(), "" if idle else result, None)
    return result


def _run_slot(office: Office, job: Job, turn: Turn, call: Call, *, retry: bool) -> str:
    done = threading.Event()
    alive = threading.Thread(target=_stay_alive, args=(office, turn, done), daemon=True)
    alive.start()
    try:
        result = job.run(office, CLOCKWORK, call)
    except NotYet as wait:
        return _wait(office, job, turn, str(wait))
    except BaseException as error:
        told = f"{type(error).__name__}: {error}"
        with office.db.writing() as session:
            jobs.fail(session, turn, told, RETRY_SECONDS) if retry else jobs.give_up(session, turn, told)
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
        self._turns: dict[str, Turn] = {}
        self._woken = [threading.Event() for _ in TIMETABLE]
        self._threads = [
            threading.Thread(target=self._serve, args=(job, woken), name=job.name, daemon=True)
            for job, woken in zip(TIMETABLE, self._woken, strict=True)
        ]
        self._ticker = background.BackgroundScheduler(daemon=True, timezone="UTC")
        self._ticker.add_job(self._tick, "interval", seconds=tick_seconds, coalesce=True, max_instances=1)

    def start(self) -> None:
        """Look at once, and then at every tick."""
        for thread in self._threads:
            thread.start()
        self._ticker.start()
        self._tick()

    def stop(self) -> bool:
        """Let each job finish the act in hand; False when one is still busy after 8 seconds, and is left behind.

        Its lease is handed back, so that another scheduler takes over what it was doing.
        """
        self._stopping.set()
        self._ticker.shutdown(wait=False)
        self._tick()
        ends = monotonic() + STOP_SECONDS
        for thread in self._threads:
            thread.join(max(0, ends - monotonic()))
        busy = {thread.name for thread in self._threads if thread.is_alive()}
        for turn in (turn for name, turn in self._turns.items() if name in busy):
            with self._office.db.writing() as session:
                jobs.fail(session, turn, STOPPED, 0)
        return not busy

    def _took(self, turn: Turn) -> None:
        self._turns[turn.job] = turn

    def _tick(self) -> None:
        for woken in self._woken:
            woken.set()

    def _serve(self, job: Job, woken: threading.Event) -> None:
        while True:
            woken.wait()
            woken.clear()
            if self._stopping.is_set():
                return
            self._turns.pop(job.name, None)
            began = monotonic()
            try:
                result = run_due(self._office, job, Call(stopping=self._stopping.is_set, took=self._took))
            except Exception as error:
                log.exception("job", extra={"facts": self._facts(job, began, "failed", type(error).__name__)})
            else:
                if result is not None and result not in IDLE:
                    log.info("job", extra={"facts": self._facts(job, began, "done", result)})

    def _facts(self, job: Job, began: float, result: str, why: str | None) -> dict[str, object]:
        turn = self._turns.get(job.name)
        return {
            "event": "job",
            "who": CLOCKWORK.label,
            "what": job.name,
            "object": f"slot:{turn.slot:%Y-%m-%dT%H:%MZ}" if turn else None,
            "result": result,
            "why": why,
            "ms": round(1000 * (monotonic() - began)),
        }


def start_embedded(office: Office) -> Callable[[], bool]:
    """Run the timetable inside this process; call what comes back to stop it."""
    clockwork = Clockwork(office)
    clockwork.start()
    return clockwork.stop


def serve(office: Office) -> None:
    """Run the timetable until SIGTERM or SIGINT; the act in hand is finished, within 10 seconds all has ended."""
    told = Told()
    clockwork = Clockwork(office)
    clockwork.start()
    log.info("the scheduler ticks; jobs: %s", ", ".join(job.name for job in TIMETABLE))
    told.wait()
    leave_in_time(office.db)
    clockwork.stop()
    office.db.break_off()
