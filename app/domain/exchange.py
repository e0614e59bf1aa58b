"""A row of a register kept elsewhere: what its columns mean, and everything that can be wrong with it."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.domain.calendar import FIRST_DAY, LAST_DAY
from app.domain.errors import Invalid, mark
from app.domain.exchange_columns import COLUMN_NAMES, HEADINGS, NEEDED, check_twice, columns_of
from app.domain.exchange_dates import is_plain, read_day
from app.domain.exchange_tables import Line, troubled
from app.domain.letters import LIMITS, QUESTION_TEXT
from app.domain.questions import QuestionKind, State

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
# Control characters and lone halves of a pair: no database takes them all, and nobody typed them on purpose.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_SHOWN = 60
_COLUMNS = ("column", "other")
"""Facts that name a column."""


@dataclass(frozen=True)
class Layout:
    """In which cell each column of `HEADINGS` stands (-1: the file hasn't got it), and which others are ignored.

    `names` are the file's own headings by column. `epoch` is day 0 of a spreadsheet, whose rows end with their last
    cell that isn't empty; the rows of a CSV file (no epoch) are all `width` cells wide.
    """

    places: tuple[int, ...]
    width: int
    ignored: tuple[str, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    epoch: date | None = None


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One question of the earlier register. `odd_date` is a date on it not written as 2026-04-03, "" for none."""

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
    odd_date: str = ""


def state_of(asked_on: object, answered_on: object, withdrawn_on: object) -> State:
    """Where a question stands, by which of its days are known (None: not yet).

    An answer of the past is settled: nobody is asked to judge it again.
    """
    if answered_on is not None:
        return State.SETTLED
    if withdrawn_on is not None:
        return State.WITHDRAWN
    return State.DRAFT if asked_on is None else State.ASKED


def read_heading(
    cells: Sequence[str],
    columns: Mapping[str, int] | None = None,
    kept: Mapping[str, str] | None = None,
    epoch: date | None = None,
) -> Layout:
    """Tell which column is which, by its heading, or as somebody chose (`columns`: the place of each).

    Raises Invalid: `heading-twice`, `heading-missing`.
    """
    if columns is None:
        check_twice(cells)
        columns = columns_of(cells, kept or {})
    missing = [COLUMN_NAMES[column] for column in NEEDED if not 0 <= columns.get(column, -1) < len(cells)]
    if missing:
        sentence = mark(
            "Deze kolommen ontbreken: {columns}. Voeg ze toe, of geef hun koppen een van de namen uit de handleiding."
        )
        raise Invalid("heading-missing", sentence, columns=", ".join(missing))
    places = tuple(columns.get(column, -1) for column in HEADINGS)
    return Layout(
        places=places,
        width=len(cells),
        ignored=tuple(cell.strip() for place, cell in enumerate(cells) if cell.strip() and place not in places),
        names={column: cells[place].strip() or column for column, place in columns.items() if place >= 0},
        epoch=epoch,
    )


def read_row(cells: Sequence[str], layout: Layout, today: date) -> ImportRow | list[Invalid]:
    """Read one line of the file: the question on it, or everything that is wrong with it."""
    if layout.epoch is not None:
        cells = [*cells[: layout.width], *[""] * (layout.width - len(cells))]
    elif len(cells) != layout.width:
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
    days = {column: _day(column, text, layout.epoch, wrong) if text else None for column, text in typed.items()}
    row = ImportRow(
        reference, subject, days["letter_date"] or date.min, addressee, question, owner, days["asked_on"],
        days["due_on"], days["answered_on"], days["withdrawn_on"], dossier,
        KINDS.get(kind.lower(), QuestionKind.QUESTION),
        next((text for text in typed.values() if text and not is_plain(text)), ""),
    )  # fmt: skip  # in the order of the columns
    if kind.lower() not in KINDS:
        sentence = mark("“{value}” is geen soort vraag. Kies vraag, verzoek of toezegging, of laat de kolom leeg.")
        wrong.append(Invalid("unknown-kind", sentence, field="kind", value=_shown(kind)))
    wrong.extend(_texts(row, letter_date))
    if not wrong:
        wrong.extend(_dates(row, today))
    return [_named(one, layout) for one in wrong] or row


def _named(wrong: Invalid, layout: Layout) -> Invalid:
    """The same, with columns called as the file calls them."""
    named = {fact: layout.names.get(wrong.facts[fact], wrong.facts[fact]) for fact in _COLUMNS if fact in wrong.facts}
    facts: dict[str, Any] = {**wrong.facts, **named}
    return Invalid(wrong.code, wrong.sentence, field=wrong.field, **facts)


def unread(line: Line, layout: Layout) -> list[Invalid]:
    """Return what is wrong with the cells of a line that have no value to read; none in columns that take no part."""
    return [
        troubled(line.trouble[place], layout.names[column], line.cells[place] if place < len(line.cells) else "")
        for column, place in zip(HEADINGS, layout.places, strict=True)
        if place in line.trouble
    ]


def clean(text: str) -> str:
    """A cell as it is kept: trimmed, with plain line ends, in one spelling of accents (NFC)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNWRITABLE.sub("", lines)).strip()


def _day(column: str, text: str, epoch: date | None, wrong: list[Invalid]) -> date | None:
    try:
        day = read_day(text, epoch)
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
        sentence = mark("De vraag is beantwoord op {day}, maar {column} is leeg. Vul in wanneer de vraag is gesteld.")
        yield Invalid("answered-not-asked", sentence, field="asked_on", column="asked_on", day=row.answered_on)
    if row.answered_on is not None and row.withdrawn_on is not None:
        sentence = mark("De vraag is beantwoord én ingetrokken. Laat {column} of {other} leeg.")
        other = "withdrawn_on"
        yield Invalid("answered-and-withdrawn", sentence, field=other, column="answered_on", other=other)
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
