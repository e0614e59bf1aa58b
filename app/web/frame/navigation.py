"""The main navigation: what each role comes for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.domain.errors import mark
from app.domain.permissions import MANAGING, Relation, Role, Task, may
from app.store.accounts import SignedIn
from app.wording import Wording

# Address, name, and the tasks that make it worth showing.
PLACES = (
    ("/", mark("Werkvoorraad"), (Task.READ,)),
    ("/brieven", mark("Brieven"), (Task.READ,)),
    ("/vragen", mark("Vragen"), (Task.READ,)),
    ("/stand", mark("Stand van zaken"), (Task.READ_FIGURES,)),
    ("/samenhang", mark("Samenhang"), (Task.READ_COORDINATION,)),
    ("/statistieken", mark("Statistieken"), (Task.READ_FIGURES,)),
    ("/overzichten", mark("Overzichten"), (Task.READ_DIGESTS,)),
    ("/beheer", mark("Beheer"), MANAGING),
    ("/postvak-uit", mark("Postvak uit"), (Task.SEE_OUTBOX,)),
)
# On a narrow screen the first ones stand in sight, the others under "Meer".
IN_SIGHT = 3


@dataclass(frozen=True)
class NavItem:
    """One entry. `count` is none where nothing is counted; `late` tells that something among it is late."""

    href: str
    label: str
    current: bool
    count: int | None
    late: bool


def places(roles: Iterable[Role]) -> list[tuple[str, str]]:
    """Address and name of the places that somebody with these roles comes for, the first one first."""
    held = tuple(roles)
    return [(href, name) for href, name, tasks in PLACES if can_any(held, tasks)]


def can_any(roles: Iterable[Role], tasks: Iterable[Task]) -> bool:
    """Tell whether these roles may do one of the tasks, if only for some questions."""
    held = tuple(roles)
    return any(may(held, task, relation) for task in tasks for relation in Relation)


def items(words: Wording, me: SignedIn | None, path: str, counts: Mapping[str, tuple[int, bool]]) -> list[NavItem]:
    """The entries this person sees, the one they are at marked; none for who is not signed in."""
    found = []
    for href, name in places(me.roles) if me else ():
        current = path == href or (href != "/" and path.startswith(f"{href}/"))
        count, late = counts.get(href, (None, False))
        found.append(NavItem(href, words.text(name), current, count, late))
    return found
