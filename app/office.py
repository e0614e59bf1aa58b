"""What every border needs at hand: settings, the database, the clock, and the keys of links. Made once, at assembly."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from app.domain.calendar import civil_date
from app.domain.capabilities import LinkClaims, derive_key, make_token
from app.settings import Settings
from app.store.base import Db

LINK_KEY_ID = "1"


def _wall_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Office:
    """One running Regie. Tests give it another clock."""

    settings: Settings
    db: Db
    clock: Callable[[], datetime] = field(default=_wall_clock)

    def now(self) -> datetime:
        """This moment, in UTC."""
        return self.clock()

    def today(self) -> date:
        """The civil day in Amsterdam."""
        return civil_date(self.now())

    @property
    def link_keys(self) -> Mapping[str, bytes]:
        """The keys answer links are made with, by key id."""
        return {LINK_KEY_ID: derive_key(self.settings.key, "link")}

    def key_for(self, purpose: str) -> bytes:
        """A key for one purpose (`form`, `code`, …), derived from the master key."""
        return derive_key(self.settings.key, purpose)

    def answer_link(self, claims: LinkClaims) -> str:
        """The full address of an answer link; made when a mail is handed over, never kept."""
        return f"{self.settings.base_url}/a/{make_token(claims, self.link_keys, LINK_KEY_ID)}"
