"""Days with the ball by API, and the answers that wait for VNG's verdict."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from app.api.bodies import ACCEPTABLE
from app.api.reads import dossier_asked, ministry_asked, ministry_codes
from app.api.shapes import Shape
from app.api.tokens import needs, office_of
from app.api.typed import Asked, Day, Name
from app.domain.actors import Actor
from app.domain.permissions import Task
from app.domain.questions import HolderKind
from app.domain.statistics import Selection
from app.usecases.statistics import held

router = APIRouter(tags=["statistieken"], dependencies=[ACCEPTABLE])


class HoldingAsked(Asked):
    """Of which questions."""

    as_of: Day | None = Field(None, alias="opDatum", description="Wat tot en met deze dag gebeurde. Leeg: vandaag.")
    asked_from: Day | None = Field(None, alias="van", description="Gesteld vanaf deze dag. Leeg: vanaf de eerste.")
    asked_until: Day | None = Field(None, alias="tot", description="Gesteld tot en met deze dag. Leeg: `opDatum`.")
    owner: Name | None = Field(None, alias="eigenaar", description="Code van een ministerie: eigenaar op `opDatum`.")
    dossier: Name | None = Field(None, description="Code of naam van een dossier.")


class HolderShape(Shape, title="HouderMetDagen"):
    """One holder: calendar days, summed over all rounds of the questions."""

    kind: HolderKind = Field(alias="soort")
    ministry: str | None = Field(alias="ministerie", description="null: de VNG, AZ, of meer ministeries tegelijk.")
    days: int = Field(alias="dagen")
    questions: int = Field(alias="vragen")
    average: float | None = Field(alias="dagenPerVraag", description="null bij minder dan 5 vragen.")


class UnjudgedShape(Shape, title="WachtOpOordeel"):
    """A question whose answer waits too long for VNG."""

    id: int
    number: str = Field(alias="nummer", examples=["2026-118.3"])
    since: date = Field(alias="sinds")


class HoldingShape(Shape, title="WieHadDeBal"):
    """Days with the ball, and VNG's own clock."""

    as_of: date = Field(alias="opDatum")
    asked_from: date | None = Field(alias="van")
    asked_until: date = Field(alias="tot")
    definition_version: int = Field(alias="definitieVersie")
    holders: list[HolderShape] = Field(alias="houders")
    waiting: int = Field(alias="wachtOpOordeel")
    late: int = Field(alias="langerDan15Werkdagen")
    listed: list[UnjudgedShape] = Field(alias="teLangOpOordeel", description="Hooguit 50, de langst wachtende eerst.")


@router.get("/statistieken/bal", summary="Hoeveel dagen ieder aan zet was, en wat op het oordeel van de VNG wacht")
def read_holding(
    request: Request, who: Annotated[Actor, needs(Task.READ_FIGURES)], asked: Annotated[HoldingAsked, Query()]
) -> HoldingShape:
    """Without commitments; people at a ministry see the questions of their own."""
    office = office_of(request)
    as_of = asked.as_of or office.today()
    with office.db.reading() as session:
        selection = Selection(
            as_of,
            asked.asked_from,
            asked.asked_until,
            owner_id=ministry_asked(session, asked.owner, office.today()),
            dossier_id=dossier_asked(session, asked.dossier),
        )
        found = held(session, who, selection, office.today())
        codes = ministry_codes(session)
    kinds = list(HolderKind)
    return HoldingShape(
        as_of=as_of,
        asked_from=asked.asked_from,
        asked_until=asked.asked_until or as_of,
        definition_version=found.definition_version,
        holders=[
            HolderShape(
                kind=one.holder,
                ministry=codes.get(one.ministry_id),
                days=one.days,
                questions=one.questions,
                average=one.average,
            )
            for one in sorted(found.holders, key=lambda one: (kinds.index(one.holder), codes.get(one.ministry_id, "")))
        ],
        waiting=found.verdicts.waiting,
        late=found.verdicts.late,
        listed=[UnjudgedShape(id=one.id, number=one.number, since=one.since) for one in found.verdicts.listed],
    )
