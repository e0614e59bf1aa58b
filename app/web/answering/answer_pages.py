"""What the page behind an answer link shows: the form, the receipt, or what became of the question."""

from collections.abc import Callable, Sequence
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.capabilities import LinkClaims
from app.domain.errors import NotFound, Refusal
from app.domain.introductions import Place
from app.domain.ministries import MinistryName
from app.domain.questions import State
from app.store.access import find_question
from app.store.answering import draft_of
from app.store.lists.concurrences import told
from app.store.lists.story import story_of
from app.store.ministries import ministry_names
from app.store.questions import Question
from app.usecases import links
from app.web.answering.answer_desk import ANSWERABLE, Desk, sheet
from app.web.concurrence.reply_view import section
from app.web.frame.forms import Posted
from app.web.frame.render import page, redirect, status_of
from app.web.frame.sessions import office_of
from app.web.office.introductions import introduction
from app.web.questions import postponing
from app.web.questions.excerpts import excerpt
from app.web.questions.postponing import Postponement, renamed
from app.web.questions.story_view import answer_view, file_lines, lateness_of
from app.wording import wording

# Fields that hold what somebody wrote, in any form of a link's page.
WORDS = ("tekst", "omdat", "reden", "voorstel", "toelichting")
GIVEN = frozenset({State.ANSWERED, State.SETTLED})


def enter(request: Request, claims: LinkClaims, token: str) -> Desk:
    """Let somebody in by a link. Raises NotFound with what became of the question."""
    with office_of(request).db.reading() as session:
        visitor = links.enter(session, claims)
    address = f"/a/{token}"
    words = wording(visitor.person.language)
    return Desk(visitor.actor, visitor.question.id, address, f"{address}/documenten", words)


def show(request: Request, claims: LinkClaims, token: str) -> Response:
    """What the link leads to now."""
    try:
        desk = enter(request, claims, token)
    except NotFound as gone:
        return dead_page(request, gone)
    return question_page(request, desk)


def attempt(
    request: Request,
    claims: LinkClaims,
    token: str,
    form: Posted,
    perform: Callable[[Desk], Response],
    opened: str = "",
) -> Response:
    """Perform an act of the page; where it is refused, the page comes back with what was typed.

    On a dead link nothing is performed. `opened` is the part of the page that holds the form.
    """
    try:
        return perform(enter(request, claims, token))
    except Refusal as refusal:
        try:
            desk = enter(request, claims, token)
        except NotFound as gone:
            return dead_page(request, gone, form)
        return question_page(request, desk, typed=form, refusal=refusal, opened=opened)


def noted(request: Request, desk: Desk, sentence: str) -> Response:
    """Back to the page, with a sentence that says what was noted."""
    return redirect(request, desk.address, desk.words.text(sentence))


def dead_page(request: Request, gone: Refusal, typed: Posted | None = None) -> Response:
    """A link that no longer opens anything: why, and the text that was typed, to keep. Nothing was stored."""
    kept = "\n\n".join(filter(None, map(typed.text, WORDS))) if typed else ""
    return page(request, "answering/dead.html", status_of(gone), why=gone, kept=kept)


def question_page(
    request: Request,
    desk: Desk,
    *,
    typed: Posted | None = None,
    refusal: Refusal | None = None,
    opened: str = "",
    checking: bool = False,
    revoking: bool = False,
    postponement: Postponement | None = None,
) -> Response:
    """The form while an answer can be given, else the receipt or a word on where the question stands."""
    office = office_of(request)
    with office.db.reading() as session:
        question = find_question(session, desk.actor, desk.question_id)
        answering = question.state in ANSWERABLE
        main_form = typed if not opened else None
        context = _context(session, desk, office.settings.organisation, request)
        context["introduction"] = introduction(session, Place.ANSWER, desk.words.language)
        context["sheet"] = sheet(session, desk, question, main_form, refusal)
        context["ministries"] = _other_ministries(session, question.owner_id, request) if answering else []
    template = "answering/question.html" if answering else "answering/closed.html"
    if question.state in GIVEN:
        template = "answering/receipt.html"
    if question.state is State.ANSWERED and revoking:
        template = "answering/revoke.html"
    if answering and checking:
        template = "answering/check.html"
    if answering and context["sheet"].offered:
        template = "answering/offered.html"
    return page(
        request,
        template,
        refusal=renamed(refusal, {"reason": "reden"}, f"{opened}-", "naar" if opened == "ander" else None)
        if refusal and opened
        else refusal,
        typed=typed,
        language=desk.words.language,
        opened=opened,
        postponement=postponement,
        may_ask=bool(refusal and typed and opened == "uitstel")
        and postponing.may_ask(office, desk.actor, desk.question_id, typed or Posted()),
        kept=typed.text("tekst") if typed and refusal else "",
        **context,
    )


def _context(session: Session, desk: Desk, vng: str, request: Request) -> dict[str, Any]:
    question = find_question(session, desk.actor, desk.question_id)
    story, today = story_of(session, question), office_of(request).today()
    requests = told(session, desk.actor, question)
    given = next((one for one in story.answers if one.answer.round == story.question.round), None)
    earlier = [one for one in story.answers if one is not given]
    return {
        "desk": desk,
        "story": story,
        "question": story.question,
        "excerpt": excerpt(story.letter.body, story.question.text),
        "lateness": lateness_of(story, today),
        "has_draft": _has_draft(session, question),
        "concurrence": section(desk.words, requests, today, writes=question.state in ANSWERABLE),
        "letter_files": file_lines(desk.words, story.letter_documents, desk.files),
        "given": given.answer if given else None,
        "answer": answer_view(desk.words, given, vng, desk.files) if given else None,
        "earlier": [answer_view(desk.words, one, vng, desk.files) for one in earlier],
    }


def _has_draft(session: Session, question: Question) -> bool:
    """Whether there is a draft that could go along with the question."""
    draft = draft_of(session, question)
    return draft is not None and bool(draft.text.strip()) and not question.transfers


def _other_ministries(session: Session, owner_id: int, request: Request) -> Sequence[MinistryName]:
    today = office_of(request).today()
    return [one for one in ministry_names(session) if one.is_valid(today) and one.id != owner_id]
