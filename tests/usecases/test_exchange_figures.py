"""A register that came in from elsewhere: its figures are what the file itself says, counted here by hand."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from random import Random

import pytest
import sqlalchemy as sa

from app.domain.actors import COMMAND
from app.domain.statistics import Bucket, Grouping, Selection
from app.store.base import Db
from app.store.ministries import Ministry
from app.usecases.statistics import report
from tests.support.builders import a_register
from tests.support.earlier import TODAY, Line, a_file, a_line, imported

BODIES = ("Home Office", "Department of Health", "City of Amsterdam", "Ministère de l’Intérieur", "BfArM", "Nobody Yet")
QUESTIONS = 600
HALF = Fraction(1, 2)


def a_public_register(seed: int) -> list[Line]:
    """Requests to bodies that Regie doesn't know, over three years; some open, some withdrawn, some late."""
    chance = Random(seed)  # noqa: S311  # no secret
    lines = []
    for n in range(QUESTIONS):
        asked = date(2023, 11, 1) + timedelta(days=chance.randrange(1100))
        end = asked + timedelta(days=int(chance.expovariate(1 / 30)))
        fate = "withdrawn_on" if chance.random() < 0.1 else "answered_on"
        due = asked + timedelta(days=chance.choice([14, 20, 28]))
        closed = {fate: end.isoformat()} if end <= TODAY and chance.random() < 0.9 else {}
        lines.append(
            a_line(
                reference=f"FOI-{n}",
                subject=f"Request {n}",
                letter_date=asked.isoformat(),
                addressee="",
                question=f"All documents about {n}",
                owner=chance.choice(BODIES[:-1]) if n else BODIES[-1],
                asked_on=asked.isoformat(),
                due_on=due.isoformat(),
                **closed,
            )
        )
    return lines


def day(line: Line, column: str, as_of: date) -> date | None:
    """The day in a column, if it had come."""
    read = date.fromisoformat(line[column]) if line[column] else None
    return read if read and read <= as_of else None


def buckets_of(lines: Sequence[Line], as_of: date) -> Counter[Bucket]:
    found: Counter[Bucket] = Counter()
    for line in lines:
        due, answered = date.fromisoformat(line["due_on"]), day(line, "answered_on", as_of)
        if answered:
            found[Bucket.LATE if answered > due else Bucket.IN_TIME] += 1
        elif day(line, "withdrawn_on", as_of):
            found[Bucket.WITHDRAWN] += 1
        else:
            found[Bucket.OPEN_LATE if as_of > due else Bucket.OPEN] += 1
    return found


def median_of(lines: Sequence[Line], as_of: date) -> int | None:
    """The Kaplan–Meier median in days, in exact fractions; open and withdrawn questions are censored."""
    spans = []
    for line in lines:
        answered = day(line, "answered_on", as_of)
        end = answered or day(line, "withdrawn_on", as_of) or as_of
        spans.append(((end - date.fromisoformat(line["asked_on"])).days, answered is not None))
    surviving = Fraction(1)
    for span in sorted({span for span, answered in spans if answered}):
        at_risk = sum(1 for other, _ in spans if other >= span)
        answered = sum(1 for other, was_answered in spans if was_answered and other == span)
        surviving *= 1 - Fraction(answered, at_risk)
        if surviving <= HALF:
            return span
    return None


@pytest.mark.parametrize("as_of", [TODAY, date(2025, 3, 31)])
def test_buckets_and_medians_by_owner_are_those_of_the_file(db: Db, as_of: date) -> None:
    a_register(db)
    lines = a_public_register(seed=3)
    imported(db, a_file(lines), create_owners=True)
    with db.reading() as s:
        found = report(s, COMMAND, Selection(as_of), Grouping.MINISTRY, TODAY)
        names = {str(number): name for number, name in s.execute(sa.select(Ministry.id, Ministry.name))}
    asked = [line for line in lines if date.fromisoformat(line["asked_on"]) <= as_of]
    assert found.total.asked == len(asked) > QUESTIONS / 4
    by_owner = {names[group.group.key]: group.figures for group in found.groups}
    assert set(by_owner) == {line["owner"] for line in asked}
    for owner, counted in by_owner.items():
        theirs = [line for line in asked if line["owner"] == owner]
        assert {bucket: n for bucket, n in counted.buckets.items() if n} == dict(buckets_of(theirs, as_of))
        assert counted.response.quantile(HALF) == median_of(theirs, as_of)
        assert counted.judged == 0
        assert counted.concrete.quantile(HALF) is None


def test_the_file_may_come_as_another_program_saved_it(db: Db) -> None:
    a_register(db)
    lines = [{**line, "extra": "=1+1"} for line in a_public_register(seed=5)]
    imported(db, a_file(lines, ";", "cp1252"), create_owners=True)
    with db.reading() as s:
        total = report(s, COMMAND, Selection(TODAY), Grouping.TOTAL, TODAY).total
    assert {bucket: n for bucket, n in total.buckets.items() if n} == dict(buckets_of(lines, TODAY))
