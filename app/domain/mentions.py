"""Which ministries a text names, and what a letter says about itself: proposals for whoever registers it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.errors import Invalid
from app.domain.ministries import MinistryName, resolve

_PREFIX = re.compile(r"^(het )?ministerie van ", re.IGNORECASE)
_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
_DATE = re.compile(rf"\b([0-3]?\d)\s+({'|'.join(_MONTHS)})\s+((?:19|20)\d\d)\b", re.IGNORECASE)
_HEADINGS = {
    "reference": re.compile(r"(?im)^[ \t]*(?:ons |uw )?kenmerk[ \t]*:?[ \t]*\n?[ \t]*(\S[^\n]{0,79})$"),
    "subject": re.compile(r"(?im)^[ \t]*(?:betreft|onderwerp)[ \t]*:?[ \t]*\n?[ \t]*(\S[^\n]{0,299})$"),
    "attention": re.compile(r"(?im)^[ \t]*(?:t\.?a\.?v\.?|ter attentie van)[ \t]*:?[ \t]*(\S[^\n]{0,199})$"),
}
# What stands above the salutation is about the letter; below it begins what it says.
_SALUTATION = re.compile(r"^\s*(geachte|beste|excellentie)\b", re.IGNORECASE | re.MULTILINE)
_HEAD = 3_000
LONGEST_HEADING = 120  # signs: one line above the salutation is what the letter is about


@dataclass(frozen=True)
class LetterFacts:
    """What the text of a letter says about itself; empty or None where it doesn't."""

    subject: str = ""
    reference: str = ""
    letter_date: date | None = None
    addressee: MinistryName | None = None
    attention: str = ""


@dataclass(frozen=True)
class Mention:
    """A ministry that a text names: `written` as the text does; `ended` where it names the one this succeeds."""

    ministry: MinistryName
    written: str
    ended: bool = False


def mentions(text: str, on: date, ministries: Sequence[MinistryName]) -> list[Mention]:
    """Return the ministries a text of this date names, in the order in which it does, each once.

    By full name in any capitals, or by code, short name or alias exactly as ministries write them. One that had ended
    by then is given as its successor; one that nobody succeeds is left out.
    """
    found: dict[int, Mention] = {}
    for name in _names_in(text, ministries):
        written, ended = " ".join(name.split()), False
        try:
            ministry = resolve(name, on, ministries)
        except Invalid as refusal:
            heirs = [one for one in ministries if one.code == refusal.facts.get("successor") and one.is_valid(on)]
            if not heirs:
                continue
            ministry, ended = heirs[0], True
        found.setdefault(ministry.id, Mention(ministry, written, ended))
    return list(found.values())


def mentioned(text: str, on: date, ministries: Sequence[MinistryName]) -> list[MinistryName]:
    """Return the ministries that `mentions` finds, by themselves."""
    return [one.ministry for one in mentions(text, on, ministries)]


def letter_facts(body: str, today: date, ministries: Sequence[MinistryName]) -> LetterFacts:
    """Return what the head of a letter says: subject, reference, date, to whom. A date after today is not its own."""
    head = _head(body)
    found = {name: match[1].strip() if (match := pattern.search(head)) else "" for name, pattern in _HEADINGS.items()}
    lines = [line.strip() for line in head.splitlines() if line.strip()]
    if len(lines) == 1 and len(lines[0]) <= LONGEST_HEADING and head != body:
        found["subject"] = found["subject"] or lines[0]
    day = next((one for one in _dates(head) if one <= today), None)
    named = mentioned(head, day or today, ministries)
    return LetterFacts(
        subject=found["subject"],
        reference=found["reference"],
        letter_date=day,
        addressee=named[0] if named else None,
        attention=found["attention"],
    )


def _names_in(text: str, ministries: Sequence[MinistryName]) -> Iterator[str]:
    short = {name for one in ministries for name in (one.code, one.display, *one.aliases)}
    long = {_PREFIX.sub("", one.name) for one in ministries}
    # The longest first: "Economische Zaken en Klimaat" before the "Economische Zaken" in it.
    exact = "|".join(_loose(name) for name in sorted(short, key=len, reverse=True))
    whole = "|".join(_loose(name) for name in sorted(long, key=len, reverse=True))
    if exact:
        for match in re.finditer(rf"(?<!\w)(?:(?i:{whole})|{exact})(?!\w)", text):
            yield match[0]


def _loose(name: str) -> str:
    """A name as a pattern: any spaces between its words, and around an ampersand."""
    words = (re.escape(word) for word in name.replace("&", " & ").split())
    return r"\s+".join(words).replace(r"\s+\&\s+", r"\s*&\s*")


def _head(body: str) -> str:
    salutation = _SALUTATION.search(body)
    return body[: salutation.start()] if salutation and salutation.start() else body[:_HEAD]


def _dates(text: str) -> Iterator[date]:
    for match in _DATE.finditer(text):
        try:
            yield date(int(match[3]), _MONTHS.index(match[2].lower()) + 1, int(match[1]))
        except ValueError:
            continue
