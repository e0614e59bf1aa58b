"""VNG's own clock: how long an answer may wait for its verdict."""

from datetime import date

from app.domain.calendar import Calendar
from app.domain.questions import JUDGING_DAYS


def judged_too_late_before(today: date, calendar: Calendar) -> date:
    """Return the day such that answers VNG got before it have waited longer than VNG gives itself to judge them.

    The day of the answer doesn't count: one that came 15 working days ago is still in time today.
    """
    return calendar.shift(today, -JUDGING_DAYS)
