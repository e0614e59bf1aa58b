"""Absence: from which day until which day somebody is away, and who may stand in."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.errors import Invalid, mark

LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Absence:
    """The days somebody is away, both included, and the colleague who gets their mail (None: their coordinator)."""

    from_on: date
    until_on: date
    deputy_id: int | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether somebody is away on this day."""
        return self.from_on <= day <= self.until_on

    def overlaps(self, other: "Absence") -> bool:
        """Tell whether the two share a day."""
        return self.from_on <= other.until_on and other.from_on <= self.until_on


@dataclass(frozen=True)
class Colleague:
    """What matters of somebody who may stand in for another."""

    id: int
    name: str
    ministry_id: int | None
    stopped: bool
    away: Absence | None


def read_absence(from_on: date | None, until_on: date | None, deputy_id: int | None, today: date) -> Absence:
    """Return the absence that was typed. Raises Invalid: `missing`, `absence-order`, `absence-past`, `absence-long`."""
    if from_on is None or until_on is None:
        field = "van" if from_on is None else "totEnMet"
        raise Invalid("missing", mark("Vul de eerste en de laatste dag van de afwezigheid in."), field=field)
    if until_on < from_on:
        sentence = mark("De laatste dag ligt voor de eerste. Kies {day} of later.")
        raise Invalid("absence-order", sentence, field="totEnMet", day=from_on)
    if until_on < today:
        sentence = mark("Deze afwezigheid is al voorbij. Kies een laatste dag vanaf vandaag.")
        raise Invalid("absence-past", sentence, field="totEnMet")
    if until_on - from_on > LONGEST:
        sentence = mark("Een afwezigheid duurt hooguit een jaar. Is iemand gestopt, meld dat dan aan de beheerder.")
        raise Invalid("absence-long", sentence, field="totEnMet")
    return Absence(from_on, until_on, deputy_id)


def check_deputy(person: Colleague, absence: Absence, deputy: Colleague | None) -> None:
    """Refuse a deputy who can't take the mail: oneself, of another ministry, stopped, or away in the same days.

    Raises Invalid: `deputy-self`, `deputy-elsewhere`, `deputy-absent`, or `deputy-unknown` where `deputy` is None.
    """
    if absence.deputy_id == person.id:
        sentence = mark("Iemand kan zichzelf niet vervangen. Kies een collega, of laat het leeg.")
        raise Invalid("deputy-self", sentence, field="vervanger")
    if deputy is None or deputy.stopped:
        sentence = mark("Deze vervanger is niet (meer) bekend. Kies een collega uit de lijst.")
        raise Invalid("deputy-unknown", sentence, field="vervanger")
    if deputy.ministry_id != person.ministry_id:
        sentence = mark("{name} werkt bij een ander ministerie. Kies een collega van hetzelfde ministerie.")
        raise Invalid("deputy-elsewhere", sentence, field="vervanger", name=deputy.name)
    if deputy.away is not None and deputy.away.overlaps(absence):
        sentence = mark("{name} is zelf afwezig van {from_on} tot en met {until_on}. Kies een ander.")
        days = {"from_on": deputy.away.from_on, "until_on": deputy.away.until_on}
        raise Invalid("deputy-absent", sentence, field="vervanger", others=(), name=deputy.name, **days)
