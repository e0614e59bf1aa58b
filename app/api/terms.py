"""Terms by API: why a question is due when it is, the clock, requests about it, and the calendar."""

from typing import Annotated

from fastapi import Path, Request

from app.api.bodies import ACCEPTABLE, body
from app.api.problems import words_for
from app.api.reads import about, full_question
from app.api.shapes import FullQuestion
from app.api.term_reads import request_shape, term_history
from app.api.term_shapes import (
    CalendarChange,
    EquatedDays,
    EquatedDayShape,
    Grant,
    NewEquatedDay,
    NewRequest,
    Receipt,
    RequestRefusal,
    RequestShape,
    Resending,
    Resumption,
    Suspension,
    TermHistory,
)
from app.api.tokens import RowId, needs, office_of
from app.api.typed import Because, Day
from app.domain.actors import Actor
from app.domain.errors import Invalid, mark
from app.domain.permissions import Task
from app.domain.questions import Act
from app.routes import Router
from app.store.term_requests import RequestKind
from app.usecases import booking, calendar, suspending, term_requests

router = Router(tags=["termijnen"], dependencies=[ACCEPTABLE])
Sequence = Annotated[int, Path(alias="volgnummer", ge=1, le=2**31 - 1, description="Van de boeking in deze ronde.")]
RequestId = Annotated[int, Path(alias="verzoek", ge=1, le=2**53, description="Het id van het verzoek.")]
OnDay = Annotated[Day, Path(alias="datum", description="De dag, zoals 2026-12-24.")]


@router.get("/vragen/{id}/termijn", summary="Waarom deze datum? Alle boekingen van alle rondes")
def read_term(request: Request, who: Annotated[Actor, needs(Task.READ)], question_id: RowId) -> TermHistory:
    """Every entry in a plain sentence, the voided ones too, and the days that did not count."""
    office = office_of(request)
    with office.db.reading() as session:
        return term_history(session, who, question_id, office.today(), words_for(request))


@router.post("/vragen/{id}/opschortingen", status_code=201, summary="Zet de klok stil")
def suspend_question(
    request: Request,
    who: Annotated[Actor, needs(Act.SUSPEND)],
    question_id: RowId,
    new: Annotated[Suspension, body(Suspension)],
) -> FullQuestion:
    """The due date is provisional meanwhile."""
    office = office_of(request)
    with office.db.writing() as session:
        suspending.suspend(session, who, question_id, new.on, new.reason, office.now())
    return _question(request, who, question_id)


@router.post("/vragen/{id}/hervattingen", status_code=201, summary="Laat de klok weer lopen")
def resume_question(
    request: Request,
    who: Annotated[Actor, needs(Act.RESUME)],
    question_id: RowId,
    new: Annotated[Resumption, body(Resumption, optional=True)],
) -> FullQuestion:
    """The days it stood still are added."""
    office = office_of(request)
    with office.db.writing() as session:
        suspending.resume(session, who, question_id, new.on, new.reason, office.now())
    return _question(request, who, question_id)


@router.post(
    "/vragen/{id}/termijnboekingen/{volgnummer}/vervallenverklaring",
    status_code=201,
    summary="Laat een termijnboeking vervallen",
)
def void_entry(
    request: Request,
    who: Annotated[Actor, needs(Act.VOID)],
    question_id: RowId,
    sequence: Sequence,
    because: Annotated[Because, body(Because)],
) -> FullQuestion:
    """The term stands as if it had never been made."""
    office = office_of(request)
    with office.db.writing() as session:
        booking.void(session, who, question_id, sequence, because.reason, office.now())
    return _question(request, who, question_id)


@router.post("/vragen/{id}/ontvangstbevestigingen", status_code=201, summary="Leg vast dat de vraag is ontvangen")
def receive_question(
    request: Request,
    who: Annotated[Actor, needs(Act.RECEIVE)],
    question_id: RowId,
    new: Annotated[Receipt, body(Receipt, optional=True)],
) -> FullQuestion:
    """The clock runs on."""
    office = office_of(request)
    with office.db.writing() as session:
        booking.receive(session, who, question_id, new.on, new.remark, office.now())
    return _question(request, who, question_id)


@router.post("/vragen/{id}/herzendingen", status_code=201, summary="Stuur de vraag opnieuw aan de contactpersoon")
def resend_question(
    request: Request,
    who: Annotated[Actor, needs(Act.RESEND)],
    question_id: RowId,
    new: Annotated[Resending, body(Resending, optional=True)],
) -> FullQuestion:
    """By mail, with the same link; the clock runs on."""
    office = office_of(request)
    with office.db.writing() as session:
        booking.resend(session, who, question_id, new.remark, office.now())
    return _question(request, who, question_id)


@router.post("/vragen/{id}/verzoeken", status_code=201, summary="Vraag om uitstel of verduidelijking")
def ask_about_term(
    request: Request,
    who: Annotated[Actor, needs(Act.CLARIFY)],
    question_id: RowId,
    new: Annotated[NewRequest, body(NewRequest)],
) -> RequestShape:
    """What only the secretariat can give."""
    office, now = office_of(request), office_of(request).now()
    with office.db.writing() as session:
        if new.kind is RequestKind.POSTPONEMENT:
            asked = term_requests.ask_time(session, who, question_id, new.named_on, new.reason, now)
        elif new.named_on is not None:
            sentence = mark("Bij een verzoek om verduidelijking hoort geen datum.")
            raise Invalid("date-not-asked", sentence, field="named_on")
        else:
            asked = term_requests.ask_clarification(session, who, question_id, new.reason, now)
        return request_shape(session, asked)


@router.post("/vragen/{id}/verzoeken/{verzoek}/toekenning", status_code=201, summary="Ken een verzoek toe")
def grant_request(
    request: Request,
    who: Annotated[Actor, needs(Act.REFUSE)],
    question_id: RowId,
    request_id: RequestId,
    new: Annotated[Grant, body(Grant, optional=True)],
) -> RequestShape:
    """More time, or the clock stands still."""
    office = office_of(request)
    with office.db.writing() as session:
        term_requests.check_about(session, who, request_id, question_id)
        return request_shape(session, term_requests.grant(session, who, request_id, new.on, new.decision, office.now()))


@router.post("/vragen/{id}/verzoeken/{verzoek}/afwijzing", status_code=201, summary="Wijs een verzoek af")
def refuse_request(
    request: Request,
    who: Annotated[Actor, needs(Act.REFUSE)],
    question_id: RowId,
    request_id: RequestId,
    new: Annotated[RequestRefusal, body(RequestRefusal)],
) -> RequestShape:
    """The term stays as it was."""
    office = office_of(request)
    with office.db.writing() as session:
        term_requests.check_about(session, who, request_id, question_id)
        return request_shape(session, term_requests.refuse(session, who, request_id, new.decision, office.now()))


@router.get("/gelijkgestelde-dagen", summary="Dagen die bij besluit met feestdagen gelijkgesteld zijn")
def list_equated_days(request: Request, who: Annotated[Actor, needs(Task.MANAGE_REFERENCE)]) -> EquatedDays:
    """All of them."""
    with office_of(request).db.reading() as session:
        rows = calendar.equated_days(session, who)
        return EquatedDays(days=[EquatedDayShape(day=row.day, basis=row.basis) for row in rows])


@router.post("/gelijkgestelde-dagen", status_code=201, summary="Voeg een gelijkgestelde dag toe")
def add_equated_day(
    request: Request,
    who: Annotated[Actor, needs(Task.MANAGE_REFERENCE)],
    new: Annotated[NewEquatedDay, body(NewEquatedDay)],
) -> CalendarChange:
    """Open due dates follow."""
    office = office_of(request)
    with about("datum"), office.db.writing() as session:
        return CalendarChange(moved=calendar.add(session, who, new.day, new.basis, office.now()).moved)


@router.delete("/gelijkgestelde-dagen/{datum}", summary="Verwijder een gelijkgestelde dag")
def remove_equated_day(
    request: Request, who: Annotated[Actor, needs(Task.MANAGE_REFERENCE)], day: OnDay
) -> CalendarChange:
    """Open due dates follow."""
    office = office_of(request)
    with office.db.writing() as session:
        return CalendarChange(moved=calendar.remove(session, who, day, office.now()).moved)


def _question(request: Request, who: Actor, question_id: int) -> FullQuestion:
    office = office_of(request)
    with office.db.reading() as session:
        return full_question(session, who, question_id, office.today(), words_for(request))
