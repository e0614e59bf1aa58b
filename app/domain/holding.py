"""Who had the ball for how many days: one holding period as of a day, and when VNG itself is late with its verdict."""

from dataclasses import dataclass
from datetime import date

from app.domain.calendar import ONE_DAY, Calendar
from app.domain.questions import JUDGING_DAYS, HolderKind
from app.domain.statistics import FEWEST


@dataclass(frozen=True)
class Held:
    """All days that one holder had the ball of the questions that were counted, in calendar days.

    `ministry_id` is None for VNG and AZ, and where several contributors were asked at once.
    """

    holder: HolderKind
    ministry_id: int | None
    days: int
    questions: int

    @property
    def average(self) -> float | None:
        """Days per question, to one decimal; None over too few questions."""
        return round(self.days / self.questions, 1) if self.questions >= FEWEST else None


def days_held(from_on: date, until_on: date | None, as_of: date) -> int:
    """Count the days somebody had the ball by the end of a day; the day it is passed on is the next one's.

    What began later counts for nothing, what goes on (or ended later) up to the day itself.
    """
    end = as_of if until_on is None else min(until_on, as_of)
    return max(0, (end - from_on).days)


def verdict_late_from(as_of: date, calendar: Calendar) -> date:
    """Return the last day on which an answer came that VNG should have judged before this day.

    It gives itself JUDGING_DAYS working days after the day of the answer.
    """
    day = calendar.shift(as_of, -JUDGING_DAYS)
    while calendar.shift(day, JUDGING_DAYS) >= as_of:
        day -= ONE_DAY
    return day
