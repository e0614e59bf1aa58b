"""Taking over a register on pages: choose a file, say which column is which, see what would happen, have it done."""

import errno
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

from fastapi import Request
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import Invalid, WrongState, mark
from app.domain.exchange_columns import COLUMN_NAMES, LOOKED_THROUGH, NEEDED, columns_of
from app.domain.exchange_findings import Findings, Step
from app.domain.exchange_tables import Line
from app.domain.permissions import Task, may
from app.routes import Router
from app.store.exchange import takeovers
from app.store.exchange.sheets import opened
from app.store.exchange.takeovers import KEPT_DAYS, WAITING, Stage, TakeOver
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of

router = Router(prefix="/beheer/overnemen")
Registrar = Annotated[Actor, needs(Task.REGISTER)]
Form = Annotated[Posted, POSTED]

HOME = "/beheer/overnemen"
ROWS_SHOWN, CELLS_SHOWN = 6, 24
SHEETS = {".xlsx", ".xlsm", ".ods"}
STEPS = {
    Step.READ: mark("Lezen en controleren"),
    Step.COMPARE: mark("Vergelijken met het register"),
    Step.WRITE: mark("Schrijven"),
}


@dataclass(frozen=True)
class Look:
    """The top of a file: its tabs, the headings that count, to which columns they lead, and the first rows."""

    tabs: Sequence[str]
    tab: str
    heading_line: int
    headings: Sequence[str]
    columns: dict[str, int]
    rows: Sequence[Line]
    lines: Sequence[tuple[int, str]]


@dataclass(frozen=True)
class Progress:
    """How far the work is: a step, per cent, how many a second, and how many seconds are left, where that is known."""

    step: str
    percent: int
    rate: int | None
    left: int | None


@router.get("")
def listing(request: Request, _who: Registrar) -> Response:
    """The form for a file, and what was chosen before."""
    return page(request, "taking_over/choose.html", recent=takeovers.recent(_folder(request)), stages=Stage)


@router.post("")
def choose(request: Request, who: Registrar, form: Form) -> Response:
    """Put the file down, and show its columns."""
    office, folder = office_of(request), _folder(request)
    takeovers.forget(folder, office.now() - timedelta(days=KEPT_DAYS))
    try:
        files = form.files("bestand")
        if not files:
            raise Invalid("no-file", mark("Kies een bestand."), field="bestand")
        made = _put_down(folder, files[0].file, files[0].filename or "", who, request)
        try:
            _check(_look(folder, made), made.name)
        except Invalid as wrong:
            takeovers.remove(folder, made)
            facts = dict(wrong.facts)
            raise Invalid(wrong.code, wrong.sentence, field="bestand", **facts) from None
    except Invalid as refusal:
        recent = takeovers.recent(folder)
        return page(request, "taking_over/choose.html", refusal=refusal, typed=form, recent=recent, stages=Stage)
    return redirect(request, f"{HOME}/{made.id}")


@router.get("/{takeover_id}")
def show(request: Request, who: Registrar, takeover_id: str) -> Response:
    """How it stands: its columns, its progress, its findings, or what was written."""
    one = takeovers.find(_folder(request), takeover_id)
    return _shown(request, who, one)


@router.post("/{takeover_id}/controleren")
def ask_check(request: Request, who: Registrar, takeover_id: str, form: Form) -> Response:
    """Take what was chosen, and let the clockwork check all lines; another tab or line of headings is shown at once."""
    folder = _folder(request)
    one = _at_rest(takeovers.find(folder, takeover_id))
    heading_line = form.number("kopregel")
    same = (form.text("tabblad"), heading_line) == (form.text("was-tabblad"), form.number("was-kopregel"))
    columns = {column: place - 1 for column in COLUMN_NAMES if (place := form.number(f"kolom-{column}"))}
    chosen = replace(
        one,
        tab=form.text("tabblad"),
        heading_line=heading_line,
        columns=columns if same else None,
        create_owners=form.flag("eigenaren") and may(who.roles, Task.MANAGE_REFERENCE),
        stage=Stage.CHOSEN,
    )
    missing = [column for column in NEEDED if column not in columns]
    if same and missing:
        sentence = mark("Kies een kolom.")
        wrong = [Invalid("missing", sentence, field=f"kolom-{column}") for column in missing]
        refusal = Invalid("missing", sentence, field=wrong[0].field, others=tuple(wrong[1:]))
        return _shown(request, who, chosen, refusal)
    takeovers.save(folder, replace(chosen, stage=Stage.TO_CHECK) if same else chosen)
    return redirect(request, f"{HOME}/{one.id}")


@router.post("/{takeover_id}/schrijven")
def ask_write(request: Request, _who: Registrar, takeover_id: str, _: Form) -> Response:
    """Let the clockwork write what was checked."""
    folder = _folder(request)
    one = takeovers.find(folder, takeover_id)
    if one.stage is not Stage.CHECKED or one.findings.get("wrong"):
        raise WrongState(
            "not-checked", mark("Dit bestand is nog niet zonder fouten gecontroleerd. Controleer het eerst.")
        )
    takeovers.save(folder, replace(one, stage=Stage.TO_WRITE))
    return redirect(request, f"{HOME}/{one.id}")


@router.post("/{takeover_id}/anders")
def change(request: Request, _who: Registrar, takeover_id: str, _: Form) -> Response:
    """Go back to choosing columns."""
    folder = _folder(request)
    one = _at_rest(takeovers.find(folder, takeover_id))
    takeovers.save(folder, replace(one, stage=Stage.CHOSEN))
    return redirect(request, f"{HOME}/{one.id}")


@router.post("/{takeover_id}/weg")
def throw_away(request: Request, _who: Registrar, takeover_id: str, _: Form) -> Response:
    """Throw the file away; what was written stays."""
    folder = _folder(request)
    takeovers.remove(folder, _at_rest(takeovers.find(folder, takeover_id)))
    return redirect(request, HOME, wording_of(request).text(mark("Het bestand is weggegooid.")))


def _folder(request: Request) -> Path:
    return office_of(request).settings.takeovers


def _put_down(folder: Path, file: Any, name: str, who: Actor, request: Request) -> TakeOver:
    try:
        return takeovers.begin(folder, file, name, who.person_id or 0, office_of(request).now())
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        sentence = mark("De schijf is vol: het bestand kon niet worden bewaard. Meld het de beheerder.")
        raise Invalid("disk-full", sentence, field="bestand") from error


def _at_rest(one: TakeOver) -> TakeOver:
    if one.stage in WAITING:
        raise WrongState("at-work", mark("Regie is nog met dit bestand bezig. Wacht tot het klaar is."))
    return one


def _look(folder: Path, one: TakeOver) -> Look:
    """The top of the file. Raises Invalid for what can't be read."""
    findings, kept = Findings(), takeovers.kept_headings(folder)
    with takeovers.content(folder, one).open("rb") as file, opened(file, findings) as register:
        rows = []
        lines = register.lines(one.reading(kept))
        for line in lines:
            rows.append(line)
            if len(rows) == ROWS_SHOWN:
                break
        top = register.top(findings.tab, LOOKED_THROUGH)
        headings = register.headings
    columns = dict(one.columns) if one.columns is not None else columns_of(headings, kept)
    named = [(line.number, " · ".join(cell.strip() for cell in line.cells if cell.strip())[:80]) for line in top]
    return Look(register.tabs, findings.tab, findings.heading_line, headings, columns, rows, named)


def _check(look: Look, name: str) -> None:
    """Raise Invalid where there is nothing below the headings, nor another tab to look at."""
    if look.rows or len(look.tabs) > 1:
        return
    if not look.tab and Path(name).suffix.lower() in SHEETS:
        sentence = mark(
            "{name} is geen rekenblad, al heet het zo. Open het in uw rekenprogramma en sla het op als XLSX of ODS."
        )
        raise Invalid("file-not-sheet", sentence, name=name)
    sentence = mark("Onder de koppen van dit bestand staat niets. Kies een bestand met een regel per vraag.")
    raise Invalid("no-lines", sentence)


def _shown(request: Request, who: Actor, one: TakeOver, refusal: Invalid | None = None) -> Response:
    folder, look = _folder(request), None
    if one.stage in {Stage.CHOSEN, Stage.FAILED}:
        try:
            look = _look(folder, one)
        except Invalid as wrong:
            refusal = refusal or wrong
    words = wording_of(request)
    odd_day = one.findings.get("odd_day")
    return page(
        request,
        "taking_over/takeover.html",
        refusal=refusal,
        one=one,
        stages=Stage,
        is_waiting=one.stage in WAITING,
        look=look,
        names=COLUMN_NAMES,
        needed=NEEDED,
        cells_shown=CELLS_SHOWN,
        may_create=may(who.roles, Task.MANAGE_REFERENCE),
        progress=_progress(request, one) if one.stage in WAITING else None,
        problems=[(line, words.refusal(takeovers.untold(kept))) for line, *kept in one.problems],
        why=words.refusal(takeovers.untold(one.refusal)) if one.refusal else "",
        odd_day=date.fromisoformat(odd_day) if odd_day else None,
    )


def _progress(request: Request, one: TakeOver) -> Progress | None:
    told = takeovers.progress_of(_folder(request), one)
    if told is None:
        return None
    done, total, seconds = told["done"], max(told["total"], 1), told["seconds"]
    rate = done / seconds if seconds else None
    return Progress(
        step=STEPS[Step(told["step"])],
        percent=min(100, round(100 * done / total)),
        rate=round(rate) if rate and told["step"] != Step.READ else None,
        left=round((total - done) / rate) if rate else None,
    )
