"""How long what is kept: periods per kind, and from which day on something may go."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.calendar import AMSTERDAM
from app.domain.errors import Invalid, mark

LONGEST_MONTHS = 600
REMOVED = mark("Verwijderd na de bewaartermijn")
"""What stands where a subject, title or text was: in Dutch, as the register itself."""


class Kept(StrEnum):
    """A kind of thing that has a period of its own."""

    LETTERS = "brieven"
    MAIL = "mailkopieen"
    READS = "inzage"
    ACCESS = "aanmeldingen"
    PEOPLE = "personen"
    UNFINISHED = "onafgemaakt"


@dataclass(frozen=True)
class Period:
    """What is kept, until when counted from what, and in whole months: by default, and at least."""

    title: str
    what: str
    counted_from: str
    months: int
    at_least: int


PERIODS: Mapping[Kept, Period] = {
    Kept.LETTERS: Period(
        mark("Afgeronde brieven"),
        mark("De tekst van brief, vragen, antwoorden, concepten en redenen, en alle documenten."),
        mark("de dag waarop er het laatst iets gebeurde met een vraag uit de brief"),
        120,
        12,
    ),
    Kept.MAIL: Period(
        mark("Kopieën van mail"),
        mark("De tekst van elke mail, zoals die is verstuurd. Dat een mail ging, en aan wie, blijft staan."),
        mark("de dag van verzending"),
        24,
        1,
    ),
    Kept.READS: Period(
        mark("Inzage"),
        mark("Wie welke brief, welke vraag, welk document of welke uitvoer bekeek."),
        mark("de dag van de inzage"),
        24,
        6,
    ),
    Kept.ACCESS: Period(
        mark("Aanmeldingen en sleutels"),
        mark("Sessies, codes om aan te melden en API-sleutels die niet meer werken."),
        mark("de dag waarop de sessie, de code of de sleutel eindigde"),
        6,
        1,
    ),
    Kept.PEOPLE: Period(
        mark("Gestopte personen"),
        mark("Naam, adres, rollen en afwezigheid. Alleen een nummer blijft, zodat het logboek klopt."),
        mark("de dag waarop de persoon stopte"),
        24,
        1,
    ),
    Kept.UNFINISHED: Period(
        mark("Niet afgemaakte brieven"),
        mark("Wat is ingevuld in een brief die nooit is bewaard, en de bestanden die alleen daarbij horen."),
        mark("de dag waarop er het laatst iets in werd getypt"),
        6,
        1,
    ),
}
AGREED_BY_BOTH = frozenset({Kept.LETTERS, Kept.UNFINISHED})
"""What goes only when the secretariat agreed and the administrator confirmed: their own casework."""


def before(now: datetime, months: int) -> datetime:
    """The moment before which something has been kept so many calendar months: midnight in Amsterdam.

    The 31st of a month without one is its last day.
    """
    here = now.astimezone(AMSTERDAM)
    count = here.year * 12 + here.month - 1 - months
    year, month = divmod(count, 12)
    day = min(here.day, monthrange(year, month + 1)[1])
    return datetime(year, month + 1, day, tzinfo=AMSTERDAM)


def months_read(kind: Kept, text: str) -> int:
    """A number of months as typed. Raises Invalid `bad-period` when it is none, too short or too long."""
    least = PERIODS[kind].at_least
    digits = text.strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 5 and least <= int(digits) <= LONGEST_MONTHS):
        sentence = mark("Vul een aantal maanden in, van {least} tot en met {most}.")
        raise Invalid("bad-period", sentence, field=f"maanden-{kind}", least=least, most=LONGEST_MONTHS)
    return int(digits)
