"""What an address asks of the figures, and the addresses of the questions behind them."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from urllib.parse import quote

from sqlalchemy.orm import Session

from app.domain.errors import Invalid, mark
from app.domain.own_clocks import OwnClock
from app.domain.questions import QuestionKind
from app.domain.statistics import (
    NO_DOSSIER,
    NO_DOSSIER_ID,
    Bucket,
    Grouping,
    Happening,
    Selection,
    month_of,
    standard_start,
)
from app.domain.terms import TermKind, check_range
from app.store.figures.groups import Group
from app.store.ministries import Dossier, dossier_list, ministry_names
from app.web.questions.question_table import address

_TYPED_DAY = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})")
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
EVERYTHING, NOW = "alles", "nu"
MOST_GROUPS = 60
"""Groups on one page; the rest stands on the next."""

_PAGES = {
    Grouping.MINISTRY: "ministerie",
    Grouping.SUCCESSOR: "ministerie",
    Grouping.DOSSIER: "dossier",
    Grouping.MONTH: "maand",
}


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
    soort: str = ""
    ronde: str = ""
    pagina: str = ""


@dataclass(frozen=True)
class Chosen:
    """What an address asks for, read; `typed` is what its form shows again."""

    selection: Selection
    grouping: Grouping
    typed: Asked

    @property
    def first(self) -> int:
        """The place of the first group to show."""
        return MOST_GROUPS * (int(self.typed.pagina or 1) - 1)

    def page(self, number: int) -> str:
        """The address of another page of the groups."""
        return address("/statistieken", **_kept(self.typed), pagina=str(number) if number > 1 else "")

    def page_of(self, group: Group) -> str:
        """The address of the page about one group, over the same period; empty where there is none."""
        place = _PAGES.get(self.grouping)
        if place is None or group.key == NO_DOSSIER:
            return ""
        narrowed = _kept(replace(self.typed, groepering="", ligt=NOW if self.grouping is Grouping.SUCCESSOR else ""))
        for name in ("van", "tot") if self.grouping is Grouping.MONTH else ():
            narrowed.pop(name, None)
        return address(f"/statistieken/{place}/{quote(group.code, safe='')}", **narrowed)

    def address(self, path: str = "/statistieken") -> str:
        """The address that asks for this."""
        return address(path, **_kept(self.typed))

    @property
    def as_now(self) -> bool:
        """Whether the work of ministries that ended counts where it is now."""
        return self.typed.ligt == NOW

    def with_it(self, happening: Happening | OwnClock) -> str:
        """The address of the questions that something happened to, or that a clock of VNG's own is about."""
        asked = {name: value for name, value in _kept(self.typed).items() if name != "groepering"}
        return address("/statistieken/vragen", telling=happening.value, **asked)

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
        kind=_kind(asked.soort),
        round=_number(asked.ronde, "ronde"),
        present_on=today,
    )
    grouping = _grouping(asked.groepering)
    _number(asked.pagina, "pagina")
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
    found = {name: value for name, value in asdict(typed).items() if value and name != "pagina"}
    return {**found, "van": typed.van or EVERYTHING}


_FIELDS = {
    Grouping.MINISTRY: "ministerie",
    Grouping.SUCCESSOR: "ministerie",
    Grouping.DOSSIER: "dossier",
    Grouping.TERM: "termijn",
    Grouping.KIND: "soort",
    Grouping.ROUND: "ronde",
}


def _narrowed(typed: Asked, grouping: Grouping, group: Group, selection: Selection) -> Asked:
    if grouping is Grouping.MONTH:
        first, last = month_of(group.key)
        since = max(first, selection.asked_from or first)
        until = min(last, selection.asked_until or last)
        return replace(typed, van=since.isoformat(), tot=until.isoformat())
    field = _FIELDS.get(grouping)
    narrowed = replace(typed, **{field: group.code}) if field else typed
    if field == "ministerie":
        narrowed = replace(narrowed, ligt=NOW if grouping is Grouping.SUCCESSOR else "")
    return narrowed


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


def _kind(text: str) -> QuestionKind | None:
    try:
        return QuestionKind(text) if text else None
    except ValueError:
        sentence = mark("Deze soort vraag is er niet. Kies een soort uit de lijst.")
        raise Invalid("unknown-kind", sentence, field="soort") from None


def _number(text: str, field: str) -> int | None:
    """A round, or a page of the groups."""
    if text and not _NUMBER.fullmatch(text):
        sentences = {
            "ronde": mark("Deze ronde is er niet. Kies een ronde uit de lijst."),
            "pagina": mark("Deze bladzijde is er niet. Begin bij de eerste."),
        }
        raise Invalid("unknown-round" if field == "ronde" else "unknown-page", sentences[field], field=field)
    return int(text) if text else None


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
