"""Which earlier questions a new one resembles: by the words they share, the rarer the heavier.

Of a question its longer words count, without their endings, so that "opvangplekken" is found by "opvangplek". A word
weighs log2(1 + all questions looked at ÷ those that have it). How alike two questions are is the weight of the words
they share, divided by the weight of all words of the new one: 0 is nothing in common, 1 is every word found.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log2

MOST_WORDS = 12
SHORTEST_WORD = 4
ALIKE_FROM = 0.35
NEAR = 0.1
"""What the same ministry, and the same dossier, add to the order; not to whether a question is shown."""

MOST_SHOWN = 5
_WORD = re.compile(r"[^\W\d_]+")
_ENDINGS = ("en", "s", "e", "n")
# Words that any question to a ministry may hold: function words, and the words of asking.
COMMON = frozenset(
    _WORD.findall(
        """
        aan aangeven alle alleen als altijd andere antwoord antwoorden beantwoorden been behalve bent beter
        betrekking bijna binnen daar daarbij daarin daarom daarop daarvan daarvoor dan dat deze die dient
        dit doen doet door duidelijk duidelijkheid echter eerder elke enige enkele gaan gaat gaf gebeurt
        geeft geen gegeven gekomen gelden geldt gemeente gemeenten geven geworden graag haar had hadden heb
        hebben heeft heel hem het hier hierbij hierover hiervoor hoe hoelang hoeveel hoewel houden houdt hun
        ieder iedere iets indien is kabinet kan komen komende komt krijgen krijgt kunnen kunt laat laten
        maakt maar maken manier meer meest mijn minister ministerie moet moeten mogelijk naar nadat neemt
        nemen niet niets nieuwe nodig nog onder ons onze ook over overige per rijk rond samen sinds staan
        staat steeds stellen stelt te tegen ten tijdens toch toe tot tussen uit uiterlijk uw vaak van vanaf
        veel verder verschillende verwacht via volgend volgende volgens voor vooral vraag vragen waar
        waarbij waardoor waarin waarom waarop waarvan waarvoor wanneer was wat weer wel welk welke werd
        werden wie wij wil willen worden wordt zal zich zien zijn zo zoals zodat zonder zou zouden zowel
        zullen
        """
    )
)


@dataclass(frozen=True)
class Candidate:
    """An earlier question: which of the words it has (by their place), and what it has in common besides."""

    id: int
    places: frozenset[int]
    same_ministry: bool
    same_dossier: bool


@dataclass(frozen=True)
class Similar:
    """An earlier question that is alike: how much, from 0 to 1, and by which words."""

    id: int
    likeness: float
    shared: tuple[str, ...]
    same_ministry: bool
    same_dossier: bool


def key_words(text: str) -> tuple[str, ...]:
    """The words of a question that can tell it from others: the longest ones, without endings, each once."""
    folded = unicodedata.normalize("NFC", text).lower()
    found = dict.fromkeys(stem(word) for word in _WORD.findall(folded) if word not in COMMON)
    telling = [word for word in found if len(word) >= SHORTEST_WORD and word not in COMMON]
    return tuple(sorted(telling, key=lambda word: (-len(word), word))[:MOST_WORDS])


def stem(word: str) -> str:
    """A word without the ending of a plural or an inflection; what is left has at least four letters."""
    for ending in _ENDINGS:
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= SHORTEST_WORD:
            doubled = len(rest) > SHORTEST_WORD and rest[-1] == rest[-2] and rest[-1] not in "aeiou"
            return rest[:-1] if doubled else rest
    return word


def most_alike(words: Sequence[str], candidates: Iterable[Candidate], looked_at: int) -> list[Similar]:
    """The candidates that are alike, the most alike first, at most MOST_SHOWN.

    `looked_at` counts all questions among which the candidates are those that have any of the words. At least two
    words must be shared, unless the question has only one.
    """
    every = list(candidates)
    weights = [_weight(sum(place in one.places for one in every), looked_at) for place in range(len(words))]
    whole, fewest = sum(weights), min(2, len(words))
    found = [
        Similar(
            one.id,
            sum(weights[place] for place in one.places) / whole,
            tuple(words[place] for place in sorted(one.places, key=lambda place: (-weights[place], place))),
            one.same_ministry,
            one.same_dossier,
        )
        for one in every
        if len(one.places) >= fewest > 0
    ]
    alike = [one for one in found if one.likeness >= ALIKE_FROM]
    return sorted(alike, key=lambda one: (-_order(one), -one.id))[:MOST_SHOWN]


def _weight(having: int, looked_at: int) -> float:
    return log2(1 + max(looked_at, 1) / max(having, 1))


def _order(one: Similar) -> float:
    return one.likeness + NEAR * one.same_ministry + NEAR * one.same_dossier
