"""Weekly digests by API: a list of them, and each as it was frozen."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Path, Query, Request
from pydantic import Field

from app.api.addresses import following
from app.api.bodies import ACCEPTABLE
from app.api.shapes import Shape
from app.api.tokens import needs, office_of
from app.domain.actors import Actor
from app.domain.digests import Week, figures_from
from app.domain.permissions import Task
from app.routes import Router
from app.store.access import require
from app.store.figures.digests import find_digest, recent, week_read
from app.wording import preferred

PAGE = 50
WEEK = Path(description="De week volgens ISO 8601, zoals 2026-W48.")

router = Router(tags=["overzichten"], dependencies=[ACCEPTABLE])


class FiguresShape(Shape, title="Kerncijfers"):
    """The key figures; the rate is null over fewer than five questions."""

    late: int = Field(alias="teLaat")
    open: int
    on_time: int | None = Field(alias="opTijdPercentage")
    disputed: int = Field(alias="betwist")
    awaiting: int = Field(alias="wachtOpOordeel")


class DigestMention(Shape, title="OverzichtVermelding"):
    """A digest in the list."""

    week: str = Field(examples=["2026-W48"])
    as_of: date = Field(alias="opDatum")
    made_at: datetime = Field(alias="gemaaktOp")
    sentence: str = Field(alias="zin")
    figures: FiguresShape = Field(alias="kerncijfers")


class DigestList(Shape, title="OverzichtLijst"):
    """Digests, newest first."""

    digests: list[DigestMention] = Field(alias="overzichten")
    following: str | None = Field(alias="volgende", description="Adres van de volgende bladzijde; null aan het eind.")


class Mention(Shape, title="VraagVermelding"):
    """A question as a digest names it."""

    id: int
    number: str = Field(alias="nummer", examples=["2026-118.3"])
    title: str = Field(alias="kop")
    owner: str = Field(alias="eigenaar")


class OpenShape(Mention, title="OpenVraag"):
    """A question that waits for an answer; `holder` is null while nobody owns it for certain."""

    due_on: date = Field(alias="uitersteAntwoorddatum")
    days_late: int = Field(alias="dagenTeLaat")
    holder: str | None = Field(alias="balLigtBij")
    held_days: int = Field(alias="dagenBijHouder")
    rung: int = Field(alias="trede")
    round: int = Field(alias="ronde")


class AnsweredShape(Mention, title="BeantwoordeVraag"):
    """An answer of the week."""

    answered_on: date = Field(alias="antwoorddatum")
    days_late: int = Field(alias="dagenTeLaat")
    verdict: str | None = Field(alias="oordeel")
    round: int = Field(alias="ronde")


class MovedShape(Mention, title="VerschovenVraag"):
    """A due date that moved."""

    from_on: date = Field(alias="van")
    to_on: date = Field(alias="naar")
    reason: str = Field(alias="reden")


class ObjectedShape(Mention, title="VraagMetBezwaar"):
    """A draft that other ministries object to."""

    by: list[str] = Field(alias="bezwaarVan")


class RepeatedShape(Mention, title="OpnieuwGevraagd"):
    """A question that was asked again."""

    round: int = Field(alias="ronde")
    asked_on: date = Field(alias="gevraagdOp")


class AskedBeforeShape(Mention, title="EerderGevraagd"):
    """A question of the week that asks again what was asked before."""

    asked_on: date = Field(alias="gevraagdOp")
    earlier: list[str] = Field(alias="eerdereVragen", description="Nummers.")


class Late(Shape, title="WeekTeLaat"):
    """How many were late in a week."""

    week: str
    late: int = Field(alias="teLaat")


class DigestShape(DigestMention, title="Overzicht"):
    """A digest as it was frozen."""

    since: date = Field(alias="van")
    sweep_at: datetime | None = Field(alias="escalatieOp")
    definition_version: int = Field(alias="definitieVersie")
    before: FiguresShape | None = Field(alias="vorigeWeek")
    overdue: list[OpenShape] = Field(alias="teLaat")
    newly_late: list[OpenShape] = Field(alias="nieuwTeLaat")
    answered: list[AnsweredShape] = Field(alias="beantwoord")
    moved: list[MovedShape] = Field(alias="verschoven")
    disputed: list[OpenShape] = Field(alias="betwist")
    objections: list[ObjectedShape] = Field(alias="bezwaren")
    repeats: list[RepeatedShape] = Field(alias="opnieuwGevraagd")
    asked_before: list[AskedBeforeShape] = Field([], alias="eerderGevraagd")
    due_next: list[OpenShape] = Field(alias="looptAf")
    trend: list[Late]
    chain_head: str = Field(alias="controlegetalLogboek")
    sha256: str = Field(alias="controlegetal")


@router.get("/overzichten", summary="Weekoverzichten, nieuwste eerst")
def list_digests(
    request: Request,
    who: Annotated[Actor, needs(Task.READ_DIGESTS)],
    after: Annotated[str | None, Query(alias="na", description="Uit `volgende`.")] = None,
) -> DigestList:
    """Fifty to a page."""
    require(who, Task.READ_DIGESTS)
    before = week_read(after) if after is not None else None
    with office_of(request).db.reading() as session:
        rows = recent(session, PAGE + 1, before=before)
    told = [
        DigestMention(
            week=row.week,
            as_of=row.as_of,
            made_at=row.made_at,
            sentence="".join(row.headline[_language(request)]),
            figures=_figures(row.figures),
        )
        for row in rows[:PAGE]
    ]
    last = told[-1].week if len(rows) > PAGE else None
    return DigestList(digests=told, following=following(request, "/overzichten", last))


@router.get("/overzichten/{week}", summary="Eén weekoverzicht, zoals het is vastgelegd")
def read_digest(
    request: Request, who: Annotated[Actor, needs(Task.READ_DIGESTS)], week: Annotated[str, WEEK]
) -> DigestShape:
    """What was frozen, never recomputed."""
    require(who, Task.READ_DIGESTS)
    with office_of(request).db.reading() as session:
        digest = find_digest(session, Week.parse(week))
    told = json.loads(digest.content)
    told |= {
        "sentence": "".join(digest.headline[_language(request)]),
        "figures": _figures(told["figures"]),
        "before": _figures(told["before"]) if told["before"] else None,
        "trend": [{"week": one, "late": late} for one, late in told["trend"]],
        "sha256": digest.sha256,
    }
    for name in ("overdue", "newly_late", "disputed", "due_next"):
        told[name] = [one | {"holder": one["holder"] or None} for one in told[name]]
    told["answered"] = [one | {"verdict": one["verdict"] or None} for one in told["answered"]]
    return DigestShape.model_validate(told, by_name=True, extra="ignore")


def _figures(kept: Mapping[str, Any]) -> FiguresShape:
    figures = figures_from(kept)
    return FiguresShape(
        late=figures.late,
        open=figures.open,
        on_time=figures.on_time,
        disputed=figures.disputed,
        awaiting=figures.awaiting,
    )


def _language(request: Request) -> str:
    return preferred(request.headers.get("accept-language", ""))
