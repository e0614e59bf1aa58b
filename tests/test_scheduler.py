"""The clockwork: each slot once, whoever ticks; by hand twice without harm; a quick end."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import pytest
import sqlalchemy as sa

from app import scheduler, timetable
from app.domain.errors import NotFound
from app.domain.slots import Daily
from app.office import Office
from app.scheduler import run_due
from app.settings import Settings
from app.store.base import Db
from app.store.jobs import JobRun
from app.store.ladder.escalation import Escalation
from app.store.outbox import OutboxMail
from app.timetable import Call, Job, run_job
from tests.support.builders import a_question, a_register, at
from tests.support.clock import Clock

ROOT = Path(__file__).resolve().parents[1]
LATE = date(2026, 11, 9)  # rung 4 of a question of 5 October


@pytest.fixture
def office(db: Db, make_settings: Callable[..., Settings], clock: Clock) -> Office:
    a_register(db)
    with db.writing() as s:
        a_question(s)
    return Office(make_settings(), db, clock)


def rows(office: Office, table: type) -> int:
    with office.db.reading() as s:
        return s.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def count_calls(name: str = "sweep") -> tuple[Job, list[datetime]]:
    """A daily job that notes when it ran."""
    ran: list[datetime] = []

    def run(office: Office, _actor: object, _call: Call) -> str:
        ran.append(office.now())
        return "klaar"

    return Job(name, Daily(datetime(2026, 1, 1, 6, tzinfo=UTC).time()), run), ran


def test_a_sweep_by_hand_and_then_the_post_write_one_mail_per_reader(office: Office) -> None:
    assert run_job(office, "sweep", LATE).startswith("1 vragen een trede hoger")
    assert run_job(office, "post", LATE) == "5 verzonden, 1 vervallen"  # what is asked stands in the reminder too
    kinds = [file.stem.split("-", 1)[1] for file in office.settings.mail_folder.iterdir()]
    assert kinds == ["escalation"] * 5


def test_by_hand_twice_on_one_day_changes_nothing(office: Office) -> None:
    run_job(office, "sweep", LATE)
    before = rows(office, Escalation), rows(office, OutboxMail)
    assert run_job(office, "sweep", LATE).startswith("0 vragen")
    assert (rows(office, Escalation), rows(office, OutboxMail)) == before
    run_job(office, "post", LATE)
    assert run_job(office, "post", LATE) == "niets te verzenden"


def test_post_for_a_day_keeps_to_its_office_hours_and_by_hand_now_does_not(office: Office, clock: Clock) -> None:
    run_job(office, "post", date(2026, 10, 6))
    clock.set(at(date(2026, 11, 7), 22))  # a Saturday night
    run_job(office, "sweep")
    assert run_job(office, "post", date(2026, 11, 8)) == "niets te verzenden"
    assert "verzonden" in run_job(office, "post")


def test_an_unknown_job_is_refused_by_name(office: Office) -> None:
    with pytest.raises(NotFound, match="sweep, digest, post"):
        run_job(office, "zwaaien")


def test_each_slot_runs_once_however_many_schedulers_tick(office: Office, clock: Clock) -> None:
    job, ran = count_calls()
    with ThreadPoolExecutor(4) as pool:
        for day in range(10):
            clock.set(at(date(2026, 11, 1) + timedelta(days=day), 6))
            list(pool.map(lambda _: run_due(office, job, Call()), range(8)))
    assert len(ran) == 10
    assert rows(office, JobRun) == 10


def test_nothing_runs_before_its_time(office: Office, clock: Clock) -> None:
    job, ran = count_calls()
    clock.set(at(date(2026, 11, 2), 6))
    run_due(office, job, Call())
    clock.set(at(date(2026, 11, 3), 5))
    assert run_due(office, job, Call()) is None
    assert len(ran) == 1


def test_after_three_days_down_the_latest_slot_runs_and_no_other(office: Office, clock: Clock) -> None:
    job, ran = count_calls()
    for day in (2, 6):
        clock.set(at(date(2026, 11, day), 8))
        run_due(office, job, Call())
        run_due(office, job, Call())
    assert [moment.astimezone(UTC).day for moment in ran] == [2, 6]
    with office.db.reading() as s:
        slots = s.scalars(sa.select(JobRun.slot).order_by(JobRun.slot)).all()
    assert slots == [datetime(2026, 11, 2, 5, tzinfo=UTC), datetime(2026, 11, 6, 5, tzinfo=UTC)]


def test_a_year_of_ticks_around_both_clock_changes_skips_and_doubles_nothing(office: Office, clock: Clock) -> None:
    job, ran = count_calls()
    clock.set(at(date(2026, 3, 20), 6))
    while clock.now < at(date(2026, 4, 5), 6):
        run_due(office, job, Call())
        clock.advance(minutes=50)
    days = [moment.astimezone(at(LATE).tzinfo).date() for moment in ran]
    assert len(days) == len(set(days)) == 16


def test_a_run_that_fails_is_noted_and_tried_again(
    office: Office, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "RETRY_SECONDS", -1)
    tries: list[int] = []

    def run(_office: Office, _actor: object, _call: Call) -> str:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("de database is weg")
        return "klaar"

    job = Job("sweep", Daily(datetime(2026, 1, 1, 6, tzinfo=UTC).time()), run)
    with pytest.raises(RuntimeError):
        run_due(office, job, Call())
    with office.db.reading() as s:
        assert s.scalars(sa.select(JobRun.error)).one() == "RuntimeError: de database is weg"
    assert run_due(office, job, Call()) == "klaar"
    assert run_due(office, job, Call()) is None


def test_a_long_run_keeps_its_lease(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "LEASE_SECONDS", 1)
    monkeypatch.setattr(scheduler, "RENEW_SECONDS", 0.2)
    others: list[str | None] = []
    brief, ran = count_calls()

    def run(inner: Office, _actor: object, _call: Call) -> str:
        time.sleep(1.5)
        others.append(run_due(inner, brief, Call()))
        return "klaar"

    assert run_due(office, Job("sweep", brief.schedule, run), Call()) == "klaar"
    assert others == [None]
    assert ran == []


def test_embedded_it_sweeps_and_sends_and_stops_when_told(office: Office, clock: Clock) -> None:
    clock.set(at(LATE, 9))
    stop = scheduler.start_embedded(office)
    deadline = time.monotonic() + 20
    folder = office.settings.mail_folder
    while time.monotonic() < deadline and not (folder.exists() and any(folder.glob("*.eml"))):
        time.sleep(0.05)
    while time.monotonic() < deadline and not rows(office, Escalation):
        time.sleep(0.05)
    assert rows(office, Escalation) == 4
    stop()
    jobs = [thread for thread in threading.enumerate() if thread.name in {job.name for job in timetable.TIMETABLE}]
    for thread in jobs:
        thread.join(30)
    assert not any(thread.is_alive() for thread in jobs)


SERVE = """
import logging, sys
from app import scheduler, timetable
from app.office import Office
from app.settings import Settings
from app.store.base import Db
logging.basicConfig(level="INFO", stream=sys.stdout, format="%(message)s")
settings = Settings()
scheduler.serve(Office(settings, Db(settings.database)))
print("ended", flush=True)
"""


def test_as_a_process_it_ends_in_order_when_told(office: Office) -> None:
    environment = os.environ | {
        "REGIE_DATABASE_URL": office.settings.database,
        "REGIE_VAR": str(office.settings.var),
        "REGIE_SECRET": "x" * 32,
    }
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    while "the scheduler ticks" not in (line := process.stdout.readline()):
        assert line
    process.send_signal(signal.SIGTERM)
    rest = process.communicate(timeout=30)[0]  # of its own accord
    assert "ended" in rest
    assert process.returncode == 0


def test_a_clock_that_jumps_back_an_hour_or_forward_a_week_doubles_nothing(office: Office, clock: Clock) -> None:
    job, ran = count_calls()
    clock.set(at(date(2026, 11, 2), 6))
    run_due(office, job, Call())
    clock.advance(minutes=-60)
    run_due(office, job, Call())  # yesterday's slot, which nobody ran
    clock.advance(minutes=60)
    run_due(office, job, Call())
    clock.advance(days=7)
    run_due(office, job, Call())
    clock.advance(days=-7)
    for hour in range(30):
        clock.set(at(date(2026, 11, 2), 6) + timedelta(hours=hour))
        run_due(office, job, Call())
    with office.db.reading() as s:
        slots = s.scalars(sa.select(JobRun.slot).order_by(JobRun.slot)).all()
    assert [slot.day for slot in slots] == [1, 2, 3, 9]
    assert len(ran) == 4


def test_the_watch_looks_twice_before_it_alarms(office: Office, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    clock.set(at(LATE, 9))
    looks: list[int] = []

    class Waiting:
        def wait(self, _seconds: float) -> None:
            looks.append(1)
            for job in timetable.TIMETABLE:
                if job.name not in {"post", "watch"}:
                    run_due(office, job, Call())

    jobs_by_name = {job.name: job for job in timetable.TIMETABLE}
    monkeypatch.setattr(timetable, "Event", Waiting)
    monkeypatch.setattr(timetable, "SECOND_LOOK", timedelta(seconds=1))
    assert run_due(office, jobs_by_name["watch"], Call()) == "alle taken zijn op tijd"
    assert looks == [1]


def test_the_watch_alarms_when_a_job_stays_away(office: Office, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    clock.set(at(LATE, 9))
    monkeypatch.setattr(timetable, "SECOND_LOOK", timedelta())
    for name in ("succession", "digest", "statistics", "tidy"):
        run_job(office, name)
    assert "sweep" in run_job(office, "watch")
    run_job(office, "post")
    subjects = [
        BytesParser(policy=default).parsebytes(path.read_bytes())["Subject"]
        for path in office.settings.mail_folder.glob("*-alarm.eml")
    ]
    assert "Taak Escalaties is te laat" in subjects
