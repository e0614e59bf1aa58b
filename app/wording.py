"""What people read, in their language: sentences by gettext, dates and numbers by Babel.

Message ids are the Dutch sentences themselves, so Dutch needs no catalogue; English stands in locale/en.
"""

import os
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from jinja2 import Environment, pass_context
from jinja2.runtime import Context

from app.domain.calendar import AMSTERDAM
from app.domain.errors import Refusal
from app.domain.glossary import WORDS

LANGUAGES = ("nl", "en")
CATALOGUES = Path(__file__).parent / "locale"
_LONG = "EEE d MMMM y"
_SHORT = "EEE d MMM"
_TIME = {"nl": "HH.mm 'uur'", "en": "HH:mm"}


@lru_cache(maxsize=4096)
def _day(day: date, pattern: str, language: str) -> str:
    return format_date(day, pattern, locale=language)


def _catalogue(language: str) -> NullTranslations:
    path = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


class Wording:
    """One language: its sentences, dates and numbers. Get one from `wording()`."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = _catalogue(language)

    def gettext(self, msgid: str) -> str:
        """The sentence in this language, its fields not filled in; the Dutch one where no translation is known."""
        return self._catalogue.gettext(msgid)

    def ngettext(self, one: str, many: str, n: int) -> str:
        """The sentence for a number of things, its fields not filled in."""
        return self._catalogue.ngettext(one, many, n)

    def text(self, msgid: str, /, **facts: Any) -> str:
        """The sentence with its `{named}` fields filled in; dates and moments among the facts are written out.

        Without facts it is left as it is, so that text from outside (a mail server's reply) may hold braces.
        """
        if not facts:
            return self.gettext(msgid)
        return self.gettext(msgid).format(**{name: self._written(fact) for name, fact in facts.items()})

    def plural(self, one: str, many: str, n: int, /, **facts: Any) -> str:
        """The sentence for n things; `{n}` is the number itself. Both are sentences of their own in the catalogue.

        Dutch and English part one from many at the same number.
        """
        written = {name: self._written(fact) for name, fact in facts.items()}
        return self.gettext(one if n == 1 else many).format(**{"n": self.number(n), **written})

    def refusal(self, refusal: Refusal) -> str:
        """Why an act was refused."""
        return self.text(refusal.sentence, **refusal.facts)

    def longdate(self, day: date) -> str:
        """A day in a sentence: ma 30 november 2026. A moment counts as its day in Amsterdam."""
        return _day(_civil(day), _LONG, self.language)

    def shortdate(self, day: date) -> str:
        """A day in a column: ma 30 nov."""
        return _day(_civil(day), _SHORT, self.language)

    def clock(self, moment: datetime) -> str:
        """The time of day in Amsterdam: 09.42 uur."""
        return format_time(moment.astimezone(AMSTERDAM), _TIME[self.language], locale=self.language)

    def moment(self, moment: datetime) -> str:
        """Day and time in Amsterdam: ma 30 november 2026, 09.42 uur."""
        return f"{self.longdate(moment)}, {self.clock(moment)}"

    def number(self, number: float) -> str:
        """A number as people write it: 1.234,5."""
        return format_decimal(number, locale=self.language)

    def _written(self, fact: Any) -> Any:
        if isinstance(fact, datetime):
            return self.moment(fact)
        return self.longdate(fact) if isinstance(fact, date) else fact


def _civil(day: date) -> date:
    return day.astimezone(AMSTERDAM).date() if isinstance(day, datetime) else day


@cache
def wording(language: str) -> Wording:
    """The wording of a language, `nl` or `en`; read once."""
    if language not in LANGUAGES:
        raise ValueError(f"no wording for {language!r}")
    return Wording(language)


def terminal_wording() -> Wording:
    """The wording for who sits at this terminal: English unless it says Dutch."""
    said = next(filter(None, (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "en")
    return wording("nl" if said.startswith("nl") else "en")


def preferred(accept_language: str) -> str:
    """The language to use for somebody unknown, from an Accept-Language header: the first one we have, else Dutch."""
    weighted: list[tuple[float, str]] = []
    for place, part in enumerate(accept_language[:200].split(",")):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        language = tag.split("-")[0].strip().lower()
        if language in LANGUAGES and weight > 0:
            weighted.append((weight - place / 1000, language))
    return max(weighted, default=(1.0, "nl"))[1]


def _here(context: Context) -> Wording:
    # Not `context.get`: a macro imported without its context would silently speak Dutch to everyone.
    found = context.resolve("wording")
    if not isinstance(found, Wording):
        raise TypeError("render with wording=…, and import macros `with context`")
    return found


@pass_context
def _gettext(context: Context, msgid: str) -> str:
    return _here(context).gettext(msgid)


@pass_context
def _ngettext(context: Context, one: str, many: str, n: int) -> str:
    return _here(context).ngettext(one, many, n)


def _filter(name: str) -> Callable[..., Any]:
    @pass_context
    def apply(context: Context, value: Any, /, **facts: Any) -> Any:
        return getattr(_here(context), name)(value, **facts)

    return apply


FILTERS: Mapping[str, Callable[..., Any]] = {
    "longdate": _filter("longdate"),
    "shortdate": _filter("shortdate"),
    "clock": _filter("clock"),
    "moment": _filter("moment"),
    "number": _filter("number"),
    "worded": _filter("text"),
    "refusal": _filter("refusal"),
}


def install(env: Environment) -> None:
    """Teach a Jinja environment `_()`, ngettext, {% trans %} and the filters; each render says `wording=…`.

    `worded` translates a Dutch sentence that comes from below: {{ refusal.sentence|worded(**refusal.facts) }}.
    """
    env.add_extension("jinja2.ext.i18n")
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(  # type: ignore[attr-defined]  # the i18n extension adds it
        _gettext, _ngettext, newstyle=True
    )
    env.filters.update(FILTERS)
    env.globals["glossary"] = WORDS
