"""The audit chain: each entry's hash covers the entry and the hash before it."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from app.domain.canonical import counted, length_prefixed
from app.domain.errors import Invalid, mark

GENESIS = "0" * 64
"""What stands before the first entry."""

_WRITTEN_HEAD = re.compile(r"\s*([0-9]{1,15})\s*:\s*([0-9a-fA-F]{64})\s*")


class Fault(StrEnum):
    """How a chain is not whole."""

    CHANGED = "veranderd"
    MISSING = "ontbreekt"
    END = "einde"
    REWRITTEN = "herschreven"
    DIGEST = "weekoverzicht"


FAULTS: Mapping[Fault, str] = {
    Fault.CHANGED: mark("Regel {n} klopt niet met zijn hash: de regel is veranderd of verplaatst."),
    Fault.MISSING: mark("Regel {n} ontbreekt, of zijn nummer is veranderd."),
    Fault.END: mark("Bij regel {n} klopt het einde niet: er is iets afgeknipt of bijgeplakt."),
    Fault.REWRITTEN: mark("De keten is herschreven vanaf regel {n} of later: {witness} noemt een andere hash."),
    Fault.DIGEST: mark("Regel {n} past niet bij {witness}: dat is veranderd, weggehaald of bijgeplakt."),
}
"""What is said of each fault; `{n}` is the entry where it shows, `{witness}` who says otherwise."""


@dataclass(frozen=True)
class Witness:
    """Somebody outside the chain who knows what its hash was once so many entries were there.

    `said_by` is how people call it: a week's digest, or a head that was written down.
    """

    entries: int
    hash: str
    said_by: str


def written_head(text: str) -> Witness:
    """Return the head that somebody wrote down as `SEQUENCE:HASH`. Raises Invalid `bad-head` for anything else."""
    found = _WRITTEN_HEAD.fullmatch(text)
    if found is None:
        raise Invalid(
            "bad-head", mark("Schrijf het einde als nummer, dubbele punt en 64 tekens: 118:9f…"), field="head"
        )
    return Witness(int(found[1]), found[2].lower(), f"{found[1]}:{found[2][:8]}…")


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
        digest.update(counted(b"".join([counted(str(value).encode()) for value in row])))
        count += 1
    return count, digest.hexdigest()
