"""Answering a question when signed in: the same form as behind the mailed link, on the pages of the office."""

from typing import Annotated

from fastapi import Request
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import NotAllowed, Refusal, mark
from app.domain.permissions import Task
from app.domain.questions import Act, State
from app.routes import Router
from app.store.access import find_question, relation_to
from app.store.lists.story import story_of
from app.web.answering import answer_desk
from app.web.answering.answer_desk import Desk
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import RowId, needs
from app.web.frame.render import page, problem, redirect, wording_of
from app.web.frame.sessions import office_of
from app.web.questions.excerpts import excerpt
from app.web.questions.offers import check_offered
from app.web.questions.story_view import answer_view, file_lines, lateness_of

router = Router(prefix="/vragen/{question_id}/antwoorden")
Reader = Annotated[Actor, needs(Task.READ)]
SENT, OFFERED = mark("Het antwoord is verstuurd."), mark("Het antwoord wacht op vrijgave door uw coördinator.")
SENT_TWICE = frozenset({State.ANSWERED})
"""A form sent a second time finds its own answer given; the use case tells whether it is that one."""


@router.get("")
def form(request: Request, who: Reader, question_id: RowId) -> Response:
    """The form, with the draft."""
    desk = _desk(request, who, question_id)
    _check_offered(request, desk)
    return _page(request, desk)


@router.post("")
def answer(request: Request, who: Reader, question_id: RowId, posted: Annotated[Posted, POSTED]) -> Response:
    """Send the answer; or keep it, look at it first, or take an attachment off, as the pressed button says."""
    desk, act = _desk(request, who, question_id), posted.text("act")
    try:
        _check_offered(request, desk, SENT_TWICE)
        if act == "verstuur":
            given = answer_desk.submit(office_of(request), desk, posted)
            done = SENT if given else OFFERED
            return redirect(request, f"/vragen/{question_id}", desk.words.text(done))
        answer_desk.save(office_of(request), desk, posted)
    except Refusal as refusal:
        return _page(request, desk, posted, refusal)
    if act == "afstemming":
        return redirect(request, f"/vragen/{question_id}/afstemmen")
    if act == "bewaar":
        return redirect(request, f"/vragen/{question_id}", desk.words.text(mark("Uw concept is bewaard.")))
    return _page(request, desk, checking=act == "controleer")


@router.post("/concept")
def autosave(request: Request, who: Reader, question_id: RowId, posted: Annotated[Posted, POSTED]) -> Response:
    """Keep the draft while somebody types; answers JSON for the script."""
    desk = _desk(request, who, question_id)
    try:
        _check_offered(request, desk, SENT_TWICE)
        return answer_desk.autosave(office_of(request), desk, posted)
    except Refusal as refusal:
        return problem(desk.words, refusal)


def _desk(request: Request, who: Actor, question_id: int) -> Desk:
    return Desk(who, question_id, f"/vragen/{question_id}/antwoorden", "/documenten", wording_of(request))


def _check_offered(request: Request, desk: Desk, or_in: frozenset[State] = frozenset()) -> None:
    """Refuse who may not answer this, before any file is stored."""
    with office_of(request).db.reading() as session:
        question = find_question(session, desk.actor, desk.question_id)
        relation = relation_to(session, desk.actor, question)
        check_offered(desk.actor, relation, question, Act.SUBMIT, or_in=or_in)


def _page(
    request: Request,
    desk: Desk,
    typed: Posted | None = None,
    refusal: Refusal | None = None,
    *,
    checking: bool = False,
) -> Response:
    office = office_of(request)
    vng = office.settings.organisation
    with office.db.reading() as session:
        question = find_question(session, desk.actor, desk.question_id)
        story = story_of(session, question)
        answerable = question.state in answer_desk.ANSWERABLE and not isinstance(refusal, NotAllowed)
        sheet = answer_desk.sheet(session, desk, question, typed, refusal) if answerable else None
        waits = sheet is not None and sheet.offered and sheet.to_release
    return page(
        request,
        "questions/check.html" if checking else "questions/answer.html",
        refusal=refusal,
        typed=typed,
        story=story,
        question=question,
        sheet=None if waits else sheet,
        waits=waits,
        excerpt=excerpt(story.letter.body, question.text),
        lateness=lateness_of(story, office.today()),
        letter_files=file_lines(desk.words, story.letter_documents, desk.files),
        earlier=[answer_view(desk.words, one, vng, desk.files) for one in story.answers],
        kept=typed.text("tekst") if typed and refusal else "",
    )
