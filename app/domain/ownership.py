"""Waiting for whoever must speak: when AZ hears of a dispute, and when a contact may be reminded again."""

from datetime import date, timedelta

from app.domain.calendar import ONE_DAY, Calendar
from app.domain.errors import Invalid, WrongState, mark

LONGEST_NOTE = 2000


def centre_hears_on(disputed_on: date, times_told: int, calendar: Calendar) -> date:
    """Return when AZ hears of a dispute next: at once, after 2 working days, and then every week."""
    if times_told == 0:
        return disputed_on
    return calendar.shift(disputed_on, 2) + timedelta(weeks=times_told - 1)


def centre_hears_again(disputed_on: date, last_told_on: date, today: date, calendar: Calendar) -> bool:
    """Tell whether a day on which AZ hears of a dispute came since it last did; several missed days are one telling."""
    second = centre_hears_on(disputed_on, 1, calendar)
    if today < second:
        return False
    weeks = (today - second).days // 7
    return last_told_on < centre_hears_on(disputed_on, 1 + weeks, calendar)


def check_reminder(last_reminded_on: date | None, today: date, calendar: Calendar) -> None:
    """Refuse a second reminder by hand on one working day; the days after it that are none belong to it.

    Raises WrongState (`reminded-already`).
    """
    day = today
    while not calendar.is_working(day):
        day -= ONE_DAY
    if last_reminded_on is not None and last_reminded_on >= day:
        sentence = mark("Op {day} is al een herinnering gestuurd. Op de volgende werkdag kan het weer.")
        raise WrongState("reminded-already", sentence, day=last_reminded_on)


def check_note(note: str) -> None:
    """Raise Invalid `too-long` for a word that goes along with a reminder and is more than one."""
    if len(note) > LONGEST_NOTE:
        sentence = mark("Dit is te lang: {length} tekens. Hooguit {most} mag.")
        raise Invalid("too-long", sentence, field="opmerking", length=len(note), most=LONGEST_NOTE)
