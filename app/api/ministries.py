"""Ministries and dossiers by API: the codes that other routes speak of."""

from typing import Annotated

import sqlalchemy as sa
from fastapi import Request

from app.api.bodies import ACCEPTABLE
from app.api.reads import ministry_codes
from app.api.shapes import DossierList, DossierShape, MinistryList, MinistryShape
from app.api.tokens import needs, office_of
from app.domain.actors import Actor
from app.domain.permissions import Task
from app.routes import Router
from app.store.ministries import Ministry, dossier_list

router = Router(tags=["stamgegevens"], dependencies=[ACCEPTABLE])


@router.get("/ministeries", summary="Alle ministeries, ook de opgeheven")
def list_ministries(request: Request, _: Annotated[Actor, needs(Task.READ, Task.MANAGE_REFERENCE)]) -> MinistryList:
    """By name; few enough for one page."""
    with office_of(request).db.reading() as session:
        codes = ministry_codes(session)
        rows = session.scalars(sa.select(Ministry).order_by(sa.func.lower(Ministry.display), Ministry.id)).all()
    return MinistryList(
        ministries=[
            MinistryShape(
                code=row.code,
                display=row.display,
                name=row.name,
                valid_from=row.valid_from,
                valid_until=row.valid_until,
                successor=codes.get(row.successor_id),
                tooi=row.tooi,
                oin=row.oin,
            )
            for row in rows
        ]
    )


@router.get("/dossiers", summary="Alle dossiers")
def list_dossiers(request: Request, _: Annotated[Actor, needs(Task.READ, Task.MANAGE_REFERENCE)]) -> DossierList:
    """By name; few enough for one page."""
    with office_of(request).db.reading() as session:
        return DossierList(dossiers=[DossierShape(slug=row.slug, name=row.name) for row in dossier_list(session)])
