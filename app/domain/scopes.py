"""What an API token may be used for: less than its person may, so that a leaked one does less harm."""

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum

from app.domain.errors import Invalid, mark
from app.domain.permissions import PERMISSIONS, Role, Task
from app.domain.questions import Act

LONGEST_DAYS = 366
LONGEST_NAME = 80


class Scope(StrEnum):
    """One kind of use."""

    READ = "lezen"
    REGISTER = "registreren"
    ANSWER = "antwoorden"
    MANAGE = "beheer"


SCOPE_NAMES = {
    Scope.READ: mark("Lezen"),
    Scope.REGISTER: mark("Registreren, versturen en beoordelen"),
    Scope.ANSWER: mark("Antwoorden namens een ministerie"),
    Scope.MANAGE: mark("Beheren"),
}
_READING = frozenset(
    {
        Task.READ,
        Task.READ_DRAFT,
        Task.SEE_ALL,
        Task.READ_FIGURES,
        Task.READ_COORDINATION,
        Task.READ_DIGESTS,
        Task.SEE_OUTBOX,
        Task.SEE_AUDIT,
    }
)
_ROLES = {
    Scope.REGISTER: (Role.SECRETARIAT, Role.REGIE),
    Scope.ANSWER: (Role.CONTACT, Role.COORDINATOR, Role.SG),
    Scope.MANAGE: (Role.ADMIN,),
}


def scopes_for(what: Act | Task) -> frozenset[Scope]:
    """The scopes that cover an act or task, by whose work it is: any one of them will do."""
    if what in _READING:
        return frozenset({Scope.READ})
    return frozenset(scope for scope, roles in _ROLES.items() if any(what in PERMISSIONS[role] for role in roles))


def covers(scopes: Collection[Scope], what: Act | Task) -> bool:
    """Tell whether a token with these scopes may be used for it; whether its person may is another table."""
    return not scopes_for(what).isdisjoint(scopes)


def useful_scopes(roles: Collection[Role]) -> tuple[Scope, ...]:
    """The scopes that mean something for somebody with these roles, in order."""
    return tuple(scope for scope in Scope if scope is Scope.READ or not set(roles).isdisjoint(_ROLES[scope]))


def check_token(name: str, scopes: Collection[Scope], until: date | None, today: date) -> date:
    """Return the token's last day; refuse one without a name or a use, or one that would outlive a year.

    Raises Invalid: `missing` (name, scopes), `too-long`, `token-until`.
    """
    if not name.strip():
        raise Invalid(
            "missing", mark("Geef de sleutel een naam, bijvoorbeeld het systeem dat hem gebruikt."), field="naam"
        )
    if len(name) > LONGEST_NAME:
        sentence = mark("Deze naam is te lang. Gebruik hooguit {most} tekens.")
        raise Invalid("too-long", sentence, field="naam", most=LONGEST_NAME)
    if not scopes:
        raise Invalid("missing", mark("Kies waarvoor de sleutel is."), field="waarvoor")
    last = today + timedelta(days=LONGEST_DAYS)
    if until is None or not today < until <= last:
        sentence = mark("Kies tot en met welke dag de sleutel werkt: na vandaag en uiterlijk {last}.")
        raise Invalid("token-until", sentence, field="tot", last=last)
    return until
