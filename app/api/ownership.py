"""Who answers for a ministry by API: another contact, a new link, reminders, release, absence."""

from datetime import date
from typing import Annotated

import sqlalchemy as sa
from fastapi import Path, Request
from sqlalchemy.orm import Session

from app.api.bodies import ACCEPTABLE, body
from app.api.ownership_shapes import (
    AbsenceShape,
    NewAbsence,
    NewContact,
    NewReminder,
    OfferShape,
    ReleaseSetting,
    ReleaseShape,
    SendingBack,
)
from app.api.problems import words_for
from app.api.reads import full_question, question_shapes
from app.api.shapes import FullQuestion
from app.api.tokens import RowId, needs, office_of
from app.domain.actors import Actor
from app.domain.errors import NotAllowed, NotFound, mark
from app.domain.permissions import Task, may
from app.domain.questions import Act
from app.routes import Router
from app.store.access import find_question, relation_to
from app.store.answering import Draft, draft_of
from app.store.ministries import Ministry
from app.store.people import Person
from app.usecases import absences, contacts, releasing

router = Router(tags=["vragen"], dependencies=[ACCEPTABLE])
NOBODY = 0
Code = Annotated[str, Path(alias="code", max_length=12, description="De code van het ministerie.")]


@router.put("/vragen/{id}/contactpersoon", summary="Geef een vraag aan een collega")
def change_contact(
    request: Request,
    who: Annotated[Actor, needs(Act.CHANGE_CONTACT)],
    question_id: RowId,
    new: Annotated[NewContact, body(NewContact)],
) -> FullQuestion:
    """With a link of their own; the old link dies."""
    office = office_of(request)
    with office.db.writing() as session:
        contacts.change_contact(session, who, question_id, _person(session, new.person), office.now())
    return _question(request, who, question_id)


@router.post("/vragen/{id}/linkintrekkingen", status_code=201, summary="Trek de antwoordlink in")
def revoke_link(request: Request, who: Annotated[Actor, needs(Act.REVOKE_LINK)], question_id: RowId) -> FullQuestion:
    """The contact gets a new one."""
    office = office_of(request)
    with office.db.writing() as session:
        contacts.revoke_link(session, who, question_id, office.now())
    return _question(request, who, question_id)


@router.post("/vragen/{id}/herinneringen", status_code=201, summary="Stuur de contactpersoon een herinnering")
def remind_contact(
    request: Request,
    who: Annotated[Actor, needs(Act.REMIND)],
    question_id: RowId,
    new: Annotated[NewReminder, body(NewReminder, optional=True)],
) -> FullQuestion:
    """Once a working day."""
    office = office_of(request)
    with office.db.writing() as session:
        contacts.remind(session, who, question_id, new.note, office.now())
    return _question(request, who, question_id)


@router.get("/vragen/{id}/aanbieding", summary="Het antwoord dat op vrijgave wacht")
def read_offer(request: Request, who: Annotated[Actor, needs(Act.TAKE_BACK)], question_id: RowId) -> OfferShape:
    """For the owner's own people."""
    office = office_of(request)
    with office.db.reading() as session:
        question = find_question(session, who, question_id)
        if not may(who.roles, Task.READ_DRAFT, relation_to(session, who, question)):
            raise NotAllowed("not-allowed", mark("Alleen het ministerie zelf leest wat op vrijgave wacht."))
        draft = draft_of(session, question)
        if draft is None or draft.offered_at is None:
            raise NotFound("not-offered", mark("Er wacht nu geen antwoord op vrijgave."))
        return offer_shape(session, draft, office.today())


@router.delete("/vragen/{id}/aanbieding", summary="Neem een antwoord terug dat op vrijgave wacht")
def take_offer_back(request: Request, who: Annotated[Actor, needs(Act.TAKE_BACK)], question_id: RowId) -> FullQuestion:
    """It is a draft again."""
    office = office_of(request)
    with office.db.writing() as session:
        releasing.take_back(session, who, question_id, office.now())
    return _question(request, who, question_id)


@router.post("/vragen/{id}/terugzendingen", status_code=201, summary="Stuur een antwoord terug dat op vrijgave wacht")
def send_offer_back(
    request: Request,
    who: Annotated[Actor, needs(Act.SEND_BACK)],
    question_id: RowId,
    new: Annotated[SendingBack, body(SendingBack)],
) -> FullQuestion:
    """The contact reads why with the draft."""
    office = office_of(request)
    with office.db.writing() as session:
        releasing.send_back(session, who, question_id, new.reason, office.now(), version=new.version)
    return _question(request, who, question_id)


@router.get("/afwezigheid", summary="Wanneer u afwezig bent")
def read_absence(request: Request, who: Annotated[Actor, needs(Task.READ)]) -> AbsenceShape:
    """The caller's own."""
    with office_of(request).db.reading() as session:
        return _absence(session, absences.find(session, who, who.person_id or NOBODY))


@router.put("/afwezigheid", summary="Meld dat u afwezig bent")
def set_absence(
    request: Request, who: Annotated[Actor, needs(Act.ACCEPT, Act.ASSIGN)], new: Annotated[NewAbsence, body(NewAbsence)]
) -> AbsenceShape:
    """Mail goes to the deputy meanwhile."""
    office = office_of(request)
    with office.db.writing() as session:
        deputy = None if new.deputy is None else _person(session, new.deputy)
        own = who.person_id or NOBODY
        person = absences.set_absence(session, who, own, new.from_on, new.until_on, deputy, office.now())
        return _absence(session, person)


@router.delete("/afwezigheid", summary="Meld dat u er weer bent")
def end_absence(request: Request, who: Annotated[Actor, needs(Act.ACCEPT, Act.ASSIGN)]) -> AbsenceShape:
    """Twice is no harm."""
    office = office_of(request)
    with office.db.writing() as session:
        return _absence(session, absences.end_absence(session, who, who.person_id or NOBODY, office.now()))


@router.put("/ministeries/{code}/vrijgave", summary="Laat antwoorden van een ministerie op vrijgave wachten")
def set_release(
    request: Request,
    who: Annotated[Actor, needs(Act.RELEASE, Task.MANAGE_REFERENCE)],
    code: Code,
    new: Annotated[ReleaseSetting, body(ReleaseSetting)],
) -> ReleaseShape:
    """By its coordinator, or the administrator."""
    office = office_of(request)
    with office.db.writing() as session:
        known = session.execute(
            sa.select(Ministry.id).where(Ministry.code == code.strip().upper())
        ).scalar_one_or_none()
        ministry = releasing.set_required(session, who, known or NOBODY, new.on, office.now())
        return ReleaseShape(ministry=ministry.code, on=ministry.releases_answers)


def offer_shape(session: Session, draft: Draft, today: date) -> OfferShape:
    """A draft that waits for release."""
    return OfferShape(
        text=draft.text,
        given_by=draft.given_by,
        offered_at=draft.offered_at or draft.saved_at,
        alone_because=draft.alone_because,
        version=draft.version,
        question=question_shapes(session, [draft.question_id], today)[0],
    )


def _person(session: Session, address: str) -> int:
    """Whose address this is; nobody's number where it is nobody's, which the rules then refuse."""
    found = session.execute(sa.select(Person.id).where(Person.email == address.strip().lower())).scalar_one_or_none()
    return found or NOBODY


def _absence(session: Session, person: Person) -> AbsenceShape:
    deputy = session.get(Person, person.deputy_id) if person.deputy_id else None
    address = deputy.email if deputy else None
    return AbsenceShape(from_on=person.absent_from, until_on=person.absent_until, deputy=address)


def _question(request: Request, who: Actor, question_id: int) -> FullQuestion:
    office = office_of(request)
    with office.db.reading() as session:
        return full_question(session, who, question_id, office.today(), words_for(request))
