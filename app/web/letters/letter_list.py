"""The list of letters: narrowed by what the address says, in the order it says, page by page."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import Invalid, mark
from app.domain.permissions import Task, may
from app.domain.questions import State
from app.domain.statistics import NO_DOSSIER, NO_DOSSIER_ID
from app.routes import Router
from app.store.lists.letter_lists import LetterFilter, letter_rows
from app.store.lists.paging import Page
from app.store.ministries import dossier_list, ministry_names
from app.store.unfinished import unfinished_lines
from app.web.frame.policy import needs
from app.web.frame.render import page, wording_of
from app.web.frame.sessions import office_of
from app.web.questions.filter_parts import LONGEST_SEARCH, STATES, Chip, all_of, typed_day, unknown_value
from app.web.questions.question_list import saved_tabs
from app.web.questions.question_table import address
from app.wording import Wording

router = Router()
Reader = Annotated[Actor, needs(Task.READ)]
LETTER_STATES = (State.DRAFT, State.ASKED, State.ANSWERED, State.SETTLED, State.WITHDRAWN)
LABELS: Mapping[str, str] = {
    "zoek": mark("Gezocht"),
    "ministerie": mark("Vraag aan"),
    "dossier": mark("Dossier"),
    "stand": mark("Stand"),
    "van": mark("Gedateerd vanaf"),
    "tot": mark("Gedateerd tot en met"),
    "volgorde": mark("Volgorde"),
}
ORDER_NAMES: Mapping[str, str] = {
    "nieuw": mark("Nieuwste eerst"),
    "oud": mark("Oudste eerst"),
    "-datum": mark("Jongste datum eerst"),
    "datum": mark("Vroegste datum eerst"),
}


@dataclass(frozen=True)
class Asked:
    """What an address asks of the list of letters."""

    zoek: str = ""
    ministerie: str = ""
    dossier: str = ""
    stand: str = ""
    van: str = ""
    tot: str = ""
    volgorde: str = ""

    @property
    def chosen(self) -> dict[str, str]:
        """What the address says, by name."""
        return {name: value.strip()[:LONGEST_SEARCH] for name, value in asdict(self).items()}


@dataclass(frozen=True)
class Filters:
    """What can be chosen, and what the choice means; `wrong` holds what makes no sense, and then nothing is listed."""

    chosen: Mapping[str, str]
    known: Mapping[str, Mapping[str, Any]]
    values: Mapping[str, str]
    wanted: LetterFilter
    wrong: tuple[Invalid, ...]


@router.get("/brieven")
def listing(
    request: Request, who: Reader, asked: Annotated[Asked, Depends()], na: str = "", voor: str = ""
) -> Response:
    """Letters, the newest first, narrowed by what the address says."""
    office, words = office_of(request), wording_of(request)
    with office.db.reading() as session:
        filters = _read(words, session, who, asked.chosen)
        found: Page[Any] = Page((), None)
        saved = saved_tabs(session, who, address("/brieven", **filters.chosen))
        order = filters.chosen["volgorde"] or "nieuw"
        if not filters.wrong:
            found = letter_rows(
                session, who, filters.wanted, office.today(), after=na or None, before=voor or None, order=order
            )
        lists_concepts = filters.wanted.state in {None, State.DRAFT} and not (na or voor)
        begun = unfinished_lines(session) if lists_concepts and may(who.roles, Task.REGISTER) else []
    kept = filters.chosen
    return page(
        request,
        "letters/list.html",
        refusal=all_of(filters.wrong),
        begun=begun,
        found=found,
        filters=filters,
        order=order,
        orders=ORDER_NAMES,
        chips=_chips(words, filters),
        sorting=_sorting(order, kept),
        saved=saved,
        save_href=address("/weergaven/nieuw", van=address("/brieven", **kept)),
        all_href="/brieven",
        here=address("/brieven", **kept, na=na, voor=voor),
        next_href=address("/brieven", **kept, na=found.next) if found.next else "",
        previous_href=address("/brieven", **kept, voor=found.previous) if found.previous else "",
        registers=may(who.roles, Task.REGISTER),
    )


def _known(words: Wording, session: Session, who: Actor) -> dict[str, dict[str, tuple[str, Any]]]:
    """Per filter: what it can be set to, with what that is called and means."""
    states = LETTER_STATES if may(who.roles, Task.REGISTER) else LETTER_STATES[1:]
    without = (words.text(mark("Zonder dossier")), NO_DOSSIER_ID)
    return {
        "ministerie": {one.code: (one.display, one.id) for one in ministry_names(session)},
        "dossier": {one.slug: (one.name, one.id) for one in dossier_list(session)} | {NO_DOSSIER: without},
        "stand": {state: (words.text(STATES[state]), state) for state in states},
        "volgorde": {name: (words.text(label), name) for name, label in ORDER_NAMES.items()},
    }


def _read(words: Wording, session: Session, who: Actor, chosen: Mapping[str, str]) -> Filters:
    known, wrong, meant = _known(words, session, who), [], {}
    values = {"zoek": f"“{chosen['zoek']}”"}
    for name, options in known.items():
        if chosen[name] in options:
            values[name], meant[name] = options[chosen[name]]
        elif chosen[name]:
            wrong.append(unknown_value(words, name, LABELS[name], chosen[name]))
    days: dict[str, date | None] = {}
    for name in ("van", "tot"):
        try:
            days[name] = typed_day(name, chosen[name])
        except Invalid as refusal:
            wrong.append(refusal)
        else:
            values[name] = words.longdate(day) if (day := days[name]) else ""
    wanted = LetterFilter(
        state=meant.get("stand"),
        owner_id=meant.get("ministerie"),
        dossier_id=meant.get("dossier"),
        words=chosen["zoek"],
        dated_from=days.get("van"),
        dated_until=days.get("tot"),
    )
    return Filters(chosen, known, values, wanted, tuple(wrong))


def _chips(words: Wording, filters: Filters) -> list[Chip]:
    return [
        Chip(words.text(LABELS[name]), filters.values.get(name, value), address("/brieven", **others))
        for name, value in filters.chosen.items()
        if value and name not in {"volgorde", "stand"}
        for others in [{**filters.chosen, name: ""}]
    ]


def _sorting(order: str, kept: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """The columns one can sort by: address, and which way it is sorted now."""
    found = {}
    for column, first, second in (("brief", "nieuw", "oud"), ("datum", "-datum", "datum")):
        way = {first: "descending", second: "ascending"}.get(order, "")
        found[column] = (address("/brieven", **{**kept, "volgorde": second if order == first else first}), way)
    return found
