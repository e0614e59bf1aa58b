"""The letters of the demo, read from `letters/*.toml`, and the days on which things happened to them.

A letter has a fixed day (`on`) or lies so many days before today (`days_ago`). What happened to a question is told in
calendar days after sending (`after`), moved to a working day; what would lie in the future has not happened yet.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from app.domain.calendar import ONE_DAY, Calendar
from app.domain.letters import NewLetter, NewQuestion
from app.domain.questions import QuestionKind
from app.domain.terms import Term, TermKind, Unit

FOLDER = Path(__file__).parent / "letters"


@dataclass(frozen=True)
class Step:
    """One thing that happened to a question: the act, the words, and to which ministry, by whom or until which day."""

    on: date
    act: str
    text: str = ""
    to: str = ""
    by: str = ""
    until: date | None = None


@dataclass(frozen=True)
class Received:
    """A signed letter that came by post, with what it says to the questions at these positions."""

    on: date
    sender: str
    answers: Mapping[int, str]


@dataclass(frozen=True)
class Told:
    """A letter and all that happened to it. `stories` in the order of the questions; `sent` is False for a concept."""

    typed: NewLetter
    stories: Sequence[Sequence[Step]]
    received: Sequence[Received]
    sent: bool
    discarded_on: date | None


def tell(today: date, calendar: Calendar) -> list[Told]:
    """All letters of the demo as of today, in the order of their dates."""
    files = sorted(FOLDER.glob("*.toml"))
    told = [_told(tomllib.loads(file.read_text(encoding="utf-8")), today, calendar) for file in files]
    return sorted(told, key=lambda one: one.typed.letter_date)


def _told(letter: Mapping[str, Any], today: date, calendar: Calendar) -> Told:
    day = letter["on"] if "on" in letter else _days_ago(letter["days_ago"], today, calendar)
    questions = letter["questions"]

    def later(after: int) -> date:
        return calendar.roll(day + timedelta(days=after))

    typed = NewLetter(
        subject=letter["subject"],
        reference=letter["reference"].replace("{year}", str(day.year)),
        letter_date=day,
        addressee=letter["to"],
        attention=letter.get("attention", ""),
        dossier=letter.get("dossier"),
        body=_body(letter["body"], [question["text"] for question in questions]),
        questions=tuple(_question(question, day) for question in questions),
    )
    return Told(
        typed=typed,
        stories=[[_step(step, later) for step in question.get("story", ())] for question in questions],
        received=[_received(one, later) for one in letter.get("received", ())],
        sent=letter.get("sent", True),
        discarded_on=later(letter["discarded"]) if "discarded" in letter else None,
    )


def _body(opening: str, asked: Sequence[str]) -> str:
    """The text of the letter: how it begins, and its questions in their order."""
    questions = " ".join(text.strip() for text in asked)
    return (
        f"{opening.strip()}\n\nWij vragen u het volgende. {questions}\n\nGraag ontvangen wij uw antwoord op elk punt."
    )


def _days_ago(days: int, today: date, calendar: Calendar) -> date:
    day = today - timedelta(days=days)
    while days and not calendar.is_working(day):
        day -= ONE_DAY
    return day


def _question(question: Mapping[str, Any], day: date) -> NewQuestion:
    return NewQuestion(
        title=question["title"],
        text=question["text"].strip(),
        owner=question["owner"],
        kind=QuestionKind(question.get("kind", QuestionKind.QUESTION)),
        contributors=tuple(question.get("contributors", ())),
        term=_term(question.get("term"), day),
    )


def _term(term: Mapping[str, Any] | None, day: date) -> Term | None:
    if term is None:
        return None
    if "days" in term:
        return Term(TermKind.AGREED, named_on=day + timedelta(days=term["days"]))
    return Term(TermKind(term["kind"]), term["length"], Unit(term["unit"]))


def _step(step: Mapping[str, Any], later: Callable[[int], date]) -> Step:
    until = later(step["until"]) if "until" in step else None
    words = {name: step[name] for name in ("act", "text", "to", "by") if name in step}
    return Step(on=later(step["after"]), until=until, **words)


def _received(one: Mapping[str, Any], later: Callable[[int], date]) -> Received:
    answers = {int(position): text for position, text in one["answers"].items()}
    return Received(on=later(one["after"]), sender=one["sender"], answers=answers)
