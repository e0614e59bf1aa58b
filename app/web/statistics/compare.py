"""Two or three ministries, or periods, side by side: by name or in time, never ranked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.definitions import DEFINITION_VERSION, DEFINITIONS
from app.domain.errors import Invalid, mark
from app.domain.periods import Length, Period, period_of, recent
from app.domain.permissions import Task, may
from app.domain.statistics import Bucket, Grouping, Selection, figures
from app.routes import Router
from app.store.figures.groups import Group
from app.store.ministries import dossier_list, ministry_names
from app.usecases.statistics import GroupFigures, Report, report
from app.web.frame.policy import needs
from app.web.frame.render import page, wording_of
from app.web.frame.sessions import office_of
from app.web.statistics.figure_query import Asked, Chosen, read
from app.web.statistics.figure_view import View, view_of
from app.web.statistics.figure_words import FigureWords
from app.web.statistics.holding import WHERE

router = Router(prefix="/statistieken")
Reader = Annotated[Actor, needs(Task.READ_FIGURES)]
FEWEST_SIDES, MOST_SIDES, MOST_SHOWN = 2, 3, 8


@dataclass(frozen=True)
class Sides:
    """What to put side by side, as typed: ministries by code, or periods by word. Empty fields don't count."""

    ministerie: Annotated[list[str], Query(default_factory=list)]
    periode: Annotated[list[str], Query(default_factory=list)]
    peildatum: str = ""
    van: str | None = None
    tot: str = ""
    ligt: str = ""
    dossier: str = ""

    @property
    def ministries(self) -> list[str]:
        """The codes, each once."""
        return [one for one in dict.fromkeys(self.ministerie) if one]

    @property
    def periods(self) -> list[str]:
        """The words, each once."""
        return [one for one in dict.fromkeys(self.periode) if one]

    @property
    def fields(self) -> Mapping[str, Sequence[str]]:
        """What the two forms show: `ministries` and `of` in the one, `periods` and `whose` in the other."""
        room, in_time = [""] * MOST_SIDES, len(self.periods) > 1
        return {
            "ministries": room if in_time else _padded(self.ministries),
            "of": "" if in_time else "".join(self.periods),
            "periods": _padded(self.periods) if in_time else room,
            "whose": "".join(self.ministries[:1]) if in_time else "",
        }

    @property
    def asked(self) -> Asked:
        """The rest of the address, as the page of figures reads it."""
        return Asked(peildatum=self.peildatum, van=self.van, tot=self.tot, ligt=self.ligt, dossier=self.dossier)


@dataclass(frozen=True)
class Compared:
    """The sides with their figures: as curves and bars in `view`, whose rows are the columns of the table."""

    selection: Selection
    view: View
    of_all: bool


@router.get("/vergelijken")
def compare_page(request: Request, who: Reader, sides: Annotated[Sides, Depends()]) -> Response:
    """The form, and below it what was chosen side by side."""
    office = office_of(request)
    options = _options(request, who)
    if not sides.ministries and not sides.periods:
        return page(request, "statistics/compare.html", sides=sides, compared=None, **options)
    try:
        with office.db.reading() as session:
            compared = _compared(session, FigureWords(wording_of(request)), who, sides, office.today())
    except Invalid as refusal:
        return page(request, "statistics/compare.html", refusal=refusal, sides=sides, compared=None, **options)
    return page(
        request,
        "statistics/compare.html",
        sides=sides,
        compared=compared,
        definitions=DEFINITIONS,
        definition_version=DEFINITION_VERSION,
        **options,
    )


def _compared(session: Session, words: FigureWords, who: Actor, sides: Sides, today: date) -> Compared:
    if sides.ministries and sides.periods and len(sides.periods) > 1 and len(sides.ministries) > 1:
        sentence = mark("Vergelijk ministeries of perioden, niet allebei. Maak een van de twee rijen leeg.")
        raise Invalid("two-comparisons", sentence, field="ministerie-1")
    if len(sides.periods) > 1:
        return _periods(session, words, who, sides, today)
    return _ministries(session, words, who, sides, today)


def _ministries(session: Session, words: FigureWords, who: Actor, sides: Sides, today: date) -> Compared:
    """Ministries by name, over one period: the usual one, or the one chosen."""
    _check_number(sides.ministries, "ministerie")
    asked = sides.asked
    if sides.periods:
        asked = _during(asked, period_of(sides.periods[0]))
    known = {one.code: one for one in ministry_names(session)}
    unknown = next((code for code in sides.ministries if code not in known), None)
    if unknown is not None:
        sentence = mark("Dit ministerie is er niet. Kies een ministerie uit de lijst.")
        raise Invalid("unknown-ministry", sentence, field="ministerie-1")
    grouping = Grouping.SUCCESSOR if sides.ligt else Grouping.MINISTRY
    chosen = replace(read(session, replace(asked, ligt=""), today), grouping=grouping)
    found = report(session, who, chosen.selection, grouping, today)
    there = {one.group.code: one for one in found.groups}
    wanted = sorted((known[code] for code in sides.ministries), key=lambda one: (one.display.lower(), one.id))
    nothing = figures([], [])
    groups = [
        there.get(one.code) or GroupFigures(Group(str(one.id), one.code, one.display, one.id), nothing, None)
        for one in wanted
    ]
    view = view_of(words, replace(found, groups=groups), chosen.behind, chosen.page_of)
    return Compared(found.selection, view, of_all=may(who.roles, Task.READ_FIGURES))


def _periods(session: Session, words: FigureWords, who: Actor, sides: Sides, today: date) -> Compared:
    """Periods in time, of all questions or those of one ministry, as of the same day."""
    _check_number(sides.periods, "periode")
    periods = sorted((period_of(word) for word in sides.periods), key=lambda one: (one.first, one.last))
    asked = replace(sides.asked, ministerie=sides.ministries[0] if sides.ministries else "")
    by_word: dict[str, Chosen] = {}
    groups: list[GroupFigures] = []
    for one in periods:
        chosen = by_word[one.word] = read(session, _during(asked, one), today)
        total = report(session, who, chosen.selection, Grouping.TOTAL, today).total
        groups.append(GroupFigures(Group(one.word, one.word, named(words, one)), total, None))
    longest = max(groups, key=lambda one: one.figures.response.followed)

    def behind(bucket: Bucket | None, group: Group | None = None) -> str:
        return by_word[group.code if group else periods[0].word].behind(bucket)

    selection = by_word[periods[0].word].selection
    # Parted like ministries: each has a name of its own. The axis is that of the longest curve.
    shown = Report(selection, Grouping.MINISTRY, longest.figures, None, groups, 0, len(groups))
    return Compared(selection, replace(view_of(words, shown, behind), all_drawn=None), of_all=False)


def _padded(chosen: Sequence[str]) -> list[str]:
    """What was chosen, too much of it too (it is shown again), and empty fields up to as many as there may be."""
    return [*chosen, *[""] * (MOST_SIDES - len(chosen))][:MOST_SHOWN]


def _check_number(sides: Sequence[str], field: str) -> None:
    if not FEWEST_SIDES <= len(sides) <= MOST_SIDES:
        sentence = mark("Kies er twee of drie om te vergelijken.")
        raise Invalid("two-or-three", sentence, field=f"{field}-1")


def _during(asked: Asked, period: Period) -> Asked:
    return replace(asked, van=period.first.isoformat(), tot=period.last.isoformat())


def named(words: FigureWords, period: Period) -> str:
    """What a period is called: 2026, 3e kwartaal 2026, oktober 2026."""
    if period.length is Length.MONTH:
        return words.month(period.word)
    if period.length is Length.QUARTER:
        return words.words.text(mark("kwartaal {n} van {year}"), n=period.quarter, year=str(period.first.year))
    return str(period.first.year)


def _options(request: Request, who: Actor) -> Mapping[str, Any]:
    """What the form offers; people at a ministry compare periods of their own."""
    office, words = office_of(request), FigureWords(wording_of(request))
    with office.db.reading() as session:
        all_of_them = may(who.roles, Task.READ_FIGURES)
        ministries = [(one.code, one.display) for one in ministry_names(session)] if all_of_them else []
        dossiers = [(one.slug, one.name) for one in dossier_list(session)]
    return {
        "ministries": sorted(ministries, key=lambda one: one[1].lower()),
        "dossiers": dossiers,
        "periods": [(one.word, named(words, one)) for one in recent(office.today())],
        "where": WHERE,
    }
