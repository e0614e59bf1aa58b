"""Where a question stands in its letter: the words themselves, and the ones around them."""

import re
from dataclasses import dataclass

from app.domain.passages import parts

AROUND = 320  # signs before and after the passage: enough to know what it is about, short enough for a telephone
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")


@dataclass(frozen=True)
class Excerpt:
    """A passage with what stands around it in its paragraph; `found` tells whether the letter has these words."""

    passage: str
    before: str = ""
    after: str = ""
    found: bool = False


def excerpt(body: str | None, text: str) -> Excerpt:
    """The question in its letter. Where the letter's text lacks these words, the question stands by itself."""
    pieces = parts(body or "", [(1, text)])
    place = next((place for place, piece in enumerate(pieces) if piece.number), None)
    if place is None:
        return Excerpt(text)
    before = "".join(piece.text for piece in pieces[:place]).rpartition("\n\n")[2]
    after = "".join(piece.text for piece in pieces[place + 1 :]).partition("\n\n")[0]
    return Excerpt(_one_line(pieces[place].text), _last_sentences(before), _first_sentences(after), found=True)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _last_sentences(text: str) -> str:
    kept: list[str] = []
    for sentence in reversed(_SENTENCE_END.split(_one_line(text))):
        if kept and sum(map(len, kept)) + len(sentence) > AROUND:
            break
        kept.insert(0, sentence)
    return _shortened(" ".join(kept), at_start=True)


def _first_sentences(text: str) -> str:
    kept: list[str] = []
    for sentence in _SENTENCE_END.split(_one_line(text)):
        if kept and sum(map(len, kept)) + len(sentence) > AROUND:
            break
        kept.append(sentence)
    return _shortened(" ".join(kept), at_start=False)


def _shortened(text: str, *, at_start: bool) -> str:
    """The text, cut at a word where one sentence alone is too long."""
    if len(text) <= 2 * AROUND:
        return text
    if at_start:
        return "… " + text[-2 * AROUND :].partition(" ")[2]
    return text[: 2 * AROUND].rpartition(" ")[0] + " …"
