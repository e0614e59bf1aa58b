"""Recording a promise that an answer makes: its words, in short what, and by when; found sentences are proposed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.commitments import LONGEST_QUOTE, LONGEST_WHAT, NewCommitment, Promise, promises_in
from app.domain.errors import NotFound, Refusal, mark
from app.domain.permissions import Task, may
from app.domain.questions import QuestionKind, State
from app.routes import Router
from app.store.access import find_question
from app.store.lists.commitments import Made, Origin, made_in, origin_of
from app.store.lists.story import AnswerOfRound, Story, story_of
from app.usecases import commitments
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import RowId, needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of
from app.web.questions.excerpts import Excerpt, excerpt
from app.web.questions.question_table import address
from app.web.questions.story_view import answer_view

router = Router(prefix="/vragen/{question_id}/toezegging")
Secretariat = Annotated[Actor, needs(Task.REGISTER)]


@dataclass(frozen=True)
class Promised:
    """Commitments on the page of a question: those its answers made, or where it comes from itself.

    `record_at` is where the secretariat records one; empty for others, and while there is no answer.
    """

    made: Sequence[Made]
    origin: Origin | None
    passage: Excerpt | None
    record_at: str


def promised(session: Session, who: Actor, story: Story) -> Promised:
    """What the page of a question tells of promises, to this reader."""
    question = story.question
    origin = origin_of(session, question.id) if question.kind is QuestionKind.COMMITMENT else None
    records = may(who.roles, Task.REGISTER) and story.answers and question.state is not State.WITHDRAWN
    return Promised(
        made=made_in(session, who, question.id),
        origin=origin,
        passage=excerpt(origin.answer_text, origin.quote) if origin else None,
        record_at=f"/vragen/{question.id}/toezegging" if records else "",
    )


@router.get("")
def form(request: Request, who: Secretariat, question_id: RowId, antwoord: int = 0, zin: int = 0) -> Response:
    """The answer, the sentences in it that name a time, and the form; `zin` fills in one of them."""
    return _form(request, who, question_id, antwoord, zin=zin)


@router.post("")
def record(request: Request, who: Secretariat, question_id: RowId, posted: Annotated[Posted, POSTED]) -> Response:
    """Put the promise on record; whoever was judging the answer goes on with that."""
    office, words = office_of(request), wording_of(request)
    answer_id = posted.number("antwoord") or 0
    try:
        new = NewCommitment(posted.text("citaat"), posted.text("kop"), posted.day("datum"))
        with office.db.writing() as session:
            made = commitments.record(session, who, question_id, new, office.now(), answer_id=answer_id or None)
            judging = find_question(session, who, question_id).state is State.ANSWERED
            due_on = made.due_on
    except Refusal as refusal:
        return _form(request, who, question_id, answer_id, refusal=refusal, posted=posted)
    sentence = words.text(mark("De toezegging is vastgelegd, met als uiterste dag {day}."), day=due_on)
    return redirect(request, f"/vragen/{question_id}" + ("/oordeel" if judging else "#toezeggingen"), sentence)


def _form(
    request: Request,
    who: Actor,
    question_id: int,
    answer_id: int,
    *,
    zin: int = 0,
    refusal: Refusal | None = None,
    posted: Posted | None = None,
) -> Response:
    office, words = office_of(request), wording_of(request)
    with office.db.reading() as session:
        question = find_question(session, who, question_id)
        story = story_of(session, question)
        made = made_in(session, who, question_id)
    given = _answer(story, answer_id)
    found = promises_in(given.answer.text, given.answer.answered_on)
    here = f"/vragen/{question_id}/toezegging"
    return page(
        request,
        "questions/commitment.html",
        refusal=refusal,
        story=story,
        question=question,
        answer=answer_view(words, given, office.settings.organisation, "/documenten"),
        answer_id=given.answer.id,
        shown=_typed(posted) if posted else _proposed(found, zin, office.today()),
        found=[(one, address(here, antwoord=str(given.answer.id), zin=str(n))) for n, one in enumerate(found, 1)],
        made=[one for one in made if one.answer_id == given.answer.id],
        longest_quote=LONGEST_QUOTE,
        longest_what=LONGEST_WHAT,
    )


def _answer(story: Story, answer_id: int) -> AnswerOfRound:
    """The answer meant, else the latest. Raises NotFound (`no-answer`)."""
    answers = [one for one in story.answers if answer_id in {0, one.answer.id}]
    if not answers:
        raise NotFound("no-answer", mark("Op deze vraag is nog geen antwoord waarin iets is toegezegd."))
    return answers[0]


def _typed(posted: Posted) -> dict[str, Any]:
    return {"quote": posted.text("citaat"), "what": posted.text("kop"), "day": posted.typed_day("datum")}


def _proposed(found: Sequence[Promise], zin: int, today: date) -> dict[str, Any]:
    """The chosen sentence with its day, where it names one to come; an empty form otherwise."""
    if not 1 <= zin <= len(found):
        return {"quote": "", "what": "", "day": None}
    one = found[zin - 1]
    due_on = one.deadline.due_on
    return {"quote": one.sentence, "what": "", "day": due_on if due_on and due_on >= today else None}
