"""Promises in answers: by when, read from their words as a proposal, and what is needed to hold somebody to one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.domain.calendar import ONE_DAY
from app.domain.errors import Invalid, mark
from app.domain.terms import check_range

LONGEST_QUOTE = 2_000
LONGEST_WHAT = 200
MOST_FOUND = 20
_MONTHS = (
    "januari|jan", "februari|feb", "maart|mrt", "april|apr", "mei", "juni|jun", "juli|jul", "augustus|aug",
    "september|sept|sep", "oktober|okt", "november|nov", "december|dec",
)  # fmt: skip  # the year in four lines says less
_MONTH = "|".join(_MONTHS)
_BEFORE = r"(?:v[oóò]{2}r|tot(?!\s+en\s+met)|eerder\s+dan)"
_DATE = re.compile(
    rf"(?:\b(?P<before>{_BEFORE})\s+(?:de\s+|maandag\s+|dinsdag\s+|woensdag\s+|donderdag\s+|vrijdag\s+)?)?"
    rf"\b(?:(?P<day>[0-9]{{1,2}})(?:e|ste|de)?\s+(?P<month>{_MONTH})\b\.?(?:\s+(?P<year>[0-9]{{4}})\b)?"
    r"|(?P<nday>[0-9]{1,2})[-/](?P<nmonth>[0-9]{1,2})[-/](?P<nyear>[0-9]{4})\b"
    r"|(?P<iyear>[0-9]{4})-(?P<imonth>[0-9]{2})-(?P<iday>[0-9]{2})\b)",
    re.IGNORECASE,
)
_SEASONS = r"voorjaar|zomer(?:reces)?|najaar|herfst|winter|kerst(?:reces)?|reces|kwartaal|jaar(?:einde)?|jaarwisseling"
_VAGUE = re.compile(
    r"\b(?:zo\s+(?:spoedig|snel)\s+mogelijk|binnenkort|op\s+korte\s+termijn|te\s+zijner\s+tijd|in\s+de\s+loop\s+van"
    rf"(?:\s+(?:het|de|dit|volgend))?\s+\w+|(?:in|voor|vóór|na|tijdens)\s+(?:het|de|dit)\s+(?:\w+\s+)?(?:{_SEASONS})"
    rf"|(?:dit|volgend)\s+(?:{_SEASONS})|(?:(?:in|voor|vóór)\s+)?(?:begin|medio|half|eind|einde|in)\s+(?:{_MONTH}|[0-9]{{4}})"
    r"(?:\s+[0-9]{4})?)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.?!])\s+|\n+")


@dataclass(frozen=True)
class Deadline:
    """By when a promise is to be kept, as far as its words say: `words` are those read.

    `due_on` is the last day on which it is kept; None where the words name a time but no day ("in het najaar").
    """

    words: str
    due_on: date | None


@dataclass(frozen=True)
class Promise:
    """A sentence of an answer that names a time: it may be a promise."""

    sentence: str
    deadline: Deadline


@dataclass(frozen=True)
class NewCommitment:
    """A commitment as it was typed: its words in the answer, in short what will be done, and by when."""

    quote: str
    what: str
    due_on: date | None


def deadline_in(words: str, promised_on: date) -> Deadline | None:
    """Return by when, read from the words of a promise made on a day; None where they name no time at all.

    "Vóór 1 juli" is kept up to and including 30 June; "op", "uiterlijk" and "vanaf 1 juli" on 1 July. Without a year it
    is the first such day to come. Of several days it is the last one that is still to come.
    """
    found = [one for match in _DATE.finditer(words) if (one := _read(match, promised_on)) is not None]
    if found:
        return max(found, key=lambda one: one.due_on or date.min)
    vague = _VAGUE.search(words)
    return Deadline(" ".join(vague[0].split()), None) if vague else None


def promises_in(answer: str, promised_on: date) -> list[Promise]:
    """Return the sentences of an answer that name a time to come, in order: where its promises are, if it makes any."""
    found = []
    for sentence in _SENTENCE.split(answer):
        deadline = deadline_in(sentence, promised_on)
        if deadline is not None:
            found.append(Promise(" ".join(sentence.split()), deadline))
    return found[:MOST_FOUND]


def check_commitment(new: NewCommitment, answer: str, promised_on: date, today: date) -> date:
    """Return the last day on which the commitment is kept.

    Raises Invalid with all that is wrong: `missing`, `too-long`, `quote-not-found` (its words must stand in the
    answer), `vague-date`, `date-past`, `date-range`.
    """
    wrong = [*_wrong_quote(new.quote, answer), *_wrong_what(new.what), *_wrong_day(new, promised_on, today)]
    if wrong or new.due_on is None:
        first = wrong[0]
        raise Invalid(first.code, first.sentence, field=first.field, others=tuple(wrong[1:]), **first.facts)
    return new.due_on


def _read(match: re.Match[str], promised_on: date) -> Deadline | None:
    """Return the day of one match, if it is one, and on or after the day of the promise."""
    part = match.groupdict()
    month = _month(part["month"]) if part["month"] else int(part["nmonth"] or part["imonth"])
    day = int(part["day"] or part["nday"] or part["iday"])
    year = part["year"] or part["nyear"] or part["iyear"]
    back = ONE_DAY if part["before"] else 0 * ONE_DAY
    for candidate in (int(year),) if year else range(promised_on.year, promised_on.year + 2):
        try:
            due_on = date(candidate, month, day) - back
        except (ValueError, OverflowError):
            continue
        if due_on >= promised_on:
            return Deadline(" ".join(match[0].split()), due_on)
    return None


def _month(name: str) -> int:
    return next(number for number, names in enumerate(_MONTHS, start=1) if name.lower() in names.split("|"))


def _wrong_quote(quote: str, answer: str) -> Iterator[Invalid]:
    if not quote.strip():
        yield Invalid(
            "missing", mark("Neem de woorden uit het antwoord over waarin de toezegging staat."), field="citaat"
        )
    elif len(quote) > LONGEST_QUOTE:
        yield _too_long("citaat", quote, LONGEST_QUOTE)
    elif " ".join(quote.split()).casefold() not in " ".join(answer.split()).casefold():
        sentence = mark("Deze woorden staan niet zo in het antwoord. Kopieer ze uit het antwoord.")
        yield Invalid("quote-not-found", sentence, field="citaat")


def _wrong_what(what: str) -> Iterator[Invalid]:
    if not what.strip():
        yield Invalid("missing", mark("Schrijf in het kort wat er is toegezegd."), field="kop")
    elif len(what) > LONGEST_WHAT:
        yield _too_long("kop", what, LONGEST_WHAT)


def _wrong_day(new: NewCommitment, promised_on: date, today: date) -> Iterator[Invalid]:
    if new.due_on is None:
        deadline = deadline_in(new.quote, promised_on)
        if deadline is None or deadline.due_on is not None:
            yield Invalid("missing", mark("Vul in op welke dag het uiterlijk klaar is."), field="datum")
            return
        sentence = mark("“{words}” is nog geen datum. Kies de laatste dag die dat betekent, of spreek er een af.")
        yield Invalid("vague-date", sentence, field="datum", words=deadline.words)
    elif new.due_on < today:
        sentence = mark(
            "{day} is al voorbij. Kies vandaag of later; is de belofte gebroken, schrijf dan een nieuwe brief."
        )
        yield Invalid("date-past", sentence, field="datum", day=new.due_on)
    else:
        try:
            check_range(new.due_on, field="datum")
        except Invalid as refusal:
            yield refusal


def _too_long(field: str, text: str, most: int) -> Invalid:
    sentence = mark("Dit is te lang: {length} tekens. Hooguit {most} mag.")
    return Invalid("too-long", sentence, field=field, length=len(text), most=most)
