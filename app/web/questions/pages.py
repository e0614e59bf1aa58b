"""Questions: the list of all, and the page that tells the story of one."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.permissions import Task, may
from app.routes import Router
from app.store.access import find_question, relation_to
from app.store.ladder.escalation import escalations_of, load_ladders
from app.store.lists.concurrences import told
from app.store.lists.repeats import linked
from app.store.lists.rounds import rounds_of
from app.store.lists.story import story_of
from app.usecases import absences
from app.web.concurrence.reply_view import section
from app.web.frame.policy import RowId, needs
from app.web.frame.render import page, wording_of
from app.web.frame.sessions import office_of
from app.web.questions.committing import promised
from app.web.questions.draft_view import draft_view
from app.web.questions.question_filters import Asked
from app.web.questions.question_list import question_list
from app.web.questions.question_table import address
from app.web.questions.story_view import TERM_KINDS, story_view
from app.web.questions.timeline import timeline

router = Router(prefix="/vragen")
Reader = Annotated[Actor, needs(Task.READ)]


@router.get("")
def list_all(
    request: Request, who: Reader, asked: Annotated[Asked, Depends()], na: str = "", voor: str = ""
) -> Response:
    """All questions the reader may see, the newest first, narrowed by what the address says."""
    with office_of(request).db.reading() as session:
        filters = asked.read(wording_of(request), session, who, office_of(request).today())
        found = question_list(request, session, who, filters, "/vragen", na=na, voor=voor, view=filters.view)
    return page(request, "questions/list.html", refusal=filters.refusal, list=found, offered=found.offered)


@router.get("/{question_id:int}")
def story(request: Request, who: Reader, question_id: RowId) -> Response:
    """One question: whose turn it is, who had the ball, its letter, its answers, what happened, why this date."""
    office, words = office_of(request), wording_of(request)
    with office.db.reading() as session:
        question = find_question(session, who, question_id)
        found = story_of(session, question)
        relation = relation_to(session, who, question)
        requests = told(session, who, question)
        written = draft_view(words, session, who, relation, question)
        waits, vng = written.offered is not None, office.settings.organisation
        view = story_view(words, found, who, relation, office.today(), vng, requests, waits_for_release=waits)
        happened = timeline(words, found, escalations_of(session, question_id), load_ladders(session), requests)
        away = absences.away_now(session, found.contact, office.today())
        asked_again = linked(session, who, question_id)
        promises, rounds = promised(session, who, found), rounds_of(session, question_id)
    return page(
        request,
        "questions/question.html",
        view=view,
        story=found,
        timeline=happened,
        term_kinds=TERM_KINDS,
        promised=promises,
        rounds=rounds,
        linked=asked_again,
        search_href=f"/vragen/{question_id}/eerder" if may(who.roles, Task.REGISTER) else "",
        concurrence=section(words, requests, office.today(), writes=written.draft is not None),
        draft_version=written.version,
        log_href=address("/beheer/logboek", voorwerp=str(found.number)) if may(who.roles, Task.SEE_AUDIT) else "",
        written=written,
        away=away,
    )
