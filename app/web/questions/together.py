"""One act for several questions of a list: first a page that says what will happen, then what became of each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Query, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import Invalid, Refusal, mark
from app.domain.numbers import QuestionNumber
from app.domain.permissions import Relation, Task, may
from app.domain.questions import Act
from app.domain.statistics import NO_DOSSIER
from app.routes import Router
from app.store.lists.question_lists import QuestionFilter, question_rows
from app.store.ministries import dossier_list, ministry_names
from app.usecases import contacts, dossiers, ownership
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of
from app.web.questions.filter_parts import STATES
from app.wording import Wording

router = Router(prefix="/vragen/samen")
Reader = Annotated[Actor, needs(Task.READ)]
MOST = 100
Deed = Callable[[Session, Actor, int, Posted, datetime], Any]


@dataclass(frozen=True)
class Together:
    """An act that can be done with several questions: its name, button, page and what it says afterwards."""

    act: Act | Task
    label: str
    title: str
    one: str
    many: str
    deed: Deed


def _remind(session: Session, who: Actor, question_id: int, form: Posted, now: datetime) -> None:
    contacts.remind(session, who, question_id, form.text("bericht"), now)


def _assign(session: Session, who: Actor, question_id: int, form: Posted, now: datetime) -> None:
    ownership.assign(session, who, question_id, form.text("naar"), form.text("reden"), now)


def _choose_dossier(session: Session, who: Actor, question_id: int, form: Posted, now: datetime) -> None:
    dossiers.choose_by_question(session, who, question_id, form.text("dossier"), now)


ACTS: Mapping[str, Together] = {
    "herinneren": Together(
        Act.REMIND,
        mark("Herinner"),
        mark("Stuur een herinnering"),
        mark("{n} herinnering is onderweg."),
        mark("{n} herinneringen zijn onderweg."),
        _remind,
    ),
    "toewijzen": Together(
        Act.ASSIGN,
        mark("Wijs toe"),
        mark("Wijs een eigenaar aan"),
        mark("{n} vraag is toegewezen."),
        mark("{n} vragen zijn toegewezen."),
        _assign,
    ),
    "dossier": Together(
        Task.REGISTER,
        mark("Kies een dossier"),
        mark("Kies een dossier"),
        mark("De brief van {n} vraag staat in het dossier dat u koos."),
        mark("De brieven van {n} vragen staan in het dossier dat u koos."),
        _choose_dossier,
    ),
}


@dataclass(frozen=True)
class Row:
    """A question that was chosen; `outcome` is why nothing was done with it, or empty; `done` when it was."""

    id: int
    number: str
    title: str
    owner: str
    state: str
    outcome: str = ""
    done: bool = False


def offered_together(who: Actor) -> list[tuple[str, str]]:
    """The acts this reader can do with several questions: (name in addresses, button)."""
    return [
        (name, one.label)
        for name, one in ACTS.items()
        if any(may(who.roles, one.act, relation) for relation in Relation)
    ]


@router.get("")
def check(
    request: Request,
    who: Reader,
    handeling: str = "",
    van: str = "/vragen",
    vraag: Annotated[Sequence[str], Query()] = (),
) -> Response:
    """What will happen with which questions."""
    return _page(request, who, handeling, numbers(vraag), van, Posted())


@router.post("")
def perform(request: Request, who: Reader, form: Annotated[Posted, POSTED]) -> Response:
    """Do it, each question in a transaction of its own, and say what became of each that it could not be done with."""
    words, name, van = wording_of(request), form.text("handeling"), form.text("van")
    act, chosen = _act(who, name), numbers(form.texts("vraag"))
    outcomes: dict[int, str] = {}
    for question_id in chosen:
        try:
            with office_of(request).db.writing() as session:
                act.deed(session, who, question_id, form, office_of(request).now())
        except Invalid as refusal:
            if refusal.field:  # the form itself is wrong, and so for all of them
                return _page(request, who, name, chosen, van, form, refusal=refusal)
            outcomes[question_id] = words.refusal(refusal)
        except Refusal as refusal:
            outcomes[question_id] = words.refusal(refusal)
    done = len(chosen) - len(outcomes)
    said = words.plural(act.one, act.many, done)
    if chosen and not outcomes:
        return redirect(request, back(van), said)
    return _page(request, who, name, chosen, van, form, outcomes=outcomes, said=said if done else "")


def _page(
    request: Request,
    who: Actor,
    name: str,
    chosen: Sequence[int],
    van: str,
    form: Posted,
    *,
    refusal: Refusal | None = None,
    outcomes: Mapping[int, str] | None = None,
    said: str = "",
) -> Response:
    office, words, act = office_of(request), wording_of(request), _act(who, name)
    with office.db.reading() as session:
        wanted = QuestionFilter(among=frozenset(chosen))
        found = question_rows(session, who, wanted, office.today(), limit=MOST).rows if chosen else ()
        known = dossier_choices(words, session)
        ministries = [(one.code, one.display) for one in ministry_names(session) if one.is_valid(office.today())]
    return page(
        request,
        "questions/together.html",
        409 if outcomes else 200,
        refusal=refusal,
        typed=form,
        act=act,
        handeling=name,
        van=back(van),
        rows=[_row(words, row, outcomes) for row in found],
        over=outcomes is not None,
        said=said,
        ministries=ministries,
        dossiers=known,
    )


def _row(words: Wording, row: Any, outcomes: Mapping[int, str] | None) -> Row:
    why = (outcomes or {}).get(row.id, "")
    number = str(QuestionNumber(row.year, row.serial, row.position))
    return Row(
        row.id, number, row.title, row.owner, words.text(STATES[row.state]), why, outcomes is not None and not why
    )


def dossier_choices(words: Wording, session: Session) -> list[tuple[str, str]]:
    """What can be chosen as dossier, none first."""
    offered = ((one.slug, one.name) for one in dossier_list(session) if one.ended_at is None)
    return [(NO_DOSSIER, words.text(mark("Geen dossier"))), *offered]


def _act(who: Actor, name: str) -> Together:
    """The act of this name, if this reader may do it at all. Raises Invalid (`bad-act`)."""
    if name not in dict(offered_together(who)):
        raise Invalid("bad-act", mark("Dit kunt u niet met meer vragen tegelijk doen. Kies een knop boven de lijst."))
    return ACTS[name]


def numbers(texts: Sequence[str]) -> list[int]:
    """The numbers of what was chosen, each once, in order, no more than MOST."""
    plain = (int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 16)
    return list(dict.fromkeys(plain))[:MOST]


def back(van: str, otherwise: str = "/vragen") -> str:
    """Where one came from, if that was a page of ours."""
    ours = van.startswith("/") and not van.startswith(("//", "/\\")) and van.isprintable()
    return van if ours else otherwise
