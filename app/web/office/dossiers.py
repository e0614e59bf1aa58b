"""Keeping dossiers, the themes that letters stand in."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import Invalid, mark
from app.domain.permissions import Task, may
from app.routes import Router
from app.store.lists import reference_lists
from app.usecases import dossiers
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import RowId, needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of
from app.web.office.listed import Asked, Listed

HOME = "/beheer/dossiers"
router = Router(prefix=HOME)
Keeper = Annotated[Actor, needs(Task.MANAGE_DOSSIERS)]
ACT_NAMES = {
    "dossier-maken": mark("Gemaakt"),
    "dossier-hernoemen": mark("Andere naam"),
    "dossier-beeindigen": mark("Niet meer gebruikt"),
    "dossier-hervatten": mark("Weer in gebruik"),
}
Act = Callable[[Session, Actor, int, datetime], None]
# What the one-button forms of a dossier do, and what is said afterwards.
ACTS: Mapping[str, tuple[Act, str]] = {
    "beeindiging": (dossiers.end, mark("Dit dossier is niet meer te kiezen. De brieven blijven erin staan.")),
    "hervatting": (dossiers.bring_back, mark("Dit dossier is weer te kiezen.")),
}


@router.get("")
def listing(request: Request, _: Keeper, asked: Annotated[Asked, Depends()]) -> Response:
    """Dossiers by name, those in use first."""
    with office_of(request).db.reading() as session:
        listed = Listed(HOME, reference_lists.dossiers(session, asked.turn), {"zoek": asked.turn.text})
    return page(request, "dossiers/list.html", listed=listed)


@router.get("/nieuw")
def new_form(request: Request, _: Keeper) -> Response:
    """An empty form."""
    return page(request, "dossiers/dossier.html", dossier=None, shown_name="")


@router.post("")
def make(request: Request, who: Keeper, form: Annotated[Posted, POSTED]) -> Response:
    """Make a dossier."""
    office, name = office_of(request), form.text("name")
    try:
        with office.db.writing() as session:
            dossiers.make(session, who, name, office.now())
    except Invalid as refusal:
        return page(request, "dossiers/dossier.html", refusal=refusal, dossier=None, shown_name=name)
    return redirect(request, HOME, wording_of(request).text(mark("Het dossier is gemaakt.")))


@router.get("/{dossier_id}")
def change_form(request: Request, who: Keeper, dossier_id: RowId) -> Response:
    """One dossier, and its history."""
    return _form(request, who, dossier_id)


@router.post("/{dossier_id}")
def change(request: Request, who: Keeper, dossier_id: RowId, form: Annotated[Posted, POSTED]) -> Response:
    """Give a dossier another name."""
    office, name = office_of(request), form.text("name")
    try:
        with office.db.writing() as session:
            changed = dossiers.rename(session, who, dossier_id, name, office.now())
    except Invalid as refusal:
        return _form(request, who, dossier_id, name, refusal)
    done = mark("Het dossier heeft een andere naam.") if changed else mark("Er is niets gewijzigd.")
    return redirect(request, HOME, wording_of(request).text(done))


@router.post("/{dossier_id}/{act}")
def do(request: Request, who: Keeper, dossier_id: RowId, act: str, _: Annotated[Posted, POSTED]) -> Response:
    """Offer a dossier no longer, or again."""
    office, place = office_of(request), f"{HOME}/{dossier_id}"
    if act not in ACTS:
        return redirect(request, place)
    function, told = ACTS[act]
    with office.db.writing() as session:
        function(session, who, dossier_id, office.now())
    return redirect(request, place, wording_of(request).text(told))


def _form(
    request: Request, who: Actor, dossier_id: int, name: str | None = None, refusal: Invalid | None = None
) -> Response:
    with office_of(request).db.reading() as session:
        found = dossiers.find(session, who, dossier_id)
        history = dossiers.history(session, dossier_id)
    return page(
        request,
        "dossiers/dossier.html",
        refusal=refusal,
        dossier=found,
        shown_name=found.name if name is None else name,
        history=history,
        act_names=ACT_NAMES,
        may_read=may(who.roles, Task.READ),
    )
