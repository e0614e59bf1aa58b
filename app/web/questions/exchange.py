"""The list of questions to take along: as CSV, ODS or XLSX, narrowed like the page, and to what the reader may read."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import mark
from app.domain.numbers import QuestionNumber
from app.domain.permissions import Task
from app.domain.questions import CLIMBING_STATES, QuestionKind
from app.routes import Router
from app.settings import Settings
from app.store.lists.question_lists import QuestionFilter, count_questions, question_rows
from app.web.frame.policy import needs
from app.web.frame.render import page, wording_of
from app.web.frame.sessions import office_of
from app.web.frame.spreadsheets import MOST_ROWS, Cell, Sheet, SheetKind, sheet_answer
from app.web.questions.filter_parts import STATES
from app.web.questions.question_filters import Asked, Filters
from app.web.questions.question_table import address, holder_of
from app.wording import Wording

router = Router()
Reader = Annotated[Actor, needs(Task.READ)]
BATCH = 1000
MOST_AT_ONCE = 20_000
"""A longer list is written by the clockwork: nobody waits that long for an answer."""

HEADINGS = (
    mark("Nummer"),
    mark("Vraag"),
    mark("Soort"),
    mark("Stand"),
    mark("Ronde"),
    mark("Eigenaar"),
    mark("Bal ligt bij"),
    mark("Sinds"),
    mark("Gesteld op"),
    mark("Uiterste antwoorddatum"),
    mark("Oorspronkelijke antwoorddatum"),
    mark("Verwacht op"),
    mark("Dagen te laat"),
    mark("Trede"),
    mark("Dossier"),
    mark("Onderwerp van de brief"),
    mark("Kenmerk"),
    mark("Adres"),
)
KINDS: Mapping[QuestionKind, str] = {
    QuestionKind.QUESTION: mark("Vraag"),
    QuestionKind.REQUEST: mark("Verzoek"),
    QuestionKind.COMMITMENT: mark("Toezegging"),
}


@router.get("/vragen.{kind}")
def as_file(request: Request, who: Reader, asked: Annotated[Asked, Depends()], kind: SheetKind) -> Response:
    """The questions of the page, all of its pages, for a spreadsheet program.

    Of more than MOST_AT_ONCE a page that offers to have the file written meanwhile.
    """
    office, words = office_of(request), wording_of(request)
    today = office.today()
    with office.db.reading() as session:
        if how_many(words, session, who, asked, today, MOST_AT_ONCE) > MOST_AT_ONCE:
            rows = how_many(words, session, who, asked, today)
        else:
            sheet = list_sheet(words, session, who, asked, today, office.settings)
            return sheet_answer(kind, file_name(today), sheet)
    query = {name: value for name, value in asdict(asked).items() if value}
    list_href = address("/vragen", **query)
    return page(request, "questions/too_long.html", rows=rows, kind=kind, query=query, list_href=list_href)


def file_name(today: date) -> str:
    """What the file is called, without its end."""
    return f"vragen-{today}"


def how_many(words: Wording, session: Session, who: Actor, asked: Asked, today: date, most: int = MOST_ROWS) -> int:
    """How many questions the file would hold, counted no further than `most` + 1. Raises Invalid for a wrong filter."""
    return count_questions(session, who, _filters(words, session, who, asked, today).wanted, today, most)


def list_sheet(words: Wording, session: Session, who: Actor, asked: Asked, today: date, settings: Settings) -> Sheet:
    """The list as a sheet, whose rows are read while the session is open. Raises Invalid for a wrong filter."""
    filters = _filters(words, session, who, asked, today)
    rows = (
        _cells(words, row, today, settings.organisation, settings.base_url)
        for row in _all(session, who, filters.wanted, filters.order, today)
    )
    return Sheet(words.text(mark("Vragen")), [words.text(heading) for heading in HEADINGS], rows)


def _filters(words: Wording, session: Session, who: Actor, asked: Asked, today: date) -> Filters:
    filters = asked.read(words, session, who, today)
    if filters.refusal:
        raise filters.refusal
    return filters


def _all(session: Session, who: Actor, wanted: QuestionFilter, order: str, today: date) -> Iterator[Any]:
    """All rows of a list, in the order of the page, a batch at a time."""
    after = None
    while True:
        found = question_rows(session, who, wanted, today, after=after, limit=BATCH, order=order)
        yield from found.rows
        if found.next is None:
            return
        after = found.next


def _cells(words: Wording, row: Any, today: date, vng: str, base_url: str) -> list[Cell]:
    owed = row.state in CLIMBING_STATES and not row.suspended
    holder, note = holder_of(words, row, vng)
    return [
        str(QuestionNumber(row.year, row.serial, row.position)),
        row.title,
        words.text(KINDS[row.kind]),
        words.text(STATES[row.state]),
        row.round,
        row.owner,
        f"{holder} ({note})" if note else holder,
        row.held_from,
        row.asked_on,
        row.due_on,
        row.original_due_on,
        row.expected_on,
        max(0, (today - row.due_on).days) if owed else None,
        row.rung,
        row.dossier,
        row.subject,
        row.reference,
        f"{base_url}/vragen/{row.id}",
    ]
