"""The calendar: the equated days with their basis, added and removed after seeing how many dates that moves."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Path, Request
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import Invalid, NotFound, Refusal, mark
from app.domain.permissions import Task
from app.routes import Router
from app.store.lists import reference_lists
from app.usecases import calendar
from app.usecases.calendar import Effect
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of
from app.web.office.listed import Asked, Listed

HOME = "/beheer/kalender"
router = Router(prefix=HOME)
Admin = Annotated[Actor, needs(Task.MANAGE_REFERENCE)]
Form = Annotated[Posted, POSTED]
Written = Annotated[str, Path(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]

NONE_MOVED = mark("Geen enkele open vraag krijgt een andere datum.")
ONE_MOVED, MANY_MOVED = (
    mark("{n} open vraag krijgt een andere uiterste antwoorddatum."),
    mark("{n} open vragen krijgen een andere uiterste antwoorddatum."),
)


@router.get("")
def listing(request: Request, _: Admin, asked: Annotated[Asked, Depends()]) -> Response:
    """The equated days, and the form for another one."""
    return _page(request, asked=asked)


@router.post("")
def add(request: Request, who: Admin, form: Form) -> Response:
    """Show what a new day would move, then put it on record."""
    office = office_of(request)
    try:
        day, basis = form.day("day"), form.text("basis")
        if form.text("act") != "bewaar":
            with office.db.reading() as session:
                return _page(request, form, effect=calendar.preview(session, who, day, basis))
        with office.db.writing() as session:
            effect = calendar.add(session, who, day, basis, office.now())
    except Invalid as refusal:
        return _page(request, form, refusal)
    return redirect(request, HOME, _done(request, mark("De dag staat in de lijst."), effect))


@router.get("/{written}/verwijderen")
def remove_form(request: Request, who: Admin, written: Written) -> Response:
    """What removing a day would move."""
    day = _day(written)
    with office_of(request).db.reading() as session:
        effect = calendar.preview(session, who, day, None)
        basis = next(one.basis for one in calendar.equated_days(session, who) if one.day == day)
    return page(request, "calendar/remove.html", day=day, basis=basis, moved=_moved(request, effect))


@router.post("/{written}/verwijderen")
def remove(request: Request, who: Admin, written: Written, _: Form) -> Response:
    """Take a day off the record."""
    office = office_of(request)
    with office.db.writing() as session:
        effect = calendar.remove(session, who, _day(written), office.now())
    return redirect(request, HOME, _done(request, mark("De dag staat niet meer in de lijst."), effect))


def _page(
    request: Request,
    typed: Posted | None = None,
    refusal: Refusal | None = None,
    effect: Effect | None = None,
    asked: Asked | None = None,
) -> Response:
    asked = asked or Asked()
    with office_of(request).db.reading() as session:
        listed = Listed(HOME, reference_lists.equated_days(session, asked.turn), {"zoek": asked.turn.text})
    moved = _moved(request, effect) if effect else ""
    return page(request, "calendar/list.html", typed=typed, refusal=refusal, listed=listed, moved=moved)


def _moved(request: Request, effect: Effect) -> str:
    words = wording_of(request)
    return words.plural(ONE_MOVED, MANY_MOVED, effect.moved) if effect.moved else words.text(NONE_MOVED)


def _done(request: Request, sentence: str, effect: Effect) -> str:
    return f"{wording_of(request).text(sentence)} {_moved(request, effect)}"


def _day(written: str) -> date:
    """The day in an address. Raises NotFound for one that doesn't exist."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise NotFound("no-day", mark("Deze dag staat niet (meer) in de lijst.")) from None
