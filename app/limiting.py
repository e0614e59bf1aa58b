"""Holding people, addresses and keys to how often they may do something, whichever worker they come to.

Permits are in the database. A worker takes them in blocks and deals them out by itself: what all workers take together
is within the limit, and most requests cost no write. Whoever was refused is remembered until there is a permit again,
so that a flood costs no write at all.
"""

import hashlib
import hmac
import threading
from collections.abc import Callable
from datetime import datetime

from app.domain.canonical import length_prefixed
from app.domain.limits import Limit
from app.store import limits
from app.store.base import Db

# Of so many buckets a worker remembers something; beyond that it starts afresh, which costs writes and nothing else.
REMEMBERED = 50_000


class Limiter:
    """Deals out permits by the office's clock. `factor` widens all limits; 0 lets everything through."""

    def __init__(self, db: Db, secret: bytes, clock: Callable[[], datetime], factor: float) -> None:
        self._db = db
        self._secret = secret
        self._clock = clock
        self._factor = factor
        self._left: dict[str, tuple[int, int]] = {}  # permits in hand, and until when (microseconds) they are good
        self._refused: dict[str, int] = {}  # until when nothing is left
        self._lock = threading.Lock()

    def wait(self, limit: Limit, who: str) -> int:
        """Take one permit of a bucket; 0 when there was one, else after how many seconds there is. May block."""
        if not self._factor:
            return 0
        limit = limit.times(self._factor)
        key = hmac.new(self._secret, length_prefixed(limit.name, who), hashlib.sha256).hexdigest()
        now = int(self._clock().timestamp() * 1_000_000)
        with self._lock:
            if self._refused.get(key, 0) > now:
                return -(-(self._refused[key] - now) // 1_000_000)
            if self._from_hand(key, now):
                return 0
        with self._db.writing() as session:
            seconds = limits.take(session, key, limit, now)
        with self._lock:
            if len(self._left) + len(self._refused) > REMEMBERED:
                self._left.clear()
                self._refused.clear()
            if seconds:
                self._refused[key] = now + seconds * 1_000_000
            elif limit.block > 1:
                in_hand, _ = self._left.get(key, (0, 0))
                self._left[key] = (in_hand + limit.block - 1, now + limit.room)
        return seconds

    def _from_hand(self, key: str, now: int) -> bool:
        permits, until = self._left.get(key, (0, 0))
        if not permits or until <= now:
            return False
        self._left[key] = (permits - 1, until)
        return True
