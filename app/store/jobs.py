"""Which job ran in which slot."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base, Instant, database_now, insert_new


class JobRun(Base):
    """One run of one job for one slot. Whoever inserts the row runs it; the lease says until when it counts as alive.

    A run that failed has an `error` and no `finished_at`: it is taken over like that of a dead runner.
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
