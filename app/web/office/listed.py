"""What the lists of administration share: what is asked of one in its address, and the way on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.store.lists.paging import Page
from app.store.lists.reference_lists import Turn
from app.web.questions.question_table import address

LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Asked:
    """What an address asks: `zoek`, and the page after (`na`) or before (`voor`) a mark."""

    zoek: str = ""
    na: str = ""
    voor: str = ""

    @property
    def turn(self) -> Turn:
        """The same, as the store takes it."""
        return Turn(self.zoek.strip()[:LONGEST_SEARCH], self.na, self.voor)


@dataclass(frozen=True)
class Listed:
    """A page of a list with the addresses of the next and the previous one; `kept` is what the filters hold."""

    path: str
    page: Page[Any]
    kept: Mapping[str, str] = field(default_factory=dict)

    @property
    def next_href(self) -> str:
        """The address of the next page; empty at the end."""
        return address(self.path, **self.kept, na=self.page.next) if self.page.next else ""

    @property
    def previous_href(self) -> str:
        """The address of the previous page; empty at the beginning."""
        return address(self.path, **self.kept, voor=self.page.previous) if self.page.previous else ""
