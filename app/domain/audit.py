"""The audit chain: each entry's hash covers the entry and the hash before it."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from app.domain.canonical import length_prefixed

GENESIS = "0" * 64
"""What stands before the first entry."""


def detail_text(detail: Mapping[str, object]) -> str:
    """Return an entry's detail as the one JSON text that is hashed and stored; dates as ISO text."""
    return json.dumps(detail, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def link(previous_hash: str, sequence: int, at: datetime, actor: str, act: str, about: str, detail_json: str) -> str:
    """Return the hash of one entry: SHA-256, 64 hexadecimal digits, over its fields and the hash before it.

    `at` is taken in UTC to the microsecond, so that it may come back from either database.
    Raises ValueError for a naive `at`: it would hash differently on another machine.
    """
    if at.tzinfo is None:
        raise ValueError("an audit entry needs an aware moment")
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    form = length_prefixed(previous_hash, sequence, moment, actor, act, about, detail_json)
    return hashlib.sha256(form).hexdigest()


def rows_hash(rows: Iterable[Sequence[object]]) -> tuple[int, str]:
    """Return how many rows a set-based run touched and one SHA-256 over them, in the order given."""
    digest, count = hashlib.sha256(), 0
    for row in rows:
        digest.update(length_prefixed(length_prefixed(*map(str, row))))
        count += 1
    return count, digest.hexdigest()
