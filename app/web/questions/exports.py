"""Long lists as files: asked for, followed while the clockwork writes them, and fetched by who asked."""

import errno
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Request
from starlette.responses import FileResponse, Response

from app.domain.actors import Actor
from app.domain.errors import Invalid, NotFound, mark
from app.domain.permissions import Task
from app.routes import Router
from app.store import exports
from app.store.exports import KEPT, Export, Stage
from app.store.work_folders import progress_in
from app.web.frame.forms import POSTED, Posted
from app.web.frame.opendocument import FILE_HEADERS
from app.web.frame.policy import needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of
from app.web.frame.spreadsheets import SHEET_TYPES, SheetKind
from app.web.questions.exchange import file_name, how_many
from app.web.questions.question_filters import Asked
from app.web.questions.question_table import address

router = Router(prefix="/uitvoer")
Reader = Annotated[Actor, needs(Task.READ)]
Form = Annotated[Posted, POSTED]

WHY = {
    "disk-full": mark(
        "De schijf is vol. Er is niets bewaard. Meld het de beheerder, en maak het bestand daarna opnieuw."
    ),
    "too-many-rows": mark("Een rekenblad heeft geen plaats voor zo veel regels. Maak de lijst korter met de filters."),
    "": mark("Er ging iets mis, er is niets bewaard. Maak het bestand opnieuw, of meld het de beheerder."),
}


@router.get("")
def listing(request: Request, who: Reader) -> Response:
    """The reader's own files."""
    found = exports.of_person(office_of(request).settings.exports, who.person_id)
    return page(request, "questions/exports.html", exports=[_told(request, one) for one in found], stages=Stage)


@router.post("")
def ask(request: Request, who: Reader, form: Form) -> Response:
    """Let the clockwork write a list to a file."""
    office = office_of(request)
    kind = SheetKind(form.text("bestand")) if form.text("bestand") in set(SheetKind) else SheetKind.CSV
    asked = Asked(**{name: form.text(name) for name in asdict(Asked())})
    with office.db.reading() as session:
        rows = how_many(wording_of(request), session, who, asked, office.today())
    made = Export(
        id=exports.new_id(),
        person_id=who.person_id or 0,
        name=f"{file_name(office.today())}.{kind}",
        kind=kind.value,
        language=wording_of(request).language,
        query={name: value for name, value in asdict(asked).items() if value},
        rows=rows,
        asked_at=office.now().isoformat(),
    )
    try:
        exports.begin(office.settings.exports, made)
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise Invalid("disk-full", WHY["disk-full"]) from error
    return redirect(request, f"/uitvoer/{made.id}")


@router.get("/{export_id}")
def show(request: Request, who: Reader, export_id: str) -> Response:
    """How far it is, or the link to it."""
    one = exports.find(office_of(request).settings.exports, export_id, who.person_id)
    return page(request, "questions/export.html", told=_told(request, one), one=one, stages=Stage)


@router.get("/{export_id}/{name}")
def fetch(request: Request, who: Reader, export_id: str, name: str) -> Response:
    """The file, to who asked for it."""
    folder = office_of(request).settings.exports
    one = exports.find(folder, export_id, who.person_id)
    if name != one.name:
        raise NotFound("no-export", mark("Dit bestand is er niet meer. Ga naar de lijst en maak het opnieuw."))
    kind = SHEET_TYPES[SheetKind(one.kind)]
    return FileResponse(exports.content(folder, one), media_type=kind, filename=one.name, headers=FILE_HEADERS)


@router.post("/{export_id}/weg")
def throw_away(request: Request, who: Reader, export_id: str, _: Form) -> Response:
    """Throw it away. One that is being written comes to an end unseen."""
    folder = office_of(request).settings.exports
    exports.remove(folder, exports.find(folder, export_id, who.person_id))
    return redirect(request, "/uitvoer", wording_of(request).text(mark("Het bestand is weggegooid.")))


def _told(request: Request, one: Export) -> dict[str, Any]:
    """What the page says of one: per cent while it waits, why it failed, until when it lies there."""
    office = office_of(request)
    progress = progress_in(exports.place_of(office.settings.exports, one)) if one.stage is Stage.WAITING else None
    percent = min(100, round(100 * progress["done"] / max(progress["total"], 1))) if progress else None
    return {
        "one": one,
        "percent": percent,
        "done": progress["done"] if progress else 0,
        "why": wording_of(request).text(WHY.get(one.why, WHY[""])) if one.stage is Stage.FAILED else "",
        "list_href": address("/vragen", **one.query),
        "hours": int(KEPT.total_seconds() // 3600),
    }
