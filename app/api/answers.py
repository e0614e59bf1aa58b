"""Answers by API: given or recorded, and judged."""

from typing import Annotated

from fastapi import Request, Response
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse

from app.api.addresses import address_of
from app.api.bodies import ACCEPTABLE, body
from app.api.ownership import offer_shape
from app.api.ownership_shapes import OfferShape, Release
from app.api.reads import answer_shape, ministry_codes, question_shapes
from app.api.shapes import AnswerGiven
from app.api.tokens import RowId, caller, needs, office_of
from app.api.typed import TypedAnswer, TypedVerdict
from app.domain.actors import Actor
from app.domain.errors import Invalid, mark
from app.domain.permissions import may
from app.domain.questions import JUDGING, Act
from app.routes import Router
from app.store.access import find_question
from app.store.answering import Answer
from app.store.lists.concurrences import objections
from app.store.ministries import Ministry
from app.usecases import answering, closing, releasing
from app.usecases.answering import ReceivedAnswer

router = Router(tags=["antwoorden"], dependencies=[ACCEPTABLE])


@router.post(
    "/vragen/{id}/antwoorden",
    status_code=201,
    summary="Geef een antwoord, of leg een ontvangen antwoord vast",
    response_model=AnswerGiven,
    responses={202: {"model": OfferShape, "description": "Het antwoord wacht op vrijgave door de coördinator"}},
)
def answer_question(
    request: Request,
    response: Response,
    who: Annotated[Actor, needs(Act.SUBMIT, Act.RECORD)],
    question_id: RowId,
    new: Annotated[TypedAnswer, body(TypedAnswer)],
) -> AnswerGiven | JSONResponse:
    """A ministry answers, the secretariat records. The same answer sent twice is one answer.

    Where the ministry's coordinator releases answers, a contact's is only offered.
    """
    office = office_of(request)
    with office.db.writing() as session:
        if may(who.roles, Act.RECORD):
            answer_id = _record(request, session, who, question_id, new)
        elif releasing.is_needed(session, who, question_id):
            return _offer(request, session, who, question_id, new)
        else:
            answer_id = _submit(request, session, who, question_id, new)
    response.headers["Location"] = address_of(request, f"/vragen/{question_id}")
    return _given(request, answer_id)


@router.post("/vragen/{id}/vrijgaven", status_code=201, summary="Geef een antwoord vrij")
def release_answer(
    request: Request,
    response: Response,
    who: Annotated[Actor, needs(Act.RELEASE)],
    question_id: RowId,
    new: Annotated[Release, body(Release, optional=True)],
) -> AnswerGiven:
    """Today is the date of the answer."""
    office = office_of(request)
    with office.db.writing() as session:
        answer_id = answering.release(session, who, question_id, office.now(), version=new.version).id
    response.headers["Location"] = address_of(request, f"/vragen/{question_id}")
    return _given(request, answer_id)


@router.post("/vragen/{id}/oordelen", status_code=201, summary="Beoordeel het antwoord van deze ronde")
def judge_answer(
    request: Request,
    response: Response,
    who: Annotated[Actor, needs(*JUDGING.values())],
    question_id: RowId,
    new: Annotated[TypedVerdict, body(TypedVerdict)],
) -> AnswerGiven:
    """A verdict other than `concreet` begins a new round."""
    office = office_of(request)
    with office.db.writing() as session:
        answer_id = closing.judge(session, who, question_id, new.verdict, new.reason, office.now()).id
    response.headers["Location"] = address_of(request, f"/vragen/{question_id}")
    return _given(request, answer_id)


def _submit(request: Request, session: Session, who: Actor, question_id: int, new: TypedAnswer) -> int:
    given_by, now = _given_by(request, new), office_of(request).now()
    answer = answering.submit(session, who, question_id, new.text, given_by, now, alone_because=new.alone_because)
    return answer.id


def _offer(request: Request, session: Session, who: Actor, question_id: int, new: TypedAnswer) -> JSONResponse:
    """Put the answer before the coordinator: 202, for it isn't given yet."""
    office, given_by = office_of(request), _given_by(request, new)
    alone_because = new.alone_because
    draft = releasing.offer(session, who, question_id, new.text, given_by, office.now(), alone_because=alone_because)
    shape = offer_shape(session, draft, office.today())
    headers = {"Location": address_of(request, f"/vragen/{question_id}/aanbieding")}
    return JSONResponse(shape.model_dump(mode="json", by_alias=True), status_code=202, headers=headers)


def _given_by(request: Request, new: TypedAnswer) -> str:
    """In whose name a ministry answers."""
    if new.received_on is not None:
        sentence = mark("Een datum van ontvangst legt alleen het secretariaat vast. Laat dit veld weg.")
        raise Invalid("secretariat-only", sentence, field="datumOntvangst")
    return caller(request).who.name if new.given_by is None else new.given_by


def _record(request: Request, session: Session, who: Actor, question_id: int, new: TypedAnswer) -> int:
    office = office_of(request)
    sender = new.given_by
    if sender is None:
        # Whoever records it didn't write it: without a name it came from the ministry.
        sender = session.get_one(Ministry, find_question(session, who, question_id).owner_id).name
    received = [ReceivedAnswer(question_id, new.text)]
    received_on = new.received_on or office.today()
    return answering.record_received(session, who, received, received_on, sender, [], office.now())[0].id


def _given(request: Request, answer_id: int) -> AnswerGiven:
    """The answer as it now stands; whoever gave or judged it may read its question."""
    office = office_of(request)
    with office.db.reading() as session:
        answer = session.get_one(Answer, answer_id)
        question = question_shapes(session, [answer.question_id], office.today())[0]
        objecting = objections(session, [answer.question_id]).get((answer.question_id, answer.round), [])
        shape = answer_shape(answer, ministry_codes(session), objecting)
        return AnswerGiven(**dict(shape), question=question)
