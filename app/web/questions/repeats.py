"""Which earlier questions a question asks again: those alike are proposed, and the secretariat links them."""

from typing import Annotated

from fastapi import Request
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import mark
from app.domain.numbers import QuestionNumber
from app.domain.permissions import Task
from app.routes import Router
from app.store.access import find_question
from app.store.letters import Letter
from app.store.lists.repeats import Sought, linked, similar_questions
from app.usecases import repeats
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import RowId, needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of

router = Router(prefix="/vragen/{question_id}/eerder")
Secretariat = Annotated[Actor, needs(Task.REGISTER)]


@router.get("")
def search(request: Request, who: Secretariat, question_id: RowId) -> Response:
    """What is linked, and what is alike."""
    with office_of(request).db.reading() as session:
        question = find_question(session, who, question_id)
        letter = session.get_one(Letter, question.letter_id)
        there = linked(session, who, question_id)
        text = f"{question.title} {question.text}"
        sought = Sought(text, question.owner_id, letter.dossier_id, letter.id, question.asked_on)
        known = {one.id for one in there.before}
        alike = [one for one in similar_questions(session, who, sought) if one.id not in known]
    number = QuestionNumber(letter.year, letter.serial, question.position)
    return page(request, "questions/earlier.html", question=question, number=number, linked=there, alike=alike)


@router.post("")
def change(request: Request, who: Secretariat, question_id: RowId, form: Annotated[Posted, POSTED]) -> Response:
    """Link an earlier question, or take that back."""
    office, earlier_id = office_of(request), form.number("eerder") or 0
    act, done = (
        (repeats.unlink, mark("De vraag is losgemaakt."))
        if form.text("act") == "los"
        else (
            repeats.link,
            mark("De vraag is gekoppeld als herhaling."),
        )
    )
    with office.db.writing() as session:
        act(session, who, question_id, earlier_id, office.now())
    return redirect(request, f"/vragen/{question_id}/eerder", wording_of(request).text(done))
