"""Concurrence, signed in: the owner asks, recalls and takes over; a contributor replies; AZ overrules."""

from typing import Annotated

from fastapi import Request
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import Invalid, OutOfDate, Refusal, WrongState, mark
from app.domain.permissions import Relation, Task
from app.domain.questions import Act
from app.routes import Router
from app.store.access import find_question, relation_to
from app.store.concurrence import ContributionState
from app.store.lists.concurrences import told
from app.store.lists.story import story_of
from app.usecases import concurrence
from app.web.concurrence import asking_desk, replying_desk
from app.web.concurrence.replying_desk import ReviewDesk
from app.web.concurrence.review_pages import review_page
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import RowId, needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of
from app.web.questions.offers import check_offered, check_theirs

router = Router(prefix="/vragen/{question_id}")
Reader = Annotated[Actor, needs(Task.READ)]
Form = Annotated[Posted, POSTED]
LONGEST_REASON = 2000


@router.get("/afstemmen")
def ask_form(request: Request, who: Reader, question_id: RowId) -> Response:
    """With whom, by when, about which text."""
    return _ask_page(request, who, question_id)


@router.post("/afstemmen")
def ask(request: Request, who: Reader, question_id: RowId, form: Form) -> Response:
    """Send this version of the draft."""
    try:
        asking_desk.ask(office_of(request), who, question_id, form)
    except Refusal as refusal:
        return _ask_page(request, who, question_id, form, refusal)
    sentence = mark("De ministeries krijgen een mail met uw concept. U ziet hun reacties hier.")
    return redirect(request, f"/vragen/{question_id}#afstemming", wording_of(request).text(sentence))


@router.get("/instemmen")
def reply_form(request: Request, who: Reader, question_id: RowId) -> Response:
    """The version that was sent, and three things to say of it."""
    return review_page(request, _review_desk(request, who, question_id))


@router.post("/instemmen")
def reply(request: Request, who: Reader, question_id: RowId, form: Form) -> Response:
    """Show the reply first, then give it."""
    desk = _review_desk(request, who, question_id, form.number("verzoek"))
    try:
        if form.text("act") == "verstuur":
            replying_desk.send(office_of(request), desk, form)
            sentence = mark("Uw reactie is verstuurd.")
            return redirect(request, f"/vragen/{question_id}#afstemming", desk.words.text(sentence))
    except Refusal as refusal:
        return review_page(request, desk, form, refusal)
    return review_page(request, desk, form, checking=form.text("act") == "controleer")


@router.get("/terugnemen")
def recall_form(request: Request, who: Reader, question_id: RowId) -> Response:
    """Whether to take it back, and perhaps why."""
    return _act_page(request, who, question_id, Act.RECALL)


@router.post("/terugnemen")
def recall(request: Request, who: Reader, question_id: RowId, form: Form) -> Response:
    """Take the requests back that wait for a reply."""
    office = office_of(request)
    try:
        with office.db.writing() as session:
            concurrence.recall(session, who, question_id, _reason(form), office.now())
    except Refusal as refusal:
        return _act_page(request, who, question_id, Act.RECALL, form, refusal)
    sentence = mark("De afstemming is teruggenomen. U kunt het antwoord weer versturen.")
    return redirect(request, f"/vragen/{question_id}", wording_of(request).text(sentence))


@router.get("/doorbreken")
def overrule_form(request: Request, who: Reader, question_id: RowId) -> Response:
    """Who is late, and why AZ goes past them."""
    return _act_page(request, who, question_id, Act.OVERRULE)


@router.post("/doorbreken")
def overrule(request: Request, who: Reader, question_id: RowId, form: Form) -> Response:
    """Overrule; or read first what was sent, which leaves an entry in the audit chain."""
    office, read = office_of(request), form.text("act") == "lees"
    try:
        with office.db.writing() as session:
            if read:
                sent = concurrence.read_stalled(session, who, question_id, office.now())[:1]
            else:
                concurrence.overrule(session, who, question_id, _reason(form), office.now())
    except Refusal as refusal:
        return _act_page(request, who, question_id, Act.OVERRULE, form, refusal)
    if read:
        texts = [one.text for one in sent]
        return _act_page(request, who, question_id, Act.OVERRULE, form, texts=texts)
    sentence = mark("De afstemming is doorbroken. De eigenaar krijgt een mail en kan antwoorden.")
    return redirect(request, f"/vragen/{question_id}", wording_of(request).text(sentence))


@router.post("/voorstellen/{request_id}")
def take_over(request: Request, who: Reader, question_id: RowId, request_id: RowId, form: Form) -> Response:
    """Put a proposed text in the place of the draft."""
    office, words = office_of(request), wording_of(request)
    try:
        with office.db.writing() as session:
            concurrence.take_over(session, who, question_id, request_id, form.number("versie"), office.now())
    except (WrongState, OutOfDate) as refusal:
        return redirect(request, f"/vragen/{question_id}#afstemming", ("error", words.refusal(refusal)))
    sentence = mark("Het voorstel staat nu in uw concept.")
    return redirect(request, f"/vragen/{question_id}/antwoorden", words.text(sentence))


def _ask_page(
    request: Request, who: Actor, question_id: int, typed: Posted | None = None, refusal: Refusal | None = None
) -> Response:
    office, address = office_of(request), f"/vragen/{question_id}/afstemmen"
    with office.db.reading() as session:
        back = f"/vragen/{question_id}/antwoorden"
        story, sheet = asking_desk.sheet(session, office, who, question_id, address, back, typed)
    return page(
        request,
        "concurrence/ask.html",
        refusal=refusal,
        typed=typed,
        layout="layouts/base.html",
        story=story,
        question=story.question,
        sheet=sheet,
    )


def _review_desk(request: Request, who: Actor, question_id: int, request_id: int | None = None) -> ReviewDesk:
    """Where this reader replies. Raises NotAllowed, or WrongState where no request is theirs to reply to."""
    with office_of(request).db.reading() as session:
        question = find_question(session, who, question_id)
        own = [one for one in told(session, who, question) if one.mine]
        # A ministry that was asked before it became the owner still reads what it said.
        check_theirs(who, Relation.CONTRIBUTOR if own else relation_to(session, who, question), Act.AGREE)
    waiting = [one.id for one in own if one.state is ContributionState.ASKED]
    chosen = request_id if request_id in {one.id for one in own} else next(iter(waiting), None)
    if chosen is None:
        sentence = mark("Er wacht bij deze vraag geen verzoek om afstemming op uw ministerie.")
        raise WrongState("nothing-asked", sentence)
    words, address = wording_of(request), f"/vragen/{question_id}/instemmen"
    return ReviewDesk(who, question_id, chosen, address, "/documenten", words, back=f"/vragen/{question_id}")


def _act_page(
    request: Request,
    who: Actor,
    question_id: int,
    act: Act,
    typed: Posted | None = None,
    refusal: Refusal | None = None,
    texts: list[str] | None = None,
) -> Response:
    """The page of recalling or overruling. Raises NotAllowed, WrongState where it isn't this reader's, or not now."""
    office = office_of(request)
    with office.db.reading() as session:
        question = find_question(session, who, question_id)
        check_offered(who, relation_to(session, who, question), question, act)
        waiting = [one for one in told(session, who, question) if one.state is ContributionState.ASKED]
        story = story_of(session, question)
    template = "concurrence/recall.html" if act is Act.RECALL else "concurrence/overrule.html"
    return page(
        request,
        template,
        refusal=refusal,
        typed=typed,
        story=story,
        question=question,
        waiting=waiting,
        texts=texts or [],
    )


def _reason(form: Posted) -> str:
    """The typed reason. Raises Invalid (`too-long`)."""
    reason = form.text("reden")
    if len(reason) > LONGEST_REASON:
        sentence = mark("Dit is te lang: {length} tekens. Hooguit {most} mag.")
        raise Invalid("too-long", sentence, field="reden", length=len(reason), most=LONGEST_REASON)
    return reason
