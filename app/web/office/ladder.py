"""Keeping the ladder: its rungs and pauses, and what the sweep of a day would do."""

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.errors import Invalid, OutOfDate, Refusal, mark
from app.domain.escalation import READER_NAMES, REST_DAYS, Reader, Rung, RungText
from app.domain.ladder import FARTHEST, LONGEST_TEXT, MOST_RUNGS, TypedRung, read_hours, read_recess, read_texts
from app.domain.permissions import Task
from app.routes import Router
from app.store.ministries import ministry_names
from app.usecases import ladder
from app.web.frame.forms import POSTED, Posted
from app.web.frame.policy import RowId, needs
from app.web.frame.render import page, redirect, wording_of
from app.web.frame.sessions import office_of
from app.web.office.listed import Asked, Listed

router = Router(prefix="/beheer/escalatieladder")
Admin = Annotated[Actor, needs(Task.MANAGE_REFERENCE)]
HOME = "/beheer/escalatieladder"


@dataclass(frozen=True)
class Row:
    """One rung as the form shows it: `days` as typed, `side` of the due date, `gone` when it is to be taken away.

    `nl` and `en` are what its mail says besides.
    """

    was: str = ""
    days: str = ""
    side: str = "na"
    readers: list[str] = field(default_factory=list)
    gone: bool = False
    nl: str = ""
    en: str = ""


@dataclass(frozen=True)
class Shown:
    """The form as it is shown: the edition it changes, its rungs, and the hours as typed."""

    edition: int
    rows: list[Row]
    opens: str
    closes: str


@router.get("")
def overview(request: Request, who: Admin, asked: Annotated[Asked, Depends()]) -> Response:
    """The ladder in force, and its pauses."""
    return _overview(request, who, asked=asked)


@router.get("/wijzigen")
def change_form(request: Request, who: Admin) -> Response:
    """The rungs as a form."""
    with office_of(request).db.reading() as session:
        found = ladder.find(session, who)
    hours = found.hours
    return _form(request, Shown(found.edition, [*map(_row, found.rungs), Row()], str(hours.opens), str(hours.closes)))


@router.post("/wijzigen")
def change(request: Request, who: Admin, form: Annotated[Posted, POSTED]) -> Response:
    """Put the ladder that was typed in force."""
    office = office_of(request)
    shown = Shown(form.number("edition") or 0, _rows(form), form.text("opens"), form.text("closes"))
    try:
        typed = [_typed(place, row) for place, row in enumerate(shown.rows) if _is_typed(row)]
        hours = read_hours(form.number("opens"), form.number("closes"))
        with office.db.writing() as session:
            changed = ladder.change(session, who, shown.edition, typed, hours, office.now())
    except (Invalid, OutOfDate) as refusal:
        return _form(request, shown, refusal)
    sentence = mark("De ladder is gewijzigd.") if changed else mark("Er is niets gewijzigd: de ladder was al zo.")
    return redirect(request, HOME, wording_of(request).text(sentence))


@router.post("/pauzes")
def add_pause(request: Request, who: Admin, form: Annotated[Posted, POSTED]) -> Response:
    """Let the ladder stand still for a while."""
    office = office_of(request)
    try:
        recess = read_recess(form.day("from"), form.day("until"), form.text("reason"))
        with office.db.writing() as session:
            whole = ladder.add_pause(session, who, form.number("ministry"), recess, office.now())
    except Invalid as refusal:
        return _overview(request, who, refusal, form)
    sentence = mark("De ladder staat stil van {begin} tot en met {until}.")
    told = wording_of(request).text(sentence, begin=whole.from_on, until=whole.until_on)
    return redirect(request, f"{HOME}#pauzes", told)


@router.post("/pauzes/{pause_id}/verwijdering")
def remove_pause(request: Request, who: Admin, pause_id: RowId, _: Annotated[Posted, POSTED]) -> Response:
    """Let the ladder go on."""
    office = office_of(request)
    with office.db.writing() as session:
        ladder.remove_pause(session, who, pause_id, office.now())
    return redirect(request, f"{HOME}#pauzes", wording_of(request).text(mark("De pauze is geschrapt.")))


@router.get("/vooruitblik")
def foresee(request: Request, who: Admin) -> Response:
    """What the sweep of a day would do, today's where none is chosen."""
    office = office_of(request)
    asked, foreseen, refusal = Posted(FormData(dict(request.query_params))), None, None
    with office.db.reading() as session:
        found = ladder.find(session, who)
        try:
            foreseen = ladder.foresee(session, who, asked.day("dag") or office.today())
        except Invalid as wrong:
            refusal = wrong
    asked_day = foreseen.on if foreseen else asked.typed_day("dag")
    return page(request, "ladder/preview.html", refusal=refusal, ladder=found, foreseen=foreseen, asked_day=asked_day)


def _overview(
    request: Request,
    who: Actor,
    refusal: Refusal | None = None,
    form: Posted | None = None,
    asked: Asked | None = None,
) -> Response:
    asked = asked or Asked()
    with office_of(request).db.reading() as session:
        found = ladder.find(session, who, asked.turn)
        ministries = [(one.id, f"{one.display} – {one.name}") for one in ministry_names(session)]
    return page(
        request,
        "ladder/ladder.html",
        refusal=refusal,
        typed=form,
        ladder=found,
        listed=Listed(HOME, found.pauses, {"zoek": asked.turn.text}),
        ministries=ministries,
        reader_names=READER_NAMES,
        rest_days=REST_DAYS + 1,
        opens=_clock(found.hours.opens),
        closes=_clock(found.hours.closes),
    )


def _clock(hour: int) -> str:
    return f"{hour:02}:00"


def _form(request: Request, shown: Shown, refusal: Refusal | None = None) -> Response:
    words = wording_of(request)
    readers = [(str(reader), words.text(name)) for reader, name in READER_NAMES.items()]
    return page(request, "ladder/change.html", refusal=refusal, shown=shown, readers=readers, longest_text=LONGEST_TEXT)


def _row(rung: Rung) -> Row:
    side = "voor" if rung.working_days < 0 else "na"
    readers = [str(reader) for reader in rung.readers]
    days = str(abs(rung.working_days))
    return Row(str(rung.number), days, side, readers, nl=rung.text.nl, en=rung.text.en)


def _rows(form: Posted) -> list[Row]:
    number = min(form.number("rows") or 0, MOST_RUNGS + 1)
    return [
        Row(
            form.text(f"was-{n}"),
            form.text(f"days-{n}"),
            form.text(f"side-{n}"),
            form.texts(f"readers-{n}"),
            form.flag(f"gone-{n}"),
            form.text(f"nl-{n}"),
            form.text(f"en-{n}"),
        )
        for n in range(number)
    ]


def _is_typed(row: Row) -> bool:
    """Tell whether this is a rung: one that stays, or a new one of which anything was filled in but the side."""
    return not row.gone and bool(row.was or row.days or row.nl or row.en)


def _typed(place: int, row: Row) -> TypedRung:
    plain = row.days.isascii() and row.days.isdigit() and len(row.days) <= 3
    if not plain or int(row.days) > FARTHEST:
        sentence = mark("Vul in hoeveel werkdagen, van 0 tot en met {most}.")
        raise Invalid("ladder-day", sentence, field=f"days-{place}", most=FARTHEST)
    days = -int(row.days) if row.side == "voor" else int(row.days)
    readers = frozenset(Reader(text) for text in row.readers if text in set(Reader))
    was = int(row.was) if row.was.isascii() and row.was.isdigit() else None
    return TypedRung(was, days, readers, read_texts(RungText(row.nl, row.en), place))
