"""The page on which a contributor reads along and replies: by link and signed in the same."""

from fastapi import Request
from starlette.responses import Response

from app.domain.errors import Invalid, Refusal
from app.store.concurrence import ContributionState
from app.web.answering.answer_pages import WORDS
from app.web.concurrence import replying_desk
from app.web.concurrence.replying_desk import ReviewDesk
from app.web.frame.forms import Posted
from app.web.frame.render import page
from app.web.frame.sessions import office_of


def review_page(
    request: Request,
    desk: ReviewDesk,
    typed: Posted | None = None,
    refusal: Refusal | None = None,
    *,
    checking: bool = False,
) -> Response:
    """The form while a reply is awaited, the check before it goes, or the receipt."""
    office = office_of(request)
    with office.db.reading() as session:
        review = replying_desk.review(session, office, desk)
    waits, checked = review.request.state is ContributionState.ASKED, None
    if typed and checking and waits:
        try:
            checked = replying_desk.check(review, typed)
        except Invalid as wrong:
            refusal = wrong
    template = "check" if checked else "reply" if waits else "replied"
    kept = "\n\n".join(filter(None, map(typed.text, WORDS))) if typed and refusal and not waits else ""
    return page(
        request,
        f"concurrence/{template}.html",
        refusal=refusal,
        typed=typed,
        language=desk.words.language,
        checked=checked,
        kept=kept,
        layout="layouts/base.html" if desk.back else "layouts/link.html",
        **replying_desk.context(review, desk),
    )
