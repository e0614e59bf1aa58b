"""What somebody searches for, read out of what they typed, and the piece of a text that shows it was found.

Capitals and accents make no difference. Words between quotation marks stand next to each other; a word with a * behind
it begins so. All words must be there. No other sign means anything, so that nothing typed can break a search.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LONGEST = 200
MOST_TERMS = 12
SHORTEST_STEM = 3
_QUOTED = re.compile(r'["“”„]([^"“”„]*)["“”„]')
_WORD = re.compile(r"[^\W_]+")
_STARRED = re.compile(r"[^\W_]+\*?")
_VOWELS = "aeiou"
_AROUND = 90


@dataclass(frozen=True)
class Term:
    """Words that must stand next to each other, folded; with `starts`, the last of them is only how it begins."""

    words: tuple[str, ...]
    starts: bool = False


def fold(text: str) -> str:
    """Without capitals and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in parts if not unicodedata.combining(one)).translate(_STROKES)


_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d"})


def terms_of(typed: str) -> tuple[Term, ...]:
    """The terms in what was typed, each once, at most MOST_TERMS; empty where there is no word in it."""
    typed = typed[:LONGEST]
    phrases = [Term(tuple(map(fold, _WORD.findall(phrase)))) for phrase in _QUOTED.findall(typed)]
    single = [
        Term((fold(word.rstrip("*")),), starts=word.endswith("*")) for word in _STARRED.findall(_QUOTED.sub(" ", typed))
    ]
    return tuple(dict.fromkeys(term for term in (*phrases, *single) if term.words))[:MOST_TERMS]


def forms(word: str) -> tuple[str, ...]:
    """A Dutch word with its other numbers: vraag and vragen, brief and brieven, plan and plannen; itself first."""
    found = [word]
    if len(word) >= SHORTEST_STEM and word.isalpha():
        for stem in _singulars(word):
            found += [stem, *_plurals(stem)]
    return tuple(dict.fromkeys(found))


def _singulars(word: str) -> Iterator[str]:
    yield word
    if word.endswith("en") and len(word) > SHORTEST_STEM + 1:
        stem = word[:-2]
        yield stem
        yield f"{stem}e"
        if stem[-1] in "vz":
            stem = stem[:-1] + {"v": "f", "z": "s"}[stem[-1]]
            yield stem
        if stem[-1] == stem[-2]:
            yield stem[:-1]
        elif stem[-1] not in _VOWELS and stem[-2] in "aeou" and stem[-3:-2] not in tuple(_VOWELS):
            yield stem[:-1] + stem[-2] + stem[-1]
    elif word.endswith(("s", "n")) and len(word) > SHORTEST_STEM:
        yield word[:-1]


def _plurals(stem: str) -> Iterator[str]:
    yield f"{stem}en"
    yield f"{stem}s"
    if stem.endswith("e"):
        yield f"{stem}n"
    if len(stem) < SHORTEST_STEM or stem[-1] in _VOWELS:
        return
    if stem[-1] in "fs":
        yield stem[:-1] + {"f": "v", "s": "z"}[stem[-1]] + "en"
    if stem[-2] in _VOWELS and stem[-3] == stem[-2]:
        yield stem[:-2] + stem[-1] + "en"
    elif stem[-2] in _VOWELS and stem[-3] not in _VOWELS:
        yield f"{stem}{stem[-1]}en"


def is_found(word: str, terms: Sequence[Term]) -> bool:
    """Whether a word of a text is one that was searched for."""
    folded = fold(word)
    for term in terms:
        if term.starts and folded.startswith(term.words[-1]):
            return True
        if any(folded in forms(one) for one in term.words):
            return True
    return False


def excerpt(text: str, terms: Sequence[Term]) -> list[tuple[str, bool]]:
    """A piece of the text around the first word that was found, in parts: (text, whether it was searched for)."""
    flat = " ".join(text.split())
    hits = [found for found in _WORD.finditer(flat) if is_found(found[0], terms)]
    start = _cut(flat, hits[0].start() - _AROUND) if hits else 0
    end = min(len(flat), max(start + 2 * _AROUND, 0) + _AROUND)
    parts: list[tuple[str, bool]] = [("… ", False)] if start else []
    here = start
    for hit in hits:
        if hit.end() > end:
            break
        parts += [(flat[here : hit.start()], False), (hit[0], True)]
        here = hit.end()
    last = flat[here:end] if end == len(flat) else flat[here:end].rpartition(" ")[0] + " …"
    parts.append((last, False))
    return [part for part in parts if part[0]]


def _cut(text: str, at: int) -> int:
    """The beginning of a word at or after this place."""
    if at <= 0:
        return 0
    return text.find(" ", at) + 1


def as_fts5(terms: Sequence[Term]) -> str:
    """The terms for FTS5; a word stands for its other numbers too, as PostgreSQL's stems do."""
    return " AND ".join(_fts5_term(term) for term in terms)


def _fts5_term(term: Term) -> str:
    if len(term.words) > 1:
        return '"' + " ".join(term.words) + '"'
    if term.starts:
        return f'"{term.words[0]}" *'
    return "(" + " OR ".join(f'"{form}"' for form in forms(term.words[0])) + ")"


def as_tsquery(terms: Sequence[Term]) -> str:
    """The terms for PostgreSQL. Words are letters and digits alone, so nothing in them is an operator."""
    return " & ".join(_tsquery_term(term) for term in terms)


def _tsquery_term(term: Term) -> str:
    if len(term.words) > 1:
        return f"({' <-> '.join(term.words)})"
    # Its stems tell brief from brieven.
    return f"{term.words[0]}:*" if term.starts else f"({' | '.join(forms(term.words[0]))})"
