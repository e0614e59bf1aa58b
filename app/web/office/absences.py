"""Being away, and who stands in: one's own days, anybody's for the administrator, and a ministry's way of answering."""

from typing import Annotated

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import Refusal, mark
from app.domain.permissions import Relation, Task, may
from app.domain.questions import Act
from app.routes import Router
from app.store.ministries import Ministry
from app.store.people import Person
from app.usecases import absences, releasing
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import RowId, needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of

router = Router()
Reader = Annotated[Actor, needs(Task.READ)]
Admin = Annotated[Actor, needs(Task.MANAGE_PEOPLE)]
Form = Annotated[Posted, POSTED]
PLACE = "/mijn/afwezigheid"
NOTED = mark("Uw afwezigheid is genoteerd. Mail over vragen gaat in die dagen naar wie u vervangt.")
NOTED_FOR = mark("De afwezigheid is genoteerd. Mail over vragen gaat in die dagen naar wie vervangt.")
BACK = mark("Er is geen afwezigheid meer genoteerd.")


@router.get(PLACE)
def own(request: Request, who: Reader) -> Response:
    """When I am away, and who stands in; for a coordinator also whether answers wait for release."""
    return _own(request, who)


@router.post(PLACE)
def set_own(request: Request, who: Reader, form: Form) -> Response:
    """Note my days, or that I am back."""
    try:
        done = _note(request, who, who.person_id or 0, form)
    except Refusal as refusal:
        return _own(request, who, refusal, form)
    return redirect(request, PLACE, wording_of(request).text(NOTED if done else BACK))


@router.post("/mijn/vrijgave")
def set_release(request: Request, who: Annotated[Actor, needs(Act.RELEASE)], form: Form) -> Response:
    """Whether answers of my ministry wait for its coordinator."""
    office = office_of(request)
    try:
        with office.db.writing() as session:
            wanted = form.flag("vrijgave")
            releasing.set_required(session, who, who.ministry_id or 0, wanted, office.now())
    except Refusal as refusal:
        return _own(request, who, refusal, form)
    return redirect(request, PLACE, wording_of(request).text(mark("Bewaard.")))


@router.get("/beheer/personen/{person_id}/afwezigheid")
def of_person(request: Request, who: Admin, person_id: RowId) -> Response:
    """When somebody is away."""
    return _of_person(request, who, person_id)


@router.post("/beheer/personen/{person_id}/afwezigheid")
def set_of_person(request: Request, who: Admin, person_id: RowId, form: Form) -> Response:
    """Note it for somebody."""
    try:
        done = _note(request, who, person_id, form)
    except Refusal as refusal:
        return _of_person(request, who, person_id, refusal, form)
    sentence = wording_of(request).text(NOTED_FOR if done else BACK)
    return redirect(request, f"/beheer/personen/{person_id}", sentence)


def _note(request: Request, who: Actor, person_id: int, form: Posted) -> bool:
    """Note the typed days; False where the absence was ended instead. Raises Refusal."""
    office = office_of(request)
    with office.db.writing() as session:
        if form.text("act") == "terug":
            absences.end_absence(session, who, person_id, office.now())
            return False
        days = form.day("van"), form.day("totEnMet")
        absences.set_absence(session, who, person_id, *days, form.number("vervanger"), office.now())
    return True


def _own(request: Request, who: Actor, refusal: Refusal | None = None, typed: Posted | None = None) -> Response:
    with office_of(request).db.reading() as session:
        person = absences.find(session, who, who.person_id or 0)
        options = _options(session, person)
        releases = may(who.roles, Act.RELEASE, Relation.OWNER)
        ministry = session.get(Ministry, person.ministry_id) if person.ministry_id and releases else None
    return page(
        request,
        "accounts/absence.html",
        refusal=refusal,
        typed=typed,
        person=person,
        own=True,
        action=PLACE,
        colleagues=options,
        ministry=ministry,
    )


def _of_person(
    request: Request, who: Actor, person_id: int, refusal: Refusal | None = None, typed: Posted | None = None
) -> Response:
    with office_of(request).db.reading() as session:
        person = absences.find(session, who, person_id)
        options = _options(session, person)
    action = f"/beheer/personen/{person_id}/afwezigheid"
    return page(
        request,
        "accounts/absence.html",
        refusal=refusal,
        typed=typed,
        person=person,
        own=False,
        action=action,
        colleagues=options,
        ministry=None,
    )


def _options(session: Session, person: Person) -> list[tuple[int, str]]:
    if person.ministry_id is None:
        return []
    return [(one.id, f"{one.name}, {one.email}") for one in absences.colleagues(session, person)]
