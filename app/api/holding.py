"""Days with the ball by API, and the answers that wait for VNG's verdict."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import Query, Request
from pydantic import Field

from app.api.bodies import ACCEPTABLE
from app.api.reads import dossier_asked, ministry_asked, ministry_codes
from app.api.shapes import Shape
from app.api.tokens import needs, office_of
from app.api.typed import Asked, Day, Name
from app.domain.actors import Actor
from app.domain.own_clocks import OwnClock
from app.domain.permissions import Task
from app.domain.questions import HolderKind
from app.domain.statistics import Happening, Selection, enough
from app.domain.survival import MEDIAN, NINE_IN_TEN
from app.routes import Router
from app.usecases.statistics import HeldReport, held

router = Router(tags=["statistieken"], dependencies=[ACCEPTABLE])


class HoldingAsked(Asked):
    """Of which questions."""

    as_of: Day | None = Field(None, alias="opDatum", description="Wat tot en met deze dag gebeurde. Leeg: vandaag.")
    asked_from: Day | None = Field(None, alias="van", description="Gesteld vanaf deze dag. Leeg: vanaf de eerste.")
    asked_until: Day | None = Field(None, alias="tot", description="Gesteld tot en met deze dag. Leeg: `opDatum`.")
    owner: Name | None = Field(None, alias="eigenaar", description="Code van een ministerie: eigenaar op `opDatum`.")
    as_now: bool = Field(
        False,
        alias="ligtNu",
        description="Tel het werk van ministeries die zijn opgegaan in een ander bij wie het nu doet.",
    )
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


class HappenedShape(Shape, title="Onderweg"):
    """How often something happened between asking and answer, in all rounds, and to how many questions."""

    what: Happening = Field(alias="wat")
    times: int = Field(alias="keren")
    questions: int = Field(alias="vragen")


class OwnClockShape(Shape, title="KlokVanDeVng"):
    """How long VNG itself took for one thing, in calendar days."""

    what: OwnClock = Field(alias="wat")
    counted: int = Field(alias="aantal", description="`registreren`: brieven; anders antwoorden.")
    ended: int = Field(alias="klaar")
    median: int | None = Field(alias="mediaanDagen", description="null: niet bereikt, of minder dan 5.")
    nine_in_ten: int | None = Field(alias="p90Dagen", description="null: niet bereikt, of minder dan 5.")


class HoldingShape(Shape, title="WieHadDeBal"):
    """Days with the ball, and VNG's own clock."""

    as_of: date = Field(alias="opDatum")
    asked_from: date | None = Field(alias="van")
    asked_until: date = Field(alias="tot")
    definition_version: int = Field(alias="definitieVersie")
    holders: list[HolderShape] = Field(alias="houders")
    waiting: int = Field(alias="wachtOpOordeel")
    late: int = Field(alias="langerDan15Werkdagen")
    own: list[OwnClockShape] = Field(alias="klokkenVanDeVng")
    happened: list[HappenedShape] = Field(alias="onderweg")
    listed: list[UnjudgedShape] = Field(alias="teLangOpOordeel", description="Hooguit 50, de langst wachtende eerst.")


@router.get("/statistieken/bal", summary="Hoeveel dagen ieder aan zet was, en wat op het oordeel van de VNG wacht")
def read_holding(
    request: Request, who: Annotated[Actor, needs(Task.READ_FIGURES)], asked: Annotated[HoldingAsked, Query()]
) -> HoldingShape:
    """Without commitments; people at a ministry see the questions of their own."""
    office = office_of(request)
    as_of = asked.as_of or office.today()
    with office.db.reading() as session:
        ministry_id = ministry_asked(session, asked.owner, office.today())
        selection = Selection(
            as_of,
            asked.asked_from,
            asked.asked_until,
            owner_id=None if asked.as_now else ministry_id,
            heir_id=ministry_id if asked.as_now else None,
            dossier_id=dossier_asked(session, asked.dossier),
            present_on=office.today(),
        )
        found = held(session, who, selection, office.today(), as_now=asked.as_now)
        codes = ministry_codes(session)
    return _shape(found, codes, as_of, asked)


def _shape(found: HeldReport, codes: Mapping[int | None, str], as_of: date, asked: HoldingAsked) -> HoldingShape:
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
        own=[
            OwnClockShape(
                what=what,
                counted=curve.observed,
                ended=curve.ended,
                median=curve.quantile(MEDIAN) if enough(curve) else None,
                nine_in_ten=curve.quantile(NINE_IN_TEN) if enough(curve) else None,
            )
            for what, curve in found.own.items()
        ],
        happened=[
            HappenedShape(what=what, times=one.times, questions=one.questions) for what, one in found.happened.items()
        ],
        listed=[UnjudgedShape(id=one.id, number=one.number, since=one.since) for one in found.verdicts.listed],
    )
