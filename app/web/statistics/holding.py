"""Who had the ball for how many days, and VNG's own clock: a page, and the same numbers as files."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.definitions import DEFINITION_VERSION, DEFINITIONS
from app.domain.errors import Invalid, mark
from app.domain.holding import Held
from app.domain.permissions import Task, may
from app.domain.questions import HolderKind
from app.domain.statistics import NO_DOSSIER
from app.store.figures.groups import TERM_NAMES
from app.store.ministries import dossier_list, ministry_names
from app.usecases.statistics import HeldReport, held
from app.web.frame.policy import needs
from app.web.frame.render import page, wording_of
from app.web.frame.sessions import office_of
from app.web.frame.spreadsheets import Cell, Sheet, csv_answer, ods_answer
from app.web.statistics.figure_query import Asked, Chosen, read
from app.wording import Wording

router = APIRouter(prefix="/statistieken")
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
        lines=lines,
        definitions=[one for one in DEFINITIONS if one.key in {"bal", "oordeel", "peildatum"}],
        definition_version=DEFINITION_VERSION,
        files=[(kind, chosen.address(f"/statistieken/bal.{kind.lower()}")) for kind in ("ODS", "CSV")],
        figures_href=chosen.address(),
        **options,
    )


@router.get("/bal.csv")
def as_csv(request: Request, who: Reader, asked: Query) -> Response:
    """Days by holder as CSV."""
    name, sheets = _sheets(request, who, asked)
    return csv_answer(name, sheets[0])


@router.get("/bal.ods")
def as_ods(request: Request, who: Reader, asked: Query) -> Response:
    """Days by holder, and what waits too long for VNG, as an OpenDocument spreadsheet."""
    name, sheets = _sheets(request, who, asked)
    return ods_answer(name, *sheets)


def _read(request: Request, who: Actor, asked: Asked) -> tuple[Chosen, HeldReport, Sequence[HolderLine]]:
    office, words = office_of(request), wording_of(request)
    with office.db.reading() as session:
        chosen = read(session, asked, office.today())
        found = held(session, who, chosen.selection, office.today())
        names = {one.id: one.display for one in ministry_names(session)}
    most = max((one.days for one in found.holders), default=0) or 1
    vng = office.settings.organisation
    lines = [_line(words, one, names.get(one.ministry_id or 0), vng, most) for one in found.holders]
    kinds = list(ROLES)
    return chosen, found, sorted(lines, key=lambda one: (kinds.index(one.held.holder), one.name.casefold()))


def _line(words: Wording, one: Held, ministry: str | None, vng: str, most: int) -> HolderLine:
    if one.holder is HolderKind.VNG:
        name = vng
    elif one.holder is HolderKind.CENTRE:
        name = "AZ"
    else:
        name = ministry or words.text(mark("andere ministeries"))
    return HolderLine(name, words.text(ROLES[one.holder]), one, round(100 * one.days / most, 1))


def _sheets(request: Request, who: Actor, asked: Asked) -> tuple[str, tuple[Sheet, Sheet]]:
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
    own = Sheet(words.text(mark("Wacht op oordeel")), [words.text(heading) for heading in UNJUDGED], waiting)
    return f"bal-{as_of}", (days, own)
