"""Where the questions stand in the text of their letter."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

# Shorter ones would be found anywhere.
SHORTEST = 12
# A line this long was broken to fit a page, not to begin a new one; addresses and greetings are shorter. A longer one
# is no line of a page but a whole paragraph, as a word processor copies it. What begins like an item of a list stays on
# its own line.
FULL_LINE = 55
LONGEST_LINE = 140
_ITEM = re.compile(r"[*•–—0-9-]")


@dataclass(frozen=True)
class Part:
    """A piece of a letter's text; `number` is that of the question it became, counted from 1, or none.

    `again`: an earlier piece has this number too, because another question stands in the middle of its passage.
    """

    text: str
    number: int | None = None
    again: bool = False


def flowing(body: str) -> str:
    """The text with its paragraphs as one line each, where copying it from a page had cut them into lines."""
    first, *others = body.split("\n")
    kept = [first]
    for before, line in zip([first, *others], others, strict=False):
        broken = FULL_LINE <= len(before) <= LONGEST_LINE
        if broken and line and not _ITEM.match(line):
            kept[-1] = kept[-1].rstrip(" \t") + " " + line
        else:
            kept.append(line)
    return "\n".join(kept)


def parts(body: str, questions: Sequence[tuple[int, str]]) -> list[Part]:
    """The text of a letter in pieces: those that became a question (number, text) bear its number.

    A question is found where its words stand in the letter, whatever the spaces and line ends between them; one that
    was written anew is not marked. Where two passages overlap, the shorter one has what they share, so that both
    numbers are seen. The pieces together are the text, sign for sign.
    """
    spans = [(*place, number) for number, text in questions if (place := _place(body, text))]
    cuts = sorted({0, len(body), *(start for start, _, _ in spans), *(end for _, end, _ in spans)})
    shortest_first = sorted(spans, key=lambda span: span[1] - span[0])
    found: list[Part] = []
    for start, end in pairwise(cuts):
        number = next((n for opens, closes, n in shortest_first if opens <= start and end <= closes), None)
        if found and found[-1].number == number:
            found[-1] = Part(found[-1].text + body[start:end], number, found[-1].again)
        else:
            again = number is not None and any(part.number == number for part in found)
            found.append(Part(body[start:end], number, again))
    return [part for part in found if part.text]


def paragraph_of(body: str, text: str) -> str:
    """The paragraph, or paragraphs, of a letter in which these words stand; empty where they don't."""
    place = _place(body, text)
    if place is None:
        return ""
    start, end = body.rfind("\n\n", 0, place[0]), body.find("\n\n", place[1])
    return body[start + 1 : end if end >= 0 else None].strip()


def _place(body: str, text: str) -> tuple[int, int] | None:
    words = text.split()
    if sum(map(len, words)) < SHORTEST:
        return None
    match = re.search(r"\s+".join(map(re.escape, words)), body)
    return match.span() if match else None
