"""What a sweep would do, by its own statements and without writing: who climbs to which rung, and who hears of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.escalation import Rung
from app.domain.numbers import QuestionNumber
from app.store.ladder.climbing import Reach, reached
from app.store.ladder.escalation import Escalation
from app.store.ladder.readers import hearers
from app.store.letters import Letter
from app.store.ministries import Ministry
from app.store.people import Person
from app.store.questions import Question

NOBODY: Mapping[int, int] = MappingProxyType({})


@dataclass(frozen=True)
class WouldClimb:
    """One question that would climb, and the names of who would hear of it."""

    question_id: int
    number: QuestionNumber
    title: str
    owner: str
    due_on: date
    rung: int
    readers: tuple[str, ...]


@dataclass(frozen=True)
class WouldHear:
    """One reader, and how many questions would stand in the mail."""

    person_id: int
    name: str
    address: str
    questions: int


def firing(reaches: Sequence[Reach]) -> sa.CTE:
    """What a sweep would record and tell of (id, question_id, rung): the highest rung of each question.

    Without those on record already, which the sweep's INSERT leaves alone. `id` stands for the escalation's.
    """
    rows = [reached(reaches, place).subquery() for place in range(len(reaches[0].cutoffs))]
    fired = [
        sa.select(row.c.question_id.label("id"), row.c.question_id, row.c.rung).where(
            ~row.c.passed,
            ~sa.exists().where(
                Escalation.question_id == row.c.question_id,
                Escalation.round == row.c.round,
                Escalation.term_version == row.c.term_version,
                Escalation.edition == row.c.edition,
                Escalation.rung == row.c.rung,
            ),
        )
        for row in rows
    ]
    return sa.union_all(*fired).cte("firing")


def by_rung(session: Session, fired: sa.CTE) -> dict[int, int]:
    """How many questions would climb to each rung."""
    rows = session.execute(sa.select(fired.c.rung, sa.func.count()).group_by(fired.c.rung).order_by(fired.c.rung))
    return dict(rows.all())


def would_hear(
    session: Session, ladder: Sequence[Rung], fired: sa.CTE, limit: int, away: Mapping[int, int] = NOBODY
) -> tuple[list[WouldHear], int]:
    """Who would get a mail, most questions first, and how many there are in all; `away` are who others stand in for."""
    hears = hearers(ladder, fired, stand_ins=away)
    number = sa.func.count(sa.distinct(hears.c.escalation_id))
    per_reader = sa.select(hears.c.person_id, number.label("questions")).group_by(hears.c.person_id).subquery()
    rows = session.execute(
        sa.select(Person.id, Person.name, Person.email, per_reader.c.questions)
        .join(per_reader, per_reader.c.person_id == Person.id)
        .order_by(per_reader.c.questions.desc(), Person.name, Person.id)
        .limit(limit)
    )
    total = session.execute(sa.select(sa.func.count(sa.distinct(hears.c.person_id)))).scalar_one()
    return [WouldHear(*row) for row in rows], total


def would_climb(
    session: Session, ladder: Sequence[Rung], fired: sa.CTE, limit: int, away: Mapping[int, int] = NOBODY
) -> list[WouldClimb]:
    """The questions that would climb, highest rung first, then the longest late."""
    rows = session.execute(
        sa.select(
            Question.id, Letter.year, Letter.serial, Question.position, Question.title, Ministry.display,
            Question.due_on, fired.c.rung,
        )
        .join(fired, fired.c.question_id == Question.id)
        .join(Letter, Letter.id == Question.letter_id)
        .join(Ministry, Ministry.id == Question.owner_id)
        .order_by(fired.c.rung.desc(), Question.due_on, Question.id)
        .limit(limit)
    ).all()  # fmt: skip
    names = _names(session, ladder, fired, [row.id for row in rows], away)
    return [
        WouldClimb(
            row.id, QuestionNumber(row.year, row.serial, row.position), row.title, row.display, row.due_on, row.rung,
            tuple(names[row.id]),
        )
        for row in rows
    ]  # fmt: skip


def pairs(
    session: Session,
    ladder: Sequence[Rung],
    fired: sa.CTE,
    question_ids: Sequence[int] | None = None,
    away: Mapping[int, int] = NOBODY,
) -> set[tuple[int, int]]:
    """Who would hear of which question: (question, person), of all or of some."""
    which = [] if question_ids is None else [fired.c.question_id.in_(question_ids)]
    hears = hearers(ladder, fired, *which, stand_ins=away)
    return {(question, person) for question, person in session.execute(sa.select(hears).distinct())}


def _names(
    session: Session, ladder: Sequence[Rung], fired: sa.CTE, ids: Sequence[int], away: Mapping[int, int]
) -> dict[int, list[str]]:
    if not ids:
        return {}
    told = pairs(session, ladder, fired, ids, away)
    people = sa.select(Person.id, Person.name).where(Person.id.in_({person for _, person in told}))
    names = {row.id: row.name for row in session.execute(people)}
    found: dict[int, list[str]] = defaultdict(list)
    for question_id, person_id in sorted(told):
        found[question_id].append(names[person_id])
    return found
