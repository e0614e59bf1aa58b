"""Whoever answers for a ministry, on the pages of the office: another contact, a new link, a reminder."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import mark
from app.domain.permissions import Task
from app.domain.questions import Act
from app.routes import Router
from app.store.absences import absence_of
from app.store.questions import Question
from app.usecases import contacts, people
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import RowId, needs
from app.web.frame.render import wording_of
from app.web.frame.sessions import office_of
from app.web.questions.act_pages import ActPage, open_form, perform, reason_in

router = Router(prefix="/vragen/{question_id}")
Reader = Annotated[Actor, needs(Task.READ)]
Form = Annotated[Posted, POSTED]


def _change(session: Session, who: Actor, question_id: int, form: Posted, now: datetime) -> object:
    person_id, instead_of = form.number("persoon") or 0, form.number("was")
    return contacts.change_contact(session, who, question_id, person_id, now, instead_of=instead_of)


def _revoke(session: Session, who: Actor, question_id: int, _form: Posted, now: datetime) -> object:
    return contacts.revoke_link(session, who, question_id, now)


def _remind(session: Session, who: Actor, question_id: int, form: Posted, now: datetime) -> object:
    return contacts.remind(session, who, question_id, reason_in(form, "opmerking"), now)


def _colleagues(request: Request, session: Session, question: Question) -> Mapping[str, Any]:
    """Who works at the owner, and who of them is away."""
    words, today = wording_of(request), office_of(request).today()
    options = []
    for one in people.candidates(session, question.owner_id):
        if one.id == question.contact_id:
            continue
        away, label = absence_of(one), f"{one.name}, {one.email}"
        if away is not None and away.holds_on(today):
            label += words.text(mark(" (afwezig tot en met {day})"), day=away.until_on)
        options.append((one.id, label))
    return {"colleagues": options}


CHANGE = ActPage(
    "questions/contact.html",
    (Act.CHANGE_CONTACT,),
    _change,
    mark("De contactpersoon is gewijzigd. De oude link werkt niet meer."),
    field="persoon",
    more=_colleagues,
)
REVOKE = ActPage(
    "questions/revoke.html",
    (Act.REVOKE_LINK,),
    _revoke,
    mark("De oude link werkt niet meer. De contactpersoon krijgt een mail met een nieuwe."),
    field="",
)
REMIND = ActPage(
    "questions/remind.html",
    (Act.REMIND,),
    _remind,
    mark("De contactpersoon krijgt een herinnering."),
    field="opmerking",
)


@router.get("/contactpersoon")
def contact_form(request: Request, who: Reader, question_id: RowId) -> Response:
    """Which colleague."""
    return open_form(request, who, question_id, CHANGE)


@router.post("/contactpersoon")
def change_contact(request: Request, who: Reader, question_id: RowId, form: Form) -> Response:
    """Give the question to a colleague."""
    return perform(request, who, question_id, CHANGE, form)


@router.get("/link-intrekken")
def revoke_form(request: Request, who: Reader, question_id: RowId) -> Response:
    """Are you sure."""
    return open_form(request, who, question_id, REVOKE)


@router.post("/link-intrekken")
def revoke(request: Request, who: Reader, question_id: RowId, form: Form) -> Response:
    """End the link; the contact gets another."""
    return perform(request, who, question_id, REVOKE, form)


@router.get("/herinneren")
def remind_form(request: Request, who: Reader, question_id: RowId) -> Response:
    """A word to go along."""
    return open_form(request, who, question_id, REMIND)


@router.post("/herinneren")
def remind(request: Request, who: Reader, question_id: RowId, form: Form) -> Response:
    """Send the reminder."""
    return perform(request, who, question_id, REMIND, form)
