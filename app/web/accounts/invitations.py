"""Invitations: the page behind a link that adds a passkey, and an administrator's part in who can get in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.responses import JSONResponse, Response

from app.domain.actors import Actor
from app.domain.capabilities import read_enrolment
from app.domain.errors import NotFound, mark
from app.domain.invitations import Standing
from app.domain.permissions import Task
from app.routes import Router
from app.store.lists.invitations import LISTED_FOR, invitation_lines
from app.store.people import Person
from app.usecases.accounts import elsewhere, enrolments, passkeys
from app.web.accounts.arriving import land, leave_earlier, site_of
from app.web.accounts.passkeys import ANSWER, without_script
from app.web.frame import sessions
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import SMALL_FORM, RowId, admit, hold_stranger, needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of
from app.web.office.listed import Asked, Listed

router = Router()
Admin = Annotated[Actor, needs(Task.MANAGE_PEOPLE)]
LIST, ALL = "/beheer/uitnodigingen", "alle"
# How an invitation stands: in words, with its icon and colour.
STANDINGS: Mapping[Standing, tuple[str, str, str]] = {
    Standing.IN: (mark("Is binnen"), "check", "good"),
    Standing.WAITING: (mark("Nog niet aangemeld"), "clock", "neutral"),
    Standing.ON_ITS_WAY: (mark("Mail onderweg"), "arrow", "active"),
    Standing.MAIL_FAILED: (mark("Mail kwam niet aan"), "late", "late"),
    Standing.LINK_OVER: (mark("Link werkt niet meer"), "cross", "soon"),
}


@dataclass(frozen=True)
class Invited:
    """Whose link this is."""

    enrolment_id: int
    person: Person


class ByInvitation:
    """Whoever has a link that adds a passkey, while it works; for that and nothing else. Reads only."""

    tasks: tuple[Task, ...] = ()

    def __call__(self, request: Request, token: str) -> Invited:
        """Whose link it is. Raises NotFound, or HTTPException 429."""
        office = office_of(request)
        if request.method == "POST":
            hold_stranger(request)
        number = read_enrolment(token, office.keys_for("code"))
        with office.db.reading() as session:
            person = enrolments.find(session, number, office.now())
        admit(request, SMALL_FORM)
        return Invited(number, person)


Link = Annotated[Invited, Depends(ByInvitation())]


@router.get("/uitnodiging/{token}")
def welcome(request: Request, invited: Link, token: str) -> Response:
    """Who it is for, and the button that makes the passkey."""
    return _page(request, invited, token)


@router.post("/uitnodiging/{token}/opties")
def options(request: Request, invited: Link, _: Annotated[Posted, POSTED]) -> Response:
    """What the browser needs to make the passkey."""
    office = office_of(request)
    with office.db.writing() as session:
        made = passkeys.begin_adding(
            session, invited.person.id, site_of(request), sessions.browser_of(request), office.now()
        )
    return sessions.mark_browser(request, JSONResponse(json.loads(made)))


@router.post("/uitnodiging/{token}")
def accept(request: Request, invited: Link, token: str, form: Annotated[Posted, POSTED]) -> Response:
    """Keep the passkey, which uses up the link and signs its owner in."""
    office, browser = office_of(request), sessions.browser_of(request)
    if not form.text(ANSWER):
        return _page(request, invited, token, refusal=without_script(), typed=form)
    with office.db.writing() as session:
        who = enrolments.actor_of(session, invited.person)
        name, site = form.text("passkey"), site_of(request)
        outcome = passkeys.add(session, who, form.text(ANSWER), name, site, browser, office.now())
        made = None
        if outcome.passkey is not None:
            made = enrolments.use(session, invited.enrolment_id, browser, office.sign_in_key, office.now())
            leave_earlier(request, session)
    if made is None:
        return _page(request, invited, token, refusal=outcome.refusal, typed=form)
    return land(request, made, "/")


def _page(request: Request, invited: Invited, token: str, **more: Any) -> Response:
    return page(
        request,
        "accounts/invitation.html",
        address=f"/uitnodiging/{token}",
        person=invited.person,
        language=invited.person.language,
        **more,
    )


@router.get(LIST)
def listing(request: Request, _: Admin, asked: Annotated[Asked, Depends()], stand: str = "") -> Response:
    """Who was invited, and who of them hasn't been in yet."""
    office = office_of(request)
    with office.db.reading() as session:
        found = invitation_lines(session, asked.turn, office.now(), waiting=stand != ALL)
    listed = Listed(LIST, found, {"zoek": asked.turn.text, "stand": ALL if stand == ALL else ""})
    return page(request, "accounts/invitations.html", listed=listed, standings=STANDINGS, days=LISTED_FOR.days)


@router.post("/beheer/personen/{person_id}/uitnodiging")
def invite(request: Request, who: Admin, person_id: RowId, form: Annotated[Posted, POSTED]) -> Response:
    """Mail once more how to sign in."""
    office = office_of(request)
    with office.db.writing() as session:
        enrolments.invite(session, who, person_id, office.now())
    return _back(request, person_id, mark("De uitnodiging gaat per mail naar deze persoon."), form)


@router.post("/beheer/personen/{person_id}/uitnodiging/intrekking")
def withdraw(request: Request, who: Admin, person_id: RowId, form: Annotated[Posted, POSTED]) -> Response:
    """Let the link of an invitation work no longer."""
    office = office_of(request)
    with office.db.writing() as session:
        enrolments.withdraw(session, who, person_id, office.now())
    return _back(request, person_id, mark("De link in de uitnodiging werkt niet meer."), form)


@router.post("/beheer/personen/{person_id}/toegang")
def start_again(request: Request, who: Admin, person_id: RowId, form: Annotated[Posted, POSTED]) -> Response:
    """Let somebody who lost a passkey make a new one."""
    office = office_of(request)
    with office.db.writing() as session:
        enrolments.start_again(session, who, person_id, office.now(), without_passkeys=form.flag("zonder"))
    sentence = mark("Deze persoon is overal afgemeld en krijgt per mail een link om een nieuwe passkey te maken.")
    return _back(request, person_id, sentence)


@router.post("/beheer/koppelingen/{account_id}/einde")
def untie(request: Request, who: Admin, account_id: RowId, _: Annotated[Posted, POSTED]) -> Response:
    """Forget whose account at a provider somebody's is."""
    office = office_of(request)
    try:
        with office.db.writing() as session:
            person_id = elsewhere.untie(session, who, account_id, office.now())
    except NotFound as refusal:
        return redirect(request, "/beheer/personen", ("warning", wording_of(request).refusal(refusal)))
    return _back(request, person_id, mark("Het account is losgekoppeld, en deze persoon is overal afgemeld."))


def _back(request: Request, person_id: int, sentence: str, form: Posted | None = None) -> Response:
    """To the person, or to the list where the form stood there."""
    place = LIST if form and form.flag("lijst") else f"/beheer/personen/{person_id}"
    return redirect(request, place, wording_of(request).text(sentence))
