"""Release, on the pages of the office: the coordinator reads what waits, and gives it or sends it back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import WrongState, mark
from app.domain.permissions import Task
from app.domain.questions import Act
from app.routes import Router
from app.store.answering import draft_of
from app.store.documents import documents_of_draft
from app.store.questions import Question
from app.usecases import answering, releasing
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import RowId, needs
from app.web.frame.render import redirect, wording_of
from app.web.frame.sessions import office_of
from app.web.questions.act_pages import ActPage, open_form, perform, reason_in
from app.web.questions.story_view import file_lines

router = Router(prefix="/vragen/{question_id}")
Reader = Annotated[Actor, needs(Task.READ)]
Form = Annotated[Posted, POSTED]


def _release(session: Session, who: Actor, question_id: int, form: Posted, now: datetime) -> object:
    return answering.release(session, who, question_id, now, version=form.number("versie"))


def _send_back(session: Session, who: Actor, question_id: int, form: Posted, now: datetime) -> object:
    version = form.number("versie")
    return releasing.send_back(session, who, question_id, reason_in(form), now, version=version)


def _offered(request: Request, session: Session, question: Question) -> Mapping[str, Any]:
    """The answer that waits, for its ministry's eyes: only an owner's people get here."""
    visitor = request.state.visitor
    draft = draft_of(session, question) if visitor.ministry_id == question.owner_id else None
    if draft is None or draft.offered_at is None:
        return {"offered": None}
    files = file_lines(wording_of(request), documents_of_draft(session, draft.id), "/documenten")
    return {"offered": draft, "files": files}


RELEASE = ActPage(
    "questions/release.html",
    (Act.RELEASE,),
    _release,
    mark("Het antwoord is vrijgegeven en verstuurd."),
    field="",
    more=_offered,
)
SEND_BACK = ActPage(
    RELEASE.template,
    (Act.SEND_BACK,),
    _send_back,
    mark("Het antwoord is teruggestuurd. De contactpersoon krijgt een mail."),
    field="reden",
    more=_offered,
)


@router.get("/vrijgeven")
def release_form(request: Request, who: Reader, question_id: RowId) -> Response:
    """The answer as VNG will read it."""
    return open_form(request, who, question_id, RELEASE)


@router.post("/vrijgeven")
def release(request: Request, who: Reader, question_id: RowId, form: Form) -> Response:
    """Give it, or send it back with what must change."""
    return perform(request, who, question_id, SEND_BACK if form.text("act") == "terugsturen" else RELEASE, form)


@router.post("/aanbieding-terugnemen")
def take_back(request: Request, who: Reader, question_id: RowId, _: Form) -> Response:
    """Change it first."""
    office, words = office_of(request), wording_of(request)
    try:
        with office.db.writing() as session:
            releasing.take_back(session, who, question_id, office.now())
    except WrongState as refusal:
        return redirect(request, f"/vragen/{question_id}", ("error", words.refusal(refusal)))
    sentence = mark("U hebt het antwoord teruggenomen. Het is weer een concept.")
    return redirect(request, f"/vragen/{question_id}/antwoorden", words.text(sentence))
