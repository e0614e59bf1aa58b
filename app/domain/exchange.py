"""A row of a register kept elsewhere: what its columns mean, and everything that can be wrong with it."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from app.domain.calendar import FIRST_DAY, LAST_DAY
from app.domain.errors import Invalid, mark
from app.domain.letters import LIMITS, QUESTION_TEXT
from app.domain.questions import QuestionKind, State

HEADINGS = (
    "reference", "subject", "letter_date", "addressee", "question", "owner",
    "asked_on", "due_on", "answered_on", "withdrawn_on", "dossier", "kind",
)  # fmt: skip
NEEDED = ("reference", "subject", "letter_date", "question", "owner")
LONGEST = {
    "reference": LIMITS["kenmerk"],
    "subject": LIMITS["onderwerp"],
    "addressee": 200,
    "question": QUESTION_TEXT,
    "owner": 200,
    "dossier": 120,
}
MOST_QUESTIONS = 9999
"""In one letter: a question's number has room for four digits."""

KINDS: Mapping[str, QuestionKind] = {
    "": QuestionKind.QUESTION,
    **{str(kind): kind for kind in QuestionKind},
    "question": QuestionKind.QUESTION,
    "request": QuestionKind.REQUEST,
    "commitment": QuestionKind.COMMITMENT,
}
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_DUTCH = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})", re.ASCII)
# Control characters and lone halves of a pair: no database takes them all, and nobody typed them on purpose.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_SHOWN = 60


@dataclass(frozen=True)
class Layout:
    """In which cell each column of `HEADINGS` stands (-1: the file hasn't got it), and which others are ignored."""

    places: tuple[int, ...]
    width: int
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One question of the earlier register. `dutch_date` is a date on it that was written day first, "" for none."""

    reference: str
    subject: str
    letter_date: date
    addressee: str
    question: str
    owner: str
    asked_on: date | None
    due_on: date | None
    answered_on: date | None
    withdrawn_on: date | None
    dossier: str
    kind: QuestionKind
    dutch_date: str = ""


def state_of(asked_on: object, answered_on: object, withdrawn_on: object) -> State:
    """Where a question stands, by which of its days are known (None: not yet).

    An answer of the past is settled: nobody is asked to judge it again.
    """
    if answered_on is not None:
        return State.SETTLED
    if withdrawn_on is not None:
        return State.WITHDRAWN
    return State.DRAFT if asked_on is None else State.ASKED


def read_heading(cells: Sequence[str]) -> Layout:
    """Tell which column is which; capitals and spaces around a heading make no difference.

    Raises Invalid: `heading-twice`, `heading-missing`.
    """
    named = [cell.strip().lower() for cell in cells]
    for heading in HEADINGS:
        if named.count(heading) > 1:
            sentence = mark("De kolom {column} staat er meer dan eens. Laat er één staan.")
            raise Invalid("heading-twice", sentence, column=heading)
    missing = [heading for heading in NEEDED if heading not in named]
    if missing:
        sentence = mark("In de eerste regel ontbreken deze kolommen: {columns}. Voeg ze toe; de namen zijn Engels.")
        raise Invalid("heading-missing", sentence, columns=", ".join(missing))
    return Layout(
        places=tuple(named.index(heading) if heading in named else -1 for heading in HEADINGS),
        width=len(cells),
        ignored=tuple(cell.strip() for cell, name in zip(cells, named, strict=True) if name and name not in HEADINGS),
    )


def read_row(cells: Sequence[str], layout: Layout, today: date) -> ImportRow | list[Invalid]:
    """Read one line of the file: the question on it, or everything that is wrong with it."""
    if len(cells) != layout.width:
        sentence = mark(
            "Deze regel heeft {cells} cellen en de eerste regel {width}. "
            "Zet tekst waar een scheidingsteken in staat tussen aanhalingstekens."
        )
        return [Invalid("cells", sentence, cells=len(cells), width=layout.width)]
    padded = (*cells, "")
    # By place, not by name: of a large file, this is what the time goes into.
    reference, subject, letter_date, addressee, question, owner, asked, due, answered, withdrawn, dossier, kind = [
        text.strip() if text.isascii() and text.isprintable() else clean(text)
        for text in map(padded.__getitem__, layout.places)
    ]
    wrong: list[Invalid] = []
    typed = {"letter_date": letter_date, "asked_on": asked, "due_on": due, "answered_on": answered}
    typed["withdrawn_on"] = withdrawn
    days = {column: _day(column, text, wrong) if text else None for column, text in typed.items()}
    row = ImportRow(
        reference, subject, days["letter_date"] or date.min, addressee, question, owner, days["asked_on"],
        days["due_on"], days["answered_on"], days["withdrawn_on"], dossier,
        KINDS.get(kind.lower(), QuestionKind.QUESTION),
        next((text for text in typed.values() if "-" in text[:3]), ""),
    )  # fmt: skip  # in the order of the columns
    if kind.lower() not in KINDS:
        sentence = mark("“{value}” is geen soort vraag. Kies vraag, verzoek of toezegging, of laat de kolom leeg.")
        wrong.append(Invalid("unknown-kind", sentence, field="kind", value=_shown(kind)))
    wrong.extend(_texts(row, letter_date))
    if not wrong:
        wrong.extend(_dates(row, today))
    return wrong or row


def clean(text: str) -> str:
    """A cell as it is kept: trimmed, with plain line ends, in one spelling of accents (NFC)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNWRITABLE.sub("", lines)).strip()


@lru_cache(maxsize=16384)
def read_day(text: str) -> date:
    """A date: 2026-04-03, or as the Dutch write it, day first: 3-4-2026. Raises ValueError for anything else."""
    iso = _ISO.fullmatch(text)
    if iso is not None:
        year, month, day = iso.groups()
    else:
        dutch = _DUTCH.fullmatch(text)
        if dutch is None:
            raise ValueError(text)
        day, month, year = dutch.groups()
    return date(int(year), int(month), int(day))


def _day(column: str, text: str, wrong: list[Invalid]) -> date | None:
    try:
        day = read_day(text)
    except ValueError:
        sentence = mark("“{value}” in kolom {column} is geen datum. Schrijf een datum als 2026-04-03.")
        wrong.append(Invalid("bad-date", sentence, field=column, column=column, value=_shown(text)))
        return None
    if FIRST_DAY <= day <= LAST_DAY:
        return day
    sentence = mark("“{value}” in kolom {column} kan niet: kies een datum van {first} tot en met {last}.")
    wrong.append(
        Invalid("date-range", sentence, field=column, column=column, value=text, first=FIRST_DAY, last=LAST_DAY)
    )
    return None


def _texts(row: ImportRow, letter_date: str) -> Iterator[Invalid]:
    texts = {
        "reference": row.reference,
        "subject": row.subject,
        "addressee": row.addressee,
        "question": row.question,
        "owner": row.owner,
        "dossier": row.dossier,
    }
    for column, text in {**texts, "letter_date": letter_date}.items():
        if not text and column in NEEDED:
            sentence = mark("Kolom {column} is leeg. Vul hem in.")
            yield Invalid("missing", sentence, field=column, column=column)
    for column, most in LONGEST.items():
        if len(texts[column]) > most:
            sentence = mark("Kolom {column} is te lang: {length} tekens. Hooguit {most} mag.")
            yield Invalid("too-long", sentence, field=column, column=column, length=len(texts[column]), most=most)


def _dates(row: ImportRow, today: date) -> Iterator[Invalid]:
    past = {
        "letter_date": row.letter_date,
        "asked_on": row.asked_on,
        "answered_on": row.answered_on,
        "withdrawn_on": row.withdrawn_on,
    }
    for column, day in past.items():
        if day is not None and day > today:
            sentence = mark("Kolom {column}: {day} ligt in de toekomst. Vul in wat al gebeurd is, of laat hem leeg.")
            yield Invalid("date-in-future", sentence, field=column, column=column, day=day)
    if row.asked_on is not None and row.asked_on < row.letter_date:
        sentence = mark(
            "De vraag is gesteld op {day}, vóór de datum van de brief, {letter_date}. Verbeter een van beide."
        )
        yield Invalid("asked-before-letter", sentence, field="asked_on", day=row.asked_on, letter_date=row.letter_date)
    if row.answered_on is not None and row.asked_on is None:
        sentence = mark("De vraag is beantwoord op {day}, maar asked_on is leeg. Vul in wanneer de vraag is gesteld.")
        yield Invalid("answered-not-asked", sentence, field="asked_on", day=row.answered_on)
    if row.answered_on is not None and row.withdrawn_on is not None:
        sentence = mark("De vraag is beantwoord én ingetrokken. Laat answered_on of withdrawn_on leeg.")
        yield Invalid("answered-and-withdrawn", sentence, field="withdrawn_on")
    yield from _order(row)


_TOO_EARLY = {
    "due_on": ("due-before-asked", mark("De uiterste antwoorddatum {day} ligt vóór {start}. Verbeter een van beide.")),
    "answered_on": (
        "answered-before-asked",
        mark("De vraag is gesteld op {start} en het antwoord is van {day}, daarvóór. Verbeter een van beide."),
    ),
    "withdrawn_on": (
        "withdrawn-before-asked",
        mark("De vraag is gesteld op {start} en ingetrokken op {day}, daarvóór. Verbeter een van beide."),
    ),
}


def _order(row: ImportRow) -> Iterator[Invalid]:
    start = row.asked_on or row.letter_date
    for column, day in {"due_on": row.due_on, "answered_on": row.answered_on, "withdrawn_on": row.withdrawn_on}.items():
        if day is not None and day < start:
            code, sentence = _TOO_EARLY[column]
            yield Invalid(code, sentence, field=column, day=day, start=start)


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
