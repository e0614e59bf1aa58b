"""Which job ran in which slot, by the clock or because somebody asked for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base, Instant, database_now, insert_new, partial_index

ASKED = "asked_by_id IS NOT NULL AND finished_at IS NULL"
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
"""The one slot of a job that runs at every tick."""
_NOTED_EVERY = timedelta(minutes=1)


class JobRun(Base):
    """One run of one job for one slot. Whoever inserts the row runs it; the lease says until when it counts as alive.

    A run that failed has an `error` and no `finished_at`: it is taken over like that of a dead runner. One that was
    asked for (`asked_by_id`) has the moment of asking as its slot; of each job one at most waits or runs.
    """

    __tablename__ = "job_runs"

    job: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    slot: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    runner: Mapped[str] = mapped_column(sa.String(80))
    started_at: Mapped[datetime] = mapped_column(Instant)
    leased_until: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    result: Mapped[str | None] = mapped_column(sa.Text)
    error: Mapped[str | None] = mapped_column(sa.Text)
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))

    __table_args__ = (partial_index("ix_job_runs_asked", "job", where=ASKED, unique=True),)


@dataclass(frozen=True)
class Turn:
    """The right to run a job for a slot; `runner` is unlike any other runner's, ever."""

    job: str
    slot: datetime
    runner: str


def is_open(session: Session, job: str, slot: datetime) -> bool:
    """Whether this slot still wants a runner: nobody began, or who began is dead or failed. Reads only."""
    run = session.get(JobRun, (job, slot))
    return run is None or (run.finished_at is None and run.leased_until <= database_now(session))


def take(session: Session, turn: Turn, lease_seconds: int) -> bool:
    """Take the slot if it is open: by inserting its row, or by taking over a run whose lease has ended."""
    moment = database_now(session)
    until = moment + timedelta(seconds=lease_seconds)
    began = session.execute(
        insert_new(session, JobRun).values(
            job=turn.job, slot=turn.slot, runner=turn.runner, started_at=moment, leased_until=until
        )
    )
    if cast("sa.CursorResult[Any]", began).rowcount:
        return True
    taken_over = sa.update(JobRun).where(
        JobRun.job == turn.job,
        JobRun.slot == turn.slot,
        JobRun.finished_at.is_(None),
        JobRun.leased_until <= moment,
    )
    return _changed(session, taken_over.values(runner=turn.runner, started_at=moment, leased_until=until))


def renew(session: Session, turn: Turn, lease_seconds: int) -> bool:
    """Say that the runner is alive; False when it was taken for dead and another took over."""
    until = database_now(session) + timedelta(seconds=lease_seconds)
    return _changed(session, _own(turn).values(leased_until=until))


def finish(session: Session, turn: Turn, result: str) -> bool:
    """Close the slot; False when another took it over meanwhile."""
    moment = database_now(session)
    return _changed(session, _own(turn).values(finished_at=moment, result=result, error=None))


def fail(session: Session, turn: Turn, error: str, again_after_seconds: int) -> bool:
    """Note what went wrong and leave the slot open, to be tried again after so many seconds."""
    until = database_now(session) + timedelta(seconds=again_after_seconds)
    return _changed(session, _own(turn).values(leased_until=until, error=error))


def ask(session: Session, job: str, person_id: int, now: datetime) -> bool:
    """Ask for a run, to be taken at the next tick; False where one that was asked for has not come to its end."""
    moment = database_now(session)
    asked = insert_new(session, JobRun).values(
        job=job, slot=now, runner="", started_at=moment, leased_until=moment, asked_by_id=person_id
    )
    return bool(cast("sa.CursorResult[Any]", session.execute(asked)).rowcount)


def asked_slot(session: Session, job: str) -> datetime | None:
    """The slot of the run that somebody asked for, if there is one that has not come to its end."""
    return session.execute(sa.select(JobRun.slot).where(JobRun.job == job, sa.text(ASKED))).scalar_one_or_none()


def give_up(session: Session, turn: Turn, error: str) -> bool:
    """Close a run that failed: what somebody asked for is not tried again by itself."""
    return _changed(session, _own(turn).values(finished_at=database_now(session), error=error))


def note(session: Session, job: str, runner: str, result: str, error: str | None) -> None:
    """Note how a job without slots fares: in one row, whoever runs it."""
    moment = database_now(session)
    values = {"runner": runner, "started_at": moment, "leased_until": moment, "finished_at": moment, "error": error}
    told = values | ({"result": result} if result else {})
    row = insert_new(session, JobRun).values(job=job, slot=ALWAYS, **told)
    if not cast("sa.CursorResult[Any]", session.execute(row)).rowcount:
        _changed(session, sa.update(JobRun).where(JobRun.job == job, JobRun.slot == ALWAYS).values(told))


def is_noted(session: Session, job: str) -> bool:
    """Whether a job without slots was noted in the last minute, without an error."""
    run = session.get(JobRun, (job, ALWAYS))
    if run is None or run.finished_at is None or run.error:
        return False
    return database_now(session) - run.finished_at < _NOTED_EVERY


def last_run(session: Session, job: str) -> JobRun | None:
    """The run of the newest slot that came to its end."""
    ended = sa.select(JobRun).where(JobRun.job == job, JobRun.finished_at.is_not(None))
    return session.scalars(ended.order_by(JobRun.slot.desc()).limit(1)).one_or_none()


def last_done(session: Session, job: str) -> datetime | None:
    """The newest slot that was done without an error."""
    done = sa.select(sa.func.max(JobRun.slot)).where(
        JobRun.job == job, JobRun.finished_at.is_not(None), JobRun.error.is_(None)
    )
    return session.execute(done).scalar_one()


def open_runs(session: Session, job: str) -> Sequence[JobRun]:
    """The runs that have not come to their end and are of a newer slot than the last one that has, newest first."""
    ended = sa.select(sa.func.max(JobRun.slot)).where(JobRun.job == job, JobRun.finished_at.is_not(None))
    newer = sa.or_(JobRun.slot > sa.func.coalesce(ended.scalar_subquery(), ALWAYS), JobRun.asked_by_id.is_not(None))
    waiting = sa.select(JobRun).where(JobRun.job == job, JobRun.finished_at.is_(None), newer)
    return session.scalars(waiting.order_by(JobRun.slot.desc())).all()


def forget(session: Session, before: datetime) -> int:
    """Remove the rows of slots before a moment; how many."""
    old = sa.delete(JobRun).where(JobRun.slot < before, JobRun.slot > ALWAYS)
    return cast("sa.CursorResult[Any]", session.execute(old.execution_options(synchronize_session=False))).rowcount


def error_of(session: Session, turn: Turn) -> str | None:
    """What was noted last about this slot, if it has not been closed."""
    query = sa.select(JobRun.error).where(JobRun.job == turn.job, JobRun.slot == turn.slot)
    return session.execute(query).scalar_one_or_none()


def finished_since(session: Session, job: str, since: datetime) -> datetime | None:
    """When the first run of a job for a slot from `since` on came to its end; None while none has."""
    query = sa.select(sa.func.min(JobRun.finished_at)).where(JobRun.job == job, JobRun.slot >= since)
    return session.execute(query).scalar_one()


def _own(turn: Turn) -> sa.Update:
    return sa.update(JobRun).where(
        JobRun.job == turn.job,
        JobRun.slot == turn.slot,
        JobRun.runner == turn.runner,
        JobRun.finished_at.is_(None),
    )


def _changed(session: Session, statement: sa.Update) -> bool:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return bool(cast("sa.CursorResult[Any]", result).rowcount)
