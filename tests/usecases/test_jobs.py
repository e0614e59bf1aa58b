"""Late jobs: since when, told once, and no false alarm."""

from datetime import date, timedelta

import sqlalchemy as sa

from app.domain.jobs import PLANS
from app.store.base import Db
from app.store.jobs import JobRun, note
from app.store.outbox import OutboxMail
from app.usecases import jobs
from tests.support.builders import a_register, at

MONDAY = date(2026, 11, 23)
NOW = at(MONDAY, 13)


def done(db: Db, job: str, now: object = NOW, error: str | None = None) -> None:
    """A run of the latest slot that came to its end."""
    schedule = next(plan.schedule for plan in PLANS if plan.name == job)
    assert schedule is not None
    slot = schedule.latest(now)  # type: ignore[arg-type]
    with db.writing() as s:
        s.add(JobRun(job=job, slot=slot, runner="x", started_at=slot, leased_until=slot, finished_at=slot, error=error))


def all_done(db: Db) -> None:
    for plan in PLANS:
        if plan.schedule:
            done(db, plan.name)


def late(db: Db, now: object = NOW) -> dict[str, object]:
    with db.reading() as s:
        return {plan.name: since for plan, since in jobs.late(s, now)}  # type: ignore[arg-type]


def test_while_all_is_done_nothing_is_late(db: Db) -> None:
    a_register(db)
    all_done(db)
    with db.writing() as s:
        note(s, "post", "x", "", None)
    assert late(db) == {}


def test_what_never_ran_is_late_from_its_slot_on(db: Db) -> None:
    a_register(db)
    assert late(db)["sweep"] == at(MONDAY, 6)
    assert late(db)["digest"] == at(MONDAY, 7)
    assert late(db, at(MONDAY, 11))["digest"] == at(MONDAY - timedelta(days=7), 7), "this week's has until noon"


def test_after_days_of_standstill_a_job_is_late_since_the_first_slot_it_missed(db: Db) -> None:
    a_register(db)
    done(db, "sweep", at(MONDAY - timedelta(days=4), 13))
    assert late(db)["sweep"] == at(MONDAY - timedelta(days=3), 6)


def test_a_run_that_failed_does_not_count_as_done(db: Db) -> None:
    a_register(db)
    all_done(db)
    with db.writing() as s:
        s.execute(sa.update(JobRun).where(JobRun.job == "sweep").values(error="OperationalError: weg"))
    assert late(db) == {"sweep": at(MONDAY, 6)}


def test_every_administrator_is_mailed_once_for_each_time_a_job_is_late(db: Db) -> None:
    a_register(db)
    all_done(db)
    tomorrow = NOW + timedelta(days=1)
    for now in (NOW, tomorrow, tomorrow + timedelta(hours=1)):
        for job in (plan.name for plan in PLANS if plan.schedule and plan.name not in {"sweep", "digest"}):
            with db.writing() as s:
                s.execute(sa.update(JobRun).where(JobRun.job == job).values(slot=now))
        with db.writing() as s:
            jobs.alarm(s, now)
    with db.reading() as s:
        told = [(mail.address, mail.params["job"]) for mail in s.scalars(sa.select(OutboxMail))]
        assert told == [("beheer@vng.example", "sweep")]


def test_what_ran_long_ago_is_forgotten(db: Db) -> None:
    a_register(db)
    all_done(db)
    with db.writing() as s:
        note(s, "post", "x", "1 verzonden", None)
        assert jobs.forget(s, NOW) == 0
        assert jobs.forget(s, NOW + timedelta(days=100)) == len([plan for plan in PLANS if plan.schedule])
        assert s.scalars(sa.select(JobRun.job)).all() == ["post"]
