"""Who may hold which roles, and what is needed to know somebody."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.domain.errors import Invalid, mark
from app.domain.permissions import Role

ROLE_NAMES: Mapping[Role, str] = {
    Role.CONTACT: mark("Contactpersoon"),
    Role.COORDINATOR: mark("Coördinator"),
    Role.SG: mark("Bureau SG"),
    Role.REGIE: mark("Regie (AZ)"),
    Role.SECRETARIAT: mark("Secretariaat"),
    Role.LEADERSHIP: mark("Directie"),
    Role.ADMIN: mark("Beheer"),
}
MINISTRY_ROLES = frozenset({Role.CONTACT, Role.COORDINATOR, Role.SG, Role.REGIE})
LANGUAGES = ("nl", "en")
_ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+\.[^@\s<>,;\"]+")
_LONGEST_ADDRESS = 320
_LONGEST_NAME = 120


@dataclass(frozen=True)
class PersonFacts:
    """What an administrator fills in about somebody. The address is in lower case."""

    email: str
    name: str
    language: str
    roles: frozenset[Role]
    ministry_id: int | None


def read_address(text: str) -> str:
    """Return a mail address in the one form we keep, lower case. Raises Invalid (`bad-email`)."""
    address = text.strip().lower()
    if len(address) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(address) or not address.isascii():
        raise Invalid("bad-email", mark("Vul een e-mailadres in, bijvoorbeeld naam@ministerie.nl."), field="email")
    return address


def read_person(email: str, name: str, language: str, roles: frozenset[Role], ministry_id: int | None) -> PersonFacts:
    """Return what was typed about somebody. Raises Invalid with all that is wrong.

    Nobody is both at a ministry and at VNG: a ministry's drafts are not for VNG's eyes.
    """
    wrong = list(_wrong(email, name, language, roles, ministry_id))
    if wrong:
        first = wrong[0]
        raise Invalid(first.code, first.sentence, field=first.field, others=tuple(wrong[1:]), **first.facts)
    return PersonFacts(read_address(email), name.strip(), language, roles, ministry_id)


def _wrong(email: str, name: str, language: str, roles: frozenset[Role], ministry_id: int | None) -> Iterator[Invalid]:
    try:
        read_address(email)
    except Invalid as refusal:
        yield refusal
    if not 0 < len(name.strip()) <= _LONGEST_NAME:
        yield Invalid(
            "bad-name", mark("Vul een naam in van hoogstens {most} tekens."), field="name", most=_LONGEST_NAME
        )
    if language not in LANGUAGES:
        yield Invalid("bad-language", mark("Kies Nederlands of Engels."), field="language")
    yield from _wrong_roles(roles, ministry_id)


def _wrong_roles(roles: frozenset[Role], ministry_id: int | None) -> Iterator[Invalid]:
    if not roles:
        yield Invalid("no-role", mark("Kies ten minste één rol."), field="roles")
    elif roles & MINISTRY_ROLES and roles - MINISTRY_ROLES:
        sentence = mark("Iemand werkt bij een ministerie of bij de VNG, niet bij allebei. Kies rollen van één kant.")
        yield Invalid("mixed-roles", sentence, field="roles")
    elif roles & MINISTRY_ROLES and ministry_id is None:
        yield Invalid("ministry-needed", mark("Kies het ministerie waar deze persoon werkt."), field="ministry")
    elif roles - MINISTRY_ROLES and ministry_id is not None:
        sentence = mark("Deze rol is er een van de VNG. Laat het ministerie dan leeg.")
        yield Invalid("ministry-not-needed", sentence, field="ministry")
