"""Two versions of a text beside each other: which words went, which came, which stayed."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
# A word or sign with the space before it: what follows a word doesn't make it another one.
_WORDS = re.compile(r"\s*\w+|\s*[^\w\s]|\s+")
_MOST_PAIRS = 1_000_000
"""Pairs of equal pieces that are looked through; two texts with more (a chapter of one word) are told as a whole."""


class Change(StrEnum):
    """What became of a piece of text."""

    KEPT = "gebleven"
    REMOVED = "weg"
    ADDED = "nieuw"


@dataclass(frozen=True)
class Piece:
    """Some words in a row with the same fate."""

    change: Change
    text: str


def compare(old: str, new: str) -> list[Piece]:
    """The pieces of both texts in reading order; what was removed stands before what came in its place.

    The kept and removed pieces together are the old text, the kept and added ones the new text.
    """
    pieces: list[Piece] = []
    for change, before, after in _opcodes(_LINES.findall(old), _LINES.findall(new)):
        if change is Change.KEPT:
            pieces.append(Piece(change, before))
        else:
            pieces.extend(_by_word(before, after))
    return [
        Piece(change, "".join(one.text for one in run))
        for change, run in groupby((one for one in pieces if one.text), key=lambda one: one.change)
    ]


def _by_word(before: str, after: str) -> Iterator[Piece]:
    for change, old, new in _opcodes(_WORDS.findall(before), _WORDS.findall(after)):
        if change is Change.KEPT:
            yield Piece(change, old)
        else:
            yield Piece(Change.REMOVED, old)
            yield Piece(Change.ADDED, new)


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Change, str, str]]:
    """Stretches that stayed, and stretches that were replaced (KEPT, or REMOVED for any replacement)."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    if head:
        yield Change.KEPT, "".join(old[:head]), "".join(new[:head])
    yield from _middle(old[head : len(old) - tail], new[head : len(new) - tail])
    if tail:
        yield Change.KEPT, "".join(old[-tail:]), "".join(new[-tail:])


def _middle(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Change, str, str]]:
    counted = Counter(new)
    if sum(counted[piece] for piece in old) > _MOST_PAIRS:
        yield Change.REMOVED, "".join(old), "".join(new)
        return
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield Change.KEPT if tag == "equal" else Change.REMOVED, "".join(old[i:j]), "".join(new[k:m])


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many pieces both begin with."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(old), len(new)))
