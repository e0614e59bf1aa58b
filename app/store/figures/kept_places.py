"""Where each question counts, kept beside the histograms: so that what changes can be taken out and put in again.

Packed by the thousand numbers: a question's is found without reading the others, and all are read in a moment.
"""

import json
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base, Instant
from app.store.figures.placed import Placed

_IN_A_BLOCK = 1_000


class KeptPlaces(Base):
    """The places of the questions numbered from 1,000 x `block`, as of a day; `made_at` is that of their histograms."""

    __tablename__ = "kept_places"

    as_of: Mapped[date] = mapped_column(primary_key=True)
    made_at: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    block: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes]


@dataclass(frozen=True)
class Block:
    """The packed places of a thousand numbers."""

    number: int
    content: bytes


def packed(places: Iterable[Placed]) -> Iterator[Block]:
    """The places, which stand in the order of their questions, in blocks."""
    for number, some in groupby(places, lambda one: one.question_id // _IN_A_BLOCK):
        yield Block(number, zlib.compress(json.dumps(list(some), separators=(",", ":")).encode()))


def places_of(session: Session, as_of: date, made_at: datetime, ids: Collection[int]) -> Iterator[Placed]:
    """Where these questions counted; those that did not count have none."""
    wanted = defaultdict(set)
    for one in ids:
        wanted[one // _IN_A_BLOCK].add(one)
    query = _blocks(as_of, made_at).where(KeptPlaces.block.in_(sorted(wanted)))
    for number, content in session.execute(query):
        yield from (place for place in _unpacked(content) if place.question_id in wanted[number])


def all_places(session: Session, as_of: date, made_at: datetime) -> Iterator[Placed]:
    """Where each question counted, in the order of their numbers."""
    for _, content in session.execute(_blocks(as_of, made_at)):
        yield from _unpacked(content)


def _blocks(as_of: date, made_at: datetime) -> sa.Select[int, bytes]:
    own = KeptPlaces.as_of == as_of, KeptPlaces.made_at == made_at
    return sa.select(KeptPlaces.block, KeptPlaces.content).where(*own).order_by(KeptPlaces.block)


def _unpacked(content: bytes) -> Iterator[Placed]:
    rows: list[Any] = json.loads(zlib.decompress(content))
    return map(Placed._make, rows)
