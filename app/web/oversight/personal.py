"""All that is held on a person: on a page, as JSON for programs and as a spreadsheet for people. Each look is noted."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import IO, Annotated, Any

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.calendar import AMSTERDAM
from app.domain.errors import NotFound, mark
from app.domain.permissions import Task
from app.routes import Router
from app.store.lists.personal import MAIL_KIND, Part, parts
from app.store.people import Person
from app.web.frame.opendocument import download
from app.web.frame.policy import RowId, needs
from app.web.frame.render import page, wording_of
from app.web.frame.sessions import office_of
from app.web.frame.spreadsheets import Cell, Sheet, ods_answer
from app.web.office.outbox import KINDS
from app.wording import Wording

router = Router()
# Everybody who can sign in may do one of these.
Anybody = Annotated[Actor, needs(Task.READ, Task.MANAGE_PEOPLE)]
Admin = Annotated[Actor, needs(Task.MANAGE_PEOPLE)]
SHOWN = 5


@router.get("/mijn/gegevens")
def mine(request: Request, who: Anybody) -> Response:
    """What is held on oneself."""
    return _page(request, _own(who), "/mijn/gegevens", own=True)


@router.get("/mijn/gegevens.json")
def mine_json(request: Request, who: Anybody) -> Response:
    """The same, as JSON."""
    return _json(request, _own(who), own=True)


@router.get("/mijn/gegevens.ods")
def mine_ods(request: Request, who: Anybody) -> Response:
    """The same, as a spreadsheet."""
    return _ods(request, _own(who), own=True)


@router.get("/beheer/personen/{person_id}/gegevens")
def theirs(request: Request, _: Admin, person_id: RowId) -> Response:
    """What is held on somebody."""
    return _page(request, person_id, f"/beheer/personen/{person_id}/gegevens", own=False)


@router.get("/beheer/personen/{person_id}/gegevens.json")
def theirs_json(request: Request, _: Admin, person_id: RowId) -> Response:
    """The same, as JSON."""
    return _json(request, person_id, own=False)


@router.get("/beheer/personen/{person_id}/gegevens.ods")
def theirs_ods(request: Request, _: Admin, person_id: RowId) -> Response:
    """The same, as a spreadsheet."""
    return _ods(request, person_id, own=False)


def _own(who: Actor) -> int:
    if who.person_id is None:
        raise NotFound("no-person", mark("Deze persoon is er niet."))
    return who.person_id


def _found(request: Request, session: Session, person_id: int) -> Person:
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("no-person", mark("Deze persoon is er niet."))
    request.state.read = f"persoon:{person_id}"
    return person


def _page(request: Request, person_id: int, here: str, *, own: bool) -> Response:
    words = wording_of(request)
    with office_of(request).db.reading() as session:
        person = _found(request, session, person_id)
        shown = [
            (words.text(part.name), [words.text(one) for one in part.headings], *_first(words, part))
            for part in parts(session, person_id, own=own)
        ]
    return page(request, "oversight/personal.html", person=person, parts=shown, here=here, own=own, most=SHOWN)


def _first(words: Wording, part: Part) -> tuple[list[list[str]], int]:
    """The first rows as text, and how many there are."""
    kept: list[list[str]] = []
    count = 0
    for row in _rows(words, part):
        count += 1
        if count <= SHOWN:
            kept.append([_text(words, cell) for cell in row])
    return kept, count


def _rows(words: Wording, part: Part) -> Iterator[Sequence[Any]]:
    """The rows of a part for people: what mails are called instead of the words by which Regie knows their kinds."""
    kinds = {place: KINDS for place, heading in enumerate(part.headings) if (part.name, heading) == MAIL_KIND}
    for row in part.rows():
        yield [words.text(kinds[place].get(cell, cell)) if place in kinds else cell for place, cell in enumerate(row)]


def _json(request: Request, person_id: int, *, own: bool) -> Response:
    with office_of(request).db.reading() as session:
        _found(request, session, person_id)
        told = {
            part.name: [dict(zip(part.headings, map(_plain, row), strict=True)) for row in part.rows()]
            for part in parts(session, person_id, own=own)
        }
    text = json.dumps(told, ensure_ascii=False, indent=1).encode()

    def fill(file: IO[bytes]) -> None:
        file.write(text)

    return download(fill, f"gegevens-{person_id}.json", "application/json")


def _ods(request: Request, person_id: int, *, own: bool) -> Response:
    words = wording_of(request)
    with office_of(request).db.reading() as session:
        _found(request, session, person_id)
        sheets = [_sheet(words, part) for part in parts(session, person_id, own=own)]
        return ods_answer(f"gegevens-{person_id}", *sheets)


def _sheet(words: Wording, part: Part) -> Sheet:
    def cells() -> Iterator[Sequence[Cell]]:
        for row in _rows(words, part):
            yield [
                cell if isinstance(cell, int | float) and not isinstance(cell, bool) else _text(words, cell)
                for cell in row
            ]

    return Sheet(words.text(part.name), [words.text(one) for one in part.headings], cells())


def _plain(cell: Any) -> Any:
    if isinstance(cell, StrEnum):
        return str(cell)
    return cell.isoformat() if isinstance(cell, date) else cell


def _text(words: Wording, cell: Any) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return words.text(mark("ja") if cell else mark("nee"))
        case datetime():
            return f"{cell.astimezone(AMSTERDAM):%Y-%m-%d %H:%M}"
        case _:
            return str(cell)
