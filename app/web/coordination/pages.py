"""Ministries beside dossiers, one dossier in full, both as files, and the list to print for the meeting."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.permissions import Role, Task, may
from app.domain.questions import Act, State
from app.routes import Router
from app.store.lists.coordination import for_meeting, scope_of, undecided
from app.store.lists.question_lists import QuestionFilter
from app.web.coordination.coordination_files import dossier_sheet, matrix_sheet
from app.web.coordination.dossier_view import (
    MOST_PRINTED,
    Asked,
    Told,
    all_told,
    by_dossier,
    dossier_page,
    find_dossier,
)
from app.web.coordination.matrix_view import matrix_view
from app.web.frame.policy import needs
from app.web.frame.render import page, wording_of
from app.web.frame.sessions import office_of
from app.web.frame.spreadsheets import Sheet, SheetKind, sheet_answer, sheet_links
from app.web.questions.question_table import address

router = Router()
Reader = Annotated[Actor, needs(Task.READ_COORDINATION)]
Query = Annotated[Asked, Depends()]


@router.get("/samenhang")
def overview(request: Request, who: Reader, afdruk: str = "") -> Response:
    """What waits for a decision, and the matrix; or, to print, what there is to talk about."""
    if afdruk:
        return _agenda(request, who)
    office, own = office_of(request), scope_of(who)
    with office.db.reading() as session:
        view = matrix_view(session, who, own, office.today())
        waiting = undecided(session, who, own, office.today())
    return page(
        request,
        "coordination/matrix.html",
        view=view,
        undecided=waiting,
        decides=Role.REGIE in who.roles,
        assigns=may(who.roles, Act.ASSIGN),
        overrules=may(who.roles, Act.OVERRULE),
        files=sheet_links(lambda end: f"/samenhang{end}"),
    )


@router.get("/samenhang.{kind}")
def as_file(request: Request, who: Reader, kind: SheetKind) -> Response:
    """The matrix for a spreadsheet program, a line for each cell."""
    return sheet_answer(kind, f"samenhang-{office_of(request).today()}", _matrix_sheet(request, who))


# Before the page: it would take these addresses for dossiers.
@router.get("/samenhang/{slug}.{kind}")
def dossier_as_file(request: Request, who: Reader, slug: str, asked: Query, kind: SheetKind) -> Response:
    """The questions of a dossier, all of its pages, for a spreadsheet program."""
    with office_of(request).db.reading() as session:
        sheet = _dossier_sheet(request, session, who, slug, asked)
        return sheet_answer(kind, f"{slug}-{office_of(request).today()}", sheet)


@router.get("/samenhang/{slug}")
def dossier(request: Request, who: Reader, slug: str, asked: Query, na: str = "", afdruk: str = "") -> Response:
    """Every question of a dossier, the worst first; or the same list to print."""
    office, words = office_of(request), wording_of(request)
    today, vng = office.today(), office.settings.organisation
    own, here = scope_of(who), f"/samenhang/{slug}"
    with office.db.reading() as session:
        found = find_dossier(session, who, own, slug, asked, today)
        if afdruk:
            lines = list(islice(_all(request, session, who, found.wanted), MOST_PRINTED + 1))
            return _printed(request, lines, found.group.name, address(here, **asdict(asked)))
        listed = dossier_page(words, session, who, found.wanted, today, vng, na)
    return page(
        request,
        "coordination/dossier.html",
        dossier=found,
        found=listed,
        sees_all=own is None,
        states=[state for state in State if state is not State.DRAFT],
        here=here,
        print_href=address(here, **asdict(asked), afdruk="ja"),
        next_href=address(here, **asdict(asked), na=listed.next) if listed.next else None,
        files=sheet_links(lambda end: address(f"{here}{end}", **asdict(asked))),
    )


def _agenda(request: Request, who: Actor) -> Response:
    office = office_of(request)
    with office.db.reading() as session:
        wanted = QuestionFilter((for_meeting(session, office.today()),), owner_id=scope_of(who))
        lines = list(islice(_all(request, session, who, wanted), MOST_PRINTED + 1))
    return _printed(request, lines, None, "/samenhang")


def _printed(request: Request, lines: Sequence[Told], dossier_name: str | None, back: str) -> Response:
    return page(
        request,
        "coordination/meeting.html",
        groups=by_dossier(lines[:MOST_PRINTED]),
        count=min(len(lines), MOST_PRINTED),
        more=len(lines) > MOST_PRINTED,
        dossier_name=dossier_name,
        back=back,
    )


def _matrix_sheet(request: Request, who: Actor) -> Sheet:
    with office_of(request).db.reading() as session:
        view = matrix_view(session, who, scope_of(who), office_of(request).today())
    return matrix_sheet(wording_of(request), view)


def _dossier_sheet(request: Request, session: Session, who: Actor, slug: str, asked: Asked) -> Sheet:
    office = office_of(request)
    found = find_dossier(session, who, scope_of(who), slug, asked, office.today())
    return dossier_sheet(wording_of(request), _all(request, session, who, found.wanted), office.settings.base_url)


def _all(request: Request, session: Session, who: Actor, wanted: QuestionFilter) -> Iterator[Told]:
    office = office_of(request)
    return all_told(wording_of(request), session, who, wanted, office.today(), office.settings.organisation)
