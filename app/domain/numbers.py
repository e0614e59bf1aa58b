"""Numbers of letters (`2026-118`) and of the questions in them (`2026-118.3`)."""

import re
from dataclasses import dataclass
from typing import Self

from app.domain.errors import Invalid, mark

_SERIAL = "[0-9]{3}|[1-9][0-9]{3,8}"  # three digits or more, without zeros to fill up beyond three
_LETTER = re.compile(f"([1-9][0-9]{{3}})-({_SERIAL})")
_QUESTION = re.compile(f"([1-9][0-9]{{3}})-({_SERIAL})[.]([1-9][0-9]{{0,3}})")


def _parts(pattern: re.Pattern[str], text: str, sentence: str) -> tuple[int, ...]:
    """Return the whole numbers in the text; a serial of 000 is as wrong as one of two digits."""
    found = pattern.fullmatch(text.strip())
    parts = tuple(map(int, found.groups())) if found else ()
    if 0 in parts or not parts:
        raise Invalid("bad-number", sentence, field="nummer", number=text.strip()[:40])
    return parts


@dataclass(frozen=True, order=True)
class LetterNumber:
    """The year of the letter's date and a serial within it, from 1. Ordered as the letters were numbered."""

    year: int
    serial: int

    def __str__(self) -> str:
        return f"{self.year}-{self.serial:03}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2026-118`. Raises Invalid (`bad-number`) for any other form, so that each letter has one."""
        sentence = mark("{number} is geen briefnummer. Vul een nummer in als 2026-118.")
        return cls(*_parts(_LETTER, text, sentence))


@dataclass(frozen=True, order=True)
class QuestionNumber:
    """A letter's number and the place of a question in it, from 1."""

    year: int
    serial: int
    position: int

    def __str__(self) -> str:
        return f"{self.letter}.{self.position}"

    @property
    def letter(self) -> LetterNumber:
        """The number of the letter that asks this question."""
        return LetterNumber(self.year, self.serial)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2026-118.3`. Raises Invalid (`bad-number`) for any other form."""
        sentence = mark("{number} is geen vraagnummer. Vul een nummer in als 2026-118.3.")
        return cls(*_parts(_QUESTION, text, sentence))
