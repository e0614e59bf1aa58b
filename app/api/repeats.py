"""Asked before, by API: what a question asks again, where it was asked again, and what is alike."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import Path, Request
from pydantic import Field

from app.api.bodies import ACCEPTABLE, body
from app.api.shapes import Shape
from app.api.tokens import RowId, needs, office_of
from app.api.typed import Sent
from app.domain.actors import Actor
from app.domain.permissions import Task, may
from app.domain.questions import State, Verdict
from app.routes import Router
from app.store.access import find_question
from app.store.letters import Letter
from app.store.lists.repeats import Earlier, Sought, linked, similar_questions
from app.usecases import repeats

router = Router(tags=["vragen"], dependencies=[ACCEPTABLE])
LARGEST = 2**53
EarlierId = Annotated[int, Path(alias="eerder", ge=1, le=LARGEST)]


class TypedRepeat(Sent, title="NieuweHerhaling"):
    """Which earlier question is asked again."""

    earlier: int = Field(alias="eerder", ge=1, le=LARGEST, description="Het id van de eerdere vraag.")


class EarlierShape(Shape, title="EerdereVraag"):
    """A question with its last answer."""

    id: int
    number: str = Field(alias="nummer", examples=["2026-118.3"])
    title: str = Field(alias="kop")
    state: State = Field(alias="status")
    asked_on: date = Field(alias="gevraagdOp")
    answer: str | None = Field(alias="antwoord", description="Het laatste.")
    verdict: Verdict | None = Field(alias="oordeel")
    shared: list[str] = Field(alias="gedeeldeWoorden", description="Waarom deze vraag lijkt; alleen bij voorstellen.")


class RepeatsShape(Shape, title="Herhalingen"):
    """What is linked to a question, oldest first, and what could be."""

    before: list[EarlierShape] = Field(alias="eerder")
    after: list[EarlierShape] = Field(alias="opnieuw")
    alike: list[EarlierShape] = Field(alias="voorstellen", description="Alleen voor het secretariaat.")


@router.get("/vragen/{id}/herhalingen", summary="Wat een vraag opnieuw vraagt, en wat erop lijkt")
def read_repeats(request: Request, who: Annotated[Actor, needs(Task.READ)], question_id: RowId) -> RepeatsShape:
    """As far as the reader may see those."""
    return _repeats(request, who, question_id)


@router.post("/vragen/{id}/herhalingen", status_code=201, summary="Koppel een eerdere vraag die deze opnieuw vraagt")
def link_repeat(
    request: Request,
    who: Annotated[Actor, needs(Task.REGISTER)],
    question_id: RowId,
    new: Annotated[TypedRepeat, body(TypedRepeat)],
) -> RepeatsShape:
    """Twice is once."""
    office = office_of(request)
    with office.db.writing() as session:
        repeats.link(session, who, question_id, new.earlier, office.now())
    return _repeats(request, who, question_id)


@router.delete("/vragen/{id}/herhalingen/{eerder}", summary="Maak een gekoppelde eerdere vraag los")
def unlink_repeat(
    request: Request, who: Annotated[Actor, needs(Task.REGISTER)], question_id: RowId, earlier_id: EarlierId
) -> RepeatsShape:
    """What isn't linked stays so."""
    office = office_of(request)
    with office.db.writing() as session:
        repeats.unlink(session, who, question_id, earlier_id, office.now())
    return _repeats(request, who, question_id)


def _repeats(request: Request, who: Actor, question_id: int) -> RepeatsShape:
    with office_of(request).db.reading() as session:
        question = find_question(session, who, question_id)
        there = linked(session, who, question_id)
        alike: Sequence[Earlier] = ()
        if may(who.roles, Task.REGISTER):
            letter = session.get_one(Letter, question.letter_id)
            text = f"{question.title} {question.text}"
            sought = Sought(text, question.owner_id, letter.dossier_id, letter.id, question.asked_on)
            known = {one.id for one in there.before}
            alike = [one for one in similar_questions(session, who, sought) if one.id not in known]
    return RepeatsShape(
        before=[_shape(one) for one in there.before],
        after=[_shape(one) for one in there.after],
        alike=[_shape(one) for one in alike],
    )


def _shape(one: Earlier) -> EarlierShape:
    return EarlierShape(
        id=one.id,
        number=one.number,
        title=one.title,
        state=one.state,
        asked_on=one.asked_on,
        answer=one.answer,
        verdict=one.verdict,
        shared=list(one.similar.shared) if one.similar else [],
    )
