"""The jobs as people see them: how each fares, asking for a run by hand, and the alarm when one is late."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import WrongState, mark
from app.domain.jobs import PLANS, Plan, late_since, next_slot, plan_of
from app.domain.permissions import Task
from app.store import audit, jobs
from app.store.access import require
from app.store.alarms import tell_administrators
from app.store.base import database_now
from app.store.jobs import JobRun

KEPT_FOR = timedelta(days=90)
WATCH = "watch"
"""The job that looks after the others; while it runs it is not done itself."""


@dataclass(frozen=True)
class JobFares:
    """How one job fares. `last` is its last run that came to an end, `now` the one that runs, failed or was asked for.

    `next_at` is None for a job that runs at every tick; `late_since` None while it is in time.
    """

    plan: Plan
    last: JobRun | None
    now: JobRun | None
    is_running: bool
    next_at: datetime | None
    late_since: datetime | None

    @property
    def lasted(self) -> timedelta | None:
        """How long the last run took."""
        return self.last.finished_at - self.last.started_at if self.last and self.last.finished_at else None


def listing(session: Session, actor: Actor, now: datetime) -> list[JobFares]:
    """How all jobs fare, in the order of the timetable."""
    require(actor, Task.RUN_JOBS)
    return [_fares(session, plan, now) for plan in PLANS]


def late(session: Session, now: datetime, *, but: str = "") -> list[tuple[Plan, datetime]]:
    """The jobs that are late, and since when; without the one that asks (`but`). Reads only."""
    return [(plan, since) for plan in PLANS if plan.name != but and (since := _late_since(session, plan, now))]


def ask(session: Session, actor: Actor, name: str, now: datetime) -> None:
    """Ask for a run of a job; a scheduler takes it at its next tick.

    Raises NotFound (`no-job`), WrongState (`job-asked`) while a run that was asked for has not come to its end.
    """
    require(actor, Task.RUN_JOBS)
    plan = plan_of(name)
    if actor.person_id is None or not jobs.ask(session, plan.name, actor.person_id, now):
        raise WrongState("job-asked", mark("Deze taak is al gevraagd en nog niet klaar. Wacht tot zij klaar is."))
    audit.record(session, actor, "taak-vragen", f"taak:{plan.name}", now)


def alarm(session: Session, now: datetime) -> list[str]:
    """Mail every administrator about each job that is late, once for each time it is; the names of those jobs."""
    found = late(session, now, but=WATCH)
    for plan, since in found:
        key = f"late:{plan.name}:{since.isoformat()}"
        tell_administrators(session, key, now, "job", job=plan.name, since=since.isoformat())
    return [plan.name for plan, _ in found]


def trouble(session: Session, plan: Plan) -> str:
    """What a job said last that kept it from its end; empty where it said nothing."""
    runs = [*jobs.open_runs(session, plan.name), jobs.last_run(session, plan.name)]
    return next((run.error for run in runs if run and run.error), "")


def forget(session: Session, now: datetime) -> int:
    """Remove what ran more than 90 days ago from the list of runs; how many."""
    return jobs.forget(session, now - KEPT_FOR)


def _fares(session: Session, plan: Plan, now: datetime) -> JobFares:
    waiting = jobs.open_runs(session, plan.name)
    newest = waiting[0] if waiting else None
    running = newest is not None and newest.leased_until > database_now(session) and not newest.error
    return JobFares(
        plan=plan,
        last=jobs.last_run(session, plan.name),
        now=newest,
        is_running=running,
        next_at=next_slot(plan.schedule, now) if plan.schedule else None,
        late_since=_late_since(session, plan, now),
    )


def _late_since(session: Session, plan: Plan, now: datetime) -> datetime | None:
    if plan.schedule is not None:
        return late_since(plan, jobs.last_done(session, plan.name), now)
    run = jobs.last_run(session, plan.name)
    # By the clock of the database, as it was noted.
    return late_since(plan, run.finished_at if run else None, database_now(session))
