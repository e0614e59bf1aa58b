"""Where the questions stand in the text of their letter."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

# Shorter ones would be found anywhere.
SHORTEST = 12
# A line this long was broken to fit a page, not to begin a new one; addresses and greetings are shorter. What begins
# like an item of a list stays on its own line.
FULL_LINE = 55
_BROKEN = re.compile(rf"(?<=[^\n]{{{FULL_LINE}}})[ \t]*\n(?=[^\n*•–—0-9-])")


@dataclass(frozen=True)
class Part:
    """A piece of a letter's text; `number` is that of the question it became, counted from 1, or none."""

    text: str
    number: int | None = None


def flowing(body: str) -> str:
    """The text with its paragraphs as one line each, where copying it from a page had cut them into lines."""
    return _BROKEN.sub(" ", body)


def parts(body: str, questions: Sequence[tuple[int, str]]) -> list[Part]:
    """The text of a letter in pieces: those that became a question (number, text) bear its number.

    A question is found where its words stand in the letter, whatever the spaces and line ends between them. One that
    was written anew, or lies across an earlier one, is not marked. The pieces together are the text, sign for sign.
    """
    found: list[tuple[int, int, int]] = []
    for number, text in questions:
        place = _place(body, text)
        if place and not any(place[0] < end and start < place[1] for start, end, _ in found):
            found.append((*place, number))
    cut, at = [], 0
    for start, end, number in sorted(found):
        cut += [Part(body[at:start]), Part(body[start:end], number)]
        at = end
    return [part for part in (*cut, Part(body[at:])) if part.text]


def _place(body: str, text: str) -> tuple[int, int] | None:
    words = text.split()
    if sum(map(len, words)) < SHORTEST:
        return None
    match = re.search(r"\s+".join(map(re.escape, words)), body)
    return match.span() if match else None
