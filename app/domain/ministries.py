"""Which ministry a letter means: ministries end, merge, and go by several names."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.calendar import ONE_DAY
from app.domain.errors import Invalid, mark

_PREFIX = re.compile(r"^\W*(het\s+)?(ministerie|min\.?)\s+((van|voor)\s+)?", re.IGNORECASE)
_LONGEST_NAME = 200


@dataclass(frozen=True)
class MinistryName:
    """What a ministry is called, and from which day to which (both included; None: from or until any day).

    `by_dossier` are pairs of dossier and successor, where that isn't the successor in all else.
    """

    id: int
    code: str
    display: str
    name: str
    valid_from: date | None = None
    valid_until: date | None = None
    successor_id: int | None = None
    aliases: tuple[str, ...] = ()
    by_dossier: tuple[tuple[int, int], ...] = ()

    def is_valid(self, on: date) -> bool:
        """Tell whether the ministry exists on this day."""
        return (self.valid_from is None or self.valid_from <= on) and not self.has_ended(on)

    def has_ended(self, on: date) -> bool:
        """Tell whether the ministry has ended before this day."""
        return self.valid_until is not None and self.valid_until < on

    def heir_id(self, dossier_id: int | None = None) -> int | None:
        """Return who takes over this ministry's work, in this dossier; None where nobody is set."""
        return dict(self.by_dossier).get(dossier_id or 0, self.successor_id)


Ministries = Sequence[MinistryName] | Mapping[int, MinistryName]
"""All ministries; by number where many are asked about, so that they needn't be put in order for each."""


@dataclass(frozen=True)
class Handover:
    """On this day the work of one ministry, which ended the day before, went to another."""

    giver: MinistryName
    taker: MinistryName
    on: date


def resolve(text: str, on: date, ministries: Sequence[MinistryName]) -> MinistryName:
    """Return the ministry that a letter of this date means: by code, else by full name, else by alias.

    Capitals, spaces, accents, `&` for `en` and a leading "ministerie van" make no difference.
    Raises Invalid: `unknown-ministry`, `ended-ministry` (offers the successor), `succession-loop`.
    """
    valid = [ministry for ministry in ministries if ministry.is_valid(on)]
    found = _named(text, valid)
    if found is not None:
        return found
    ended = [ministry for ministry in ministries if ministry.has_ended(on)]
    latest_first = sorted(ended, key=lambda ministry: ministry.valid_until or date.min, reverse=True)
    known = _named(text, latest_first)
    if known is not None:
        raise _ended(known, on, ministries)
    raise _unknown(text, on, ministries)


def successor_on(
    ministry: MinistryName, on: date, ministries: Ministries, dossier_id: int | None = None
) -> MinistryName:
    """Return who does this ministry's work on a day: itself, or the first in its chain of successors not yet ended.

    Raises Invalid: `succession-loop`, `no-successor` when the chain breaks off before that day.
    """
    for one in succession(ministry, ministries, dossier_id):
        if not one.has_ended(on):
            return one
    sentence = mark("Het {name} is opgeheven en heeft nog geen opvolger. Laat de beheerder een opvolger instellen.")
    raise Invalid("no-successor", sentence, name=ministry.name, code_ended=ministry.code)


def succession(ministry: MinistryName, ministries: Ministries, dossier_id: int | None = None) -> Iterator[MinistryName]:
    """Yield the ministry, its successor (in a dossier), that one's successor and so on.

    Raises Invalid (`succession-loop`) when the chain comes back to a ministry it has passed.
    """
    by_id = ministries if isinstance(ministries, Mapping) else {one.id: one for one in ministries}
    passed: set[int] = set()
    current: MinistryName | None = ministry
    while current is not None:
        if current.id in passed:
            sentence = mark("De opvolgers van {name} lopen in een kring. Laat de beheerder dit herstellen.")
            raise Invalid("succession-loop", sentence, name=ministry.display)
        passed.add(current.id)
        yield current
        heir_id = current.heir_id(dossier_id)
        current = by_id.get(heir_id) if heir_id is not None else None


def handovers(
    ministry: MinistryName, on: date, ministries: Ministries, dossier_id: int | None = None
) -> list[Handover]:
    """Return each step by which a ministry's work (in a dossier) came to whoever does it on a day, in order.

    None for a ministry that hasn't ended. Each step is taken on the day after the giver's last, by whoever of its chain
    existed then. Raises Invalid like `successor_on`.
    """
    steps: list[Handover] = []
    giver = ministry
    # Each taker outlives its giver, so this comes to an end.
    while giver.valid_until is not None and giver.has_ended(on):
        day = giver.valid_until + ONE_DAY
        steps.append(Handover(giver, successor_on(giver, day, ministries, dossier_id), day))
        giver = steps[-1].taker
    return steps


def _key(text: str) -> str:
    """Return what two spellings of one name have in common: `J&V`, `J en V` and `JenV` are one."""
    plain = unicodedata.normalize("NFKD", text[:_LONGEST_NAME].casefold().replace("&", "en"))
    return "".join(sign for sign in plain if sign.isalnum())


def keys_of(text: str) -> set[str]:
    """Return what a text and the spellings of the ministry it names have in common, one key or two."""
    # The prefix goes last: "MinBZK" has to be tried as it stands.
    return {_key(text), _key(_PREFIX.sub("", text))} - {""}


def spellings(ministry: MinistryName) -> set[str]:
    """Return the keys of all names of a ministry: no text without one of them means it."""
    names = (ministry.code, ministry.display, ministry.name, _PREFIX.sub("", ministry.name), *ministry.aliases)
    return {_key(name) for name in names}


def _named(text: str, ministries: Sequence[MinistryName]) -> MinistryName | None:
    """Return the first ministry with this code, else this full name, else this alias."""
    keys = keys_of(text)
    ways = (
        lambda ministry: (ministry.code, ministry.display),
        lambda ministry: (ministry.name, _PREFIX.sub("", ministry.name)),
        lambda ministry: ministry.aliases,
    )
    for names in ways:
        for ministry in ministries:
            if keys & set(map(_key, names(ministry))):
                return ministry
    return None


def _ended(known: MinistryName, on: date, ministries: Sequence[MinistryName]) -> Invalid:
    successor = next((one for one in succession(known, ministries) if one.is_valid(on)), None)
    if successor is None:
        sentence = mark("Het {name} bestond tot en met {ended_on}. Kies het ministerie dat het werk heeft overgenomen.")
        return Invalid("ended-ministry", sentence, name=known.name, ended_on=known.valid_until)
    sentence = mark(
        "Het {name} bestond tot en met {ended_on}. Kies de opvolger: {successor_display}, {successor_name}."
    )
    return Invalid(
        "ended-ministry",
        sentence,
        name=known.name,
        ended_on=known.valid_until,
        successor=successor.code,
        successor_display=successor.display,
        successor_name=successor.name,
    )


def _unknown(text: str, on: date, ministries: Sequence[MinistryName]) -> Invalid:
    if not text.strip():
        return Invalid("unknown-ministry", mark("Kies een ministerie uit de lijst."))
    later = _named(text, [ministry for ministry in ministries if not ministry.is_valid(on)])
    if later is not None:
        sentence = mark("Het {name} bestaat pas vanaf {from_on}. Kies een ministerie dat op {letter_date} bestond.")
        return Invalid("unknown-ministry", sentence, name=later.name, from_on=later.valid_from, letter_date=on)
    sentence = mark("Wij kennen het ministerie “{name}” niet. Kies een ministerie uit de lijst.")
    return Invalid("unknown-ministry", sentence, name=" ".join(text.split())[:80])
