"""Whether anything changed since a page was made: what an open page asks now and then, at the price of one row."""

import hashlib
import hmac
from typing import Annotated

import sqlalchemy as sa
from fastapi import Request
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.permissions import Task
from app.routes import Router
from app.store.audit import AuditHead
from app.web.frame.policy import needs
from app.web.frame.sessions import office_of

router = Router()
Reader = Annotated[Actor, needs(Task.READ, Task.MANAGE_PEOPLE)]


@router.get("/vers")
def fresh(request: Request, _who: Reader) -> Response:
    """204 with the version of the register as its ETag; 304 while that is what the page has already.

    Every act leaves a line in the audit chain, so its length tells of all of them; a new day makes other things late.
    Sealed, for how much is done here is nobody's business.
    """
    office = office_of(request)
    with office.db.reading() as session:
        length = session.scalar(sa.select(AuditHead.sequence)) or 0
    seal = hmac.new(office.key_for("live"), f"{length}:{office.today()}".encode(), hashlib.sha256)
    version = f'"{seal.hexdigest()[:20]}"'
    same = request.headers.get("if-none-match") == version
    return Response(status_code=304 if same else 204, headers={"ETag": version})
