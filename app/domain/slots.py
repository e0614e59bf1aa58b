"""When a job is due: slots on the clock of Amsterdam, each exactly once, also when the clock changes.

A time that the clock skips in spring is due at the first moment after the gap; a time that comes twice in autumn is due
the first time. A slot is an aware moment in UTC, so that (job, slot) can be unique.
"""

from abc import ABC, abstractmethod
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from app.domain.calendar import AMSTERDAM, ONE_DAY, civil_date

_ONE_MINUTE = timedelta(minutes=1)


def moment(day: date, at: time) -> datetime:
    """Return the moment in UTC when the clock in Amsterdam shows this time on this day.

    A skipped time gives the first moment after the gap, a doubled one the first of the two.
    """
    wall = datetime.combine(day, at, tzinfo=AMSTERDAM)
    while wall.astimezone(UTC).astimezone(AMSTERDAM).time() != wall.time():  # in the gap, which ends at a whole minute
        wall = wall.replace(second=0, microsecond=0) + _ONE_MINUTE
    return wall.astimezone(UTC)


class Schedule(ABC):
    """When a job is due."""

    @abstractmethod
    def slots(self, after: datetime, until: datetime) -> list[datetime]:
        """Return the slots later than `after` up to and including `until`, in order."""

    @abstractmethod
    def latest(self, now: datetime) -> datetime:
        """Return the last slot at or before `now`."""


@dataclass(frozen=True)
class Every(Schedule):
    """Every so many minutes, counted in UTC from 1970 on: an hour that comes twice has its slots twice."""

    minutes: int

    def __post_init__(self) -> None:
        if self.minutes < 1:
            raise ValueError("a job can be due every minute at most")

    def slots(self, after: datetime, until: datetime) -> list[datetime]:
        found = []
        slot = self.latest(after) + self._step
        while slot <= until:
            found.append(slot)
            slot += self._step
        return found

    def latest(self, now: datetime) -> datetime:
        return now.astimezone(UTC) - (now - datetime(1970, 1, 1, tzinfo=UTC)) % self._step

    @property
    def _step(self) -> timedelta:
        return timedelta(minutes=self.minutes)


class CivilSchedule(Schedule):
    """At most one slot a day, at a civil time, on the days that `falls_on` picks."""

    at: time

    @abstractmethod
    def falls_on(self, day: date) -> bool:
        """Tell whether there is a slot on this civil day."""

    def slots(self, after: datetime, until: datetime) -> list[datetime]:
        first, last = civil_date(after), civil_date(until)
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return [slot for day in days if self.falls_on(day) and after < (slot := moment(day, self.at)) <= until]

    def latest(self, now: datetime) -> datetime:
        day = civil_date(now)
        while not self.falls_on(day) or moment(day, self.at) > now:
            day -= ONE_DAY
        return moment(day, self.at)


@dataclass(frozen=True)
class Daily(CivilSchedule):
    """Every day at this time."""

    at: time

    def falls_on(self, day: date) -> bool:  # noqa: ARG002 every day is one
        return True


@dataclass(frozen=True)
class Weekly(CivilSchedule):
    """Every week on this day, Monday 0 to Sunday 6, at this time."""

    weekday: int
    at: time

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise ValueError("a weekday is 0 (Monday) to 6 (Sunday)")

    def falls_on(self, day: date) -> bool:
        return day.weekday() == self.weekday


@dataclass(frozen=True)
class Monthly(CivilSchedule):
    """Every month on this day, or on the month's last day where it is shorter, at this time."""

    day: int
    at: time

    def __post_init__(self) -> None:
        if not 1 <= self.day <= 31:
            raise ValueError("a day of the month is 1 to 31")

    def falls_on(self, day: date) -> bool:
        return day.day == min(self.day, monthrange(day.year, day.month)[1])
