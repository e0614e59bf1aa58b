"""The term of a question: why it ends when it ends, the clock, and what ministries ask about it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Path, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import Refusal, WrongState, mark
from app.domain.ledger import Standing
from app.domain.permissions import Task, may
from app.domain.questions import CLIMBING_STATES, Act
from app.domain.terms import TermKind
from app.routes import Router
from app.store.access import find_question, relation_to
from app.store.lists.story import story_of
from app.store.lists.term_ledgers import ledgers_of, requests_about
from app.store.terms import load_calendar
from app.usecases import booking, suspending, term_requests
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import RowId, needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of
from app.web.letters.letter_summary import sentence
from app.web.questions.ledger_view import term_view
from app.web.questions.offers import check_offered, term_offers
from app.web.questions.postponing import renamed
from app.web.questions.story_view import TERM_KINDS

router = Router(prefix="/vragen/{question_id}")
Reader = Annotated[Actor, needs(Task.READ)]
Form = Annotated[Posted, POSTED]
Sequence = Annotated[int, Path(ge=1, le=2**31 - 1)]

FIELDS = {"effective_on": "datum", "named_on": "datum", "announced_on": "datum", "reason": "reden", "voids": "reden"}
Perform = Callable[[Session, Actor, int, Posted, datetime], object]


@dataclass(frozen=True)
class TermAct:
    """A page for one act on the term: its template, the act, and how it is done."""

    template: str
    act: Act
    perform: Perform


def _suspend(session: Session, who: Actor, question_id: int, form: Posted, now: datetime) -> Standing:
    return suspending.suspend(session, who, question_id, form.day("datum"), form.text("reden"), now)


def _resume(session: Session, who: Actor, question_id: int, form: Posted, now: datetime) -> Standing:
    return suspending.resume(session, who, question_id, form.day("datum"), form.text("reden"), now)


def _receive(session: Session, who: Actor, question_id: int, form: Posted, now: datetime) -> Standing:
    return booking.receive(session, who, question_id, form.day("datum"), form.text("reden"), now)


def _resend(session: Session, who: Actor, question_id: int, form: Posted, now: datetime) -> Standing:
    return booking.resend(session, who, question_id, form.text("reden"), now)


def _clarify(session: Session, who: Actor, question_id: int, form: Posted, now: datetime) -> object:
    return term_requests.ask_clarification(session, who, question_id, form.text("reden"), now)


SUSPEND = TermAct("questions/suspend.html", Act.SUSPEND, _suspend)
RESUME = TermAct("questions/resume.html", Act.RESUME, _resume)
RECEIVE = TermAct("questions/receive.html", Act.RECEIVE, _receive)
RESEND = TermAct("questions/resend.html", Act.RESEND, _resend)
CLARIFY = TermAct("questions/clarify.html", Act.CLARIFY, _clarify)
DONE = {
    Act.SUSPEND: mark("De klok staat stil. {due_on} is zolang voorlopig."),
    Act.RESUME: mark("De klok loopt weer. De uiterste antwoorddatum is {due_on}."),
    Act.VOID: mark("De boeking is vervallen. De uiterste antwoorddatum is {due_on}."),
    Act.RECEIVE: mark("De ontvangst is vastgelegd. De uiterste antwoorddatum blijft {due_on}."),
    Act.RESEND: mark("De contactpersoon krijgt de vraag opnieuw. De uiterste antwoorddatum blijft {due_on}."),
    Act.CLARIFY: mark("Uw verzoek is verstuurd. Tot het secretariaat beslist, loopt de termijn door."),
}


@router.get("/termijn")
def why_this_date(request: Request, who: Reader, question_id: RowId) -> Response:
    """Every entry of every round, the days that did not count, and what was asked about it."""
    office, words = office_of(request), wording_of(request)
    with office.db.reading() as session:
        question = find_question(session, who, question_id)
        story, calendar = story_of(session, question), load_calendar(session)
        ledgers = ledgers_of(session, question, calendar)
        if not ledgers:
            raise WrongState("term-not-set", mark("Voor deze vraag loopt nog geen termijn."))
        relation = relation_to(session, who, question)
        voids = may(who.roles, Act.VOID, relation) and question.state in CLIMBING_STATES
        decides = may(who.roles, Act.REFUSE, relation)
        asked = requests_about(session, question)
        view = term_view(words, question, ledgers, asked, calendar, office.today(), voids=voids, decides=decides)
        acts = term_offers(words, who, relation, question)
    kind = ledgers[0].standing.term.kind
    return page(
        request,
        "questions/term.html",
        view=view,
        story=story,
        question=question,
        acts=acts,
        term_kind=TERM_KINDS[TermKind(kind)],
    )


@router.get("/opschorten")
def suspend_form(request: Request, who: Reader, question_id: RowId) -> Response:
    """From when the clock stands still, and why."""
    return _open(request, who, question_id, SUSPEND)


@router.post("/opschorten")
def suspend(request: Request, who: Reader, question_id: RowId, form: Form) -> Response:
    """Let the clock stand still."""
    return _perform(request, who, question_id, SUSPEND, form)


@router.get("/hervatten")
def resume_form(request: Request, who: Reader, question_id: RowId) -> Response:
    """From when the clock runs again, and what was made clear."""
    return _open(request, who, question_id, RESUME)


@router.post("/hervatten")
def resume(request: Request, who: Reader, question_id: RowId, form: Form) -> Response:
    """Let the clock run again."""
    return _perform(request, who, question_id, RESUME, form)


@router.get("/ontvangst")
def receive_form(request: Request, who: Reader, question_id: RowId) -> Response:
    """When the ministry said that it got the question."""
    return _open(request, who, question_id, RECEIVE)


@router.post("/ontvangst")
def receive(request: Request, who: Reader, question_id: RowId, form: Form) -> Response:
    """Note that day."""
    return _perform(request, who, question_id, RECEIVE, form)


@router.get("/opnieuw-versturen")
def resend_form(request: Request, who: Reader, question_id: RowId) -> Response:
    """To whom the question goes once more."""
    return _open(request, who, question_id, RESEND)


@router.post("/opnieuw-versturen")
def resend(request: Request, who: Reader, question_id: RowId, form: Form) -> Response:
    """Send it once more."""
    return _perform(request, who, question_id, RESEND, form)


@router.get("/verduidelijking")
def clarify_form(request: Request, who: Reader, question_id: RowId) -> Response:
    """What is not clear about the question."""
    return _open(request, who, question_id, CLARIFY)


@router.post("/verduidelijking")
def clarify(request: Request, who: Reader, question_id: RowId, form: Form) -> Response:
    """Ask the secretariat."""
    return _perform(request, who, question_id, CLARIFY, form)


@router.get("/termijnboekingen/{sequence}/vervallen")
def void_form(request: Request, who: Reader, question_id: RowId, sequence: Sequence) -> Response:
    """Which entry, what the date would be without it, and why it lapses."""
    return _void_page(request, who, question_id, sequence, Posted())


@router.post("/termijnboekingen/{sequence}/vervallen")
def void(request: Request, who: Reader, question_id: RowId, sequence: Sequence, form: Form) -> Response:
    """Let the entry lapse."""
    office = office_of(request)
    try:
        with office.db.writing() as session:
            after = booking.void(session, who, question_id, sequence, form.text("reden"), office.now())
    except Refusal as refusal:
        return _void_page(request, who, question_id, sequence, form, renamed(refusal, FIELDS))
    return _done(request, question_id, Act.VOID, after)


@router.get("/verzoeken/{request_id}")
def request_form(request: Request, who: Reader, question_id: RowId, request_id: RowId) -> Response:
    """What the ministry asks, to grant or refuse."""
    return _request_page(request, who, question_id, request_id, Posted())


@router.post("/verzoeken/{request_id}")
def decide(request: Request, who: Reader, question_id: RowId, request_id: RowId, form: Form) -> Response:
    """Grant or refuse, as the pressed button says."""
    office, words = office_of(request), wording_of(request)
    try:
        with office.db.writing() as session:
            term_requests.check_about(session, who, request_id, question_id)
            if form.text("act") == "toekennen":
                term_requests.grant(session, who, request_id, form.day("datum"), form.text("besluit"), office.now())
                done = mark("Het verzoek is toegekend. Het ministerie krijgt een mail.")
            else:
                term_requests.refuse(session, who, request_id, form.text("besluit"), office.now())
                done = mark("Het verzoek is afgewezen. Het ministerie krijgt een mail met uw reden.")
    except Refusal as refusal:
        names = {**FIELDS, "reason": "besluit"}
        return _request_page(request, who, question_id, request_id, form, renamed(refusal, names))
    return redirect(request, f"/vragen/{question_id}/termijn", words.text(done))


def _open(request: Request, who: Actor, question_id: int, one: TermAct) -> Response:
    with office_of(request).db.reading() as session:
        question = find_question(session, who, question_id)
        check_offered(who, relation_to(session, who, question), question, one.act)
    return _show(request, who, question_id, one.template, Posted())


def _perform(request: Request, who: Actor, question_id: int, one: TermAct, form: Posted) -> Response:
    office = office_of(request)
    try:
        with office.db.writing() as session:
            after = one.perform(session, who, question_id, form, office.now())
    except Refusal as refusal:
        return _show(request, who, question_id, one.template, form, renamed(refusal, FIELDS))
    return _done(request, question_id, one.act, after if isinstance(after, Standing) else None)


def _done(request: Request, question_id: int, act: Act, after: Standing | None) -> Response:
    facts = {"due_on": after.due_on} if after else {}
    return redirect(request, f"/vragen/{question_id}/termijn", wording_of(request).text(DONE[act], **facts))


def _show(
    request: Request,
    who: Actor,
    question_id: int,
    template: str,
    typed: Posted,
    refusal: Refusal | None = None,
    **context: Any,
) -> Response:
    """The form with what was typed. Raises NotFound where the reader may not see the question (any more)."""
    with office_of(request).db.reading() as session:
        question = find_question(session, who, question_id)
        story = story_of(session, question)
    return page(request, template, refusal=refusal, typed=typed, story=story, question=question, **context)


def _void_page(
    request: Request, who: Actor, question_id: int, sequence: int, typed: Posted, refusal: Refusal | None = None
) -> Response:
    """The entry, and the form; why it can't lapse where it can't. Raises NotFound, NotAllowed."""
    office, words = office_of(request), wording_of(request)
    without = None
    with office.db.reading() as session:
        question = find_question(session, who, question_id)
        check_offered(who, relation_to(session, who, question), question, Act.VOID, or_in=frozenset(CLIMBING_STATES))
        try:
            without = booking.without(session, who, question_id, sequence, office.now())
        except Refusal as found:
            refusal = refusal or renamed(found, {}, default="")
        ledgers = ledgers_of(session, question, load_calendar(session))
    line = next((one for one in ledgers[0].lines if one.row.sequence == sequence), None) if ledgers else None
    told = [sentence(words, reason) for reason in line.step.reasons] if line and line.step else []
    context = {"told": " ".join(told), "without": without, "sequence": sequence}
    return _show(request, who, question_id, "questions/void.html", typed, refusal, **context)


def _request_page(
    request: Request, who: Actor, question_id: int, request_id: int, typed: Posted, refusal: Refusal | None = None
) -> Response:
    with office_of(request).db.reading() as session:
        asked = term_requests.check_about(session, who, request_id, question_id)
        question = find_question(session, who, question_id)
        check_offered(who, relation_to(session, who, question), question, Act.REFUSE)
        session.expunge(asked)
    return _show(request, who, question_id, "questions/request.html", typed, refusal, asked=asked)
