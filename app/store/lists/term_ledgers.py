"""The term ledgers of a question, one for each round, with who wrote what: read for their page and for the API."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.domain.calendar import Calendar
from app.domain.ledger import Entry, Standing, Step, replay
from app.store.ministries import Ministry
from app.store.people import Person
from app.store.questions import Question
from app.store.term_requests import RequestState, TermRequest
from app.store.terms import TermEntry, as_entry


@dataclass(frozen=True)
class Line:
    """One entry: `step` tells what it did, None where it was voided; `voided_by` is then the entry that struck it."""

    row: TermEntry
    entry: Entry
    person: str | None
    step: Step | None
    voided_by: Entry | None


@dataclass(frozen=True)
class RoundLedger:
    """The ledger of one round: its lines in the order they work, the voided ones in their places."""

    number: int
    standing: Standing
    lines: Sequence[Line]


@dataclass(frozen=True)
class Asked:
    """A request about the term, with the names of who asked for which ministry, and who decided."""

    request: TermRequest
    ministry: str
    asker: str | None
    decider: str | None


def ledgers_of(session: Session, question: Question, calendar: Calendar) -> list[RoundLedger]:
    """The ledgers of all rounds, the newest first; none before sending."""
    rows = session.execute(
        sa.select(TermEntry, Person.name)
        .outerjoin(Person, Person.id == TermEntry.actor_id)
        .where(TermEntry.question_id == question.id)
        .order_by(TermEntry.round.desc(), TermEntry.effective_on, TermEntry.sequence)
    ).all()
    grouped = groupby(rows, key=lambda row: row[0].round)
    return [_ledger(number, [(row, person) for row, person in of_round], calendar) for number, of_round in grouped]


def requests_about(session: Session, question: Question) -> list[Asked]:
    """What ministries asked about the term of a question, the newest first."""
    asker, decider = aliased(Person), aliased(Person)
    rows = session.execute(
        sa.select(TermRequest, Ministry.display, asker.name, decider.name)
        .join(Ministry, Ministry.id == TermRequest.ministry_id)
        .outerjoin(asker, asker.id == TermRequest.asked_by_id)
        .outerjoin(decider, decider.id == TermRequest.decided_by_id)
        .where(TermRequest.question_id == question.id)
        .order_by(TermRequest.id.desc())
    )
    return [Asked(*row) for row in rows]


def waiting_requests(session: Session, most: int) -> tuple[Sequence[Any], int]:
    """The requests that wait for the secretariat, the longest waiting first, and how many there are in all.

    Rows: id, question_id, kind, title, ministry.
    """
    waits = TermRequest.state == RequestState.ASKED
    rows = session.execute(
        sa.select(
            TermRequest.id,
            TermRequest.question_id,
            TermRequest.kind,
            Question.title,
            Ministry.display.label("ministry"),
        )
        .join(Question, Question.id == TermRequest.question_id)
        .join(Ministry, Ministry.id == TermRequest.ministry_id)
        .where(waits)
        .order_by(TermRequest.id)
        .limit(most)
    ).all()
    count = len(rows)
    if count == most:
        count = session.scalars(sa.select(sa.func.count()).select_from(TermRequest).where(waits)).one()
    return rows, count


def _ledger(number: int, rows: Sequence[tuple[TermEntry, str | None]], calendar: Calendar) -> RoundLedger:
    entries = {row.sequence: as_entry(row) for row, _ in rows}
    standing = replay(entries.values(), calendar)
    steps = {step.entry.sequence: step for step in standing.steps}
    voidings = {entry.voids: entry for entry in entries.values() if entry.voids is not None}
    lines = [
        Line(row, entries[row.sequence], person, steps.get(row.sequence), voidings.get(row.sequence))
        for row, person in rows
    ]
    # What set the term stands first, whatever its day: it was recorded first.
    lines.sort(key=lambda line: line.row.sequence != 1)
    return RoundLedger(number, standing, lines)
