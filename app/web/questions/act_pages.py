"""What the pages of acts have in common: one small form each, and what was typed stays when it is refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import Invalid, NotAllowed, OutOfDate, Refusal, WrongState, mark
from app.domain.questions import Act
from app.store.access import find_question, relation_to
from app.store.ladder.escalation import escalations_of, load_ladders
from app.store.lists.story import story_of
from app.store.ministries import ministry_names
from app.store.questions import Question
from app.web.frame.forms import Posted
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of
from app.web.questions import postponing
from app.web.questions.excerpts import excerpt
from app.web.questions.offers import check_offered, check_theirs
from app.web.questions.postponing import Postponement, renamed
from app.web.questions.story_view import answer_view
from app.web.questions.timeline import timeline

LONGEST_REASON = 2000

Perform = Callable[[Session, Actor, int, Posted, datetime], object]
More = Callable[[Request, Session, Question], Mapping[str, Any]]


def _nothing(_request: Request, _session: Session, _question: Question) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class ActPage:
    """A page for one act: its template, the acts it serves, what it does, and what is said when that is done.

    `field` is where a refusal goes that names none; `more` is what else its template shows.
    """

    template: str
    acts: tuple[Act, ...]
    perform: Perform
    done: str
    field: str = "naar"
    more: More = _nothing


def open_form(request: Request, who: Actor, question_id: int, act_page: ActPage) -> Response:
    """The empty form. Raises NotFound, NotAllowed, WrongState where the act is not this reader's, or not now."""
    with office_of(request).db.reading() as session:
        question = find_question(session, who, question_id)
        check_offered(who, relation_to(session, who, question), question, *act_page.acts)
    return show(request, who, question_id, act_page, Posted())


def perform(request: Request, who: Actor, question_id: int, act_page: ActPage, form: Posted) -> Response:
    """Do it, and go back to the question; or the form again, with why not, and what happened meanwhile.

    Raises NotFound, and NotAllowed where it never was this reader's and what was typed makes no sense besides.
    """
    office = office_of(request)
    try:
        with office.db.writing() as session:
            act_page.perform(session, who, question_id, form, office.now())
    except Refusal as refusal:
        if isinstance(refusal, Invalid):
            with office.db.reading() as session:
                question = find_question(session, who, question_id)
                check_theirs(who, relation_to(session, who, question), *act_page.acts)
        # A ministry that nobody knows is refused without a field; the other rules name theirs.
        told = renamed(refusal, {}, default=act_page.field) if isinstance(refusal, Invalid) else refusal
        return show(request, who, question_id, act_page, form, told)
    return redirect(request, f"/vragen/{question_id}", wording_of(request).text(act_page.done))


def show(
    request: Request,
    who: Actor,
    question_id: int,
    act_page: ActPage,
    typed: Posted,
    refusal: Refusal | None = None,
    postponement: Postponement | None = None,
) -> Response:
    """The form with what was typed. Raises NotFound where the reader may not see the question (any more)."""
    office, words = office_of(request), wording_of(request)
    with office.db.reading() as session:
        question: Question = find_question(session, who, question_id)
        story = story_of(session, question)
        others = [one for one in ministry_names(session) if one.is_valid(office.today())]
        meanwhile = None
        if isinstance(refusal, NotAllowed | WrongState | OutOfDate):
            happened = timeline(words, story, escalations_of(session, question_id), load_ladders(session))
            meanwhile = happened[0] if happened else None
        more = act_page.more(request, session, question)
    given = next((one for one in story.answers if one.answer.round == question.round), None)
    return page(
        request,
        act_page.template,
        refusal=refusal,
        typed=typed,
        story=story,
        question=question,
        meanwhile=meanwhile,
        excerpt=excerpt(story.letter.body, question.text),
        answer=answer_view(words, given, office.settings.organisation, "/documenten") if given else None,
        answer_id=given.answer.id if given else None,
        ministries=others,
        postponement=postponement,
        may_ask=bool(refusal)
        and act_page.template == "questions/postpone.html"
        and postponing.may_ask(office, who, question_id, typed),
        **more,
    )


def reason_in(form: Posted, name: str = "reden") -> str:
    """The typed reason. Raises Invalid (`too-long`)."""
    reason = form.text(name)
    if len(reason) > LONGEST_REASON:
        sentence = mark("Dit is te lang: {length} tekens. Hooguit {most} mag.")
        raise Invalid("too-long", sentence, field=name, length=len(reason), most=LONGEST_REASON)
    return reason
