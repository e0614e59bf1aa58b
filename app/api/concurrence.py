"""Concurrence by API: asked, replied to, recalled, overruled."""

from typing import Annotated

from fastapi import Path, Request
from sqlalchemy.orm import Session

from app.api.bodies import ACCEPTABLE, body
from app.api.concurrence_shapes import (
    ConcurrenceList,
    ConcurrenceShape,
    NewConcurrence,
    NewReply,
    Overruling,
    Recall,
)
from app.api.reads import about
from app.api.tokens import RowId, caller, needs, office_of
from app.domain.actors import Actor
from app.domain.permissions import Task
from app.domain.questions import Act
from app.routes import Router
from app.store.access import find_question
from app.store.answering import draft_of
from app.store.concurrence import Contribution
from app.store.lists.concurrences import told
from app.store.lists.story import contributors_of
from app.usecases import concurrence, drafts

router = Router(tags=["vragen"], dependencies=[ACCEPTABLE])
PATH = "/vragen/{id}/afstemmingen"
RequestId = Annotated[int, Path(alias="afstemming", ge=1, le=2**53, description="Het id van het verzoek.")]


@router.get(PATH, summary="Met wie over het antwoord wordt afgestemd")
def list_concurrence(request: Request, who: Annotated[Actor, needs(Task.READ)], question_id: RowId) -> ConcurrenceList:
    """Texts only for the ministry that asked and the one that was asked."""
    return _list(request, who, question_id)


@router.post(PATH, status_code=201, summary="Vraag ministeries om met het concept in te stemmen")
def ask_concurrence(
    request: Request,
    who: Annotated[Actor, needs(Act.REQUEST_CONCURRENCE)],
    question_id: RowId,
    new: Annotated[NewConcurrence, body(NewConcurrence, optional=True)],
) -> ConcurrenceList:
    """Sends one version of the draft. The same request sent twice is one request."""
    office = office_of(request)
    with about("ministeries"), office.db.writing() as session:
        version = _written(request, session, who, question_id, new)
        ministries = new.ministries
        if ministries is None:
            ministries = [one.code for one in contributors_of(session, question_id)]
        concurrence.ask(session, who, question_id, ministries, new.due_on, office.now(), version=version)
    return _list(request, who, question_id)


@router.post(f"{PATH}/{{afstemming}}/reacties", status_code=201, summary="Reageer op een verzoek om afstemming")
def reply_to_concurrence(
    request: Request,
    who: Annotated[Actor, needs(Act.AGREE)],
    question_id: RowId,
    request_id: RequestId,
    new: Annotated[NewReply, body(NewReply)],
) -> ConcurrenceList:
    """The last one in gives the question back. The same reply sent twice is one reply."""
    office = office_of(request)
    with office.db.writing() as session:
        concurrence.reply(
            session,
            who,
            question_id,
            request_id,
            new.kind,
            office.now(),
            reason=new.reason,
            proposal=new.proposal,
        )
    return _list(request, who, question_id)


@router.post(f"{PATH}/terugneming", status_code=201, summary="Neem de open verzoeken om afstemming terug")
def recall_concurrence(
    request: Request,
    who: Annotated[Actor, needs(Act.RECALL)],
    question_id: RowId,
    new: Annotated[Recall, body(Recall, optional=True)],
) -> ConcurrenceList:
    """Replies that came stay."""
    office = office_of(request)
    with office.db.writing() as session:
        concurrence.recall(session, who, question_id, new.reason, office.now())
    return _list(request, who, question_id)


@router.post(f"{PATH}/doorbreking", status_code=201, summary="Doorbreek een afstemming die te laat is")
def overrule_concurrence(
    request: Request,
    who: Annotated[Actor, needs(Act.OVERRULE)],
    question_id: RowId,
    new: Annotated[Overruling, body(Overruling)],
) -> ConcurrenceList:
    """Only once a reply is overdue."""
    office = office_of(request)
    with office.db.writing() as session:
        concurrence.overrule(session, who, question_id, new.reason, office.now())
    return _list(request, who, question_id)


@router.post(f"{PATH}/inzage", status_code=201, summary="Lees het concept dat u kunt doorbreken")
def read_concurrence(
    request: Request, who: Annotated[Actor, needs(Act.OVERRULE)], question_id: RowId
) -> ConcurrenceList:
    """Reading leaves an entry in the audit chain."""
    office = office_of(request)
    with office.db.writing() as session:
        read = {one.id: one for one in concurrence.read_stalled(session, who, question_id, office.now())}
        return ConcurrenceList(requests=_shapes(session, who, question_id, read))


def _written(request: Request, session: Session, who: Actor, question_id: int, new: NewConcurrence) -> int | None:
    """The version to send: the draft that the client sent along, saved, or the one it read. Raises Refusal."""
    question = find_question(session, who, question_id)
    draft = draft_of(session, question)
    if new.text is None or (draft is not None and draft.text == new.text):
        return new.version
    name = (draft.given_by if draft else None) or caller(request).who.name
    return drafts.save_draft(session, who, question_id, new.text, name, new.version, office_of(request).now()).version


def _list(request: Request, who: Actor, question_id: int) -> ConcurrenceList:
    with office_of(request).db.reading() as session:
        return ConcurrenceList(requests=_shapes(session, who, question_id, {}))


def _shapes(session: Session, who: Actor, question_id: int, read: dict[int, Contribution]) -> list[ConcurrenceShape]:
    """All requests about a question; with the texts of those that this reader has just been given to `read`."""
    return [
        ConcurrenceShape(
            id=one.id,
            round=one.round,
            ministry=one.code,
            draft_version=one.draft_version,
            asked_at=one.asked_at,
            due_on=one.due_on,
            state=one.state,
            settled_at=one.settled_at,
            reminded_on=one.reminded_on,
            text=read[one.id].text if one.id in read else one.text,
            proposal=one.proposal,
            reason=one.reason,
            present=one.present,
        )
        for one in told(session, who, find_question(session, who, question_id))
    ]
