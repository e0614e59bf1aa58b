"""What every border needs at hand: settings, the database, the clock, and the keys of links. Made once, at assembly."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from app.domain.calendar import civil_date
from app.domain.capabilities import LinkClaims, derive_key, enrolment_token, fingerprint, make_token
from app.later import Later
from app.limiting import Limiter
from app.settings import Settings
from app.store.base import Db

if TYPE_CHECKING:
    from app.openid import provider
else:
    provider = Later("app.openid.provider")


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

    @cached_property
    def link_keys(self) -> Mapping[str, bytes]:
        """The keys answer links are made with, by key id: the newest first, then the older ones that still hold."""
        return {fingerprint(master): derive_key(master, "link") for master in self.settings.keys}

    def key_for(self, purpose: str) -> bytes:
        """A key for one purpose (`form`, `code`, …), derived from the newest master key."""
        return derive_key(self.settings.key, purpose)

    def keys_for(self, purpose: str) -> Sequence[bytes]:
        """The keys for one purpose by which to know again what was made before the newest one came, too."""
        return [derive_key(master, purpose) for master in self.settings.keys]

    def answer_link(self, claims: LinkClaims) -> str:
        """The full address of an answer link; made when a mail is handed over, never kept."""
        return f"{self.settings.base_url}/a/{make_token(claims, self.link_keys, next(iter(self.link_keys)))}"

    @property
    def sign_in_key(self) -> bytes:
        """The key that codes, sessions and invitations are made with."""
        return self.key_for("code")

    def enrolment_link(self, enrolment_id: int) -> str:
        """The full address of a link that adds a passkey; made when it is handed over, never kept."""
        return f"{self.settings.base_url}/uitnodiging/{enrolment_token(enrolment_id, self.sign_in_key)}"

    @cached_property
    def limiter(self) -> Limiter:
        """Holds people, addresses and keys to how often they may do something."""
        return Limiter(self.db, self.key_for("limits"), self.clock, self.settings.limit_factor)

    @cached_property
    def doors(self) -> "Mapping[str, provider.Door]":
        """The providers people can sign in at, by name, in the order of the settings."""
        base = self.settings.base_url
        return {
            one.name: provider.Door(one, f"{base}/aanmelden/openid/{one.name}/terug") for one in self.settings.providers
        }
