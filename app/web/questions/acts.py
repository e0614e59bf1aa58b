"""What people do with a question when they are signed in: one small page for each act, and what was typed stays."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import Invalid, WrongState, mark
from app.domain.permissions import Task
from app.domain.questions import Act, Verdict
from app.routes import Router
from app.store.answering import draft_of
from app.store.questions import Question
from app.usecases import answering, closing, ownership
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import RowId, needs
from app.web.frame.render import redirect, wording_of
from app.web.frame.sessions import office_of
from app.web.questions import postponing
from app.web.questions.act_pages import ActPage, open_form, perform, reason_in, show

router = Router(prefix="/vragen/{question_id}")
Reader = Annotated[Actor, needs(Task.READ)]
Form = Annotated[Posted, POSTED]


def _transfer(session: Session, who: Actor, question_id: int, form: Posted, now: datetime) -> object:
    to, with_draft = form.text("naar"), form.flag("concept")
    return ownership.transfer(session, who, question_id, to, reason_in(form), now, with_draft=with_draft)


def _decline(session: Session, who: Actor, question_id: int, form: Posted, now: datetime) -> object:
    return ownership.decline(session, who, question_id, reason_in(form), form.text("naar"), now)


def _assign(session: Session, who: Actor, question_id: int, form: Posted, now: datetime) -> object:
    return ownership.assign(session, who, question_id, form.text("naar"), reason_in(form), now)


def _postpone(session: Session, who: Actor, question_id: int, form: Posted, now: datetime) -> object:
    return postponing.announce(session, who, question_id, form, now)


def _judge(session: Session, who: Actor, question_id: int, form: Posted, now: datetime) -> object:
    verdict, reason = _verdict(form), reason_in(form, "toelichting")
    return closing.judge(session, who, question_id, verdict, reason, now, answer_id=form.number("antwoord"))


def _withdraw(session: Session, who: Actor, question_id: int, form: Posted, now: datetime) -> object:
    return closing.withdraw(session, who, question_id, reason_in(form), now)


def _reopen(session: Session, who: Actor, question_id: int, form: Posted, now: datetime) -> object:
    return closing.reopen(session, who, question_id, reason_in(form), now)


def _whether_draft(_request: Request, session: Session, question: Question) -> Mapping[str, bool]:
    """Whether there is a draft that could go along."""
    draft = draft_of(session, question)
    return {"has_draft": draft is not None and bool(draft.text.strip()) and not question.transfers}


_WHO_NOW = mark("Genoteerd. U ziet hier wie nu aan zet is.")
_JUDGING = (Act.JUDGE_CONCRETE, Act.JUDGE_PARTIAL, Act.JUDGE_EVASIVE)
TRANSFER = ActPage("questions/transfer.html", (Act.TRANSFER,), _transfer, _WHO_NOW, more=_whether_draft)
DECLINE = ActPage("questions/decline.html", (Act.DECLINE,), _decline, _WHO_NOW)
ASSIGN = ActPage("questions/assign.html", (Act.ASSIGN,), _assign, mark("De eigenaar is aangewezen en krijgt een mail."))
POSTPONE = ActPage("questions/postpone.html", (Act.POSTPONE,), _postpone, mark("Het uitstelbericht is genoteerd."))
ASK_TIME = ActPage(
    POSTPONE.template,
    (Act.ASK_TIME,),
    postponing.ask,
    mark("Uw verzoek is verstuurd. U hoort per mail wat er is beslist."),
)
JUDGE = ActPage("questions/verdict.html", _JUDGING, _judge, mark("Uw oordeel is vastgelegd."))
WITHDRAW = ActPage("questions/withdraw.html", (Act.WITHDRAW,), _withdraw, mark("De vraag is ingetrokken."))
REOPEN = ActPage("questions/reopen.html", (Act.REOPEN, Act.REOPEN_UNSENT), _reopen, mark("De vraag is weer open."))


@router.post("/aanvaarden")
def accept(request: Request, who: Reader, question_id: RowId, _: Form) -> Response:
    """The ministry takes the question into hand; nothing to fill in."""
    office, words = office_of(request), wording_of(request)
    try:
        with office.db.writing() as session:
            answering.accept(session, who, question_id, office.now())
    except WrongState as refusal:
        return redirect(request, f"/vragen/{question_id}", ("error", words.refusal(refusal)))
    return redirect(request, f"/vragen/{question_id}", words.text(mark("Uw ministerie behandelt deze vraag.")))


@router.get("/doorgeleiden")
def transfer_form(request: Request, who: Reader, question_id: RowId) -> Response:
    """To which other ministry, and why."""
    return open_form(request, who, question_id, TRANSFER)


@router.post("/doorgeleiden")
def transfer(request: Request, who: Reader, question_id: RowId, form: Form) -> Response:
    """Pass the question on."""
    return perform(request, who, question_id, TRANSFER, form)


@router.get("/afwijzen")
def decline_form(request: Request, who: Reader, question_id: RowId) -> Response:
    """Why not ours, and whose it may be."""
    return open_form(request, who, question_id, DECLINE)


@router.post("/afwijzen")
def decline(request: Request, who: Reader, question_id: RowId, form: Form) -> Response:
    """Say that the question is not ours."""
    return perform(request, who, question_id, DECLINE, form)


@router.get("/toewijzen")
def assign_form(request: Request, who: Reader, question_id: RowId) -> Response:
    """Who answers, and why."""
    return open_form(request, who, question_id, ASSIGN)


@router.post("/toewijzen")
def assign(request: Request, who: Reader, question_id: RowId, form: Form) -> Response:
    """Settle whose question it is."""
    return perform(request, who, question_id, ASSIGN, form)


@router.get("/uitstellen")
def postpone_form(request: Request, who: Reader, question_id: RowId) -> Response:
    """Until when, and why."""
    return open_form(request, who, question_id, POSTPONE)


@router.post("/uitstellen")
def postpone(request: Request, who: Reader, question_id: RowId, form: Form) -> Response:
    """Show the new date first, then note it."""
    if form.text("act") in {"stuur", "verzoek"}:
        return perform(request, who, question_id, POSTPONE if form.text("act") == "stuur" else ASK_TIME, form)
    try:
        shown = postponing.preview(office_of(request), who, question_id, form)
    except Invalid as refusal:
        return show(request, who, question_id, POSTPONE, form, refusal)
    return show(request, who, question_id, POSTPONE, form, postponement=shown)


@router.get("/oordeel")
def verdict_form(request: Request, who: Reader, question_id: RowId) -> Response:
    """The answer, and whether it is one."""
    return open_form(request, who, question_id, JUDGE)


@router.post("/oordeel")
def judge(request: Request, who: Reader, question_id: RowId, form: Form) -> Response:
    """Give the verdict: settled, or a new round."""
    return perform(request, who, question_id, JUDGE, form)


@router.get("/intrekken")
def withdraw_form(request: Request, who: Reader, question_id: RowId) -> Response:
    """Why VNG takes the question back."""
    return open_form(request, who, question_id, WITHDRAW)


@router.post("/intrekken")
def withdraw(request: Request, who: Reader, question_id: RowId, form: Form) -> Response:
    """Take the question back."""
    return perform(request, who, question_id, WITHDRAW, form)


@router.get("/heropenen")
def reopen_form(request: Request, who: Reader, question_id: RowId) -> Response:
    """Why the question opens again."""
    return open_form(request, who, question_id, REOPEN)


@router.post("/heropenen")
def reopen(request: Request, who: Reader, question_id: RowId, form: Form) -> Response:
    """Open the question again."""
    return perform(request, who, question_id, REOPEN, form)


def _verdict(form: Posted) -> Verdict:
    """The chosen verdict. Raises Invalid (`missing`)."""
    if form.text("oordeel") not in set(Verdict):
        raise Invalid("missing", mark("Kies of het antwoord concreet is."), field="oordeel")
    return Verdict(form.text("oordeel"))
