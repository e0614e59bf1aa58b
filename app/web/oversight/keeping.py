"""How long what is kept, what was proposed to go, and carrying that out."""

from typing import Annotated

from fastapi import Request
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import Invalid, Refusal, WrongState, mark
from app.domain.permissions import Task, may
from app.domain.retention import AGREED_BY_BOTH, PERIODS, Kept
from app.routes import Router
from app.store.removing import count_due
from app.usecases import retention
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import RowId, needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of

router = Router(prefix="/beheer/bewaren")
Reader = Annotated[Actor, needs(Task.SEE_RETENTION)]
Keeper = Annotated[Actor, needs(Task.MANAGE_RETENTION)]
Secretariat = Annotated[Actor, needs(Task.AGREE_REMOVAL)]
Form = Annotated[Posted, POSTED]
HERE = "/beheer/bewaren"


@router.get("")
def overview(request: Request, who: Reader) -> Response:
    """Every kind with its period, what is past it, and what was removed."""
    return _overview(request, who)


@router.post("")
def change(request: Request, who: Keeper, form: Form) -> Response:
    """Set the periods."""
    office = office_of(request)
    typed = {kind: form.text(f"maanden-{kind}") for kind in Kept}
    try:
        with office.db.writing() as session:
            changed = retention.change_periods(session, who, typed, office.now())
    except Invalid as refusal:
        return _overview(request, who, refusal, form)
    sentence = mark("De bewaartermijnen zijn bewaard.") if changed else mark("Er is niets veranderd.")
    return redirect(request, HERE, wording_of(request).text(sentence))


@router.post("/voorstellen")
def propose(request: Request, who: Keeper, _: Form) -> Response:
    """Look now what may go, instead of waiting for the job."""
    office = office_of(request)
    with office.db.writing() as session:
        made = retention.propose(session, who, office.now())
    sentence = mark("Het voorstel staat hieronder.") if made else mark("Er is niets nieuws om te verwijderen.")
    return redirect(request, HERE, wording_of(request).text(sentence))


@router.get("/{removal_id}")
def proposal(request: Request, who: Reader, removal_id: RowId, na: str = "") -> Response:
    """One proposal: what would go."""
    return _proposal(request, who, removal_id, after=na)


@router.post("/{removal_id}/langer")
def keep_longer(request: Request, who: Secretariat, removal_id: RowId, form: Form) -> Response:
    """Let some of the letters stay."""
    office, words = office_of(request), wording_of(request)
    try:
        with office.db.writing() as session:
            retention.find(session, who, removal_id)
            kept = retention.keep_longer(session, who, form.numbers("brief"), form.text("reden"), office.now())
    except Invalid as refusal:
        return _proposal(request, who, removal_id, refusal, form)
    sentence = words.plural(mark("{n} brief blijft bewaard."), mark("{n} brieven blijven bewaard."), kept)
    return redirect(request, f"{HERE}/{removal_id}", sentence)


@router.post("/{removal_id}/instemming")
def agree(request: Request, who: Secretariat, removal_id: RowId, _: Form) -> Response:
    """The secretariat agrees."""
    office = office_of(request)
    try:
        with office.db.writing() as session:
            retention.agree(session, who, removal_id, office.now())
    except WrongState as refusal:
        return _proposal(request, who, removal_id, refusal)
    sentence = mark("U stemt in. De beheerder kan de brieven nu verwijderen.")
    return redirect(request, f"{HERE}/{removal_id}", wording_of(request).text(sentence))


@router.post("/{removal_id}/vervallen")
def drop(request: Request, who: Keeper, removal_id: RowId, _: Form) -> Response:
    """Let the proposal lapse."""
    office = office_of(request)
    with office.db.writing() as session:
        retention.drop(session, who, removal_id, office.now())
    return redirect(request, HERE, wording_of(request).text(mark("Het voorstel is vervallen. Er is niets verwijderd.")))


@router.post("/{removal_id}")
def confirm(request: Request, who: Keeper, removal_id: RowId, form: Form) -> Response:
    """Remove it, once the box is ticked that says that this can't be undone."""
    office, words = office_of(request), wording_of(request)
    try:
        if not form.flag("zeker"):
            raise Invalid("not-sure", mark("Vink aan dat dit niet terug te draaien is."), field="zeker")
        with office.db.writing() as session:
            gone = retention.confirm(session, who, removal_id, office.now())
    except (Invalid, WrongState) as refusal:
        return _proposal(request, who, removal_id, refusal, form)
    return redirect(request, HERE, words.plural(mark("{n} is verwijderd."), mark("{n} zijn verwijderd."), gone))


def _overview(request: Request, who: Actor, refusal: Refusal | None = None, typed: Posted | None = None) -> Response:
    office = office_of(request)
    with office.db.reading() as session:
        found, done = retention.overview(session, who, office.now())
    return page(
        request,
        "oversight/keeping.html",
        refusal=refusal,
        typed=typed,
        found=found,
        done=done,
        periods=PERIODS,
        agreed_by_both=AGREED_BY_BOTH,
        may_manage=may(who.roles, Task.MANAGE_RETENTION),
    )


def _proposal(
    request: Request,
    who: Actor,
    removal_id: int,
    refusal: Refusal | None = None,
    typed: Posted | None = None,
    *,
    after: str = "",
) -> Response:
    with office_of(request).db.reading() as session:
        removal = retention.find(session, who, removal_id)
        letters = retention.letters_due(session, removal, after=after) if removal.kind is Kept.LETTERS else None
        begun = retention.unfinished_due(session, removal, after=after) if removal.kind is Kept.UNFINISHED else None
        past = count_due(session, removal.kind, removal.before)
    return page(
        request,
        "oversight/removal.html",
        refusal=refusal,
        typed=typed,
        removal=removal,
        period=PERIODS[removal.kind],
        letters=letters,
        begun=begun,
        past=past,
        needs_agreement=removal.kind in AGREED_BY_BOTH,
        may_manage=may(who.roles, Task.MANAGE_RETENTION),
        may_agree=may(who.roles, Task.AGREE_REMOVAL),
    )
