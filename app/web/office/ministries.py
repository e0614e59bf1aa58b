"""Managing ministries: their period, successor and other names, and who is contact for what."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import Invalid, Refusal, mark
from app.domain.permissions import Task
from app.store.ministries import dossier_list, ministry_names
from app.usecases import ministries, people
from app.usecases.ministries import MinistryFacts
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import RowId, needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of

router = APIRouter(prefix="/beheer/ministeries")
Admin = Annotated[Actor, needs(Task.MANAGE_REFERENCE)]
PeopleAdmin = Annotated[Actor, needs(Task.MANAGE_PEOPLE)]


@router.get("")
def listing(request: Request, _: Admin) -> Response:
    """All ministries, those of today first."""
    today = office_of(request).today()
    with office_of(request).db.reading() as session:
        names = ministry_names(session)
        contacts = {line.ministry_id for line in people.contact_lines(session) if line.dossier is None}
    by_id = {one.id: one for one in names}
    now, ended = [one for one in names if not one.has_ended(today)], [one for one in names if one.has_ended(today)]
    return page(request, "ministries/list.html", now=now, ended=ended, by_id=by_id, with_contact=contacts)


@router.get("/{ministry_id}")
def change_form(request: Request, who: Admin, ministry_id: RowId) -> Response:
    """One ministry."""
    return _form(request, who, ministry_id)


@router.post("/{ministry_id}")
def change(request: Request, who: Admin, ministry_id: RowId, form: Annotated[Posted, POSTED]) -> Response:
    """Change its period, successor and other names."""
    office = office_of(request)
    try:
        with office.db.writing() as session:
            ministries.change(session, who, ministry_id, _facts(form), office.now())
    except Invalid as refusal:
        return _form(request, who, ministry_id, refusal=refusal, form=form)
    sentence = wording_of(request).text(mark("De gegevens van het ministerie zijn bewaard."))
    return redirect(request, f"/beheer/ministeries/{ministry_id}", sentence)


@router.post("/{ministry_id}/contactpersonen")
def name_contact(request: Request, who: PeopleAdmin, ministry_id: RowId, form: Annotated[Posted, POSTED]) -> Response:
    """Name a contact, for one dossier or in general."""
    office = office_of(request)
    try:
        with office.db.writing() as session:
            person_id, dossier_id = form.number("person"), form.number("dossier")
            people.name_contact(session, who, ministry_id, dossier_id, person_id or 0, office.now())
    except Invalid as refusal:
        return _form(request, who, ministry_id, refusal=refusal)
    sentence = wording_of(request).text(
        mark("De contactpersoon is bewaard. Nieuwe vragen gaan voortaan naar dit adres.")
    )
    return redirect(request, f"/beheer/ministeries/{ministry_id}#contactpersonen", sentence)


@router.post("/{ministry_id}/contactpersonen/{assignment_id}/verwijdering")
def drop_contact(
    request: Request, who: PeopleAdmin, ministry_id: RowId, assignment_id: RowId, _: Annotated[Posted, POSTED]
) -> Response:
    """Nobody special any more for that dossier."""
    office = office_of(request)
    with office.db.writing() as session:
        people.drop_contact(session, who, ministry_id, assignment_id, office.now())
    sentence = wording_of(request).text(mark("Deze contactpersoon is geschrapt."))
    return redirect(request, f"/beheer/ministeries/{ministry_id}#contactpersonen", sentence)


def _facts(form: Posted) -> MinistryFacts:
    aliases = dict.fromkeys(alias.strip() for alias in form.text("aliases").split("\n") if alias.strip())
    return MinistryFacts(form.day("valid_from"), form.day("valid_until"), form.number("successor"), tuple(aliases))


def _form(
    request: Request, who: Actor, ministry_id: int, refusal: Refusal | None = None, form: Posted | None = None
) -> Response:
    with office_of(request).db.reading() as session:
        ministry, aliases = ministries.find(session, who, ministry_id)
        names = ministry_names(session)
        contacts = people.contact_lines(session, ministry_id=ministry_id)
        candidates = people.candidates(session, ministry_id)
        dossiers = dossier_list(session)
    shown: dict[str, Any] = {
        "valid_from": ministry.valid_from,
        "valid_until": ministry.valid_until,
        "successor": ministry.successor_id,
        "aliases": "\n".join(aliases),
    }
    if form:
        days = {name: form.typed_day(name) for name in ("valid_from", "valid_until")}
        shown = {**days, "successor": form.text("successor"), "aliases": form.text("aliases")}
    return page(
        request,
        "ministries/ministry.html",
        refusal=refusal,
        ministry=ministry,
        shown=shown,
        successors=[(one.id, one.display) for one in names if one.id != ministry_id],
        contacts=contacts,
        candidates=[(one.id, f"{one.name}, {one.email}") for one in candidates],
        dossiers=[(one.id, one.name) for one in dossiers],
    )
