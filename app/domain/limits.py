"""How often something may be done: half of it at once, the other half as the time goes by.

Nobody thus gets more than `most` in any `seconds`. Of a bucket of permits one number is kept: the moment at which it
will be full again (the "theoretical arrival time" of the generic cell rate algorithm, ITU-T I.371). Taking a permit
moves that moment one step on; a bucket that would be full later than `seconds` from now has none left.
"""

import ipaddress
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True)
class Limit:
    """`most` times in `seconds`. Permits are taken from the database `block` at a time: not each costs a write."""

    name: str
    most: int
    seconds: int
    block: int = 1

    def times(self, factor: float) -> "Limit":
        """The same limit, `factor` times as wide; never so narrow that no block fits in."""
        return Limit(self.name, max(2 * self.block, ceil(self.most * factor)), self.seconds, self.block)

    @property
    def room(self) -> int:
        """What the whole bucket is worth, in microseconds."""
        return self.seconds * 1_000_000

    @property
    def step(self) -> int:
        """What one permit is worth, in microseconds: a bucket holds half of `most`."""
        return 2 * self.room // self.most


# By address, for browsers in which nobody signed in before: a whole office may share one. This bounds the load; what
# guessing can win is bounded by person, in usecases/accounts/codes.py.
SIGN_IN = Limit("aanmelden", 60, 60)
SIGN_IN_KNOWN = Limit("aanmelden-bekend", 20, 60)
# By person: forms (drafts are saved while they are typed), files, searches.
FORMS = Limit("formulieren", 240, 60, block=10)
UPLOADS = Limit("bestanden", 60, 60, block=5)
SEARCHES = Limit("zoeken", 120, 60, block=10)
# By key, and by address for keys that are none.
CALLS = Limit("api", 600, 60, block=20)
WRONG_KEYS = Limit("api-onbekend", 60, 60, block=5)


def full_at(was: int, now: int, cost: int) -> int:
    """When a bucket is full again once permits worth `cost` are taken from it; moments and cost in microseconds."""
    return max(was, now) + cost


def wait_seconds(limit: Limit, was: int, now: int) -> int:
    """After how many whole seconds, at least 1, a bucket without permits has its next block."""
    return max(1, ceil((was + limit.step * limit.block - limit.room - now) / 1_000_000))


def network_of(address: str) -> str:
    """Whom an address stands for: itself, or the /64 an IPv6 address is in, all of which one household may use."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address[:80]
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, 64), strict=False).network_address)
