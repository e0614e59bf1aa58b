"""Coordination by API: ministries beside dossiers, and the questions of one dossier."""

from datetime import date
from typing import Annotated

from fastapi import Path, Query, Request
from pydantic import Field
from sqlalchemy.orm import Session

from app.api.addresses import following
from app.api.bodies import ACCEPTABLE
from app.api.problems import words_for
from app.api.reads import ministry_asked, question_shapes
from app.api.shapes import QuestionShape, Shape
from app.api.tokens import needs, office_of
from app.api.typed import LONGEST_MARK, Asked, Name
from app.domain.actors import Actor
from app.domain.coordination import Counts, Matrix
from app.domain.errors import NotFound, mark
from app.domain.permissions import Task
from app.domain.questions import CLIMBING_STATES, OPEN_STATES
from app.domain.statistics import NO_DOSSIER, NO_DOSSIER_ID, Grouping
from app.domain.terms import days_late
from app.routes import Router
from app.store.figures.groups import Group, name_groups
from app.store.lists.concurrences import objected
from app.store.lists.coordination import matrix, scope_of
from app.store.lists.question_lists import QuestionFilter, question_rows
from app.store.ministries import dossier_list
from app.wording import Wording

router = Router(tags=["samenhang"], dependencies=[ACCEPTABLE])
Reader = Annotated[Actor, needs(Task.READ_COORDINATION)]


class CountsShape(Shape, title="Aantallen"):
    """Questions without an answer, and what is wrong with them."""

    open: int = Field(description="Nog geen antwoord.")
    late: int = Field(alias="teLaat")
    disputed: int = Field(alias="betwist")
    objected: int = Field(alias="bezwaar", description="Een ministerie maakt bezwaar tegen het concept.")


class MinistryCounts(CountsShape, title="AantallenMinisterie"):
    """Those of one ministry."""

    ministry: str = Field(alias="ministerie", description="Code van de eigenaar.")


class DossierCounts(CountsShape, title="AantallenDossier"):
    """Those of one dossier."""

    dossier: str = Field(description="Code van het dossier, of `geen`.")
    name: str = Field(alias="naam")


class CellCounts(MinistryCounts, title="AantallenVak"):
    """Those of one ministry in one dossier."""

    dossier: str = Field(description="Code van het dossier, of `geen`.")


class MatrixShape(Shape, title="Samenhang"):
    """Ministries beside dossiers. Only cells in which an answer is owed are told."""

    on: date = Field(alias="datum")
    total: CountsShape = Field(alias="samen")
    ministries: list[MinistryCounts] = Field(alias="ministeries")
    dossiers: list[DossierCounts]
    cells: list[CellCounts] = Field(alias="vakken")


class CoordinatedQuestion(QuestionShape, title="VraagInDossier"):
    """A question, for how long somebody has the ball, and how late it is."""

    held_days: int | None = Field(alias="dagenBijHouder")
    days_late: int = Field(alias="dagenTeLaat", description="Kalenderdagen; 0 als de klok stilstaat.")


class DossierInFull(DossierCounts, title="SamenhangDossier"):
    """A dossier with its questions, the longest late first."""

    on: date = Field(alias="datum")
    ministries: list[MinistryCounts] = Field(alias="ministeries")
    questions: list[CoordinatedQuestion] = Field(alias="vragen")
    following: str | None = Field(alias="volgende", description="Adres van de volgende bladzijde; null aan het eind.")


class DossierAsked(Asked):
    """Which questions of a dossier."""

    owner: Name | None = Field(None, alias="eigenaar", description="Code van een ministerie.")
    unanswered: bool = Field(False, alias="open", description="Alleen vragen zonder antwoord.")
    late: bool = Field(False, alias="teLaat", description="Alleen vragen die te laat zijn.")
    objected: bool = Field(False, alias="bezwaar", description="Alleen vragen waarbij bezwaar is.")
    after: str | None = Field(None, alias="na", max_length=LONGEST_MARK, description="Staat in `volgende`.")


@router.get("/samenhang", summary="Open, te laat, betwist en bezwaar, per ministerie en dossier")
def read_coordination(request: Request, who: Reader) -> MatrixShape:
    """Coordinators see their own ministry."""
    office, words = office_of(request), words_for(request)
    with office.db.reading() as session:
        found = matrix(session, who, scope_of(who), office.today())
        ministries = _ministries(session, found)
        dossiers = _dossiers(session, found)
    return MatrixShape(
        on=office.today(),
        total=CountsShape(**vars(found.total)),
        ministries=[_of_ministry(one, found.row(int(one.key))) for one in ministries],
        dossiers=[_of_dossier(words, one, found.column(one.id or NO_DOSSIER_ID)) for one in dossiers],
        cells=[
            CellCounts(ministry=ministry.code, dossier=dossier.code, **vars(counts))
            for ministry in ministries
            for dossier in dossiers
            if (counts := found.cell(int(ministry.key), dossier.id or NO_DOSSIER_ID)).open
        ],
    )


@router.get("/samenhang/{dossier}", summary="De vragen van een dossier, het langst te laat eerst")
def read_dossier(
    request: Request, who: Reader, slug: Annotated[str, Path(alias="dossier")], asked: Annotated[DossierAsked, Query()]
) -> DossierInFull:
    """What isn't settled; by its code, or `geen` for what belongs to no dossier."""
    office, words = office_of(request), words_for(request)
    today, own = office.today(), scope_of(who)
    with office.db.reading() as session:
        dossier = _dossier(session, slug)
        wanted = QuestionFilter(
            (objected(),) if asked.objected else (),
            owner_id=own or ministry_asked(session, asked.owner, today),
            states=CLIMBING_STATES if asked.unanswered else OPEN_STATES,
            late_on=today if asked.late else None,
            dossier_id=dossier.id or NO_DOSSIER_ID,
        )
        found = question_rows(session, who, wanted, today, after=asked.after, worst_first=True)
        shapes = question_shapes(session, [row.id for row in found.rows], today)
        counted = matrix(session, who, own, today)
        ministries = _ministries(session, counted)
    column = {one.key: counted.cell(int(one.key), wanted.dossier_id or NO_DOSSIER_ID) for one in ministries}
    return DossierInFull(
        **dict(_of_dossier(words, dossier, counted.column(wanted.dossier_id or NO_DOSSIER_ID))),
        on=today,
        ministries=[_of_ministry(one, column[one.key]) for one in ministries if column[one.key].open],
        questions=[_question(one, today) for one in shapes],
        following=following(request, f"/samenhang/{slug}", found.next),
    )


def _question(one: QuestionShape, today: date) -> CoordinatedQuestion:
    return CoordinatedQuestion(
        **dict(one),
        held_days=(today - one.holder.since).days if one.holder else None,
        days_late=days_late(one.due_on, today) if one.late else 0,
    )


def _dossier(session: Session, slug: str) -> Group:
    ids = {one.slug: str(one.id) for one in dossier_list(session)} | {NO_DOSSIER: NO_DOSSIER}
    if slug not in ids:
        raise NotFound("no-dossier", mark("Dit dossier bestaat niet. Kies er een op de pagina Samenhang."))
    return name_groups(session, Grouping.DOSSIER, [ids[slug]])[0]


def _ministries(session: Session, found: Matrix) -> list[Group]:
    return name_groups(session, Grouping.MINISTRY, map(str, found.ministries))


def _dossiers(session: Session, found: Matrix) -> list[Group]:
    return name_groups(session, Grouping.DOSSIER, (str(one) if one else NO_DOSSIER for one in found.dossiers))


def _of_ministry(one: Group, counts: Counts) -> MinistryCounts:
    return MinistryCounts(ministry=one.code, **vars(counts))


def _of_dossier(words: Wording, one: Group, counts: Counts) -> DossierCounts:
    return DossierCounts(dossier=one.code, name=words.text(one.name), **vars(counts))
