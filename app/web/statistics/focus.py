"""The figures of one ministry, dossier or month, on a page that prints well and as a text document."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.definitions import DEFINITION_VERSION, DEFINITIONS
from app.domain.errors import Invalid, NotFound, mark
from app.domain.periods import Length, Period, period_of
from app.domain.permissions import Task
from app.domain.statistics import Grouping, Happening
from app.routes import Router
from app.store.figures.groups import Group
from app.store.ministries import dossier_list, ministry_names
from app.web.frame.policy import needs
from app.web.frame.render import page, wording_of
from app.web.frame.sessions import office_of
from app.web.frame.spreadsheets import sheet_links
from app.web.frame.texts import odt_answer
from app.web.statistics.figure_query import Asked
from app.web.statistics.figure_words import HAPPENINGS, FigureWords
from app.web.statistics.focus_text import focus_parts
from app.web.statistics.focus_view import Subject, focus_on
from app.web.statistics.holding import WHERE

router = Router(prefix="/statistieken")
Reader = Annotated[Actor, needs(Task.READ_FIGURES)]
Query = Annotated[Asked, Depends()]


@router.get("/ministerie/{code}.odt")
def ministry_text(request: Request, who: Reader, asked: Query, code: str) -> Response:
    """The report about a ministry as an OpenDocument text."""
    return _as_text(request, who, _ministry(request, asked, code))


@router.get("/ministerie/{code}")
def ministry_page(request: Request, who: Reader, asked: Query, code: str) -> Response:
    """The report about a ministry: by dossier and by month."""
    return _as_page(request, who, _ministry(request, asked, code))


@router.get("/dossier/{slug}.odt")
def dossier_text(request: Request, who: Reader, asked: Query, slug: str) -> Response:
    """The report about a dossier as an OpenDocument text."""
    return _as_text(request, who, _dossier(request, asked, slug))


@router.get("/dossier/{slug}")
def dossier_page(request: Request, who: Reader, asked: Query, slug: str) -> Response:
    """The report about a dossier: by ministry and by month."""
    return _as_page(request, who, _dossier(request, asked, slug))


@router.get("/maand/{month}.odt")
def month_text(request: Request, who: Reader, asked: Query, month: str) -> Response:
    """The report about a month as an OpenDocument text."""
    return _as_text(request, who, _month(request, asked, month))


@router.get("/maand/{month}")
def month_page(request: Request, who: Reader, asked: Query, month: str) -> Response:
    """The report about what was asked in a month: by ministry and by dossier."""
    return _as_page(request, who, _month(request, asked, month))


def _ministry(request: Request, asked: Asked, code: str) -> Subject:
    with office_of(request).db.reading() as session:
        found = next((one for one in ministry_names(session) if one.code == code), None)
    if found is None:
        raise NotFound("unknown-ministry", mark("Dit ministerie is er niet. Kies een ministerie bij Statistieken."))
    group = Group(str(found.id), found.code, found.display, found.id)
    parts = Grouping.DOSSIER, Grouping.MONTH
    return Subject(
        Grouping.MINISTRY, group, found.display, f"ministerie/{code}", replace(asked, ministerie=code), parts
    )


def _dossier(request: Request, asked: Asked, slug: str) -> Subject:
    with office_of(request).db.reading() as session:
        found = next((one for one in dossier_list(session) if one.slug == slug), None)
    if found is None:
        raise NotFound("unknown-dossier", mark("Dit dossier is er niet. Kies een dossier bij Statistieken."))
    group = Group(str(found.id), found.slug, found.name, found.id)
    return Subject(
        Grouping.DOSSIER,
        group,
        found.name,
        f"dossier/{slug}",
        replace(asked, dossier=slug),
        (_owners(asked), Grouping.MONTH),
    )


def _month(request: Request, asked: Asked, word: str) -> Subject:
    try:
        month = period_of(word)
    except Invalid:
        month = None
    if month is None or month.length is not Length.MONTH or month.first > office_of(request).today():
        sentence = mark("Deze maand is er niet. Kies een maand die begonnen is, zoals 2026-10.")
        raise NotFound("unknown-month", sentence)
    during = replace(asked, van=month.first.isoformat(), tot=month.last.isoformat())
    title = FigureWords(wording_of(request)).month(month.word)
    group = Group(month.word, month.word, "")
    parts = _owners(asked), Grouping.DOSSIER
    return Subject(Grouping.MONTH, group, title.capitalize(), f"maand/{month.word}", during, parts, month)


def _owners(asked: Asked) -> Grouping:
    return Grouping.SUCCESSOR if asked.ligt else Grouping.MINISTRY


def _as_page(request: Request, who: Actor, subject: Subject) -> Response:
    common: dict[str, Any] = {
        "subject": subject,
        "where": WHERE,
        "months": _beside(request, subject.month),
        "own_path": f"/statistieken/{subject.path}",
    }
    try:
        found = focus_on(office_of(request), wording_of(request), who, subject)
    except Invalid as refusal:
        asked = subject.asked
        return page(request, "statistics/focus.html", refusal=refusal, typed_query=asked, focus=None, **common)
    chosen = found.chosen
    return page(
        request,
        "statistics/focus.html",
        focus=found,
        chosen=chosen,
        typed_query=chosen.typed,
        happenings=[(HAPPENINGS[one], found.held.happened[one], chosen.with_it(one)) for one in Happening],
        text_href=chosen.address(f"/statistieken/{subject.path}.odt"),
        files=sheet_links(lambda end: chosen.address(f"/statistieken{end}")),
        definitions=DEFINITIONS,
        definition_version=DEFINITION_VERSION,
        **common,
    )


def _as_text(request: Request, who: Actor, subject: Subject) -> Response:
    words = wording_of(request)
    found = focus_on(office_of(request), wording_of(request), who, subject)
    title = words.text(mark("Cijfers: {what}"), what=subject.title)
    parts = list(focus_parts(FigureWords(words), title, found, office_of(request).today()))
    name = subject.path.replace("/", "-")
    return odt_answer(f"cijfers-{_plain(name)}-{found.chosen.selection.as_of}", title, words.language, parts)


def _plain(name: str) -> str:
    """A name for a file: nothing in it that a header or a disk could take amiss."""
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_") else "-" for sign in name)


def _beside(request: Request, month: Period | None) -> Mapping[str, str]:
    """The addresses of the month before and the one after, where they have begun."""
    if month is None:
        return {}
    number = month.first.year * 12 + month.first.month - 1
    found = {"previous": "", "next": ""}
    for name, other in (("previous", number - 1), ("next", number + 1)):
        word = f"{other // 12:04}-{other % 12 + 1:02}"
        try:
            if period_of(word).first <= office_of(request).today():
                found[name] = f"/statistieken/maand/{word}"
        except Invalid:
            continue
    return found
