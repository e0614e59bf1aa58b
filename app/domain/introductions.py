"""The texts with which pages for outsiders begin: what is said unless an administrator wrote another."""

import re
from collections.abc import Mapping
from enum import StrEnum

from app.domain.errors import Invalid, mark
from app.domain.pasted import plain

LONGEST = 2_000
LANGUAGES = ("nl", "en")
_BETWEEN = re.compile(r"\n[ \t]*\n")


class Place(StrEnum):
    """The page that a text stands on."""

    ANSWER = "antwoord"
    SIGN_IN = "aanmelden"


DEFAULTS: Mapping[Place, str] = {
    Place.ANSWER: mark(
        "Met dit formulier geeft uw ministerie antwoord op één vraag. U hoeft zich niet aan te melden. "
        "Wat u typt wordt bewaard, dus u kunt later verder."
    ),
    Place.SIGN_IN: mark("In Regie staat elke vraag uit een brief: wie antwoordt, wanneer, en wat het antwoord was."),
}
"""Message ids: what is said in a language for which nothing was written."""


def read(field: str, text: str) -> str:
    """A text as typed: plain words in paragraphs, empty for the default. Raises Invalid (`too-long`)."""
    words = plain(text.replace("\r\n", "\n")).strip()
    if len(words) > LONGEST:
        sentence = mark("Deze tekst is {length} tekens lang. Kort hem in tot hooguit {most} tekens.")
        raise Invalid("too-long", sentence, field=field, length=len(words), most=LONGEST)
    return words


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a text, which empty lines part; a line end within one stays."""
    return tuple(part.strip() for part in _BETWEEN.split(text) if part.strip())
