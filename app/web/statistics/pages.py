"""The figures: a page of them, the questions behind each, and the same numbers as files."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.definitions import DEFINITION_VERSION, DEFINITIONS
from app.domain.errors import Invalid, NotFound, mark
from app.domain.permissions import Task, may
from app.domain.statistics import NO_DOSSIER, Bucket, Grouping, standard_start
from app.store.figures.groups import TERM_NAMES
from app.store.lists.paging import PAGE_SIZE, read_mark, write_mark
from app.store.lists.question_lists import QuestionFilter, question_rows
from app.store.ministries import dossier_list, ministry_names
from app.usecases.statistics import behind, narrowed, report, trend
from app.web.frame.policy import needs
from app.web.frame.render import page, wording_of
from app.web.frame.sessions import office_of
from app.web.frame.spreadsheets import csv_answer, ods_answer
from app.web.questions.question_table import Listing, address, line, worst_of
from app.web.statistics.figure_query import EVERYTHING, Asked, Chosen, read
from app.web.statistics.figure_shapes import columns
from app.web.statistics.figure_sheets import figure_sheets
from app.web.statistics.figure_view import view_of
from app.web.statistics.figure_words import FigureWords

router = APIRouter()
Reader = Annotated[Actor, needs(Task.READ_FIGURES)]
Query = Annotated[Asked, Depends()]

GROUPINGS = {
    Grouping.MINISTRY: mark("Ministerie, zoals het toen heette"),
    Grouping.SUCCESSOR: mark("Ministerie, waar het nu ligt"),
    Grouping.DOSSIER: mark("Dossier"),
    Grouping.MONTH: mark("Maand"),
    Grouping.TERM: mark("Soort termijn"),
    Grouping.TOTAL: mark("Niet groeperen"),
}
COUNTS: dict[Bucket | None, str] = {
    None: mark("Gesteld"),
    Bucket.IN_TIME: mark("Op tijd beantwoord"),
    Bucket.LATE: mark("Te laat beantwoord"),
    Bucket.OPEN: mark("Open, binnen de termijn"),
    Bucket.OPEN_LATE: mark("Open, te laat"),
    Bucket.WITHDRAWN: mark("Ingetrokken"),
}


@router.get("/statistieken")
def figures_page(request: Request, who: Reader, asked: Query) -> Response:
    """The figures by group, with the curves, bars and definitions."""
    office, words = office_of(request), FigureWords(wording_of(request))
    with office.db.reading() as session:
        options = _options(session, who)
        try:
            chosen = read(session, asked, office.today())
            found = report(session, who, chosen.selection, chosen.grouping, office.today())
        except Invalid as refusal:
            return _refused(request, refusal, asked, options)
        weeks = _weeks(session, who, chosen)
    return page(
        request,
        "statistics/figures.html",
        chosen=chosen,
        typed_query=chosen.typed,
        report=found,
        view=view_of(words, found, chosen.behind),
        weeks=columns([(words.words.shortdate(week.sunday), week.open_late) for week in weeks]),
        definitions=DEFINITIONS,
        definition_version=DEFINITION_VERSION,
        files=[(kind, chosen.address(f"/statistieken.{kind.lower()}")) for kind in ("ODS", "CSV")],
        **options,
    )


@router.get("/statistieken/vragen")
def questions_behind(request: Request, who: Reader, asked: Query, telling: str = EVERYTHING, na: str = "") -> Response:
    """The questions behind one figure, the newest first."""
    office = office_of(request)
    if telling not in {EVERYTHING, *Bucket}:
        raise NotFound("no-figure", mark("Dit cijfer bestaat niet. Ga terug naar de statistieken."))
    bucket = None if telling == EVERYTHING else Bucket(telling)
    with office.db.reading() as session:
        chosen = read(session, asked, office.today())
        numbers = behind(session, who, chosen.selection, bucket, office.today())
        found = _listing(request, session, who, numbers, na)
        whose = {chosen.selection.owner_id, chosen.selection.heir_id} - {None}
        ministry = next((one.display for one in ministry_names(session) if one.id in whose), None)
        dossier = next((one.name for one in dossier_list(session) if one.id == chosen.selection.dossier_id), None)
    here = chosen.behind(bucket)
    return page(
        request,
        "statistics/questions.html",
        chosen=chosen,
        title=COUNTS[bucket],
        about=[part for part in (ministry, dossier) if part],
        found=found,
        back=chosen.address(),
        next_href=f"{here}&{address('', na=found.next)[1:]}" if found.next else None,
    )


@router.get("/statistieken.csv")
def as_csv(request: Request, who: Reader, asked: Query) -> Response:
    """The numbers of the page as CSV."""
    name, sheets = _sheets(request, who, asked)
    return csv_answer(name, sheets[0])


@router.get("/statistieken.ods")
def as_ods(request: Request, who: Reader, asked: Query) -> Response:
    """The numbers of the page, and how they are counted, as an OpenDocument spreadsheet."""
    name, sheets = _sheets(request, who, asked)
    return ods_answer(name, *sheets)


def _sheets(request: Request, who: Actor, asked: Asked) -> tuple[str, Any]:
    office = office_of(request)
    with office.db.reading() as session:
        chosen = read(session, asked, office.today())
        found = report(session, who, chosen.selection, chosen.grouping, office.today())
    return f"statistieken-{chosen.selection.as_of}", figure_sheets(FigureWords(wording_of(request)), found)


def _refused(request: Request, refusal: Invalid, asked: Asked, options: dict[str, Any]) -> Response:
    """The page without figures: what was typed, and what is wrong with it."""
    return page(
        request, "statistics/figures.html", refusal=refusal, chosen=None, typed_query=asked, view=None, **options
    )


def _options(session: Session, who: Actor) -> dict[str, Any]:
    """What the filters offer; people at a ministry see their own figures, and choose no other."""
    return {
        "groupings": GROUPINGS,
        "ministries": [(one.code, one.display) for one in ministry_names(session)]
        if may(who.roles, Task.READ_FIGURES)
        else [],
        "dossiers": [(one.slug, one.name) for one in dossier_list(session)],
        "no_dossier": NO_DOSSIER,
        "term_names": TERM_NAMES,
    }


def _weeks(session: Session, who: Actor, chosen: Chosen) -> Sequence[Any]:
    """The last Sundays, where they are kept for this selection: all questions, or those of one ministry."""
    selection = narrowed(who, chosen.selection)
    others = (selection.asked_until, selection.dossier_id, selection.term_kind, selection.heir_id)
    if selection.asked_from != standard_start(selection.as_of) or any(one is not None for one in others):
        return ()
    key = str(selection.owner_id) if selection.owner_id else Grouping.TOTAL.value
    return trend(session, selection.as_of, key)


def _listing(request: Request, session: Session, who: Actor, numbers: Sequence[int], na: str) -> Listing:
    """One page of the questions with these numbers, which stand newest first."""
    office, words = office_of(request), wording_of(request)
    last = read_mark(na, int)[0] if na else None
    later = [number for number in numbers if last is None or number < last]
    shown = frozenset(later[:PAGE_SIZE])
    wanted = QuestionFilter(among=shown)
    rows = question_rows(session, who, wanted, office.today(), newest_first=True).rows
    lines = [line(words, row, office.today(), office.settings.organisation) for row in rows]
    following = write_mark([later[PAGE_SIZE - 1]]) if len(later) > PAGE_SIZE else None
    return Listing(lines, worst_of(lines), len(numbers), words.number(len(numbers)), following)
