"""Managing people: who there is, with which roles, and who stopped."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import Invalid, mark
from app.domain.people import MINISTRY_ROLES, ROLE_NAMES, PersonFacts, read_person
from app.domain.permissions import Role, Task
from app.routes import Router
from app.store.credentials import accounts_of, open_enrolment, passkeys_of
from app.store.ministries import ministry_names
from app.usecases import people
from app.usecases.accounts import enrolments
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import RowId, needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of
from app.web.office.listed import Asked, Listed

router = Router(prefix="/beheer/personen")
Admin = Annotated[Actor, needs(Task.MANAGE_PEOPLE)]


@router.get("")
def listing(
    request: Request, who: Admin, asked: Annotated[Asked, Depends()], ministerie: str = "", gestopt: str = ""
) -> Response:
    """Everybody by name, with what they do."""
    with office_of(request).db.reading() as session:
        found = people.listing(session, who, asked.turn, ministry_id=_id(ministerie), ended=bool(gestopt))
        ministries = ministry_options(session)
    listed = Listed("/beheer/personen", found, {"zoek": asked.zoek, "ministerie": ministerie, "gestopt": gestopt})
    return page(request, "people/list.html", listed=listed, ministries=ministries, role_names=ROLE_NAMES)


@router.get("/nieuw")
def new_form(request: Request, _: Admin) -> Response:
    """An empty form."""
    return _form(request, {"name": "", "email": "", "ministry": "", "language": "nl", "roles": []})


@router.post("")
def add(request: Request, who: Admin, form: Annotated[Posted, POSTED]) -> Response:
    """Put somebody on record."""
    office = office_of(request)
    try:
        with office.db.writing() as session:
            person = people.add(session, who, _facts(form), office.now())
            enrolments.invite(session, who, person.id, office.now())
    except Invalid as refusal:
        return _form(request, _typed(form), refusal=refusal)
    sentence = wording_of(request).text(
        mark("{name} kan zich nu aanmelden met {email}, en krijgt een mail met hoe dat gaat."),
        name=person.name,
        email=person.email,
    )
    return redirect(request, "/beheer/personen", sentence)


@router.get("/{person_id}")
def change_form(request: Request, who: Admin, person_id: RowId) -> Response:
    """What we know about somebody."""
    with office_of(request).db.reading() as session:
        person, roles = people.find(session, who, person_id)
    shown = {
        "email": person.email,
        "name": person.name,
        "language": person.language,
        "ministry": person.ministry_id,
        "roles": sorted(roles),
    }
    return _form(request, shown, who, person_id)


@router.post("/{person_id}")
def change(request: Request, who: Admin, person_id: RowId, form: Annotated[Posted, POSTED]) -> Response:
    """Change what we know about somebody."""
    office = office_of(request)
    try:
        with office.db.writing() as session:
            person = people.change(session, who, person_id, _facts(form), office.now())
    except Invalid as refusal:
        return _form(request, _typed(form), who, person_id, refusal=refusal)
    sentence = wording_of(request).text(mark("De gegevens van {name} zijn bewaard."), name=person.name)
    return redirect(request, "/beheer/personen", sentence)


@router.post("/{person_id}/beeindiging")
def end(request: Request, who: Admin, person_id: RowId, _: Annotated[Posted, POSTED]) -> Response:
    """Let somebody go."""
    office = office_of(request)
    with office.db.writing() as session:
        people.end(session, who, person_id, office.now())
    sentence = mark("Deze persoon kan niet meer aanmelden en krijgt geen mail meer.")
    return redirect(request, f"/beheer/personen/{person_id}", wording_of(request).text(sentence))


@router.post("/{person_id}/hervatting")
def bring_back(request: Request, who: Admin, person_id: RowId, _: Annotated[Posted, POSTED]) -> Response:
    """Let somebody in again."""
    office = office_of(request)
    with office.db.writing() as session:
        people.bring_back(session, who, person_id, office.now())
    sentence = mark("Deze persoon kan zich weer aanmelden.")
    return redirect(request, f"/beheer/personen/{person_id}", wording_of(request).text(sentence))


def ministry_options(session: Session) -> list[tuple[int, str]]:
    """Ministries for a select: (id, what it is called)."""
    return [(one.id, f"{one.display} – {one.name}") for one in ministry_names(session)]


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _facts(form: Posted) -> PersonFacts:
    known = {str(role) for role in Role}
    roles = frozenset(Role(text) for text in form.texts("roles") if text in known)
    return read_person(form.text("email"), form.text("name"), form.text("language"), roles, form.number("ministry"))


def _typed(form: Posted) -> dict[str, Any]:
    fields = {name: form.text(name) for name in ("email", "name", "language", "ministry")}
    return {**fields, "roles": form.texts("roles")}


def _form(
    request: Request,
    shown: dict[str, Any],
    who: Actor | None = None,
    person_id: int | None = None,
    refusal: Invalid | None = None,
) -> Response:
    with office_of(request).db.reading() as session:
        ministries = ministry_options(session)
        person, waiting, ways = None, 0, {}
        contact_for: Sequence[people.ContactLine] = ()
        if who and person_id:
            person, _ = people.find(session, who, person_id)
            contact_for = people.contact_lines(session, person_id=person_id)
            waiting = people.open_questions(session, person_id)
            ways = _ways_in(request, session, person_id)
    return page(
        request,
        "people/person.html",
        refusal=refusal,
        person=person,
        shown=shown,
        ministries=ministries,
        contact_for=contact_for,
        waiting=waiting,
        roles=_role_options(request),
        **ways,
    )


def _ways_in(request: Request, session: Session, person_id: int) -> dict[str, Any]:
    """How somebody can sign in: their passkeys, accounts at providers, and the link that may add one."""
    office = office_of(request)
    labels = {one.issuer: one.label for one in office.settings.providers}
    return {
        "passkeys": len(passkeys_of(session, person_id)),
        "accounts": [(labels.get(one.issuer, one.issuer), one) for one in accounts_of(session, person_id)],
        "enrolment": open_enrolment(session, person_id, office.now()),
    }


def _role_options(request: Request) -> list[tuple[str, str, str]]:
    """Roles for a row of boxes: value, name, and at whose office it is."""
    words, vng = wording_of(request), office_of(request).settings.organisation
    at_ministry = words.text(mark("bij een ministerie"))
    return [
        (role.value, words.text(name), at_ministry if role in MINISTRY_ROLES else vng)
        for role, name in ROLE_NAMES.items()
    ]
