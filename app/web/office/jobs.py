"""The jobs of the clockwork: how each fares, and asking for a run by hand."""

from typing import Annotated

from fastapi import Request
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import WrongState, mark
from app.domain.jobs import plan_of
from app.domain.permissions import Task
from app.routes import Router
from app.usecases import jobs
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of

router = Router(prefix="/beheer/taken")
Admin = Annotated[Actor, needs(Task.RUN_JOBS)]


@router.get("")
def listing(request: Request, who: Admin) -> Response:
    """Each job with its last and next run."""
    office = office_of(request)
    with office.db.reading() as session:
        found = jobs.listing(session, who, office.now())
    late = [one for one in found if one.late_since and not one.is_running]
    return page(request, "jobs/list.html", jobs=found, late=late)


@router.post("/{name}")
def ask(request: Request, who: Admin, name: str, _: Annotated[Posted, POSTED]) -> Response:
    """Ask for a run. Asking twice gives one."""
    office, words = office_of(request), wording_of(request)
    title = words.text(plan_of(name).title)
    try:
        with office.db.writing() as session:
            jobs.ask(session, who, name, office.now())
    except WrongState as refusal:
        return redirect(request, "/beheer/taken", ("warning", words.refusal(refusal)))
    sentence = mark("{title} begint binnen een halve minuut. Ververs daarna deze pagina.")
    return redirect(request, "/beheer/taken", words.text(sentence, title=title))
