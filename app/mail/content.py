"""What a kind of mail gives to be written, or why there is nothing left to write."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.mail.facts import QuestionFacts, Reader
from app.office import Office
from app.store.outbox import Claimed


@dataclass(frozen=True)
class Content:
    """What a mail says: the questions in it, and what else its templates need.

    `frozen` is subject, text and HTML where they were written before. `unsubscribe` is where one can say "no more".
    """

    questions: list[QuestionFacts] = field(default_factory=list)
    context: Mapping[str, Any] = field(default_factory=dict)
    frozen: tuple[str, str, str] | None = None
    unsubscribe: str = ""


@dataclass(frozen=True)
class Dropped:
    """Nothing in the mail holds any more; `why` is a Dutch sentence for the outbox page."""

    why: str


Write = Callable[[Session, Office, Claimed, Reader], Content | Dropped]
