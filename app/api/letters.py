"""Letters by API: register, send, withdraw, list, read."""

from collections.abc import Mapping
from typing import Annotated

import sqlalchemy as sa
from fastapi import Header, Query, Request, Response

from app.api.addresses import address_of, following
from app.api.bodies import ACCEPTABLE, body
from app.api.reads import about, dossier_asked, letter_shape, ministry_asked
from app.api.shapes import LetterInList, LetterPage, LetterShape
from app.api.tokens import RowId, needs, office_of
from app.api.typed import Because, LettersAsked, Sending, TypedLetter
from app.domain.actors import Actor
from app.domain.numbers import LetterNumber
from app.domain.permissions import Task
from app.routes import Router
from app.store.lists.letter_lists import LetterFilter, LetterRow, letter_rows
from app.store.ministries import Dossier, Ministry
from app.usecases import letters

router = Router(tags=["brieven"], dependencies=[ACCEPTABLE])


@router.post("/brieven", status_code=201, summary="Registreer een brief met zijn vragen, als concept")
def register_letter(
    request: Request,
    response: Response,
    who: Annotated[Actor, needs(Task.REGISTER)],
    new: Annotated[TypedLetter, body(TypedLetter)],
    idempotency_key: Annotated[str, Header(max_length=200)] = "",
) -> LetterShape:
    """201 with the concept and its number; the same again for the same letter with the same Idempotency-Key."""
    office = office_of(request)
    with about("datum"), office.db.writing() as session:
        letter_id = letters.register(session, who, new.letter(), office.now(), key=idempotency_key).id
    response.headers["Location"] = address_of(request, f"/brieven/{letter_id}")
    return _letter(request, who, letter_id)


@router.get("/brieven", summary="Brieven, nieuwste nummer eerst")
def list_letters(
    request: Request, who: Annotated[Actor, needs(Task.READ)], asked: Annotated[LettersAsked, Query()]
) -> LetterPage:
    """One page."""
    office = office_of(request)
    today = office.today()
    with office.db.reading() as session:
        wanted = LetterFilter(
            state=asked.state,
            dossier_id=dossier_asked(session, asked.dossier),
            owner_id=ministry_asked(session, asked.owner, today),
            words=asked.words,
        )
        page = letter_rows(session, who, wanted, today, after=asked.after)
        codes = {row.display: row.code for row in session.execute(sa.select(Ministry.display, Ministry.code))}
        slugs = {row.name: row.slug for row in session.execute(sa.select(Dossier.name, Dossier.slug))}
    return LetterPage(
        letters=[_in_list(row, codes, slugs) for row in page.rows],
        following=following(request, "/brieven", page.next),
    )


@router.get("/brieven/{id}", summary="Een brief met zijn vragen")
def read_letter(request: Request, who: Annotated[Actor, needs(Task.READ)], letter_id: RowId) -> LetterShape:
    """Only the questions the reader may see."""
    return _letter(request, who, letter_id)


@router.post("/brieven/{id}/verzending", summary="Verzend een concept: termijnen gaan lopen, contacten krijgen mail")
def send_letter(
    request: Request,
    who: Annotated[Actor, needs(Task.REGISTER)],
    letter_id: RowId,
    sending: Annotated[Sending, body(Sending, optional=True)],
) -> LetterShape:
    """200 with the letter as it now stands."""
    office = office_of(request)
    with office.db.writing() as session:
        letters.send(session, who, letter_id, sending.on or office.today(), office.now())
    return _letter(request, who, letter_id)


@router.post("/brieven/{id}/intrekking", summary="Trek een concept in; het nummer blijft vergeven")
def withdraw_letter(
    request: Request,
    who: Annotated[Actor, needs(Task.REGISTER)],
    letter_id: RowId,
    because: Annotated[Because, body(Because)],
) -> LetterShape:
    """200 with the letter as it now stands."""
    office = office_of(request)
    with office.db.writing() as session:
        letters.withdraw(session, who, letter_id, because.reason, office.now())
    return _letter(request, who, letter_id)


def _letter(request: Request, who: Actor, letter_id: int) -> LetterShape:
    office = office_of(request)
    with office.db.reading() as session:
        return letter_shape(session, who, letter_id, office.today())


def _in_list(row: LetterRow, codes: Mapping[str, str], slugs: Mapping[str, str]) -> LetterInList:
    letter = row.letter
    return LetterInList(
        id=letter.id,
        number=str(LetterNumber(letter.year, letter.serial)),
        state=row.state,
        subject=letter.subject,
        reference=letter.reference,
        letter_date=letter.letter_date,
        sent_on=letter.sent_on,
        addressee=letter.addressee_code,
        dossier=slugs.get(letter.dossier),
        questions=row.questions,
        open=row.open,
        late=row.late,
        owners=[codes[display] for display in row.owners],
    )
