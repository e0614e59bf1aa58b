"""Views that somebody made: kept from any list, named anew and let go on a page of their own."""

from dataclasses import fields
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from fastapi import Request
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import Invalid, Refusal, mark
from app.domain.permissions import Task
from app.routes import Router
from app.store.saved_views import views_of
from app.usecases import saved_views
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import RowId, needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of
from app.web.questions.question_filters import Asked
from app.web.questions.question_table import address

router = Router(prefix="/weergaven")
Reader = Annotated[Actor, needs(Task.READ)]
Form = Annotated[Posted, POSTED]
PLACES = {"/": mark("Werkvoorraad"), "/vragen": mark("Vragen"), "/brieven": mark("Brieven")}
NAMES = frozenset(one.name for one in fields(Asked))


@router.get("")
def all_mine(request: Request, who: Reader) -> Response:
    """One's own views, to name anew or let go."""
    return _page(request, who, None, Posted())


@router.get("/nieuw")
def form(request: Request, _who: Reader, van: str = "/") -> Response:
    """A name for the list one comes from."""
    place, query = _from(van)
    return page(request, "worklist/save_view.html", van=_address(place, query))


@router.post("/nieuw")
def save(request: Request, who: Reader, form: Form) -> Response:
    """Keep it, and go back to the list."""
    office, (place, query) = office_of(request), _from(form.text("van"))
    try:
        with office.db.writing() as session:
            view = saved_views.save(session, who, form.text("naam"), place, query, office.now())
            name, href = view.name, view.href
    except Invalid as refusal:
        return page(request, "worklist/save_view.html", refusal=refusal, typed=form, van=_address(place, query))
    return redirect(request, href, wording_of(request).text(mark("Weergave “{name}” is bewaard."), name=name))


@router.post("/{view_id}")
def rename(request: Request, who: Reader, view_id: RowId, form: Form) -> Response:
    """Another name."""
    try:
        with office_of(request).db.writing() as session:
            name = saved_views.rename(session, who, view_id, form.text("naam")).name
    except Invalid as refusal:
        return _page(request, who, refusal, form)
    return redirect(request, "/weergaven", wording_of(request).text(mark("De weergave heet nu “{name}”."), name=name))


@router.post("/{view_id}/verwijderen")
def remove(request: Request, who: Reader, view_id: RowId, _form: Form) -> Response:
    """Let it go."""
    with office_of(request).db.writing() as session:
        name = saved_views.remove(session, who, view_id)
    return redirect(request, "/weergaven", wording_of(request).text(mark("Weergave “{name}” is weg."), name=name))


def _page(request: Request, who: Actor, refusal: Refusal | None, form: Posted) -> Response:
    with office_of(request).db.reading() as session:
        mine = views_of(session, who)
    return page(request, "worklist/views.html", refusal=refusal, typed=form, views=mine, places=PLACES)


def _from(text: str) -> tuple[str, str]:
    """The page and query of an address of one of our lists, with nothing in it but filters; else the first page."""
    try:
        parts = urlsplit(text[:4000])
    except ValueError:
        parts = urlsplit("/")
    place = parts.path if parts.path in PLACES and not parts.netloc else "/"
    kept = {name: value for name, value in parse_qsl(parts.query) if name in NAMES}
    return place, address("", **kept).removeprefix("?")


def _address(place: str, query: str) -> str:
    return f"{place}?{query}" if query else place
