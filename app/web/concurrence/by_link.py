"""Concurrence without an account: a contributor replies by its link, the owner asks and recalls by the answer link."""

from fastapi import Request
from starlette.responses import Response

from app.domain.errors import NotFound, Refusal, mark
from app.routes import Router
from app.usecases import concurrence
from app.web.answering import answer_pages
from app.web.answering.answer_desk import Desk
from app.web.answering.pages import Form, Link
from app.web.concurrence import asking_desk, link_pages, replying_desk
from app.web.concurrence.review_pages import review_page
from app.web.frame.forms import Posted
from app.web.frame.policy import RowId
from app.web.frame.render import page, redirect
from app.web.frame.sessions import office_of

router = Router(prefix="/a/{token}")


@router.post("/reactie")
def reply(request: Request, claims: Link, token: str, form: Form) -> Response:
    """Show the reply first, then give it."""
    try:
        desk = link_pages.enter(request, claims, token)
        if form.text("act") == "verstuur":
            replying_desk.send(office_of(request), desk, form)
            return redirect(request, f"{desk.address}/ontvangst")
    except Refusal as refusal:
        return link_pages.refused(request, claims, token, form, refusal)
    return review_page(request, desk, form, checking=form.text("act") == "controleer")


@router.get("/afstemming")
def ask_form(request: Request, claims: Link, token: str) -> Response:
    """With whom, by when, about which text."""
    try:
        return _ask_page(request, answer_pages.enter(request, claims, token))
    except NotFound as gone:
        return answer_pages.dead_page(request, gone)
    except Refusal as refusal:
        return answer_pages.question_page(request, answer_pages.enter(request, claims, token), refusal=refusal)


@router.post("/afstemming")
def ask(request: Request, claims: Link, token: str, form: Form) -> Response:
    """Send this version of the draft."""

    def perform(desk: Desk) -> Response:
        try:
            asking_desk.ask(office_of(request), desk.actor, desk.question_id, form)
        except Refusal as refusal:
            return _ask_page(request, desk, form, refusal)
        return answer_pages.noted(request, desk, mark("De ministeries krijgen een mail met uw concept."))

    return answer_pages.attempt(request, claims, token, form, perform)


@router.post("/afstemming/terugneming")
def recall(request: Request, claims: Link, token: str, form: Form) -> Response:
    """Take the requests back that wait for a reply."""

    def perform(desk: Desk) -> Response:
        office = office_of(request)
        with office.db.writing() as session:
            concurrence.recall(session, desk.actor, desk.question_id, "", office.now())
        return answer_pages.noted(request, desk, mark("De afstemming is teruggenomen."))

    return answer_pages.attempt(request, claims, token, form, perform)


@router.post("/voorstellen/{request_id}")
def take_over(request: Request, claims: Link, token: str, request_id: RowId, form: Form) -> Response:
    """Put a proposed text in the place of the draft."""

    def perform(desk: Desk) -> Response:
        office, version = office_of(request), form.number("versie")
        with office.db.writing() as session:
            concurrence.take_over(session, desk.actor, desk.question_id, request_id, version, office.now())
        return answer_pages.noted(request, desk, mark("Het voorstel staat nu in uw concept."))

    return answer_pages.attempt(request, claims, token, form, perform)


def _ask_page(request: Request, desk: Desk, typed: Posted | None = None, refusal: Refusal | None = None) -> Response:
    office, address = office_of(request), f"{desk.address}/afstemming"
    with office.db.reading() as session:
        story, sheet = asking_desk.sheet(session, office, desk.actor, desk.question_id, address, desk.address, typed)
    return page(
        request,
        "concurrence/ask.html",
        refusal=refusal,
        typed=typed,
        language=desk.words.language,
        layout="layouts/link.html",
        story=story,
        question=story.question,
        sheet=sheet,
    )
