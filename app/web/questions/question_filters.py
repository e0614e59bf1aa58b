"""The filters of a list of questions: read out of the address, said back as chips, refused where they make no sense.

All lists of questions read the same names, so that an address can be sent to a colleague, kept, or written by hand.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import Invalid, mark
from app.domain.ministries import MinistryName
from app.domain.numbers import LetterNumber
from app.domain.permissions import Task, may
from app.domain.questions import CLIMBING_STATES, HolderKind, QuestionKind, State
from app.domain.statistics import NO_DOSSIER, NO_DOSSIER_ID
from app.store.lists.choices import Colleague, colleague, colleagues, letter_of_number
from app.store.lists.concurrences import objected
from app.store.lists.question_lists import ORDERS, QuestionFilter, both
from app.store.ministries import Dossier, dossier_list, ministry_names
from app.web.questions.filter_parts import (
    LABELS,
    LONGEST_SEARCH,
    MYSELF,
    QUESTION_KINDS,
    RUNGS,
    STATES,
    UNANSWERED,
    YES,
    Chip,
    all_of,
    typed_day,
    unknown_value,
)
from app.web.questions.question_table import address
from app.web.worklist.views import View, views
from app.wording import Wording


@dataclass(frozen=True)
class Narrowing:
    """What a few filters hold: what was chosen, and what can be."""

    chosen: Mapping[str, str]
    ministries: Sequence[MinistryName]
    dossiers: Sequence[Dossier]

    @property
    def ministry_id(self) -> int | None:
        """The ministry chosen, if it is one of ours."""
        return next((one.id for one in self.ministries if one.code == self.chosen.get("ministerie")), None)

    @property
    def any(self) -> bool:
        """Whether the list is narrowed at all."""
        return any(self.chosen.values())

    @property
    def ministry_options(self) -> list[tuple[str, str]]:
        """Ministries for a select: (code, what it is called)."""
        return [(one.code, one.display) for one in self.ministries]

    @property
    def dossier_options(self) -> list[tuple[str, str]]:
        """Dossiers for a select: (slug, name)."""
        return [(one.slug, one.name) for one in self.dossiers]


def narrowing(session: Session, **chosen: str) -> Narrowing:
    """Read a few filters out of the address."""
    shortened = {name: value.strip()[:LONGEST_SEARCH] for name, value in chosen.items()}
    return Narrowing(shortened, ministry_names(session), dossier_list(session))


@dataclass(frozen=True)
class Filters(Narrowing):
    """All filters of a list of questions, and the list that they mean.

    `wrong` holds what makes no sense: then nothing is listed, rather than something else than was asked for.
    """

    wanted: QuestionFilter = field(default_factory=QuestionFilter)
    view: View | None = None
    order: str = ""
    ordered: str = ""
    people: Sequence[Colleague] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    wrong: Sequence[Invalid] = ()

    @property
    def refusal(self) -> Invalid | None:
        """What makes no sense, all at once."""
        return all_of(self.wrong)

    @property
    def query(self) -> dict[str, str]:
        """What stands in the address: filters, and the order where one was chosen."""
        return {**self.chosen, "volgorde": self.ordered}

    def chips(self, words: Wording, path: str, but: Sequence[str] = ()) -> list[Chip]:
        """The filters that are on; those in `but` are shown in another way."""
        return [
            Chip(words.text(LABELS[name]), self.values.get(name, value), address(path, **{**self.query, name: ""}))
            for name, value in self.chosen.items()
            if value and name not in but
        ]

    def more_chosen(self, *names: str) -> bool:
        """Whether one of these filters is on."""
        return any(self.chosen[name] for name in names)


@dataclass(frozen=True)
class Asked:
    """What an address asks of a list of questions; pages and files read it alike."""

    weergave: str = ""
    zoek: str = ""
    ministerie: str = ""
    dossier: str = ""
    stand: str = ""
    trede: str = ""
    soort: str = ""
    laat: str = ""
    van: str = ""
    tot: str = ""
    bal: str = ""
    brief: str = ""
    contact: str = ""
    bezwaar: str = ""
    volgorde: str = ""

    def read(self, words: Wording, session: Session, who: Actor, today: date, order: str = "nieuw") -> Filters:
        """The filters, and what they mean to this reader; `order` is the list's own, where none was chosen."""
        chosen = {name: value.strip()[:LONGEST_SEARCH] for name, value in asdict(self).items()}
        ordered = chosen.pop("volgorde")
        found = Filters(chosen, ministry_names(session), dossier_list(session), ordered=ordered)
        return _Reading(words, session, who, today, found).filters(order)


@dataclass
class _Reading:
    words: Wording
    session: Session
    who: Actor
    today: date
    found: Filters

    def __post_init__(self) -> None:
        self.wrong: list[Invalid] = []
        self.values: dict[str, str] = {}

    def filters(self, order: str) -> Filters:
        view = self._one("weergave", {one.name: one for one in views(self.who, self.today)}, lambda one: one.label)
        wanted = QuestionFilter(
            words=self._searched(),
            owner_id=getattr(self._one("ministerie", self._ministries(), _display, plain=True), "id", None),
            dossier_id=self._dossier(),
            states=self._states(),
            min_rung=self._one("trede", {str(rung): rung for rung in RUNGS}, self._rung, plain=True),
            kinds=frozenset(
                filter(None, [self._one("soort", dict(zip(QuestionKind, QuestionKind, strict=True)), _kind)])
            ),
            late_on=self._one("laat", {YES: self.today}, lambda _: mark("Alleen te laat")),
            held_by=self._holder(),
            letter_id=self._letter(),
            contact_id=self._contact(),
            also=(objected(),) if self._one("bezwaar", {YES: YES}, lambda _: mark("Alleen met bezwaar")) else (),
        )
        first, last = self._day("van"), self._day("tot")
        if first and last and last < first:
            sentence = mark("De laatste dag ligt voor de eerste. Draai ze om, of haal er een weg.")
            self.wrong.append(Invalid("bad-period", sentence, field="tot"))
        wanted = replace(wanted, due_from=first, due_until=last)
        if self.found.ordered and self.found.ordered not in ORDERS:
            self._refuse("volgorde", mark("Volgorde"), self.found.ordered)
        return replace(
            self.found,
            wanted=both(view.wanted, wanted, self.today) if view else wanted,
            view=view,
            order=self.found.ordered or (view.order if view else order),
            people=colleagues(self.session, self._whose()),
            values=self.values,
            wrong=tuple(self.wrong),
        )

    def _one(self, name: str, known: Mapping[str, Any], told: Callable[[Any], str], *, plain: bool = False) -> Any:
        """What the filter was set to, out of what it knows; `told` says it, in a marked sentence unless `plain`."""
        asked = self.found.chosen[name]
        if not asked:
            return None
        if asked not in known:
            return self._refuse(name, LABELS[name], asked)
        said = told(known[asked])
        self.values[name] = said if plain else self.words.text(said)
        return known[asked]

    def _refuse(self, name: str, label: str, value: str) -> None:
        self.wrong.append(unknown_value(self.words, name, label, value))

    def _ministries(self) -> dict[str, MinistryName]:
        return {one.code: one for one in self.found.ministries}

    def _searched(self) -> str:
        searched = self.found.chosen["zoek"]
        self.values["zoek"] = f"“{searched}”"
        return searched

    def _dossier(self) -> int | None:
        names = {one.slug: (one.id, one.name) for one in self.found.dossiers}
        names[NO_DOSSIER] = (NO_DOSSIER_ID, self.words.text(mark("Zonder dossier")))
        found = self._one("dossier", names, lambda pair: str(pair[1]), plain=True)
        return found[0] if found else None

    def _states(self) -> frozenset[State]:
        known: dict[str, tuple[frozenset[State], str]] = {
            one: (frozenset({one}), STATES[one])
            for one in State
            if one is not State.DRAFT or may(self.who.roles, Task.REGISTER)
        }
        known[UNANSWERED] = (CLIMBING_STATES, mark("Nog geen antwoord"))
        found = self._one("stand", known, lambda pair: str(pair[1]))
        return found[0] if found else frozenset()

    def _rung(self, rung: int) -> str:
        if rung == RUNGS[-1]:
            return self.words.text(mark("{rung}, de hoogste"), rung=rung)
        return self.words.text(mark("{rung} en hoger"), rung=rung)

    def _holder(self) -> tuple[frozenset[HolderKind], int | None] | None:
        known: dict[str, tuple[frozenset[HolderKind], int | None, str]] = {
            HolderKind.VNG: (frozenset({HolderKind.VNG}), None, "VNG"),
            HolderKind.CENTRE: (frozenset({HolderKind.CENTRE}), None, self.words.text(mark("niemand, AZ beslist"))),
        }
        at = frozenset({HolderKind.OWNER, HolderKind.CONTRIBUTOR})
        known |= {one.code: (at, one.id, one.display) for one in self.found.ministries}
        found = self._one("bal", known, lambda three: str(three[2]), plain=True)
        return found[:2] if found else None

    def _letter(self) -> int | None:
        asked = self.found.chosen["brief"]
        if not asked:
            return None
        try:
            number = LetterNumber.parse(asked)
        except Invalid as wrong:
            self.wrong.append(Invalid(wrong.code, wrong.sentence, field="brief", **wrong.facts))
            return None
        found = letter_of_number(self.session, self.who, number)
        if found is None:
            sentence = mark("Brief {number} is er niet, of u mag hem niet zien. Kijk het nummer na.")
            self.wrong.append(Invalid("no-letter", sentence, field="brief", number=str(number)))
        return found

    def _contact(self) -> int | None:
        asked = self.found.chosen["contact"]
        if asked == MYSELF:
            self.values["contact"] = self.words.text(mark("ikzelf"))
            return self.who.person_id
        own = None if may(self.who.roles, Task.SEE_ALL) else self.who.ministry_id or 0
        person = colleague(self.session, int(asked), own) if asked.isdecimal() and len(asked) < 16 else None
        if asked and person is None:
            self._refuse("contact", LABELS["contact"], asked)
        self.values["contact"] = person.name if person else asked
        return person.id if person else None

    def _whose(self) -> int | None:
        """The ministry whose people can be chosen from: one's own, else the one chosen."""
        return self.who.ministry_id if not may(self.who.roles, Task.SEE_ALL) else self.found.ministry_id

    def _day(self, name: str) -> date | None:
        try:
            day = typed_day(name, self.found.chosen[name])
        except Invalid as refusal:
            self.wrong.append(refusal)
            return None
        self.values[name] = self.words.longdate(day) if day else ""
        return day


def _display(ministry: MinistryName) -> str:
    return ministry.display


def _kind(kind: QuestionKind) -> str:
    return QUESTION_KINDS[kind]
