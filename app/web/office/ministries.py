"""Managing ministries: their period, successor and other names, and who is contact for what."""

import re
from collections.abc import Sequence
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.calendar import ONE_DAY
from app.domain.errors import Invalid, Refusal, mark
from app.domain.ministries import MinistryName
from app.domain.permissions import Task
from app.routes import Router
from app.store.lists import reference_lists
from app.store.ministries import dossier_list, ministry_names
from app.store.people import Person
from app.usecases import ministries, people, releasing, succession
from app.usecases.ministries import MinistryFacts
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import RowId, needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of
from app.web.office.listed import Asked, Listed
from app.web.office.succession_view import SuccessionView, succession_view

HOME = "/beheer/ministeries"
STANDS = {"nu": False, "opgeheven": True}
router = Router(prefix=HOME)
Admin = Annotated[Actor, needs(Task.MANAGE_REFERENCE)]
PeopleAdmin = Annotated[Actor, needs(Task.MANAGE_PEOPLE)]
_DOSSIER = re.compile(r"dossier-[0-9]{1,15}")


@router.get("")
def listing(request: Request, _: Admin, asked: Annotated[Asked, Depends()], stand: str = "") -> Response:
    """Ministries, those of today first, narrowed by what the address says."""
    today = office_of(request).today()
    with office_of(request).db.reading() as session:
        found = reference_lists.ministry_ids(session, asked.turn, today, ended=STANDS.get(stand))
        by_id = {one.id: one for one in ministry_names(session)}
        contacts = {line.ministry_id for line in people.contact_lines(session) if line.dossier is None}
    groups = [
        (title, rows)
        for title, over in ((mark("Ministeries van nu"), False), (mark("Opgeheven"), True))
        if (rows := [by_id[one] for one in found.rows if by_id[one].has_ended(today) is over])
    ]
    listed = Listed(HOME, found, {"zoek": asked.turn.text, "stand": stand})
    return page(request, "ministries/list.html", listed=listed, groups=groups, by_id=by_id, with_contact=contacts)


@router.get("/{ministry_id}")
def change_form(request: Request, who: Admin, ministry_id: RowId) -> Response:
    """One ministry."""
    return _form(request, who, ministry_id)


@router.post("/{ministry_id}")
def change(request: Request, who: Admin, ministry_id: RowId, form: Annotated[Posted, POSTED]) -> Response:
    """Change its period, successors and other names; or look first at what will move."""
    office = office_of(request)
    if form.text("act") == "voorbeeld":
        return _form(request, who, ministry_id, form=form)
    try:
        with office.db.writing() as session:
            ministries.change(session, who, ministry_id, _facts(form), office.now())
    except Invalid as refusal:
        return _form(request, who, ministry_id, refusal=refusal, form=form)
    sentence = wording_of(request).text(mark("De gegevens van het ministerie zijn bewaard."))
    return redirect(request, f"/beheer/ministeries/{ministry_id}", sentence)


@router.post("/{ministry_id}/opvolging")
def succeed(request: Request, who: Admin, ministry_id: RowId, _: Annotated[Posted, POSTED]) -> Response:
    """Move what ministries that have ended still have open, without waiting for the night."""
    office = office_of(request)
    with office.db.writing() as session:
        moved = succession.run(session, who, office.today(), office.now())
    words = wording_of(request)
    sentence = words.plural(mark("{n} vraag is overgegaan."), mark("{n} vragen zijn overgegaan."), moved.questions)
    return redirect(request, f"/beheer/ministeries/{ministry_id}#opvolging", sentence)


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
    request: Request, who: PeopleAdmin, ministry_id: RowId, assignment_id: RowId, form: Annotated[Posted, POSTED]
) -> Response:
    """Nobody special any more for that dossier; the last one only once that was confirmed."""
    office = office_of(request)
    with office.db.reading() as session:
        last = _is_last(session, ministry_id, assignment_id)
    if last and not form.flag("zeker"):
        return _confirm(request, ministry_id, assignment_id)
    with office.db.writing() as session:
        people.drop_contact(session, who, ministry_id, assignment_id, office.now())
    sentence = wording_of(request).text(mark("Deze contactpersoon is geschrapt."))
    return redirect(request, f"/beheer/ministeries/{ministry_id}#contactpersonen", sentence)


@router.post("/{ministry_id}/vrijgave")
def set_release(request: Request, who: Admin, ministry_id: RowId, form: Annotated[Posted, POSTED]) -> Response:
    """Whether its answers wait for its coordinator."""
    office = office_of(request)
    try:
        with office.db.writing() as session:
            releasing.set_required(session, who, ministry_id, form.flag("vrijgave"), office.now())
    except Invalid as refusal:
        return _form(request, who, ministry_id, refusal=refusal)
    return redirect(request, f"/beheer/ministeries/{ministry_id}#vrijgeven", wording_of(request).text(mark("Bewaard.")))


def _is_last(session: Session, ministry_id: int, assignment_id: int) -> bool:
    """Whether nobody would be contact of this ministry any more."""
    return [line.id for line in people.contact_lines(session, ministry_id=ministry_id)] == [assignment_id]


def _confirm(request: Request, ministry_id: int, assignment_id: int) -> Response:
    """Are you sure: questions to this ministry then reach nobody."""
    with office_of(request).db.reading() as session:
        line = people.contact_lines(session, ministry_id=ministry_id)[0]
    return page(
        request, "ministries/drop_contact.html", line=line, ministry_id=ministry_id, assignment_id=assignment_id
    )


def _facts(form: Posted) -> MinistryFacts:
    aliases = dict.fromkeys(alias.strip() for alias in form.text("aliases").split("\n") if alias.strip())
    named = (name for name in form.names() if _DOSSIER.fullmatch(name))
    heirs = ((int(name.partition("-")[2]), form.number(name)) for name in named)
    by_dossier = tuple(sorted((dossier_id, heir) for dossier_id, heir in heirs if heir is not None))
    days = form.day("valid_from"), form.day("valid_until")
    return MinistryFacts(*days, form.number("successor"), tuple(aliases), by_dossier)


def _form(
    request: Request, who: Actor, ministry_id: int, refusal: Refusal | None = None, form: Posted | None = None
) -> Response:
    office = office_of(request)
    with office.db.reading() as session:
        ministry, aliases = ministries.find(session, who, ministry_id)
        names, dossiers = ministry_names(session), dossier_list(session)
        contacts = people.contact_lines(session, ministry_id=ministry_id)
        candidates = people.candidates(session, ministry_id)
        past = succession.past(session, who, ministry_id)
        moves = None
        if refusal is None:
            try:
                moves = _moves(request, session, who, ministry_id, form)
            except Invalid as wrong:
                refusal = wrong
    this = next(one for one in names if one.id == ministry_id)
    shown = _typed(form) if form else _stored(this, aliases)
    return page(
        request,
        "ministries/ministry.html",
        refusal=refusal,
        ministry=ministry,
        shown=shown,
        heirs=[(f"dossier-{one.id}", one.name, shown["heirs"].get(one.id, "")) for one in dossiers],
        successors=[(one.id, one.display) for one in names if one.id != ministry_id],
        contacts=contacts,
        candidates=[(one.id, f"{one.name}, {one.email}") for one in candidates],
        dossiers=[(one.id, one.name) for one in dossiers],
        moves=moves,
        previewed=form is not None,
        has_ended=this.has_ended(office.today()),
        past=past,
    )


def _stored(this: MinistryName, aliases: Sequence[str]) -> dict[str, Any]:
    return {
        "valid_from": this.valid_from,
        "valid_until": this.valid_until,
        "successor": this.successor_id,
        "aliases": "\n".join(aliases),
        "heirs": dict(this.by_dossier),
    }


def _typed(form: Posted) -> dict[str, Any]:
    days = {name: form.typed_day(name) for name in ("valid_from", "valid_until")}
    heirs = {int(name.partition("-")[2]): form.text(name) for name in form.names() if _DOSSIER.fullmatch(name)}
    return {**days, "successor": form.text("successor"), "aliases": form.text("aliases"), "heirs": heirs}


def _moves(
    request: Request, session: Session, who: Actor, ministry_id: int, form: Posted | None
) -> SuccessionView | None:
    """What moves by what was typed, else by what is on record; None while the ministry has no last day.

    Raises Invalid for what can't be. By the same code as the run itself.
    """
    office, names = office_of(request), ministry_names(session)
    if form is not None:
        names = ministries.changed(session, ministry_id, _facts(form), office.today())
    this = next(one for one in names if one.id == ministry_id)
    if this.valid_until is None:
        return None
    on = max(this.valid_until + ONE_DAY, office.today())
    plan = succession.preview(session, who, names, on).of(ministry_id)
    wanted = {one.contact_id for one in plan.questions}
    told = session.execute(sa.select(Person.id, Person.name, Person.email).where(Person.id.in_(wanted)))
    contacts = {row.id: f"{row.name}, {row.email}" for row in told}
    displays = {one.id: one.display for one in names}
    return succession_view(wording_of(request), plan, displays, dossier_list(session), contacts)
