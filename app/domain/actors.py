"""Who does something: a person with roles, by which door they came in; or the clockwork."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.permissions import Role


class Door(StrEnum):
    """How an actor came in."""

    SESSION = "sessie"
    LINK = "link"
    API = "api"
    COMMAND = "opdracht"
    JOB = "taak"


@dataclass(frozen=True)
class Actor:
    """Who acts. An answer link makes an actor with the contact's role for one question only."""

    person_id: int | None
    roles: frozenset[Role]
    ministry_id: int | None
    door: Door
    only_question_id: int | None = None

    @property
    def label(self) -> str:
        """How the audit chain names this actor: door and person's number, no name or address."""
        return f"{self.door}:{self.person_id}" if self.person_id else str(self.door)


CLOCKWORK = Actor(person_id=None, roles=frozenset(), ministry_id=None, door=Door.JOB)
COMMAND = Actor(person_id=None, roles=frozenset(Role), ministry_id=None, door=Door.COMMAND)
