"""Keeping the terms that are offered when a letter is registered."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.default_terms import KIND_NAMES, DefaultTermFacts, read_default_term
from app.domain.errors import Invalid, WrongState, mark
from app.domain.permissions import Task
from app.domain.terms import Unit
from app.routes import Router
from app.store.lists import reference_lists
from app.usecases import default_terms
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import RowId, needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of
from app.web.office.listed import Asked, Listed

router = Router(prefix="/beheer/termijnen")
Admin = Annotated[Actor, needs(Task.MANAGE_REFERENCE)]
HOME = "/beheer/termijnen"
FIELDS = ("name", "kind", "length", "unit", "extension", "law")
UNIT_NAMES: Mapping[Unit, str] = {
    Unit.DAYS: mark("dagen"),
    Unit.WORKING_DAYS: mark("werkdagen"),
    Unit.WEEKS: mark("weken"),
    Unit.MONTHS: mark("maanden"),
}
ACT_NAMES = {
    "toevoegen": mark("Toegevoegd"),
    "wijzigen": mark("Gewijzigd"),
    "voorkeur": mark("Standaard geworden"),
    "beeindigen": mark("Niet meer aangeboden"),
    "hervatten": mark("Weer aangeboden"),
}
Act = Callable[[Session, Actor, int, datetime], None]
# What the one-button forms of a term do, and what is said afterwards.
ACTS: Mapping[str, tuple[Act, str]] = {
    "voorkeur": (default_terms.prefer, mark("Een vraag krijgt voortaan deze termijn als niemand kiest.")),
    "beeindiging": (default_terms.end, mark("Deze termijn wordt niet meer aangeboden.")),
    "hervatting": (default_terms.bring_back, mark("Deze termijn wordt weer aangeboden.")),
}


@router.get("")
def listing(request: Request, _: Admin, asked: Annotated[Asked, Depends()]) -> Response:
    """Terms by name, those that are offered first."""
    with office_of(request).db.reading() as session:
        listed = Listed(HOME, reference_lists.terms(session, asked.turn), {"zoek": asked.turn.text})
    return page(request, "terms/list.html", listed=listed, kind_names=KIND_NAMES, unit_names=UNIT_NAMES)


@router.get("/nieuw")
def new_form(request: Request, _: Admin) -> Response:
    """An empty form."""
    return _form(request, dict.fromkeys(FIELDS, "") | {"kind": "wettelijk", "unit": "weken"})


@router.post("")
def add(request: Request, who: Admin, form: Annotated[Posted, POSTED]) -> Response:
    """Offer another term."""
    office = office_of(request)
    try:
        with office.db.writing() as session:
            default_terms.add(session, who, _facts(form), office.now())
    except Invalid as refusal:
        return _form(request, _typed(form), refusal=refusal)
    return redirect(request, HOME, wording_of(request).text(mark("De termijn is toegevoegd.")))


@router.get("/{term_id}")
def change_form(request: Request, who: Admin, term_id: RowId) -> Response:
    """One term, and its history."""
    with office_of(request).db.reading() as session:
        found = default_terms.find(session, who, term_id)
    shown = {
        "name": found.name,
        "kind": found.kind,
        "length": found.length,
        "unit": found.unit,
        "extension": found.extension_length or "",
        "law": found.law or "",
    }
    return _form(request, shown, who, term_id)


@router.post("/{term_id}")
def change(request: Request, who: Admin, term_id: RowId, form: Annotated[Posted, POSTED]) -> Response:
    """Change a term for letters to come."""
    office = office_of(request)
    try:
        with office.db.writing() as session:
            changed = default_terms.change(session, who, term_id, _facts(form), office.now())
    except Invalid as refusal:
        return _form(request, _typed(form), who, term_id, refusal=refusal)
    done = mark("De termijn is gewijzigd. Vragen van eerder houden hun termijn.")
    return redirect(request, HOME, wording_of(request).text(done if changed else mark("Er is niets gewijzigd.")))


@router.post("/{term_id}/{act}")
def do(request: Request, who: Admin, term_id: RowId, act: str, _: Annotated[Posted, POSTED]) -> Response:
    """Prefer a term, offer it no longer, or again."""
    office, words = office_of(request), wording_of(request)
    place = f"{HOME}/{term_id}"
    if act not in ACTS:
        return redirect(request, place)
    function, told = ACTS[act]
    try:
        with office.db.writing() as session:
            function(session, who, term_id, office.now())
    except WrongState as refusal:
        return redirect(request, place, ("warning", words.refusal(refusal)))
    return redirect(request, place, words.text(told))


def _facts(form: Posted) -> DefaultTermFacts:
    typed = {name: form.text(name) for name in FIELDS if name != "length"}
    return read_default_term(**typed, length=form.number("length"))


def _typed(form: Posted) -> dict[str, Any]:
    return {name: form.text(name) for name in FIELDS}


def _form(
    request: Request,
    shown: dict[str, Any],
    who: Actor | None = None,
    term_id: int | None = None,
    refusal: Invalid | None = None,
) -> Response:
    words, term, history = wording_of(request), None, list[default_terms.Change]()
    if who and term_id:
        with office_of(request).db.reading() as session:
            term, history = default_terms.find(session, who, term_id), list(default_terms.history(session, term_id))
    return page(
        request,
        "terms/term.html",
        refusal=refusal,
        term=term,
        shown=shown,
        history=history,
        act_names=ACT_NAMES,
        kinds=[(str(kind), words.text(name)) for kind, name in KIND_NAMES.items()],
        units=[(str(unit), words.text(name)) for unit, name in UNIT_NAMES.items()],
    )
