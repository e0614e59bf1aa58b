"""The first page: my work list, by role, with views and filters that stand in the address."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import mark
from app.domain.permissions import Relation, Role, Task, may
from app.store import outbox
from app.store.lists.question_lists import count_questions
from app.store.outbox import MailState
from app.web.digests.pages import the_week
from app.web.frame.policy import needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of
from app.web.questions.question_table import Narrowing, address, counted, listing, narrowing
from app.web.worklist import today
from app.web.worklist.views import LATE, View, views

router = APIRouter()
Reader = Annotated[Actor, needs(Task.READ, Task.MANAGE_PEOPLE)]


@router.get("/")
def worklist(
    request: Request,
    who: Reader,
    weergave: str = "",
    ministerie: str = "",
    dossier: str = "",
    trede: str = "",
    na: str = "",
) -> Response:
    """What waits for the reader, and the questions of one view, the longest overdue first."""
    if not any(may(who.roles, Task.READ, relation) for relation in Relation):
        return redirect(request, "/beheer/personen")  # an administrator has no casework
    office, words, day = office_of(request), wording_of(request), office_of(request).today()
    with office.db.reading() as session:
        narrowed = narrowing(session, ministerie=ministerie, dossier=dossier, trede=trede)
        mine, sizes = _sizes(request, session, who)
        week = the_week(session) if Role.LEADERSHIP in who.roles else None
        current = _chosen(mine, sizes, weergave, told=LATE if week else "")
        vng, wanted = office.settings.organisation, narrowed.applied(current.wanted)
        found = listing(words, session, who, wanted, day, vng, after=na)
        groups = [group for group in today.groups(words, session, who, day) if group.yours or not week]
        undelivered = _undelivered(request, session) if may(who.roles, Task.SEE_OUTBOX) else []
    waiting = today.waiting(groups)
    return page(
        request,
        "worklist/worklist.html",
        counts={"/": (waiting, any(group.late for group in groups if group.yours))} if waiting else None,
        found=found,
        groups=groups,
        waiting=waiting,
        week=week,
        current=current,
        tabs=[*_tabs(request, mine, sizes, current, narrowed), *undelivered],
        narrowed=narrowed,
        sees_all=may(who.roles, Task.SEE_ALL),
        registers=may(who.roles, Task.REGISTER),
        next_href=address("/", weergave=current.name, **narrowed.chosen, na=found.next) if found.next else None,
    )


def _sizes(request: Request, session: Session, who: Actor) -> tuple[Sequence[View], dict[str, int]]:
    day = office_of(request).today()
    mine = views(who, day)
    return mine, {view.name: count_questions(session, who, view.wanted, day) for view in mine}


def _chosen(mine: Sequence[View], sizes: dict[str, int], name: str, *, told: str) -> View:
    """The view the address names, else the first that holds anything but what the page has `told` already."""
    named = (view for view in mine if view.name == name)
    filled = (view for view in mine if sizes[view.name] and view.name != told)
    return next(named, None) or next(filled, mine[0])


def _tabs(
    request: Request, mine: Sequence[View], sizes: dict[str, int], current: View, narrowed: Narrowing
) -> list[dict[str, Any]]:
    words = wording_of(request)
    return [
        {
            "label": words.text(view.label),
            "href": address("/", weergave=view.name, **narrowed.chosen),
            "current": view is current,
            "count": counted(words, sizes[view.name]),
        }
        for view in mine
    ]


def _undelivered(request: Request, session: Session) -> list[dict[str, Any]]:
    """The view of mail that came back; it stands in the outbox, where one sees why."""
    count = outbox.counts(session).get(MailState.BOUNCED, 0)
    label = wording_of(request).text(mark("Niet bezorgd"))
    return [{"label": label, "href": "/postvak-uit?stand=geweigerd", "current": False, "count": str(count)}]
