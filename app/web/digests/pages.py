"""The weekly digests: a list of them, each as it was frozen, and whether it comes by mail."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.digests import KeyFigures, Week, figures_from
from app.domain.permissions import Task
from app.routes import Router
from app.store.access import require
from app.store.figures.digests import find_digest, recent, week_after, week_read
from app.web.digests.digest_files import digest_sheets
from app.web.frame.policy import needs
from app.web.frame.render import language_of, page, wording_of
from app.web.frame.sessions import office_of
from app.web.frame.spreadsheets import Sheet, SheetKind, sheet_answer, sheet_links

WORST = 5
"""How many of the longest late questions the start page of the leadership shows."""


@dataclass(frozen=True)
class TheWeek:
    """The last digest in one screen. `worst` are questions as they were frozen, the longest late first."""

    week: Week
    as_of: date
    headline: Mapping[str, Any]
    figures: KeyFigures
    before: KeyFigures | None
    worst: Sequence[Mapping[str, Any]]


router = Router(prefix="/overzichten")
Reader = Annotated[Actor, needs(Task.READ_DIGESTS)]
PAGE = 26


@router.get("")
def listing(request: Request, who: Reader, na: str = "") -> Response:
    """All digests, newest first, half a year to a page."""
    require(who, Task.READ_DIGESTS)
    with office_of(request).db.reading() as session:
        rows = recent(session, PAGE + 1, before=week_read(na) if na else None)
    shown = [(row, Week.parse(row.week), figures_from(row.figures)) for row in rows[:PAGE]]
    following = shown[-1][0].week if len(rows) > PAGE else None
    return page(request, "digests/list.html", shown=shown, following=following, first=not na)


@router.get("/{week}.{kind}")
def as_file(request: Request, who: Reader, week: str, kind: SheetKind) -> Response:
    """The lists of a digest, one line for each question in each list; but for CSV its figures and trend too."""
    name, sheets = _sheets(request, who, week)
    return sheet_answer(kind, name, *sheets)


def _sheets(request: Request, who: Actor, week: str) -> tuple[str, Sequence[Sheet]]:
    require(who, Task.READ_DIGESTS)
    office, wanted = office_of(request), Week.parse(week)
    with office.db.reading() as session:
        digest = find_digest(session, wanted)
    return f"weekoverzicht-{wanted}", digest_sheets(wording_of(request), digest, office.settings.base_url)


@router.get("/{week}")
def one_digest(request: Request, who: Reader, week: str) -> Response:
    """One digest, as it was frozen."""
    require(who, Task.READ_DIGESTS)
    wanted = Week.parse(week)
    with office_of(request).db.reading() as session:
        digest = find_digest(session, wanted)
        earlier = recent(session, 1, before=str(wanted))
        later = week_after(session, str(wanted))
    frozen = json.loads(digest.written)[language_of(request)]
    return page(
        request,
        "digests/digest.html",
        digest=digest,
        week=wanted,
        frozen=frozen,
        earlier=Week.parse(earlier[0].week) if earlier else None,
        later=Week.parse(later) if later else None,
        files=sheet_links(lambda end: f"/overzichten/{wanted}{end}"),
    )


def the_week(session: Session) -> TheWeek | None:
    """The last digest, for the leadership's start page; None before the first one."""
    newest = recent(session, 1)
    if not newest:
        return None
    digest = find_digest(session, Week.parse(newest[0].week))
    told = json.loads(digest.content)
    return TheWeek(
        week=Week.parse(digest.week),
        as_of=digest.as_of,
        headline=digest.headline,
        figures=figures_from(told["figures"]),
        before=figures_from(told["before"]) if told["before"] else None,
        worst=sorted(told["overdue"], key=lambda one: -one["days_late"])[:WORST],
    )
