"""The figures by API: the numbers of the page, without its pictures."""

from datetime import date
from typing import Annotated

from babel.dates import format_date
from fastapi import Query, Request
from pydantic import Field

from app.api.bodies import ACCEPTABLE
from app.api.problems import words_for
from app.api.shapes import Shape
from app.api.tokens import needs, office_of
from app.api.typed import Asked, Day
from app.domain.actors import Actor
from app.domain.errors import mark
from app.domain.permissions import Task
from app.domain.statistics import Bucket, Figures, Grouping, Selection, enough, month_of
from app.domain.survival import MEDIAN, NINE_IN_TEN, Curve, Rate
from app.routes import Router
from app.store.figures.groups import Group
from app.usecases.statistics import report
from app.wording import Wording

router = Router(tags=["statistieken"], dependencies=[ACCEPTABLE])

_TOO_FEW = "null bij minder dan 5 in de noemer."
_GROUPINGS = "`ministerie`: de eigenaar op `opDatum`; `ministerie-nu`: wie het werk van die eigenaar nu doet; "
_GROUPINGS += "`ronde`: ook latere rondes; `soort`: ook toezeggingen."
_NOT_REACHED = "null: niet bereikt, of minder dan 5 vragen."


class FiguresAsked(Asked):
    """Which figures."""

    as_of: Day | None = Field(None, alias="opDatum", description="Wat tot en met deze dag gebeurde. Leeg: vandaag.")
    asked_from: Day | None = Field(None, alias="van", description="Gesteld vanaf deze dag. Leeg: vanaf de eerste.")
    asked_until: Day | None = Field(None, alias="tot", description="Gesteld tot en met deze dag. Leeg: `opDatum`.")
    grouping: Grouping = Field(Grouping.MINISTRY, alias="groepering", description=_GROUPINGS)


class GroupShape(Shape, title="Groep"):
    """The figures of one group. Days are calendar days; intervals are of 95 %."""

    code: str = Field(alias="groep")
    name: str = Field(alias="naam")
    asked: int = Field(alias="gevraagd", description="Som van de vijf aantallen hierna.")
    in_time: int = Field(alias="opTijdBeantwoord")
    late: int = Field(alias="teLaatBeantwoord")
    open_in_time: int = Field(alias="openOpTijd")
    open_late: int = Field(alias="openTeLaat")
    withdrawn: int = Field(alias="ingetrokken")
    on_time: float | None = Field(alias="opTijdPercentage", description=_TOO_FEW)
    on_time_interval: tuple[float, float] | None = Field(alias="opTijdInterval", description=f"Wilson. {_TOO_FEW}")
    median: int | None = Field(alias="mediaanDagen", description=f"Kaplan-Meier. {_NOT_REACHED}")
    median_interval: tuple[int | None, int | None] | None = Field(
        alias="mediaanInterval", description="Een grens is null als die niet bereikt is."
    )
    nine_in_ten: int | None = Field(alias="p90Dagen", description=_NOT_REACHED)
    concrete: int | None = Field(alias="mediaanTotConcreet", description=_NOT_REACHED)


class FiguresShape(Shape, title="Statistieken"):
    """Figures by group: by name, by month, or all together."""

    as_of: date = Field(alias="opDatum")
    asked_from: date | None = Field(alias="van")
    asked_until: date = Field(alias="tot")
    definition_version: int = Field(alias="definitieVersie")
    groups: list[GroupShape] = Field(alias="groepen")


@router.get("/statistieken", summary="Hoeveel vragen op tijd beantwoord zijn, en hoe snel")
def read_figures(
    request: Request, who: Annotated[Actor, needs(Task.READ_FIGURES)], asked: Annotated[FiguresAsked, Query()]
) -> FiguresShape:
    """First rounds, without commitments; people at a ministry see their own."""
    office = office_of(request)
    as_of = asked.as_of or office.today()
    selection = Selection(as_of, asked.asked_from, asked.asked_until, present_on=office.today())
    with office.db.reading() as session:
        found = report(session, who, selection, asked.grouping, office.today())
    words = words_for(request)
    return FiguresShape(
        as_of=as_of,
        asked_from=asked.asked_from,
        asked_until=asked.asked_until or as_of,
        definition_version=found.definition_version,
        groups=[_group(words, one.group, asked.grouping, one.figures) for one in found.groups],
    )


def _group(words: Wording, group: Group, grouping: Grouping, found: Figures) -> GroupShape:
    return GroupShape(
        code=group.code,
        name=_name(words, group, grouping),
        asked=found.asked,
        in_time=found.buckets[Bucket.IN_TIME],
        late=found.buckets[Bucket.LATE],
        open_in_time=found.buckets[Bucket.OPEN],
        open_late=found.buckets[Bucket.OPEN_LATE],
        withdrawn=found.buckets[Bucket.WITHDRAWN],
        on_time=_percent(found.on_time.share) if found.on_time else None,
        on_time_interval=_interval(found.on_time),
        median=found.response.quantile(MEDIAN) if enough(found.response) else None,
        median_interval=_days_interval(found.response),
        nine_in_ten=found.response.quantile(NINE_IN_TEN) if enough(found.response) else None,
        concrete=found.concrete.quantile(MEDIAN) if enough(found.concrete) else None,
    )


def _name(words: Wording, group: Group, grouping: Grouping) -> str:
    if grouping is Grouping.ROUND:
        return words.text(mark("Ronde {n}"), n=group.key)
    if grouping is Grouping.MONTH:
        return str(format_date(month_of(group.key)[0], "LLLL y", locale=words.language))
    return words.text(group.name)


def _percent(share: float) -> float:
    return round(100 * share, 1)


def _interval(rate: Rate | None) -> tuple[float, float] | None:
    if rate is None:
        return None
    low, high = rate.interval
    return _percent(low), _percent(high)


def _days_interval(curve: Curve) -> tuple[int | None, int | None] | None:
    return curve.interval(MEDIAN) if enough(curve) else None
