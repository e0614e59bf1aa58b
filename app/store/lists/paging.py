"""Paging by the last key seen, never by OFFSET, so that page 20,000 costs what page 1 costs."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Generic, Self, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import Invalid, mark

PAGE_SIZE = 50
LARGEST_KEY = 2**53
Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of rows, and the opaque marks to ask for the next and the previous with (None at the ends)."""

    rows: Sequence[Row]
    next: str | None
    previous: str | None = None


@dataclass(frozen=True)
class Order:
    """An order without ties: its keys, the kinds they are read back as, and whether it runs backwards."""

    keys: tuple[Any, ...]
    kinds: tuple[type, ...]
    backwards: bool = False

    def columns(self) -> list[Any]:
        """The keys as columns of a row, for `mark_of`."""
        return [key.label(f"key_{place}") for place, key in enumerate(self.keys)]

    def by(self) -> list[Any]:
        """What to sort by."""
        return [key.desc() for key in self.keys] if self.backwards else list(self.keys)

    def turned(self) -> Self:
        """The same order from its other end."""
        return replace(self, backwards=not self.backwards)

    def beyond(self, mark: str) -> sa.ColumnElement[bool]:
        """What comes after the row with this mark. Raises Invalid `bad-page` for a mark that isn't ours."""
        last = sa.tuple_(*(sa.literal(part) for part in read_mark(mark, *self.kinds)))
        here = sa.tuple_(*self.keys)
        return here < last if self.backwards else here > last

    def mark_of(self, row: Any) -> str:
        """The mark of a row."""
        parts = [getattr(row, f"key_{place}") for place in range(len(self.keys))]
        return write_mark([part.isoformat() if isinstance(part, date) else part for part in parts])


def turn(
    session: Session,
    query: sa.Select[*tuple[Any, ...]],
    order: Order,
    limit: int,
    *,
    after: str | None = None,
    before: str | None = None,
    values: Mapping[str, Any] | None = None,
) -> Page[Any]:
    """One page of a query, in this order: what comes `after` a mark, or what comes right `before` one.

    `values` are those of the query's own parameters. Raises Invalid `bad-page` for a mark that isn't ours.
    """
    query = prepared(query, order, limit, back=bool(before))
    if mark_ := before or after:
        query = query.where((order.turned() if before else order).beyond(mark_))
    return page_of(session.execute(query, values).all(), order, limit, after=after, before=before)


def prepared(
    query: sa.Select[*tuple[Any, ...]], order: Order, limit: int, *, back: bool = False
) -> sa.Select[*tuple[Any, ...]]:
    """The query of a page in this order, or of one that is read from its end; one row more tells if it goes on."""
    way = order.turned() if back else order
    return query.add_columns(*order.columns()).order_by(*way.by()).limit(limit + 1)


def page_of(rows: Sequence[Any], order: Order, limit: int, *, after: str | None, before: str | None) -> Page[Any]:
    """The page that these rows of a `prepared` query make."""
    more, rows = len(rows) > limit, rows[:limit]
    if before:
        rows = rows[::-1]
    if not rows:
        return Page(rows, None)
    last, first = order.mark_of(rows[-1]), order.mark_of(rows[0])
    return Page(rows, last if more or before else None, first if (more if before else after) else None)


def write_mark(key: list[Any]) -> str:
    """The opaque mark for the row with this sort key."""
    return base64.urlsafe_b64encode(json.dumps(key, separators=(",", ":")).encode()).decode().rstrip("=")


def read_mark(text: str, *kinds: type) -> list[Any]:
    """The sort key behind a mark. Raises Invalid `bad-page` for one that isn't ours."""
    try:
        key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(key, list) or len(key) != len(kinds):
            raise ValueError
        read = [date.fromisoformat(part) if kind is date else kind(part) for part, kind in zip(key, kinds, strict=True)]
        if any(isinstance(part, int) and abs(part) > LARGEST_KEY for part in read) or "\0" in "".join(map(str, read)):
            raise ValueError
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error) as error:
        sentence = mark("Deze bladzijde bestaat niet. Begin opnieuw bij het begin van de lijst.")
        raise Invalid("bad-page", sentence, field="na") from error
    return read
