"""Who had the ball for how many days, and VNG's own clock: a page, and the same numbers as files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.definitions import DEFINITION_VERSION, DEFINITIONS
from app.domain.errors import Invalid, mark
from app.domain.holding import Held
from app.domain.own_clocks import OwnClock
from app.domain.permissions import Task, may
from app.domain.questions import HolderKind
from app.domain.statistics import NO_DOSSIER, Happening
from app.routes import Router
from app.store.figures.groups import TERM_NAMES
from app.store.ministries import dossier_list, ministry_names
from app.usecases.statistics import HeldReport, held
from app.web.frame.policy import needs
from app.web.frame.render import page, wording_of
from app.web.frame.sessions import office_of
from app.web.frame.spreadsheets import Cell, Sheet, SheetKind, sheet_answer, sheet_links
from app.web.statistics.figure_query import NOW, Asked, Chosen, read
from app.web.statistics.figure_words import HAPPENINGS
from app.web.statistics.own_clocks import own_lines, own_sheet
from app.wording import Wording

router = Router(prefix="/statistieken")
Reader = Annotated[Actor, needs(Task.READ_FIGURES)]
Query = Annotated[Asked, Depends()]
HEADINGS = (
    mark("Bal ligt bij"),
    mark("Rol"),
    mark("Dagen"),
    mark("Vragen"),
    mark("Dagen per vraag"),
    mark("Peildatum"),
    mark("Definities, versie"),
)
UNJUDGED = (mark("Nummer"), mark("Vraag"), mark("Eigenaar"), mark("Wacht op de VNG sinds"), mark("Adres"))
WHERE = {"": mark("Zoals het toen heette"), NOW: mark("Waar het nu ligt")}
MOST_HOLDERS = 100
"""Holders on a page; the files hold them all."""
ROLES = {
    HolderKind.VNG: mark("oordeelt over antwoorden"),
    HolderKind.OWNER: mark("eigenaar"),
    HolderKind.CONTRIBUTOR: mark("meebetrokken"),
    HolderKind.CENTRE: mark("wijst eigenaren aan"),
}


@dataclass(frozen=True)
class HolderLine:
    """One holder: who, in what role, for how long, and how long its bar is in per cent of the longest."""

    name: str
    role: str
    held: Held
    width: float


@router.get("/bal")
def holding_page(request: Request, who: Reader, asked: Query) -> Response:
    """Days by holder, and the answers that wait too long for VNG."""
    office = office_of(request)
    with office.db.reading() as session:
        all_of_them = may(who.roles, Task.READ_FIGURES)
        options: dict[str, Any] = {
            "ministries": [(one.code, one.display) for one in ministry_names(session)] if all_of_them else [],
            "dossiers": [(one.slug, one.name) for one in dossier_list(session)],
            "no_dossier": NO_DOSSIER,
            "term_names": TERM_NAMES,
            "where": WHERE,
        }
    try:
        chosen, found, lines = _read(request, who, asked)
    except Invalid as refusal:
        return page(
            request, "statistics/holding.html", refusal=refusal, typed_query=asked, report=None, chosen=None, **options
        )
    return page(
        request,
        "statistics/holding.html",
        chosen=chosen,
        typed_query=chosen.typed,
        report=found,
        lines=lines[:MOST_HOLDERS],
        more_lines=max(0, len(lines) - MOST_HOLDERS),
        happenings=[(HAPPENINGS[one], found.happened[one], chosen.with_it(one)) for one in Happening],
        definitions=[one for one in DEFINITIONS if one.key in {"bal", "oordeel", "peildatum", *OwnClock, *Happening}],
        definition_version=DEFINITION_VERSION,
        files=sheet_links(lambda end: chosen.address(f"/statistieken/bal{end}")),
        own_lines=own_lines(wording_of(request), found, chosen),
        own_files=sheet_links(lambda end: chosen.address(f"/statistieken/klokken{end}")),
        figures_href=chosen.address(),
        **options,
    )


@router.get("/klokken.{kind}")
def own_file(request: Request, who: Reader, asked: Query, kind: SheetKind) -> Response:
    """How long VNG itself takes, for a spreadsheet program."""
    chosen, found, _lines = _read(request, who, asked)
    return sheet_answer(kind, f"klokken-{chosen.selection.as_of}", own_sheet(wording_of(request), found))


@router.get("/bal.{kind}")
def as_file(request: Request, who: Reader, asked: Query, kind: SheetKind) -> Response:
    """Days by holder, and (but for CSV) what waits too long for VNG, for a spreadsheet program."""
    name, sheets = _sheets(request, who, asked)
    return sheet_answer(kind, name, *sheets)


def _read(request: Request, who: Actor, asked: Asked) -> tuple[Chosen, HeldReport, Sequence[HolderLine]]:
    office = office_of(request)
    with office.db.reading() as session:
        chosen = read(session, asked, office.today())
        found = held(session, who, chosen.selection, office.today(), as_now=chosen.as_now)
        names = {one.id: one.display for one in ministry_names(session)}
    return chosen, found, holder_lines(wording_of(request), found, names, office.settings.organisation)


def holder_lines(words: Wording, found: HeldReport, names: Mapping[int, str], vng: str) -> list[HolderLine]:
    """The holders by role and name; `names` are those of ministries by id."""
    most = max((one.days for one in found.holders), default=0) or 1
    lines = [_line(words, one, names.get(one.ministry_id or 0), vng, most) for one in found.holders]
    kinds = list(ROLES)
    return sorted(lines, key=lambda one: (kinds.index(one.held.holder), one.name.casefold()))


def _line(words: Wording, one: Held, ministry: str | None, vng: str, most: int) -> HolderLine:
    if one.holder is HolderKind.VNG:
        name = vng
    elif one.holder is HolderKind.CENTRE:
        name = "AZ"
    else:
        name = ministry or words.text(mark("andere ministeries"))
    return HolderLine(name, words.text(ROLES[one.holder]), one, round(100 * one.days / most, 1))


def _sheets(request: Request, who: Actor, asked: Asked) -> tuple[str, tuple[Sheet, ...]]:
    office, words = office_of(request), wording_of(request)
    chosen, found, lines = _read(request, who, asked)
    as_of = chosen.selection.as_of
    rows: list[list[Cell]] = [
        [one.name, one.role, one.held.days, one.held.questions, one.held.average, as_of, DEFINITION_VERSION]
        for one in lines
    ]
    waiting: list[list[Cell]] = [
        [one.number, one.title, one.owner, one.since, f"{office.settings.base_url}/vragen/{one.id}"]
        for one in found.verdicts.listed
    ]
    days = Sheet(words.text(mark("Wie had de bal")), [words.text(heading) for heading in HEADINGS], rows)
    unjudged = Sheet(words.text(mark("Wacht op oordeel")), [words.text(heading) for heading in UNJUDGED], waiting)
    return f"bal-{as_of}", (days, unjudged, own_sheet(words, found))
