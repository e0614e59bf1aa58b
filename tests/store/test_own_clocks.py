"""How long VNG itself took, on a random register: equal to counting by hand, and each clock leads to its questions."""

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random

import sqlalchemy as sa

from app.domain.calendar import civil_date
from app.domain.own_clocks import OwnClock
from app.domain.questions import HolderKind
from app.domain.statistics import Selection
from app.store.answering import Answer
from app.store.base import Db
from app.store.figures.own_clocks import own_days, questions_timed
from app.store.letters import Letter
from app.store.people import Person
from app.store.questions import HoldingPeriod, Question
from tests.support.builders import at
from tests.support.counting import is_in
from tests.support.registers import LAST, a_random_register

Seen = tuple[int, date, date | None]  # a letter or question, when it began, when it ended


def some_moment(day: date, draw: Random) -> datetime:
    """Up to some days later, at an hour that is another day in UTC more often than not."""
    return at(day + timedelta(days=draw.choice([-1, 0, 0, 1, 9, 40])), draw.choice([0, 1, 2, 12, 23]))


def a_register_with_clocks(db: Db) -> tuple[dict[OwnClock, list[Seen]], dict[int, int]]:
    """A random register; by clock when each thing began and ended, and the letter of each question."""
    draw = Random(11)  # noqa: S311  # the same register each time
    seen: dict[OwnClock, list[Seen]] = {clock: [] for clock in OwnClock}
    with db.writing() as s:
        by = s.scalars(sa.select(Person.id)).first()
        for letter in s.scalars(sa.select(Letter).order_by(Letter.id)):
            if draw.random() < 0.8:
                letter.created_at, letter.created_by_id = some_moment(letter.letter_date, draw), by
                day = max(civil_date(letter.created_at), letter.letter_date)
                seen[OwnClock.REGISTERING].append((letter.id, letter.letter_date, day))
        for answer in s.scalars(sa.select(Answer).order_by(Answer.id)):
            begun = answer.answered_on
            until = begun + timedelta(days=draw.randint(0, 30))
            asked = {"question_id": answer.question_id, "holder": HolderKind.VNG}
            s.add(HoldingPeriod(**asked, from_on=begun, until_on=until))
            seen[OwnClock.JUDGING].append((answer.question_id, begun, until))
            if draw.random() < 0.3:
                answer.received_on, answer.recorded_by_id = begun, by
                answer.submitted_at = some_moment(begun, draw)
                day = max(civil_date(answer.submitted_at), begun)
                seen[OwnClock.RECORDING].append((answer.question_id, begun, day))
        return seen, dict(s.execute(sa.select(Question.id, Question.letter_id)).all())


def test_the_days_are_those_of_counting_by_hand(db: Db) -> None:
    histories = a_random_register(db, 400)
    seen, letter_of = a_register_with_clocks(db)
    for chosen in (
        Selection(LAST),
        Selection(date(2026, 3, 29), date(2025, 3, 1)),
        Selection(date(2025, 10, 26), owner_id=3),
    ):
        questions = [one.id for one in histories if is_in(one, chosen)]
        for clock in OwnClock:
            subject = {one: letter_of[one] if clock is OwnClock.REGISTERING else one for one in questions}
            counted = [
                (number, begun, until, until is not None and until <= chosen.as_of)
                for number, begun, until in seen[clock]
                if number in subject.values() and begun <= chosen.as_of
            ]
            if clock is not OwnClock.JUDGING:
                counted = [one for one in counted if one[3]]
            expected = Counter(
                (((until if is_over and until else chosen.as_of) - begun).days, is_over)
                for _, begun, until, is_over in counted
            )
            timed = {number for number, *_ in counted}
            with db.reading() as s:
                assert own_days(s, chosen, clock) == expected != Counter()
                assert questions_timed(s, chosen, clock) == sorted(
                    (one for one in questions if subject[one] in timed), reverse=True
                )
