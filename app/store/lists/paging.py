"""Paging by the last key seen, never by OFFSET, so that page 20,000 costs what page 1 costs."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from app.domain.errors import Invalid, mark

PAGE_SIZE = 50
LARGEST_KEY = 2**53
Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of rows, and the opaque mark to ask for the next with (None at the end)."""

    rows: Sequence[Row]
    next: str | None


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
        if any(isinstance(part, int) and abs(part) > LARGEST_KEY for part in read):
            raise ValueError
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error) as error:
        sentence = mark("Deze bladzijde bestaat niet. Begin opnieuw bij het begin van de lijst.")
        raise Invalid("bad-page", sentence, field="na") from error
    return read
