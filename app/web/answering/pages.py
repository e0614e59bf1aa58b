"""The page behind an answer link: one question, no account. GET shows and changes nothing; every effect is a POST."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from app.domain.actors import Door
from app.domain.capabilities import LinkClaims, LinkPurpose, read_token
from app.domain.errors import NotFound, Refusal, mark
from app.routes import Router
from app.usecases import answering, contacts, documents, links, ownership, releasing, term_requests
from app.web.answering import answer_desk
from app.web.answering.answer_desk import Desk
from app.web.answering.answer_pages import attempt, dead_page, enter, noted, question_page, show
from app.web.concurrence import link_pages
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import LARGE_FORM, PUBLIC, RowId, admit, hold_person
from app.web.frame.render import page, problem, redirect, wording_of
from app.web.frame.sessions import office_of
from app.web.letters.documents import document_response
from app.web.questions import postponing

router = Router()
UNKNOWN = "onbekend"


class HoldsLink:
    """A policy: a link that we made ourselves. Whether it still lets its holder in, the register says."""

    tasks = ()

    def __call__(self, request: Request) -> LinkClaims:
        """What the link says, before anything of the body is read.

        Raises NotFound (`link-invalid`, `link-retired`), or HTTPException 429 for forms sent too often.
        """
        claims = read_token(request.path_params["token"], office_of(request).link_keys)
        hold_person(request, claims.person_id)
        admit(request, LARGE_FORM)
        request.state.who, request.state.about = f"{Door.LINK}:{claims.person_id}", f"question:{claims.question_id}"
        return claims


Link = Annotated[LinkClaims, Depends(HoldsLink())]
Form = Annotated[Posted, POSTED]


@router.get("/a")
def without_link(request: Request, _: Annotated[None, PUBLIC]) -> Response:
    """Where a reload ends up: the script took the link out of the address bar."""
    return page(request, "answering/lost.html")


@router.get("/a/ingetrokken")
def revoked(request: Request, _: Annotated[None, PUBLIC]) -> Response:
    """Where whoever revoked a link ends up: it leads nowhere any more."""
    return page(request, "answering/revoked.html")


@router.get("/a/{token}")
def open_link(request: Request, claims: Link, token: str) -> Response:
    """The form, at once; or what became of the question."""
    return _show(request, claims, token)


@router.post("/a/{token}")
def answer(request: Request, claims: Link, token: str, form: Form) -> Response:
    """Send the answer; or keep it, look at it first, or take an attachment off, as the pressed button says."""
    act = form.text("act")

    def perform(desk: Desk) -> Response:
        if act == "verstuur":
            answer_desk.submit(office_of(request), desk, form)
            return redirect(request, f"{desk.address}/ontvangst")
        answer_desk.save(office_of(request), desk, form)
        if act == "afstemming":
            return redirect(request, f"{desk.address}/afstemming")
        if act == "bewaar":
            return noted(request, desk, mark("Uw concept is bewaard. Met dezelfde link kunt u later verder."))
        return question_page(request, desk, checking=act == "controleer")

    return attempt(request, claims, token, form, perform)


@router.post("/a/{token}/concept")
def autosave(request: Request, claims: Link, token: str, form: Form) -> Response:
    """Keep the draft while somebody types; answers JSON for the script."""
    try:
        return answer_desk.autosave(office_of(request), enter(request, claims, token), form)
    except Refusal as refusal:
        return problem(wording_of(request), refusal)


@router.get("/a/{token}/ontvangst")
def receipt(request: Request, claims: Link, token: str) -> Response:
    """What was sent, to keep."""
    return _show(request, claims, token)


@router.get("/a/{token}/intrekking")
def revoke_form(request: Request, claims: Link, token: str) -> Response:
    """Was it not you? Asked first: a scanner of mail opens this address too."""
    try:
        return question_page(request, enter(request, claims, token), revoking=True)
    except NotFound as gone:
        return dead_page(request, gone)


@router.post("/a/{token}/intrekking")
def revoke(request: Request, claims: Link, token: str, form: Form) -> Response:
    """The contact did not give this answer: the link dies, the secretariat hears it."""

    def perform(desk: Desk) -> Response:
        office = office_of(request)
        with office.db.writing() as session:
            contacts.disown(session, desk.actor, desk.question_id, office.now())
        return redirect(request, "/a/ingetrokken")

    return attempt(request, claims, token, form, perform)


@router.post("/a/{token}/aanvaarding")
def accept(request: Request, claims: Link, token: str, form: Form) -> Response:
    """The ministry takes the question into hand; the answer follows."""

    def perform(desk: Desk) -> Response:
        office = office_of(request)
        with office.db.writing() as session:
            answering.accept(session, desk.actor, desk.question_id, office.now())
        return noted(request, desk, mark("Dank u. De VNG ziet nu dat u de vraag behandelt."))

    return attempt(request, claims, token, form, perform)


@router.post("/a/{token}/terugneming")
def take_back(request: Request, claims: Link, token: str, form: Form) -> Response:
    """What waits for the coordinator is a draft again."""

    def perform(desk: Desk) -> Response:
        office = office_of(request)
        with office.db.writing() as session:
            releasing.take_back(session, desk.actor, desk.question_id, office.now())
        return noted(request, desk, mark("U hebt het antwoord teruggenomen. Het is weer een concept."))

    return attempt(request, claims, token, form, perform)


@router.post("/a/{token}/doorgeleiding")
def pass_on(request: Request, claims: Link, token: str, form: Form) -> Response:
    """Not ours: it belongs to another ministry, or to one that we don't know."""

    def perform(desk: Desk) -> Response:
        office, to, reason = office_of(request), form.text("naar"), form.text("reden")
        with office.db.writing() as session:
            if to == UNKNOWN:
                ownership.decline(session, desk.actor, desk.question_id, reason, "", office.now())
            else:
                with_draft = form.flag("concept")
                ownership.transfer(
                    session, desk.actor, desk.question_id, to, reason, office.now(), with_draft=with_draft
                )
        return noted(request, desk, mark("Dank u. Uw bericht is verwerkt; u hoeft niets meer te doen."))

    return attempt(request, claims, token, form, perform, opened="ander")


@router.post("/a/{token}/uitstel")
def postpone(request: Request, claims: Link, token: str, form: Form) -> Response:
    """We need more time: the new date is shown first, then noted."""
    office = office_of(request)

    def perform(desk: Desk) -> Response:
        if form.text("act") == "verzoek":
            with office.db.writing() as session:
                postponing.ask(session, desk.actor, desk.question_id, form, office.now())
            return noted(request, desk, mark("Uw verzoek is verstuurd. U hoort per mail wat er is beslist."))
        if form.text("act") != "stuur":
            shown = postponing.preview(office, desk.actor, desk.question_id, form)
            return question_page(request, desk, typed=form, opened="uitstel", postponement=shown)
        with office.db.writing() as session:
            postponing.announce(session, desk.actor, desk.question_id, form, office.now())
        return noted(request, desk, mark("Uw uitstelbericht is genoteerd. De VNG ziet de nieuwe datum."))

    return attempt(request, claims, token, form, perform, opened="uitstel")


@router.post("/a/{token}/verduidelijking")
def clarify(request: Request, claims: Link, token: str, form: Form) -> Response:
    """Something is not clear: the secretariat decides whether the clock stands still meanwhile."""

    def perform(desk: Desk) -> Response:
        office = office_of(request)
        with office.db.writing() as session:
            term_requests.ask_clarification(session, desk.actor, desk.question_id, form.text("reden"), office.now())
        return noted(request, desk, mark("Uw verzoek is verstuurd. U hoort per mail wat er is beslist."))

    return attempt(request, claims, token, form, perform, opened="verduidelijking")


@router.get("/a/{token}/documenten/{document_id}")
def document(request: Request, claims: Link, document_id: RowId) -> Response:
    """A document of the letter or of the answer, for whoever holds the link."""
    let_in = links.enter_to_concur if claims.purpose is LinkPurpose.CONCUR else links.enter
    with office_of(request).db.reading() as session:
        actor = let_in(session, claims).actor
        found = documents.find_document(session, actor, document_id)
    return document_response(office_of(request), found)


def _show(request: Request, claims: LinkClaims, token: str) -> Response:
    """What the link leads to: the form of an answer, or the version that a contributor reads."""
    if claims.purpose is LinkPurpose.CONCUR:
        return link_pages.show(request, claims, token)
    return show(request, claims, token)
