"""What an address asks of the figures, and the addresses of the questions behind them."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from app.domain.errors import Invalid, mark
from app.domain.statistics import NO_DOSSIER, NO_DOSSIER_ID, Bucket, Grouping, Selection, month_of, standard_start
from app.domain.terms import TermKind, check_range
from app.store.figures.groups import Group
from app.store.ministries import Dossier, dossier_list, ministry_names
from app.web.questions.question_table import address

_TYPED_DAY = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})")
EVERYTHING, NOW = "alles", "nu"


@dataclass(frozen=True)
class Asked:
    """The query of the page, as typed. Without `van` it is the standard period; empty: from ever."""

    peildatum: str = ""
    van: str | None = None
    tot: str = ""
    groepering: str = ""
    ministerie: str = ""
    ligt: str = ""
    dossier: str = ""
    termijn: str = ""


@dataclass(frozen=True)
class Chosen:
    """What an address asks for, read; `typed` is what its form shows again."""

    selection: Selection
    grouping: Grouping
    typed: Asked

    def address(self, path: str = "/statistieken") -> str:
        """The address that asks for this."""
        return address(path, **_kept(self.typed))

    def behind(self, bucket: Bucket | None, group: Group | None = None) -> str:
        """The address of the questions in a bucket (or all that were asked) of a group (or of all)."""
        narrowed = self.typed if group is None else _narrowed(self.typed, self.grouping, group, self.selection)
        asked = {name: value for name, value in _kept(narrowed).items() if name != "groepering"}
        return address("/statistieken/vragen", telling=bucket.value if bucket else EVERYTHING, **asked)


def read(session: Session, asked: Asked, today: date) -> Chosen:
    """Read an address. Raises Invalid `bad-date`, `date-range`, `unknown-` and what is unknown (`unknown-dossier`)."""
    as_of = check_range(_day(asked.peildatum, "opDatum") or today, field="opDatum")
    start = standard_start(as_of) if asked.van is None else _day(asked.van, "van")
    selection = Selection(
        as_of=as_of,
        asked_from=start,
        asked_until=_day(asked.tot, "tot"),
        **_whose(session, asked),
        dossier_id=_dossier_id(dossier_list(session), asked.dossier),
        term_kind=_term(asked.termijn),
        present_on=today,
    )
    grouping = _grouping(asked.groepering)
    typed = replace(
        asked,
        peildatum=as_of.isoformat(),
        van=start.isoformat() if start else "",
        tot=selection.asked_until.isoformat() if selection.asked_until else "",
        groepering=grouping.value,
    )
    return Chosen(selection, grouping, typed)


def _kept(typed: Asked) -> dict[str, str]:
    """The query without what is empty; an open beginning is said out loud, for empty is not the same as left out."""
    found = {name: value for name, value in asdict(typed).items() if value}
    return {**found, "van": typed.van or EVERYTHING}


def _narrowed(typed: Asked, grouping: Grouping, group: Group, selection: Selection) -> Asked:
    match grouping:
        case Grouping.MINISTRY:
            return replace(typed, ministerie=group.code, ligt="")
        case Grouping.SUCCESSOR:
            return replace(typed, ministerie=group.code, ligt=NOW)
        case Grouping.DOSSIER:
            return replace(typed, dossier=group.code)
        case Grouping.TERM:
            return replace(typed, termijn=group.code)
        case Grouping.MONTH:
            first, last = month_of(group.key)
            since = max(first, selection.asked_from or first)
            until = min(last, selection.asked_until or last)
            return replace(typed, van=since.isoformat(), tot=until.isoformat())
    return typed


def _whose(session: Session, asked: Asked) -> dict[str, int | None]:
    """The ministry as it was called then; with `ligt=nu` all whose work it does now."""
    ministry_id = _ministry_id(session, asked.ministerie)
    return {"heir_id": ministry_id} if asked.ligt == NOW else {"owner_id": ministry_id}


def _day(text: str, field: str) -> date | None:
    text = text.strip()
    if not text or text == EVERYTHING:
        return None
    typed = _TYPED_DAY.fullmatch(text)
    if typed:
        text = f"{typed[3]}-{typed[2]:0>2}-{typed[1]:0>2}"
    try:
        return date.fromisoformat(text)
    except ValueError:
        sentence = mark("Deze dag bestaat niet. Vul een dag in zoals 30-11-2026.")
        raise Invalid("bad-date", sentence, field=field) from None


def _grouping(text: str) -> Grouping:
    try:
        return Grouping(text) if text else Grouping.MINISTRY
    except ValueError:
        sentence = mark("Zo kunnen wij niet groeperen. Kies een groepering uit de lijst.")
        raise Invalid("unknown-grouping", sentence, field="groepering") from None


def _term(text: str) -> TermKind | None:
    try:
        return TermKind(text) if text else None
    except ValueError:
        sentence = mark("Deze soort termijn is er niet. Kies een soort uit de lijst.")
        raise Invalid("unknown-term", sentence, field="termijn") from None


def _ministry_id(session: Session, code: str) -> int | None:
    if not code:
        return None
    found = next((one.id for one in ministry_names(session) if one.code == code), None)
    if found is None:
        sentence = mark("Dit ministerie is er niet. Kies een ministerie uit de lijst.")
        raise Invalid("unknown-ministry", sentence, field="ministerie")
    return found


def _dossier_id(dossiers: Sequence[Dossier], slug: str) -> int | None:
    if not slug:
        return None
    if slug == NO_DOSSIER:
        return NO_DOSSIER_ID
    found = next((one.id for one in dossiers if one.slug == slug), None)
    if found is None:
        sentence = mark("Dit dossier is er niet. Kies een dossier uit de lijst.")
        raise Invalid("unknown-dossier", sentence, field="dossier")
    return found
