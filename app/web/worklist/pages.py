"""The first page: my work list, by role, with views and filters that stand in the address."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import mark
from app.domain.permissions import Relation, Role, Task, may
from app.routes import Router
from app.store import outbox
from app.store.lists.question_lists import count_questions
from app.store.outbox import MailState
from app.web.digests.pages import the_week
from app.web.frame.policy import needs
from app.web.frame.render import page, wording_of
from app.web.frame.sessions import office_of
from app.web.questions.question_filters import Asked, Filters
from app.web.questions.question_list import question_list
from app.web.questions.question_table import address, counted
from app.web.worklist import today
from app.web.worklist.office_today import office_groups
from app.web.worklist.views import LATE, View, views
from app.wording import Wording

router = Router()
Reader = Annotated[Actor, needs(Task.READ, Task.MANAGE_PEOPLE)]


@router.get("/")
def worklist(
    request: Request, who: Reader, asked: Annotated[Asked, Depends()], na: str = "", voor: str = ""
) -> Response:
    """What waits for the reader, and the questions of one view, in the order in which they press."""
    if not any(may(who.roles, Task.READ, relation) for relation in Relation):
        return _of_the_office(request, who)
    office, words, day = office_of(request), wording_of(request), office_of(request).today()
    with office.db.reading() as session:
        mine, sizes = _sizes(session, who, day)
        week = the_week(session) if Role.LEADERSHIP in who.roles else None
        current = _chosen(mine, sizes, asked.weergave, told=LATE if week else "")
        filters = asked.read(words, session, who, day, current.order)
        found = question_list(request, session, who, filters, "/", na=na, voor=voor, view=current)
        groups = [group for group in today.groups(words, session, who, day) if group.yours or not week]
        undelivered = _undelivered(request, session) if may(who.roles, Task.SEE_OUTBOX) else []
    waiting = today.waiting(groups)
    return page(
        request,
        "worklist/worklist.html",
        refusal=filters.refusal,
        counts={"/": (waiting, any(group.late for group in groups if group.yours))} if waiting else None,
        list=found,
        offered=found.offered,
        groups=groups,
        waiting=waiting,
        week=week,
        current=current,
        tabs=[*_tabs(words, mine, sizes, current, filters), *undelivered],
        registers=may(who.roles, Task.REGISTER),
    )


def _of_the_office(request: Request, who: Actor) -> Response:
    """An administrator has no casework; what waits is the office's own."""
    office = office_of(request)
    with office.db.reading() as session:
        groups = office_groups(wording_of(request), session, who, office.now())
    return page(request, "worklist/office.html", groups=groups, waiting=today.waiting(groups))


def _sizes(session: Session, who: Actor, day: date) -> tuple[Sequence[View], dict[str, int]]:
    mine = views(who, day)
    return mine, {view.name: count_questions(session, who, view.wanted, day) for view in mine}


def _chosen(mine: Sequence[View], sizes: dict[str, int], name: str, *, told: str) -> View:
    """The view the address names, else the first that holds anything but what the page has `told` already."""
    named = (view for view in mine if view.name == name)
    filled = (view for view in mine if sizes[view.name] and view.name != told)
    return next(named, None) or next(filled, mine[0])


def _tabs(
    words: Wording, mine: Sequence[View], sizes: dict[str, int], current: View, filters: Filters
) -> list[dict[str, Any]]:
    return [
        {
            "label": words.text(view.label),
            "href": address("/", **{**filters.chosen, "weergave": view.name}),
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
