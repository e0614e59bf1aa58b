"""One page of a list of questions with all that stands around it: filters, chips, columns to sort by, the way on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.permissions import Task, may
from app.domain.questions import State
from app.store.lists.question_lists import both
from app.store.saved_views import views_of
from app.web.frame.render import wording_of
from app.web.frame.sessions import office_of
from app.web.frame.spreadsheets import sheet_links
from app.web.questions.filter_parts import ORDER_NAMES, QUESTION_KINDS, STATES, Chip
from app.web.questions.question_filters import Filters
from app.web.questions.question_table import Listing, address, listing
from app.web.questions.together import offered_together
from app.web.worklist.views import View


@dataclass(frozen=True)
class Offered:
    """What the filters offer this reader; `owners`: whether there is more than one ministry to choose from."""

    states: Mapping[State, str]
    kinds: Mapping[Any, str]
    orders: Mapping[str, str]
    owners: bool


@dataclass(frozen=True)
class QuestionList:
    """A page of questions as its template needs it. `path` is the page it stands on, `all_href` that, unfiltered."""

    path: str
    filters: Filters
    offered: Offered
    found: Listing
    chips: Sequence[Chip]
    sorting: Mapping[str, tuple[str, str]]
    all_href: str
    next_href: str
    previous_href: str
    files: Sequence[tuple[str, str]]
    here: str
    saved: Sequence[Mapping[str, Any]]
    together: Sequence[tuple[str, str]]


def question_list(
    request: Request,
    session: Session,
    who: Actor,
    filters: Filters,
    path: str,
    *,
    na: str,
    voor: str,
    view: View | None,
) -> QuestionList:
    """The page after (`na`) or before (`voor`) a mark; empty where a filter makes no sense."""
    office, words, found = office_of(request), wording_of(request), Listing()
    if not filters.wrong:
        wanted = both(view.wanted, filters.wanted, office.today()) if view and not filters.view else filters.wanted
        vng = office.settings.organisation
        found = listing(words, session, who, wanted, office.today(), vng, order=filters.order, after=na, before=voor)
    kept = {**filters.query, "weergave": view.name if view else ""}
    shown = Filters(**{**vars(filters), "chosen": {**filters.chosen, "weergave": kept["weergave"]}})
    here = address(path, **{**kept, "na": na, "voor": voor})
    return QuestionList(
        path=path,
        filters=shown,
        offered=offered(who),
        found=found,
        chips=shown.chips(words, path, but=("weergave",) if path == "/" else ()),
        sorting={column: (href, way) for column, href, way in sorting(shown, path)},
        all_href=address(path, weergave=kept["weergave"] if path == "/" else ""),
        next_href=address(path, **kept, na=found.next) if found.next else "",
        previous_href=address(path, **kept, voor=found.previous) if found.previous else "",
        here=here,
        saved=saved_tabs(session, who, address(path, **kept)),
        together=offered_together(who) if found.lines else (),
        files=sheet_links(lambda end: address(f"/vragen{end}", **kept)),
    )


def saved_tabs(session: Session, who: Actor, here: str) -> list[Mapping[str, Any]]:
    """The reader's own views of this list, for `lists.views`, on the work list all; the one at `here` is current."""
    place = here.partition("?")[0]
    return [
        {"label": one.name, "href": one.href, "current": one.href == here, "count": None}
        for one in views_of(session, who)
        if place in {"/", one.place}
    ]


def offered(who: Actor) -> Offered:
    """What the filters offer this reader."""
    registers = may(who.roles, Task.REGISTER)
    states = {state: name for state, name in STATES.items() if state is not State.DRAFT or registers}
    return Offered(states, QUESTION_KINDS, ORDER_NAMES, may(who.roles, Task.SEE_ALL))


def sorting(found: Filters, path: str) -> Iterator[tuple[str, str, str]]:
    """The columns one can sort by: (column, address, which way it is sorted now: ascending, descending or nothing)."""
    for column, first, second in (
        ("vraag", "nieuw", "oud"),
        ("termijn", "termijn", "-termijn"),
        ("eigenaar", "eigenaar", "-eigenaar"),
        ("bal", "bal", "-bal"),
        ("stand", "-trede", "trede"),
    ):
        to = second if found.order == first else first
        backwards = found.order.startswith("-") or found.order == "nieuw"
        now = ("descending" if backwards else "ascending") if found.order in {first, second} else ""
        yield column, address(path, **{**found.query, "volgorde": to}), now
