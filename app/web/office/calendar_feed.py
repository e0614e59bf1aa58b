"""The due dates in one's own calendar (iCalendar), by a secret address."""

import hashlib
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

from fastapi import Request
from starlette.responses import PlainTextResponse, Response

from app.domain.actors import Actor
from app.domain.errors import NotFound, mark
from app.domain.numbers import QuestionNumber
from app.domain.permissions import Task
from app.later import Later
from app.routes import Router
from app.usecases import feeds
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import PUBLIC, needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of
from app.wording import Wording, wording

if TYPE_CHECKING:
    import icalendar
else:
    icalendar = Later("icalendar")

router = Router()
Reader = Annotated[Actor, needs(Task.READ)]
PLACE = "/mijn/agenda"
REFRESH = timedelta(hours=4)


@router.get(PLACE)
def own_calendar(request: Request, who: Reader) -> Response:
    """The address of my calendar, or how to get one."""
    office = office_of(request)
    with office.db.reading() as session:
        token = feeds.own_token(session, who, office.key_for(feeds.PURPOSE))
    address = f"{office.settings.base_url}/agenda/{token}.ics" if token else ""
    return page(request, "accounts/calendar.html", address=address)


@router.post(PLACE)
def renew(request: Request, who: Reader, _: Annotated[Posted, POSTED]) -> Response:
    """Make an address, or another one."""
    office = office_of(request)
    with office.db.writing() as session:
        feeds.renew(session, who, office.now())
    return redirect(request, PLACE, wording_of(request).text(mark("Uw agenda heeft een nieuw adres.")))


@router.post(f"{PLACE}/intrekking")
def revoke(request: Request, who: Reader, _: Annotated[Posted, POSTED]) -> Response:
    """End the address."""
    office, words = office_of(request), wording_of(request)
    try:
        with office.db.writing() as session:
            feeds.revoke(session, who, office.now())
    except NotFound as refusal:
        return redirect(request, PLACE, ("warning", words.refusal(refusal)))
    return redirect(request, PLACE, words.text(mark("Het adres is ingetrokken en werkt niet meer.")))


@router.get("/agenda/{token}.ics")
def feed(request: Request, token: str, _: Annotated[None, PUBLIC]) -> Response:
    """The calendar itself, for a calendar program that comes by now and then. It writes no row."""
    office = office_of(request)
    try:
        with office.db.reading() as session:
            found = feeds.read(session, token, office.key_for(feeds.PURPOSE), office.today())
    except NotFound as refusal:
        return PlainTextResponse(wording_of(request).refusal(refusal), 404)
    content = written(wording(found.language), found, office.settings.name, office.settings.base_url)
    headers = {"ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"', "Cache-Control": "private, no-cache"}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = 'inline; filename="regie.ics"'
    return Response(content, media_type="text/calendar", headers=headers)


def written(words: Wording, found: feeds.Calendar, name: str, base_url: str) -> bytes:
    """A calendar as text, the same for the same questions. Source: RFC 5545; name and refreshing: RFC 7986."""
    calendar = icalendar.Calendar()
    title = words.text(mark("{name}: uiterste antwoorddatums"), name=name)
    for key, value in (
        ("prodid", "-//Regie//due dates//NL"),
        ("version", "2.0"),
        ("method", "PUBLISH"),
        ("name", title),
        ("x-wr-calname", title),
    ):
        calendar.add(key, value)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT4H")
    for row in found.rows:
        calendar.add_component(_event(words, row, base_url))
    text: bytes = calendar.to_ical()
    return text


def _event(words: Wording, row: Any, base_url: str) -> "icalendar.Event":
    """One question on the day its answer is due. The same event in every round and after every change of the date."""
    event, number = icalendar.Event(), QuestionNumber(row.year, row.serial, row.position)
    facts = {"number": str(number), "title": row.title, "owner": row.owner}
    sentence = mark("Antwoord op {number}: {title} ({owner})")
    still = mark("Antwoord op {number}: {title} ({owner}), klok staat stil")
    address = f"{base_url}/vragen/{row.id}"
    event.add("uid", f"vraag-{row.id}@{urlsplit(base_url).hostname}")
    # When the present date was set: the calendar reads the same until something changes.
    event.add("dtstamp", datetime.combine(row.term_set_on, time(0), UTC))
    event.add("sequence", 1000 * row.round + row.term_version)
    event.add("dtstart", row.due_on)
    event.add("dtend", row.due_on + timedelta(days=1))
    event.add("summary", words.text(still if row.suspended else sentence, **facts))
    event.add(
        "description",
        words.text(mark("Brief: {subject}. Open de vraag: {address}"), subject=row.subject, address=address),
    )
    event.add("url", address)
    event.add("transp", "TRANSPARENT")
    event.add("status", "TENTATIVE" if row.suspended else "CONFIRMED")
    return event
