"""Letters that are not finished yet: kept while somebody types, taken up again, thrown away."""

from dataclasses import replace
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Request
from starlette.datastructures import FormData
from starlette.responses import JSONResponse, Response

from app.domain.actors import Actor
from app.domain.errors import Refusal, mark
from app.domain.permissions import Task
from app.routes import Router
from app.store.documents import Document
from app.store.ministries import ministry_names
from app.store.terms import default_term
from app.store.unfinished import find_unfinished
from app.usecases import unfinished
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import RowId, needs
from app.web.frame.render import page, problem, redirect, wording_of
from app.web.frame.sessions import office_of
from app.web.letters import letter_form
from app.web.letters.documents import seals
from app.web.letters.letter_form import DAY_PARTS, TypedLetter
from app.web.letters.letter_pages import Shown, form_page, in_words, keep, work_on
from app.web.letters.proposals import READ_TEXT, filled_from_text

router = Router(prefix="/brieven/onafgemaakt")
Secretariat = Annotated[Actor, needs(Task.REGISTER)]
LIST = "/brieven?stand=concept"


@router.post("")
def autosave(request: Request, who: Secretariat, form: Annotated[Posted, POSTED]) -> Response:
    """Keep the form while somebody types; answers JSON for the script, with what the text says where it was asked."""
    office, words = office_of(request), wording_of(request)
    with office.db.reading() as session:
        default, ministries = default_term(session), ministry_names(session)
    _, unseal = seals(office, who)
    typed = letter_form.read(form, unseal, default)
    told: dict[str, Any] = {}
    if form.text("act") == READ_TEXT:
        typed = filled_from_text(typed, office.today(), ministries)
        told["ingevuld"] = _head(typed)
    try:
        typed, shown = keep(request, who, form.number("brief"), typed)
    except Refusal as refusal:
        return problem(words, refusal)
    told |= {"tijd": words.clock(office.now()), "sleutel": typed.key, "bewaard": typed.kept}
    return JSONResponse(told | {"let_op": in_words(request, shown)})


@router.get("/{unfinished_id}")
def take_up(request: Request, who: Secretariat, unfinished_id: RowId) -> Response:
    """The form as it was left."""
    with office_of(request).db.reading() as session:
        row = find_unfinished(session, unfinished_id)
        there = frozenset(session.scalars(sa.select(Document.id).where(Document.id.in_(_document_ids(row.fields)))))
    work = work_on(request, who, row.letter_id)
    fields = Posted(FormData([(name, text) for name, text in row.fields]))
    typed = letter_form.read(fields, lambda text: int(text) if int(text) in there else None, work.desk.default)
    typed = letter_form.opened(replace(typed, key=row.key, kept=str(row.version)))
    return form_page(work, typed, Shown(saved_at=row.saved_at))


@router.get("/{unfinished_id}/weggooien")
def confirm(request: Request, _: Secretariat, unfinished_id: RowId) -> Response:
    """What will be thrown away."""
    with office_of(request).db.reading() as session:
        return page(request, "letters/throw_away.html", one=find_unfinished(session, unfinished_id))


@router.post("/{unfinished_id}/weggooien")
def throw_away(request: Request, who: Secretariat, unfinished_id: RowId, _form: Annotated[Posted, POSTED]) -> Response:
    """Throw it away."""
    office = office_of(request)
    with office.db.writing() as session:
        unfinished.throw_away(session, who, unfinished_id, office.now())
    return redirect(request, LIST, wording_of(request).text(mark("De niet afgemaakte brief is weggegooid.")))


def _document_ids(fields: list[list[str]]) -> list[int]:
    return [int(text) for name, text in fields if name == "documenten"]


def _head(typed: TypedLetter) -> dict[str, str]:
    """The fields of the letter's head, as the form names them."""
    return {
        "onderwerp": typed.subject,
        "kenmerk": typed.reference,
        "terAttentieVan": typed.attention,
        "aan": typed.addressee,
        **{f"datum-{part}": typed.day.get(part, "") for part in DAY_PARTS},
    }
