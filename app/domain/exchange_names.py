"""Whom and what an earlier register names: bodies that owe answers, and dossiers; known here, or new."""

import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from app.domain.calendar import ONE_DAY
from app.domain.errors import Invalid, mark
from app.domain.ministries import MinistryName, keys_of, resolve, spellings

MOST_NEW_BODIES = 2000
MOST_NEW_DOSSIERS = 500
CODE_LENGTH, DISPLAY_LENGTH, SLUG_LENGTH = 12, 40, 60
_REMEMBERED = 20_000
_TOO_MANY = mark("Het bestand noemt meer dan {most} onbekende namen in kolom {column}. Staan de kolommen goed?")


class Bodies:
    """Finds the body that a name means, as `resolve` does by the letter's date.

    But history is not bound by validity: a ministry that had ended, or did not exist yet, owns what it owned. With
    `create` a name nobody bears becomes a new body; those stand in `new`, with numbers below zero.
    """

    def __init__(self, ministries: Sequence[MinistryName], *, create: bool = False) -> None:
        self.new: list[MinistryName] = []
        self._create = create
        always = [replace(one, valid_from=None, valid_until=None) for one in _latest_first(ministries)]
        self._by_id = {one.id: one for one in ministries}
        # Where ministries are many, so are their names in a file; to try all for each would take their product.
        self._by_key, self._always_by_key = _by_key(ministries), _by_key(always)
        self._codes = {one.code for one in ministries}
        # Between two of these days the same ministries are valid, so a name means the same.
        self._turns = sorted(
            {one.valid_from for one in ministries if one.valid_from}
            | {one.valid_until + ONE_DAY for one in ministries if one.valid_until}
        )
        self._found: dict[tuple[str, str, int], MinistryName | Invalid] = {}

    def find(self, name: str, on: date, column: str) -> MinistryName:
        """The body that a letter of this date names. Raises Invalid: `unknown-owner`, `too-many-new`."""
        key = (name, column, bisect_right(self._turns, on))
        found = self._found.get(key)
        if found is None:
            if len(self._found) > _REMEMBERED:
                self._found.clear()
            found = self._found[key] = self._look(name, on, column)
        if isinstance(found, Invalid):
            raise found
        return found

    def _look(self, name: str, on: date, column: str) -> MinistryName | Invalid:
        for spelled in (self._by_key, self._always_by_key):
            candidates = {place: one for key in keys_of(name) for place, one in spelled.get(key, ())}
            try:
                found = resolve(name, on, [candidates[place] for place in sorted(candidates)])
            except Invalid:
                continue
            return self._by_id[found.id]
        if not self._create or not any(sign.isalnum() for sign in name):
            sentence = mark(
                "Wij kennen “{name}” in kolom {column} niet. Verbeter de naam, of laat onbekende eigenaren "
                "aanmaken met --create-owners."
            )
            return Invalid("unknown-owner", sentence, field=column, column=column, name=name)
        if len(self.new) >= MOST_NEW_BODIES:
            return Invalid("too-many-new", _TOO_MANY, field=column, column=column, most=MOST_NEW_BODIES)
        made = new_body(name, self._codes, number=-len(self.new) - 1)
        self._codes.add(made.code)
        self.new.append(made)
        self._by_id[made.id] = made
        for key in spellings(made):
            for spelled in (self._by_key, self._always_by_key):
                spelled[key].append((len(self._by_id), made))
        return made


def _by_key(ministries: Sequence[MinistryName]) -> defaultdict[str, list[tuple[int, MinistryName]]]:
    """The ministries that have a spelling, each with its place among all."""
    found: defaultdict[str, list[tuple[int, MinistryName]]] = defaultdict(list)
    for place, one in enumerate(ministries):
        for key in spellings(one):
            found[key].append((place, one))
    return found


class Dossiers:
    """Finds a dossier by its name or slug; unknown ones become new: they stand in `new`, with numbers below zero."""

    def __init__(self, known: Mapping[str, int]) -> None:
        self.new: dict[str, int] = {}
        self._known = {name.casefold(): number for name, number in known.items()}

    def find(self, name: str) -> int | None:
        """The dossier's number; None for no name. Raises Invalid `too-many-new`."""
        if not name:
            return None
        found = self._known.get(name.casefold())
        if found is None:
            if len(self.new) >= MOST_NEW_DOSSIERS:
                raise Invalid("too-many-new", _TOO_MANY, field="dossier", column="dossier", most=MOST_NEW_DOSSIERS)
            found = self.new[name] = self._known[name.casefold()] = -len(self.new) - 1
        return found


def new_body(name: str, taken: set[str], *, number: int) -> MinistryName:
    """A body by this name, with a code that nobody has yet: the name itself if it is short, else its initials."""
    code = _code(name, taken)
    display = name
    if len(name) > DISPLAY_LENGTH:
        # With the code behind it: long names of one office often begin alike.
        display = f"{name[: DISPLAY_LENGTH - len(code) - 4].rstrip()}… ({code})"
    return MinistryName(id=number, code=code, display=display, name=name)


def new_slug(name: str, taken: set[str]) -> str:
    """What stands for a dossier in addresses: lower-case letters and digits with hyphens, not yet taken."""
    slug = "-".join(_words(name)).lower()[:SLUG_LENGTH].strip("-") or "dossier"
    return _untaken(slug, taken, SLUG_LENGTH, "-")


def _code(name: str, taken: set[str]) -> str:
    words = _words(name)
    whole, initials = "".join(words), "".join(word[0] for word in words)
    code = whole if len(whole) <= CODE_LENGTH or len(initials) < 2 else initials
    return _untaken(code[:CODE_LENGTH].upper() or "ORG", taken, CODE_LENGTH, "")


def _untaken(base: str, taken: set[str], longest: int, joint: str) -> str:
    made, n = base, 1
    while made in taken:
        n += 1
        tail = f"{joint}{n}"
        made = base[: longest - len(tail)] + tail
    return made


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name)
    return "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in _without_marks(plain)).split()


def _without_marks(plain: str) -> str:
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def _latest_first(ministries: Sequence[MinistryName]) -> list[MinistryName]:
    return sorted(ministries, key=lambda one: one.valid_until or date.max, reverse=True)
