"""What filters above a list are called, what they know, and how they say that something makes no sense."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.errors import Invalid, mark
from app.domain.questions import QuestionKind, State
from app.wording import Wording

LONGEST_SEARCH = 100
RUNGS = (1, 2, 3, 4, 5)
YES, MYSELF = "ja", "ik"
UNANSWERED = "open"
"""In addresses: every state in which an answer is owed."""
QUESTION_KINDS = {
    QuestionKind.QUESTION: mark("Vragen"),
    QuestionKind.REQUEST: mark("Verzoeken"),
    QuestionKind.COMMITMENT: mark("Toezeggingen"),
}
STATES: Mapping[State, str] = {
    State.DRAFT: mark("Concept"),
    State.ASKED: mark("Uitgezet"),
    State.ACCEPTED: mark("In behandeling"),
    State.CONCURRING: mark("In afstemming"),
    State.DISPUTED: mark("Eigenaar betwist"),
    State.ANSWERED: mark("Beantwoord"),
    State.SETTLED: mark("Afgedaan"),
    State.WITHDRAWN: mark("Ingetrokken"),
}
LABELS: Mapping[str, str] = {
    "weergave": mark("Weergave"),
    "zoek": mark("Gezocht"),
    "ministerie": mark("Eigenaar"),
    "dossier": mark("Dossier"),
    "stand": mark("Stand"),
    "trede": mark("Trede"),
    "soort": mark("Soort"),
    "laat": mark("Termijn"),
    "van": mark("Uiterlijk vanaf"),
    "tot": mark("Uiterlijk tot en met"),
    "bal": mark("Bal ligt bij"),
    "brief": mark("Brief"),
    "contact": mark("Contactpersoon"),
    "bezwaar": mark("Afstemming"),
}
ORDER_NAMES: Mapping[str, str] = {
    "termijn": mark("Vroegste datum eerst"),
    "-termijn": mark("Laatste datum eerst"),
    "nieuw": mark("Nieuwste eerst"),
    "oud": mark("Oudste eerst"),
    "eigenaar": mark("Op eigenaar"),
    "-eigenaar": mark("Op eigenaar, van Z naar A"),
    "bal": mark("Bal het langst daar eerst"),
    "-bal": mark("Bal het kortst daar eerst"),
    "-trede": mark("Hoogste trede eerst"),
    "trede": mark("Laagste trede eerst"),
}
_UNKNOWN = mark("Het filter “{filter}” kent “{value}” niet. Kies uit de lijst, of haal dit filter weg.")


@dataclass(frozen=True)
class Chip:
    """One filter that is on: what it is, what it was set to, and the address of the list without it."""

    label: str
    value: str
    href: str


def all_of(wrong: Sequence[Invalid]) -> Invalid | None:
    """All refusals as one; None where there are none."""
    if not wrong:
        return None
    first, *others = wrong
    return Invalid(first.code, first.sentence, field=first.field, others=tuple(others), **first.facts)


def unknown_value(words: Wording, name: str, label: str, value: str) -> Invalid:
    """The refusal of a value that a filter doesn't know; `label` is a marked sentence."""
    return Invalid("bad-filter", _UNKNOWN, field=name, filter=words.text(label), value=value)


def typed_day(name: str, text: str) -> date | None:
    """A day in an address. Raises Invalid (`bad-date`)."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        sentence = mark("“{value}” is geen dag. Schrijf een dag als 2026-11-30, of haal dit filter weg.")
        raise Invalid("bad-date", sentence, field=name, value=text) from None
