"""The five ways an act can be refused. Floors below the borders raise only these; each border maps them once.

Sentences are Dutch message identifiers (see docs/decisions), with `{names}` filled in from `facts` after translation.
"""

from collections.abc import Mapping
from typing import Any


def mark(sentence: str) -> str:
    """Return the sentence unchanged; marks it for the translation catalogue (gettext's N_)."""
    return sentence


class Refusal(Exception):
    """Why an act was refused: a stable code, a sentence that says what to do, and the field it is about.

    `facts` are plain values (str, int, date) that the border formats in the reader's language.
    """

    def __init__(self, code: str, sentence: str, *, field: str | None = None, **facts: Any) -> None:
        super().__init__(code, sentence, facts)
        self.code = code
        self.sentence = sentence
        self.field = field
        self.facts: Mapping[str, Any] = facts

    def __str__(self) -> str:
        return self.sentence.format(**self.facts)


class NotFound(Refusal):
    """It does not exist, or this reader may not know that it does."""


class NotAllowed(Refusal):
    """This person may not do this here."""


class WrongState(Refusal):
    """The question is in a state where this act makes no sense."""


class OutOfDate(Refusal):
    """Somebody changed it since this person read it."""


class Invalid(Refusal):
    """What was typed can't be taken as it is. `others` holds further refusals found at the same time."""

    def __init__(
        self, code: str, sentence: str, *, field: str | None = None, others: tuple["Invalid", ...] = (), **facts: Any
    ) -> None:
        super().__init__(code, sentence, field=field, **facts)
        self.others = others

    def all(self) -> tuple["Invalid", ...]:
        """This refusal and the ones found with it, in the order of the form."""
        return (self, *self.others)
