"""The figures: a page of them, the questions behind each, and the same numbers as files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.definitions import DEFINITION_VERSION, DEFINITIONS, VERSIONS
from app.domain.errors import Invalid, NotFound, mark
from app.domain.own_clocks import OwnClock
from app.domain.permissions import Task, may
from app.domain.statistics import NO_DOSSIER, Bucket, Grouping, Happening, standard_start
from app.routes import Router
from app.store.figures.groups import KIND_NAMES, TERM_NAMES
from app.store.lists.paging import PAGE_SIZE, read_mark, write_mark
from app.store.lists.question_lists import QuestionFilter, question_rows
from app.store.ministries import dossier_list, ministry_names
from app.usecases.statistics import Report, behind, narrowed, report, timed, trend, with_it
from app.web.frame.policy import needs
from app.web.frame.render import page, wording_of
from app.web.frame.sessions import office_of
from app.web.frame.spreadsheets import SheetKind, sheet_answer, sheet_links
from app.web.questions.question_table import Listing, address, line, worst_of
from app.web.statistics.figure_query import EVERYTHING, MOST_GROUPS, Asked, Chosen, read
from app.web.statistics.figure_shapes import columns
from app.web.statistics.figure_sheets import figure_sheets
from app.web.statistics.figure_view import view_of
from app.web.statistics.figure_words import HAPPENINGS, OWN_CLOCKS, FigureWords
from app.wording import Wording

router = Router()
Reader = Annotated[Actor, needs(Task.READ_FIGURES)]
Query = Annotated[Asked, Depends()]

GROUPINGS = {
    Grouping.MINISTRY: mark("Ministerie, zoals het toen heette"),
    Grouping.SUCCESSOR: mark("Ministerie, waar het nu ligt"),
    Grouping.DOSSIER: mark("Dossier"),
    Grouping.MONTH: mark("Maand"),
    Grouping.TERM: mark("Soort termijn"),
    Grouping.KIND: mark("Soort vraag"),
    Grouping.ROUND: mark("Ronde"),
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
LATER_ROUNDS = ("2", "3", "4", "5")


@router.get("/statistieken")
def figures_page(request: Request, who: Reader, asked: Query) -> Response:
    """The figures by group, with the curves, bars and definitions."""
    office, words = office_of(request), FigureWords(wording_of(request))
    with office.db.reading() as session:
        options = _options(session, who)
        try:
            chosen = read(session, asked, office.today())
            found = report(
                session,
                who,
                chosen.selection,
                chosen.grouping,
                office.today(),
                first=chosen.first,
                most=MOST_GROUPS,
            )
        except Invalid as refusal:
            return _refused(request, refusal, asked, options)
        weeks = _weeks(session, who, chosen)
    return page(
        request,
        "statistics/figures.html",
        chosen=chosen,
        typed_query=chosen.typed,
        report=found,
        view=view_of(words, found, chosen.behind, chosen.page_of),
        paging=paging_of(found, chosen),
        weeks=columns([(words.words.shortdate(week.sunday), week.open_late) for week in weeks]),
        definitions=DEFINITIONS,
        definition_version=DEFINITION_VERSION,
        files=sheet_links(lambda end: chosen.address(f"/statistieken{end}")),
        **options,
    )


@router.get("/statistieken/definities")
def definitions_page(request: Request, _who: Reader) -> Response:
    """How each figure is counted, and what changed in that from version to version."""
    return page(
        request,
        "statistics/definitions.html",
        definitions=DEFINITIONS,
        definition_version=DEFINITION_VERSION,
        versions=VERSIONS[::-1],
    )


@router.get("/statistieken/vragen")
def questions_behind(request: Request, who: Reader, asked: Query, telling: str = EVERYTHING, na: str = "") -> Response:
    """The questions behind one figure, the newest first."""
    office, words = office_of(request), wording_of(request)
    if telling not in {EVERYTHING, *Bucket, *Happening, *OwnClock}:
        raise NotFound("no-figure", mark("Dit cijfer bestaat niet. Ga terug naar de statistieken."))
    happening = Happening(telling) if telling in set(Happening) else None
    clock = OwnClock(telling) if telling in set(OwnClock) else None
    bucket = Bucket(telling) if telling in set(Bucket) else None
    with office.db.reading() as session:
        chosen = read(session, asked, office.today())
        if happening:
            numbers = with_it(session, who, chosen.selection, happening, office.today())
        elif clock:
            numbers = timed(session, who, chosen.selection, clock, office.today())
        else:
            numbers = behind(session, who, chosen.selection, bucket, office.today())
        found = _listing(request, session, who, numbers, na)
        whose = {chosen.selection.owner_id, chosen.selection.heir_id} - {None}
        ministry = next((one.display for one in ministry_names(session) if one.id in whose), None)
        dossier = next((one.name for one in dossier_list(session) if one.id == chosen.selection.dossier_id), None)
    on_the_way = happening or clock
    here = chosen.with_it(on_the_way) if on_the_way else chosen.behind(bucket)
    return page(
        request,
        "statistics/questions.html",
        chosen=chosen,
        title=HAPPENINGS[happening] if happening else OWN_CLOCKS[clock] if clock else COUNTS[bucket],
        about=[part for part in (ministry, dossier, *_narrower(words, chosen)) if part],
        found=found,
        back=chosen.address("/statistieken/bal" if on_the_way else "/statistieken"),
        on_the_way=on_the_way,
        next_href=f"{here}&{address('', na=found.next)[1:]}" if found.next else None,
    )


@router.get("/statistieken.{kind}")
def as_file(request: Request, who: Reader, asked: Query, kind: SheetKind) -> Response:
    """The numbers of the page, and (but for CSV) how they are counted, for a spreadsheet program."""
    name, sheets = _sheets(request, who, asked)
    return sheet_answer(kind, name, *sheets)


def _narrower(words: Wording, chosen: Chosen) -> Iterator[str]:
    """The kind and the round of the questions, where they were chosen."""
    if chosen.selection.kind:
        yield words.text(KIND_NAMES[chosen.selection.kind])
    if chosen.selection.round:
        yield words.text(mark("Ronde {n}"), n=chosen.selection.round)


@dataclass(frozen=True)
class Paging:
    """Which groups are shown, of how many; addresses are empty where there is nothing more."""

    first: int
    last: int
    of: int
    next: str
    previous: str


def paging_of(found: Report, chosen: Chosen) -> Paging | None:
    """Where the page stands among the groups; None where all of them are on it."""
    last, number = found.first + len(found.groups), found.first // MOST_GROUPS + 1
    if len(found.groups) == found.all_groups:
        return None
    following = chosen.page(number + 1) if last < found.all_groups else ""
    return Paging(found.first + 1, last, found.all_groups, following, chosen.page(number - 1) if found.first else "")


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
        "kind_names": KIND_NAMES,
        "later_rounds": LATER_ROUNDS,
    }


def _weeks(session: Session, who: Actor, chosen: Chosen) -> Sequence[Any]:
    """The last Sundays, where they are kept for this selection: all questions, or those of one ministry."""
    selection = narrowed(who, chosen.selection)
    whose = (selection.dossier_id, selection.heir_id)
    others = (*whose, selection.asked_until, selection.term_kind, selection.kind, selection.round)
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
    rows = question_rows(session, who, wanted, office.today(), order="nieuw").rows
    lines = [line(words, row, office.today(), office.settings.organisation) for row in rows]
    following = write_mark([later[PAGE_SIZE - 1]]) if len(later) > PAGE_SIZE else None
    return Listing(lines, worst_of(lines), len(numbers), words.number(len(numbers)), following)
