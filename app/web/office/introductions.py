"""The texts with which pages begin: how they read now, changing one, and saying it on its page."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import Invalid, OutOfDate, Refusal, mark
from app.domain.introductions import DEFAULTS, LANGUAGES, LONGEST, Place, paragraphs
from app.domain.permissions import Task
from app.routes import Router
from app.store.introductions import Introduction, editions, in_force
from app.usecases import introductions
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of
from app.wording import wording

HOME = "/beheer/teksten"
router = Router(prefix=HOME)
Admin = Annotated[Actor, needs(Task.MANAGE_REFERENCE)]
MOST_TOLD = 20
NAMES: Mapping[Place, tuple[str, str]] = {
    Place.ANSWER: (
        mark("Boven het antwoordformulier"),
        mark("Wie een vraag krijgt leest dit, achter de link in de mail."),
    ),
    Place.SIGN_IN: (mark("Bij het aanmelden"), mark("Iedereen leest dit, ook wie niet is aangemeld.")),
}


@router.get("")
def listing(request: Request, _: Admin) -> Response:
    """Every text as it reads now, in both languages."""
    with office_of(request).db.reading() as session:
        shown = [(place, *NAMES[place], *_as_read(session, place)) for place in Place]
    return page(request, "introductions/list.html", shown=shown)


@router.get("/{place}")
def change_form(request: Request, _: Admin, place: Place) -> Response:
    """One text, to change."""
    return _form(request, place)


@router.post("/{place}")
def change(request: Request, who: Admin, place: Place, form: Annotated[Posted, POSTED]) -> Response:
    """Put what was typed in force; whoever was second is shown what the first wrote, beside their own words."""
    office, words = office_of(request), wording_of(request)
    try:
        edition, typed = form.number("versie") or 0, {one: form.text(one) for one in LANGUAGES}
        with office.db.writing() as session:
            changed = introductions.write(session, who, place, edition, typed, office.now())
    except (Invalid, OutOfDate) as refusal:
        return _form(request, place, form, refusal)
    said = mark("De tekst is bewaard.") if changed else mark("Er is niets gewijzigd.")
    return redirect(request, HOME, words.text(said))


def introduction(session: Session, place: Place, language: str) -> Sequence[str]:
    """The paragraphs with which a page begins, in the reader's language."""
    return _said(in_force(session, place), place, language)


def _said(found: Introduction | None, place: Place, language: str) -> Sequence[str]:
    written = found.text(language) if found else ""
    return paragraphs(written) if written else (wording(language).text(DEFAULTS[place]),)


def _as_read(session: Session, place: Place) -> tuple[Introduction | None, Mapping[str, Sequence[str]]]:
    found = in_force(session, place)
    return found, {language: _said(found, place, language) for language in LANGUAGES}


def _form(request: Request, place: Place, typed: Posted | None = None, refusal: Refusal | None = None) -> Response:
    with office_of(request).db.reading() as session:
        told = editions(session, place, MOST_TOLD)
        found = told[0][0] if told else None
    out_of_date = isinstance(refusal, OutOfDate)
    # Who was told of the other text has seen it, and may save over it.
    edition = (typed.text("versie") if typed and not out_of_date else "") or (found.edition if found else 0)
    texts = {one: typed.text(one) if typed else found.text(one) if found else "" for one in LANGUAGES}
    return page(
        request,
        "introductions/change.html",
        refusal=refusal,
        place=place,
        heading=NAMES[place][0],
        about=NAMES[place][1],
        edition=edition,
        texts=texts,
        theirs={one: _said(found, place, one) for one in LANGUAGES} if out_of_date else {},
        defaults={one: wording(one).text(DEFAULTS[place]) for one in LANGUAGES},
        told=told,
        most=LONGEST,
    )
