"""Changing the ladder: what was typed, what becomes of questions that stand on it, and the pauses that hold it up."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.calendar import ONE_DAY
from app.domain.errors import Invalid, mark
from app.domain.escalation import DAY_HOURS, NO_TEXT, Hours, Reader, Rung, RungText, check_ladder

FARTHEST = 250
"""Working days from the due date that a rung may lie: about a year."""
MOST_RUNGS = 12
LONGEST_TEXT = 300
LONGEST_PAUSE_DAYS = 366
LONGEST_REASON = 200


@dataclass(frozen=True)
class TypedRung:
    """A rung as an administrator typed it; `was` is its number on the ladder before, None for a new one."""

    was: int | None
    working_days: int | None
    readers: frozenset[Reader]
    text: RungText = NO_TEXT


def read_text(text: str, field: str) -> str:
    """Return a text of a rung as it is kept: one line, its words a space apart. Raises Invalid `text-signs`, `-long`.

    `field` is where it was typed, for the sentence to stand at.
    """
    if any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\t\r\n" for sign in text):
        sentence = mark("In deze tekst staan tekens die niet te lezen zijn. Typ de tekst opnieuw.")
        raise Invalid("text-signs", sentence, field=field)
    words = " ".join(text.split())
    if len(words) > LONGEST_TEXT:
        sentence = mark("Deze tekst is {length} tekens lang. Kort hem in tot hooguit {most} tekens.")
        raise Invalid("text-long", sentence, field=field, length=len(words), most=LONGEST_TEXT)
    return words


def read_texts(text: RungText, place: int) -> RungText:
    """Return both texts of the rung typed at a place (0: the first one). Raises Invalid as `read_text`."""
    return RungText(read_text(text.nl, f"nl-{place}"), read_text(text.en, f"en-{place}"))


def read_hours(opens: int | None, closes: int | None) -> Hours:
    """Return the hours that were typed. Raises Invalid `hours-opens`, `-closes` or `-order`."""
    if opens is None or not 0 <= opens < DAY_HOURS:
        sentence = mark("Vul een heel uur in, van 0 tot en met {most}.")
        raise Invalid("hours-opens", sentence, field="opens", most=DAY_HOURS - 1)
    if closes is None or not 0 < closes <= DAY_HOURS:
        sentence = mark("Vul een heel uur in, van 1 tot en met {most}.")
        raise Invalid("hours-closes", sentence, field="closes", most=DAY_HOURS)
    if closes <= opens:
        sentence = mark("De mails gaan tot {closes} uur uit, maar beginnen pas om {opens} uur. Kies een later einde.")
        raise Invalid("hours-order", sentence, field="closes", opens=opens, closes=closes)
    return Hours(opens, closes)


def read_ladder(typed: Sequence[TypedRung]) -> tuple[tuple[Rung, ...], dict[int, int]]:
    """Return the ladder that was typed, its rungs numbered by their day, and the new number of each one that stays.

    Raises Invalid, as `check_ladder` and `read_texts`, and `ladder-day` or `ladder-long`.
    """
    for place, one in enumerate(typed):
        if one.working_days is None or abs(one.working_days) > FARTHEST:
            sentence = mark("Vul in hoeveel werkdagen, van 0 tot en met {most}.")
            raise Invalid("ladder-day", sentence, field=f"days-{place}", most=FARTHEST)
    if len(typed) > MOST_RUNGS:
        raise Invalid("ladder-long", mark("Een escalatieladder heeft hooguit {most} treden."), most=MOST_RUNGS)
    read = [(one, read_texts(one.text, place)) for place, one in enumerate(typed)]
    in_order = list(enumerate(sorted(read, key=lambda pair: pair[0].working_days or 0), start=1))
    rungs = tuple(Rung(n, one.working_days or 0, one.readers, text) for n, (one, text) in in_order)
    check_ladder(rungs)
    return rungs, {one.was: n for n, (one, _) in in_order if one.was is not None}


def carried_over(old: Sequence[Rung], new: Sequence[Rung], kept: Mapping[int, int]) -> dict[int, int]:
    """Return where questions on each rung of the old ladder stand on the new one; 0 for below its first rung.

    Nobody is told twice of the same delay: a question has passed what it passed before, and all rungs up to the day of
    the rung it stood on. It goes on from there.
    """
    places, highest = {0: 0}, 0
    for rung in old:
        by_day = sum(one.working_days <= rung.working_days for one in new)
        highest = max(highest, kept.get(rung.number, 0), by_day)
        places[rung.number] = highest
    return places


@dataclass(frozen=True)
class Recess:
    """Days on which the ladder stands still, both ends included."""

    from_on: date
    until_on: date
    reason: str

    def touches(self, other: "Recess") -> bool:
        """Tell whether the two overlap, or follow each other without a day in between."""
        return self.from_on <= other.until_on + ONE_DAY and other.from_on <= self.until_on + ONE_DAY


def read_recess(from_on: date | None, until_on: date | None, reason: str) -> Recess:
    """Return the pause that was typed. Raises Invalid `pause-from`, `-until`, `-order`, `-long` or `-reason`."""
    if from_on is None:
        raise Invalid("pause-from", mark("Vul de eerste dag van de pauze in."), field="from")
    if until_on is None:
        raise Invalid("pause-until", mark("Vul de laatste dag van de pauze in."), field="until")
    if until_on < from_on:
        sentence = mark("De pauze eindigt op {until}, vóór zij begint op {begin}. Kies een latere laatste dag.")
        raise Invalid("pause-order", sentence, field="until", until=until_on, begin=from_on)
    if (until_on - from_on).days >= LONGEST_PAUSE_DAYS:
        sentence = mark("Een pauze duurt hooguit {most} dagen. Kies een eerdere laatste dag.")
        raise Invalid("pause-long", sentence, field="until", most=LONGEST_PAUSE_DAYS)
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        sentence = mark("Schrijf waarom de ladder stilstaat, in hooguit {most} tekens.")
        raise Invalid("pause-reason", sentence, field="reason", most=LONGEST_REASON)
    return Recess(from_on, until_on, reason.strip())


def merged(new: Recess, others: Iterable[Recess]) -> tuple[Recess, list[Recess]]:
    """Return one pause for the new one and all that it touches, and those others; their reasons stand in it, each once.

    The others don't touch each other, so that one round over them in order finds all.
    """
    whole, taken = new, []
    for one in sorted(others, key=lambda other: other.from_on):
        if new.touches(one):
            taken.append(one)
            reasons = dict.fromkeys((*one.reason.split("; "), *whole.reason.split("; ")))
            joined = "; ".join(reasons)[:LONGEST_REASON]
            whole = Recess(min(whole.from_on, one.from_on), max(whole.until_on, one.until_on), joined)
    return whole, taken
