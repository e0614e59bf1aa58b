"""The list of questions to take along: as CSV or ODS, narrowed like the page, and to what the reader may read."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import mark
from app.domain.numbers import QuestionNumber
from app.domain.permissions import Task
from app.domain.questions import CLIMBING_STATES, QuestionKind, State
from app.store.lists.question_lists import QuestionFilter, question_rows
from app.web.frame.policy import needs
from app.web.frame.render import wording_of
from app.web.frame.sessions import office_of
from app.web.frame.spreadsheets import Cell, Sheet, csv_answer, ods_answer
from app.web.questions.question_table import Asked, holder_of
from app.wording import Wording

router = APIRouter()
Reader = Annotated[Actor, needs(Task.READ)]
BATCH = 1000

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
STATES: Mapping[State, str] = {
    State.DRAFT: mark("Concept"),
    State.ASKED: mark("Uitgezet"),
    State.ACCEPTED: mark("In behandeling"),
    State.CONCURRING: mark("In afstemming"),
    State.DISPUTED: mark("Eigenaar betwist"),
    State.ANSWERED: mark("Beantwoord"),
    State.SETTLED: mark("Afgedaan"),
    State.WITHDRAWN: mark("Ingetrokken"),
}


@router.get("/vragen.csv")
def as_csv(request: Request, who: Reader, asked: Annotated[Asked, Depends()]) -> Response:
    """The questions of the page, all of its pages, as CSV."""
    with office_of(request).db.reading() as session:
        return csv_answer(_file_name(request), _sheet(request, session, who, asked))


@router.get("/vragen.ods")
def as_ods(request: Request, who: Reader, asked: Annotated[Asked, Depends()]) -> Response:
    """The questions of the page, all of its pages, as an OpenDocument spreadsheet."""
    with office_of(request).db.reading() as session:
        return ods_answer(_file_name(request), _sheet(request, session, who, asked))


def _file_name(request: Request) -> str:
    return f"vragen-{office_of(request).today()}"


def _sheet(request: Request, session: Session, who: Actor, asked: Asked) -> Sheet:
    office, words = office_of(request), wording_of(request)
    _, wanted = asked.read(session, office.today())
    rows = (
        _cells(words, row, office.today(), office.settings.organisation, office.settings.base_url)
        for row in _all(session, who, wanted, office.today())
    )
    return Sheet(words.text(mark("Vragen")), [words.text(heading) for heading in HEADINGS], rows)


def _all(session: Session, who: Actor, wanted: QuestionFilter, today: date) -> Iterator[Any]:
    """All rows of a list, the newest first as on the page, a batch at a time."""
    after = None
    while True:
        found = question_rows(session, who, wanted, today, after=after, limit=BATCH, newest_first=True)
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
