"""The two pages that lead further: what an administrator keeps, and what belongs to oneself."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Request
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import mark
from app.domain.hints import HINTS
from app.domain.permissions import MANAGING, Task
from app.routes import Router
from app.usecases import hints
from app.web.frame.forms import POSTED, Posted
from app.web.frame.navigation import can_any
from app.web.frame.policy import needs
from app.web.frame.render import page, redirect
from app.web.frame.sessions import office_of

router = Router()


@dataclass(frozen=True)
class Door:
    """One page that is led to: its address, its name and what it is for. `tasks`: one of them opens it."""

    href: str
    name: str
    does: str
    tasks: tuple[Task, ...]


# A page of administration that isn't here is not found: a test walks the routes under /beheer.
ROOMS = (
    (
        mark("Mensen"),
        (
            Door(
                "/beheer/personen",
                mark("Personen"),
                mark("Wie er is, met welke rol, en wie afwezig of gestopt is."),
                (Task.MANAGE_PEOPLE,),
            ),
            Door(
                "/beheer/uitnodigingen",
                mark("Uitnodigingen"),
                mark("Wie is uitgenodigd, wie nog niet binnen is, en een nieuwe uitnodiging sturen of intrekken."),
                (Task.MANAGE_PEOPLE,),
            ),
            Door(
                "/beheer/abonnementen",
                mark("Abonnementen"),
                mark("Wie het weekoverzicht op maandag per mail krijgt."),
                (Task.MANAGE_PEOPLE,),
            ),
            Door(
                "/beheer/ministeries",
                mark("Ministeries"),
                mark("Namen, geldigheid, contactpersonen, vrijgave, en de opvolging als een ministerie ophoudt."),
                (Task.MANAGE_REFERENCE,),
            ),
        ),
    ),
    (
        mark("Register"),
        (
            Door(
                "/beheer/dossiers",
                mark("Dossiers"),
                mark("De thema’s waarin brieven staan: maken, een andere naam geven, of niet meer gebruiken."),
                (Task.MANAGE_DOSSIERS,),
            ),
            Door(
                "/beheer/teksten",
                mark("Teksten"),
                mark("Wat een ministerie leest boven het antwoordformulier, en iedereen bij het aanmelden."),
                (Task.MANAGE_REFERENCE,),
            ),
            Door(
                "/beheer/overnemen",
                mark("Register overnemen"),
                mark("Een bestaande lijst van vragen in Regie zetten, na een proef."),
                (Task.REGISTER,),
            ),
        ),
    ),
    (
        mark("Regels"),
        (
            Door(
                "/beheer/kalender",
                mark("Kalender"),
                mark("Dagen die met een feestdag gelijkgesteld zijn, en wat zij verschuiven."),
                (Task.MANAGE_REFERENCE,),
            ),
            Door(
                "/beheer/termijnen",
                mark("Termijnen"),
                mark("De norm, en wat een wet voorschrijft, met het artikel."),
                (Task.MANAGE_REFERENCE,),
            ),
            Door(
                "/beheer/escalatieladder",
                mark("Escalatieladder"),
                mark("De treden, de pauzes, en een vooruitblik op wat er op een dag uitgaat."),
                (Task.MANAGE_REFERENCE,),
            ),
        ),
    ),
    (
        mark("Toezicht"),
        (
            Door(
                "/beheer/taken",
                mark("Taken"),
                mark("Wat Regie vanzelf doet, en of het op tijd lukte."),
                (Task.RUN_JOBS,),
            ),
            Door(
                "/beheer/logboek",
                mark("Logboek"),
                mark("Wie wat deed, en of de keten van handelingen heel is."),
                (Task.SEE_AUDIT,),
            ),
            Door("/beheer/inzage", mark("Inzage"), mark("Wie wat las of ophaalde."), (Task.SEE_AUDIT,)),
            Door(
                "/beheer/bewaren",
                mark("Bewaren"),
                mark("Hoe lang Regie iets bewaart, en wat daarna weggaat."),
                (Task.SEE_RETENTION,),
            ),
            Door(
                "/postvak-uit",
                mark("Postvak uit"),
                mark("Elke mail: verstuurd, geweigerd, onzeker of aangehouden."),
                (Task.SEE_OUTBOX,),
            ),
            Door(
                "/beheer/stijl",
                mark("Stijl"),
                mark("Alle onderdelen van de pagina’s bij elkaar, met gegevens uit dit register."),
                MANAGING,
            ),
        ),
    ),
)
OWN = (
    Door(
        "/mijn/agenda",
        mark("Agenda"),
        mark("De uiterste antwoorddatums in uw eigen agenda."),
        (Task.READ,),
    ),
    Door(
        "/mijn/weekoverzicht",
        mark("Weekoverzicht per mail"),
        mark("Of u het elke maandag krijgt."),
        (Task.READ_DIGESTS,),
    ),
    Door(
        "/mijn/toegang",
        mark("Uw toegang"),
        mark("Waar u bent aangemeld, en sleutels voor andere systemen."),
        (Task.READ, Task.MANAGE_PEOPLE),
    ),
)
ABSENCE = Door(
    "/mijn/afwezigheid", mark("Afwezigheid"), mark("Wanneer u weg bent, en wie dan uw mail krijgt."), (Task.READ,)
)


Anybody = Annotated[Actor, needs(Task.READ, Task.MANAGE_PEOPLE)]


@router.get("/beheer")
def administration(request: Request, who: Annotated[Actor, needs(*MANAGING)]) -> Response:
    """Everything there is to administer, by what it is about."""
    rooms = [(name, [door for door in doors if can_any(who.roles, door.tasks)]) for name, doors in ROOMS]
    return page(request, "pages/administration.html", rooms=[room for room in rooms if room[1]])


@router.get("/mijn")
def own(request: Request, who: Anybody) -> Response:
    """What somebody sets for themselves."""
    doors = [door for door in OWN if can_any(who.roles, door.tasks)]
    if who.ministry_id is not None:
        doors.append(ABSENCE)
    return page(request, "pages/own.html", doors=doors)


@router.post("/mijn/uitleg/{name}")
def put_hint_aside(
    request: Request,
    who: Annotated[Actor, needs(Task.READ, Task.MANAGE_PEOPLE)],
    name: str,
    _: Annotated[Posted, POSTED],
) -> Response:
    """Don't show a hint again."""
    office = office_of(request)
    with office.db.writing() as session:
        hints.put_aside(session, who, name, office.now())
    return redirect(request, next((hint.place for hint in HINTS if hint.name == name), "/"))
