"""The log: who did what, and who read what; whether the chain is whole; and both lists as a file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.calendar import AMSTERDAM, FIRST_DAY, LAST_DAY
from app.domain.errors import mark
from app.domain.permissions import Task, may
from app.routes import Router
from app.store.lists import trail
from app.store.lists.paging import Page
from app.store.lists.trail import Sought
from app.usecases import audit
from app.web.frame.policy import needs
from app.web.frame.render import page, wording_of
from app.web.frame.sessions import office_of
from app.web.frame.spreadsheets import Cell, Sheet, csv_answer, ods_answer
from app.web.office.listed import Listed
from app.web.oversight.log_words import ACTS, LogLine, act_line, act_name, place_of, read_line
from app.web.questions.question_table import address
from app.wording import Wording

router = Router(prefix="/beheer")
Keeper = Annotated[Actor, needs(Task.SEE_AUDIT)]
BATCH = 1000
LONGEST = 100

ACT_HEADINGS = (
    mark("Regel"),
    mark("Dag"),
    mark("Tijd"),
    mark("Wie"),
    mark("Hoe binnengekomen"),
    mark("Handeling"),
    mark("Voorwerp"),
    mark("In woorden"),
    mark("Bijzonderheden"),
)
READ_HEADINGS = (
    mark("Dag"),
    mark("Tijd"),
    mark("Wie"),
    mark("Hoe binnengekomen"),
    mark("Voorwerp"),
    mark("Adres"),
)


@dataclass(frozen=True)
class Asked:
    """What the address asks for: `sought` for the list, `kept` for the form and the next page."""

    sought: Sought
    kept: Mapping[str, str]


def asked(voorwerp: str = "", wie: str = "", handeling: str = "", van: str = "", tot: str = "") -> Asked:
    """The filters of an address; what can't be read narrows nothing."""
    thing, who = voorwerp.strip()[:LONGEST], wie.strip()[:LONGEST]
    act = handeling if handeling in ACTS else ""
    since, until = _day(van), _day(tot)
    days = {"van": since.isoformat() if since else "", "tot": until.isoformat() if until else ""}
    return Asked(Sought(thing, who, act, since, until), {"voorwerp": thing, "wie": who, "handeling": act, **days})


Filters = Annotated[Asked, Depends(asked)]


@router.get("/logboek")
def acts(request: Request, who: Keeper, filters: Filters, na: str = "", voor: str = "") -> Response:
    """What was done, the newest first, and whether the chain is whole."""
    with office_of(request).db.reading() as session:
        found = trail.acts(session, filters.sought, after=na, before=voor)
        lines = [act_line(wording_of(request), row, names) for row, names in _named(session, found.rows)]
        checked = audit.last_check(session)
    return _page(request, who, filters, lines, found, "logboek", checked=checked)


@router.get("/inzage")
def readings(request: Request, who: Keeper, filters: Filters, na: str = "", voor: str = "") -> Response:
    """What was read, the newest first."""
    with office_of(request).db.reading() as session:
        found = trail.readings(session, filters.sought, after=na, before=voor)
        lines = [read_line(wording_of(request), row, names) for row, names in _named(session, found.rows)]
    return _page(request, who, filters, lines, found, "inzage")


@router.get("/logboek.csv")
def acts_csv(request: Request, _: Keeper, filters: Filters) -> Response:
    """The acts, all pages, as CSV."""
    with office_of(request).db.reading() as session:
        return csv_answer(f"logboek-{office_of(request).today()}", _acts(wording_of(request), session, filters.sought))


@router.get("/logboek.ods")
def acts_ods(request: Request, _: Keeper, filters: Filters) -> Response:
    """The acts, all pages, as an OpenDocument spreadsheet."""
    with office_of(request).db.reading() as session:
        return ods_answer(f"logboek-{office_of(request).today()}", _acts(wording_of(request), session, filters.sought))


@router.get("/inzage.csv")
def readings_csv(request: Request, _: Keeper, filters: Filters) -> Response:
    """The readings, all pages, as CSV."""
    with office_of(request).db.reading() as session:
        sheet = _readings(wording_of(request), session, filters.sought)
        return csv_answer(f"inzage-{office_of(request).today()}", sheet)


@router.get("/inzage.ods")
def readings_ods(request: Request, _: Keeper, filters: Filters) -> Response:
    """The readings, all pages, as an OpenDocument spreadsheet."""
    with office_of(request).db.reading() as session:
        sheet = _readings(wording_of(request), session, filters.sought)
        return ods_answer(f"inzage-{office_of(request).today()}", sheet)


def _page(
    request: Request, who: Actor, filters: Asked, lines: list[LogLine], found: Page[Any], tab: str, **more: Any
) -> Response:
    words, kept, here = wording_of(request), filters.kept, f"/beheer/{tab}"
    fault = None
    if more.get("checked") is not None and more["checked"].fault is not None:
        sentence, facts = audit.told(more["checked"])
        fault = words.text(sentence, **facts)
    readable = may(who.roles, Task.READ)
    return page(
        request,
        "oversight/log.html",
        lines=lines,
        kept=kept,
        tab=tab,
        here=here,
        tabs=[(one, address(f"/beheer/{one}", **{**kept, "handeling": ""})) for one in ("logboek", "inzage")],
        listed=Listed(here, found, kept),
        files=[(kind, address(f"{here}.{kind.lower()}", **kept)) for kind in ("CSV", "ODS")],
        act_options=sorted((act, act_name(act)) for act in ACTS),
        places={line.about: place_of(line.about) for line in lines if readable or not _is_casework(line.about)},
        fault=fault,
        **({"checked": None} | more),
    )


def _is_casework(about: str) -> bool:
    return about.startswith(("vraag:", "brief:"))


def _named(session: Session, rows: Any) -> Iterator[tuple[Any, Mapping[str, str]]]:
    names = trail.names_of(session, [name for row in rows for name in (row.actor, row.object)])
    for row in rows:
        yield row, names


def _all(session: Session, read: Any, sought: Sought) -> Iterator[tuple[Any, Mapping[str, str]]]:
    """Every row of a list, a batch at a time."""
    after = ""
    while True:
        found = read(session, sought, after=after, limit=BATCH)
        yield from _named(session, found.rows)
        if found.next is None:
            return
        after = found.next


def _acts(words: Wording, session: Session, sought: Sought) -> Sheet:
    def cells() -> Iterator[list[Cell]]:
        for row, names in _all(session, trail.acts, sought):
            line = act_line(words, row, names)
            yield [line.number, *_when(line), line.who, line.door, line.act, line.about, line.sentence, row.detail]

    return Sheet(words.text(mark("Logboek")), [words.text(heading) for heading in ACT_HEADINGS], cells())


def _readings(words: Wording, session: Session, sought: Sought) -> Sheet:
    def cells() -> Iterator[list[Cell]]:
        for row, names in _all(session, trail.readings, sought):
            line = read_line(words, row, names)
            yield [*_when(line), line.who, line.door, line.about, row.page]

    return Sheet(words.text(mark("Inzage")), [words.text(heading) for heading in READ_HEADINGS], cells())


def _when(line: LogLine) -> tuple[date, str]:
    here = line.at.astimezone(AMSTERDAM)
    return here.date(), f"{here:%H:%M:%S}"


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None
