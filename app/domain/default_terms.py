"""The terms that are offered when a letter is registered: the norm, and those that a law sets."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.domain.errors import Invalid, mark
from app.domain.terms import Term, TermKind, Unit

# An agreed date is agreed anew each time: nothing to offer.
KIND_NAMES: Mapping[TermKind, str] = {
    TermKind.NORM: mark("Norm"),
    TermKind.STATUTORY: mark("Wettelijk"),
}
LONGEST = 366
_LONGEST_NAME, _LONGEST_LAW = 80, 200


@dataclass(frozen=True)
class DefaultTermFacts:
    """One term: `extension` is by how much its law lets a ministry postpone it, in the same unit; None: not at all."""

    name: str
    term: Term
    extension: int | None
    law: str | None


def read_default_term(
    name: str, kind: str, length: int | None, unit: str, extension: str, law: str
) -> DefaultTermFacts:
    """Return what was typed about a term. Raises Invalid with all that is wrong."""
    wrong = list(_wrong(name, kind, length, unit, extension, law))
    if wrong:
        first = wrong[0]
        raise Invalid(first.code, first.sentence, field=first.field, others=tuple(wrong[1:]), **first.facts)
    statutory = kind == TermKind.STATUTORY
    longer = int(extension) if extension and statutory else None
    return DefaultTermFacts(name, Term(TermKind(kind), length, Unit(unit)), longer, law if statutory else None)


def _wrong(name: str, kind: str, length: int | None, unit: str, extension: str, law: str) -> Iterator[Invalid]:
    if not name or len(name) > _LONGEST_NAME:
        yield Invalid("missing", mark("Vul een naam in van hooguit 80 tekens."), field="name")
    if kind not in set(KIND_NAMES):
        yield Invalid("missing", mark("Kies of het een norm of een wettelijke termijn is."), field="kind")
    if length is None or not 1 <= length <= LONGEST:
        yield Invalid("bad-number", mark("Vul een getal in van 1 tot en met 366."), field="length")
    if unit not in set(Unit):
        yield Invalid("missing", mark("Kies dagen, werkdagen, weken of maanden."), field="unit")
    if kind == TermKind.STATUTORY:
        if not law or len(law) > _LONGEST_LAW:
            sentence = mark("Noem de wet en het artikel, bijvoorbeeld: Wet open overheid, artikel 4.4.")
            yield Invalid("missing", sentence, field="law")
        if extension and not (extension.isascii() and extension.isdigit() and 1 <= int(extension[:6]) <= LONGEST):
            yield Invalid("bad-number", mark("Vul een getal in van 1 tot en met 366."), field="extension")
