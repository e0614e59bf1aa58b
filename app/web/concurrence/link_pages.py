"""What a link to concur leads to: the version that was sent and three things to say of it, or what became of it."""

from fastapi import Request
from starlette.responses import Response

from app.domain.capabilities import LinkClaims
from app.domain.errors import NotFound, Refusal
from app.usecases import links
from app.web.answering.answer_pages import dead_page
from app.web.concurrence.replying_desk import ReviewDesk
from app.web.concurrence.review_pages import review_page
from app.web.frame.forms import Posted
from app.web.frame.sessions import office_of
from app.wording import wording


def enter(request: Request, claims: LinkClaims, token: str) -> ReviewDesk:
    """Let a contributor in by a link. Raises NotFound with what became of the request."""
    with office_of(request).db.reading() as session:
        found = links.enter_to_concur(session, claims)
    words, address = wording(found.person.language), f"/a/{token}"
    return ReviewDesk(found.actor, found.question.id, found.request.id, address, f"{address}/documenten", words)


def show(request: Request, claims: LinkClaims, token: str) -> Response:
    """What the link leads to now."""
    try:
        desk = enter(request, claims, token)
    except NotFound as gone:
        return dead_page(request, gone)
    return review_page(request, desk)


def refused(request: Request, claims: LinkClaims, token: str, form: Posted, refusal: Refusal) -> Response:
    """The page once more, with what was typed and why it was not sent."""
    try:
        desk = enter(request, claims, token)
    except NotFound as gone:
        return dead_page(request, gone, form)
    return review_page(request, desk, form, refusal)
