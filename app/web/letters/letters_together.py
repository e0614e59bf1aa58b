"""One act for several letters of the list, to put them in a dossier: first a page that says which, then it is done."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import Invalid, Refusal, mark
from app.domain.permissions import Task
from app.routes import Router
from app.store.lists.letter_lists import LetterFilter, letter_rows
from app.usecases import dossiers
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of
from app.web.questions.together import MOST, back, dossier_choices, numbers

router = Router(prefix="/brieven/samen")
Secretariat = Annotated[Actor, needs(Task.REGISTER)]
LIST = "/brieven"


@router.get("")
def check(
    request: Request, who: Secretariat, van: str = LIST, brief: Annotated[Sequence[str], Query()] = ()
) -> Response:
    """Which letters, and the dossier to choose."""
    return _page(request, who, numbers(brief), van, Posted())


@router.post("")
def perform(request: Request, who: Secretariat, form: Annotated[Posted, POSTED]) -> Response:
    """Do it, each letter in a transaction of its own, and say what became of each that it could not be done with."""
    office, words, chosen, van = office_of(request), wording_of(request), numbers(form.texts("brief")), form.text("van")
    outcomes: dict[int, str] = {}
    for letter_id in chosen:
        try:
            with office.db.writing() as session:
                dossiers.choose(session, who, letter_id, form.text("dossier"), office.now())
        except Invalid as refusal:  # the form itself is wrong, and so for all of them
            return _page(request, who, chosen, van, form, refusal=refusal)
        except Refusal as refusal:
            outcomes[letter_id] = words.refusal(refusal)
    if not chosen or outcomes:
        return _page(request, who, chosen, van, form, outcomes=outcomes)
    one, many = mark("{n} brief staat in het dossier dat u koos."), mark("{n} brieven staan in het dossier dat u koos.")
    return redirect(request, back(van, LIST), words.plural(one, many, len(chosen)))


def _page(
    request: Request,
    who: Actor,
    chosen: Sequence[int],
    van: str,
    form: Posted,
    *,
    refusal: Refusal | None = None,
    outcomes: Mapping[int, str] | None = None,
) -> Response:
    office = office_of(request)
    with office.db.reading() as session:
        wanted = LetterFilter(among=frozenset(chosen))
        rows = letter_rows(session, who, wanted, office.today(), limit=MOST).rows if chosen else ()
        known = dossier_choices(wording_of(request), session)
    return page(
        request,
        "letters/together.html",
        409 if outcomes else 200,
        refusal=refusal,
        typed=form,
        van=back(van, LIST),
        rows=rows,
        outcomes=outcomes or {},
        dossiers=known,
    )
