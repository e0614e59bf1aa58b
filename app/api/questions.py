"""Questions by API: list, read, close and open again, postpone, and who owns them."""

from typing import Annotated

from fastapi import Query, Request

from app.api.addresses import following
from app.api.bodies import ACCEPTABLE, body
from app.api.problems import words_for
from app.api.reads import about, dossier_asked, full_question, ministry_asked, question_shapes
from app.api.shapes import FullQuestion, QuestionPage
from app.api.tokens import RowId, needs, office_of
from app.api.typed import Assignment, Because, Decline, Postponement, QuestionsAsked, Transfer
from app.domain.actors import Actor
from app.domain.permissions import Task
from app.domain.questions import Act
from app.routes import Router
from app.store.lists.concurrences import objected
from app.store.lists.question_lists import QuestionFilter, question_rows
from app.usecases import answering, closing, ownership, postponing

router = Router(tags=["vragen"], dependencies=[ACCEPTABLE])


@router.get("/vragen", summary="Vragen, wie het eerst moet antwoorden bovenaan")
def list_questions(
    request: Request, who: Annotated[Actor, needs(Task.READ)], asked: Annotated[QuestionsAsked, Query()]
) -> QuestionPage:
    """One page."""
    office = office_of(request)
    today = office.today()
    day = asked.on or today
    with office.db.reading() as session:
        wanted = QuestionFilter(
            (objected(),) if asked.objected else (),
            owner_id=ministry_asked(session, asked.owner, today),
            kinds=frozenset(asked.kinds),
            states=frozenset(asked.states),
            late_on=day if asked.late is True else None,
            not_late_on=day if asked.late is False else None,
            dossier_id=dossier_asked(session, asked.dossier),
            words=asked.words,
        )
        page = question_rows(session, who, wanted, today, after=asked.after)
        questions = question_shapes(session, [row.id for row in page.rows], today, late_as_of=day)
    return QuestionPage(questions=questions, following=following(request, "/vragen", page.next))


@router.get("/vragen/{id}", summary="Een vraag met alles wat ermee gebeurde")
def read_question(request: Request, who: Annotated[Actor, needs(Task.READ)], question_id: RowId) -> FullQuestion:
    """Answers, events, the term ledger, who has the ball."""
    return _question(request, who, question_id)


@router.post("/vragen/{id}/aanvaarding", summary="Neem een vraag in behandeling")
def accept_question(request: Request, who: Annotated[Actor, needs(Act.ACCEPT)], question_id: RowId) -> FullQuestion:
    """Saying so twice changes nothing."""
    office = office_of(request)
    with office.db.writing() as session:
        answering.accept(session, who, question_id, office.now())
    return _question(request, who, question_id)


@router.post("/vragen/{id}/uitstelberichten", status_code=201, summary="Meld dat het antwoord later komt")
def postpone_question(
    request: Request,
    who: Annotated[Actor, needs(Act.POSTPONE)],
    question_id: RowId,
    new: Annotated[Postponement, body(Postponement)],
) -> FullQuestion:
    """In time it moves the due date, late it is only what to expect."""
    office = office_of(request)
    with office.db.writing() as session:
        postponing.postpone(session, who, question_id, new.named_on, new.reason, office.now())
    return _question(request, who, question_id)


@router.post("/vragen/{id}/doorgeleidingen", status_code=201, summary="Geleid een vraag door naar een ander ministerie")
def transfer_question(
    request: Request,
    who: Annotated[Actor, needs(Act.TRANSFER)],
    question_id: RowId,
    new: Annotated[Transfer, body(Transfer)],
) -> FullQuestion:
    """The second time it becomes a dispute."""
    office = office_of(request)
    with about("naar"), office.db.writing() as session:
        ownership.transfer(session, who, question_id, new.to, new.reason, office.now(), with_draft=new.with_draft)
    return _question(request, who, question_id)


@router.post("/vragen/{id}/afwijzingen", status_code=201, summary="Zeg dat een vraag niet van uw ministerie is")
def decline_question(
    request: Request,
    who: Annotated[Actor, needs(Act.DECLINE)],
    question_id: RowId,
    new: Annotated[Decline, body(Decline)],
) -> FullQuestion:
    """AZ decides."""
    office = office_of(request)
    with about("voorstel"), office.db.writing() as session:
        ownership.decline(session, who, question_id, new.reason, new.proposed, office.now())
    return _question(request, who, question_id)


@router.post("/vragen/{id}/toewijzingen", status_code=201, summary="Wijs een betwiste vraag toe aan een eigenaar")
def assign_question(
    request: Request,
    who: Annotated[Actor, needs(Act.ASSIGN)],
    question_id: RowId,
    new: Annotated[Assignment, body(Assignment)],
) -> FullQuestion:
    """Binding for this round."""
    office = office_of(request)
    with about("aan"), office.db.writing() as session:
        ownership.assign(session, who, question_id, new.to, new.reason, office.now())
    return _question(request, who, question_id)


@router.post("/vragen/{id}/intrekking", summary="Trek een vraag in")
def withdraw_question(
    request: Request,
    who: Annotated[Actor, needs(Act.WITHDRAW)],
    question_id: RowId,
    because: Annotated[Because, body(Because)],
) -> FullQuestion:
    """It counts in no rate."""
    office = office_of(request)
    with office.db.writing() as session:
        closing.withdraw(session, who, question_id, because.reason, office.now())
    return _question(request, who, question_id)


@router.post("/vragen/{id}/heropening", summary="Heropen een afgedane of ingetrokken vraag")
def reopen_question(
    request: Request,
    who: Annotated[Actor, needs(Act.REOPEN)],
    question_id: RowId,
    because: Annotated[Because, body(Because)],
) -> FullQuestion:
    """In a new round, or as a concept if it was never sent."""
    office = office_of(request)
    with office.db.writing() as session:
        closing.reopen(session, who, question_id, because.reason, office.now())
    return _question(request, who, question_id)


def _question(request: Request, who: Actor, question_id: int) -> FullQuestion:
    office = office_of(request)
    with office.db.reading() as session:
        return full_question(session, who, question_id, office.today(), words_for(request))
