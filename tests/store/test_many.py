"""More numbers than a statement takes values: SQLite knows 32,766 of them, PostgreSQL 65,535."""

from datetime import date

import sqlalchemy as sa

from app.domain.actors import CLOCKWORK
from app.store.base import Db
from app.store.ladder.climbing import Reach
from app.store.ladder.escalation import Escalation, load_ladder
from app.store.ladder.readers import hearers
from app.store.many import any_of, pairs
from app.store.people import Person
from app.store.questions import Question
from app.store.succession.people import staff_after
from app.store.succession.plan import touched_questions
from app.usecases.escalation import sweep
from tests.support.builders import a_question, a_register, at

MANY = range(1, 70_001)


def test_statements_look_into_lists_of_any_length(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s, "JENV", date(2026, 10, 5))
    with db.reading() as s:
        assert s.scalars(sa.select(Question.id).where(Question.id.in_(any_of(MANY)))).all() == [question.id]
        assert s.scalars(sa.select(Question.id).where(Question.id.not_in(any_of([])))).all() == [question.id]
        successor = pairs({number: number + 5 for number in MANY})
        found = sa.select(successor.c.value).select_from(Question).join(successor, successor.c.key == Question.id)
        assert s.scalars(found).all() == [question.id + 5]


def test_as_many_ministries_may_end_pause_or_have_people_away(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s, "JENV", date(2026, 10, 5))
        sweep(s, CLOCKWORK, date(2026, 11, 23), at(date(2026, 11, 23)))
    with db.reading() as s:
        assert s.scalars(sa.select(Question.id).where(touched_questions(MANY))).all() == [question.id]
        assert staff_after(s, MANY, lambda *_: 1).people
        for others in (True, False):
            reach = Reach([], frozenset(MANY), others)
            found = s.scalars(sa.select(Question.id).where(*reach.owned)).all()
            assert found == ([] if others else [question.id])
        secretary = s.scalars(sa.select(Person.id).where(Person.email == "secretariaat@vng.example")).one()
        away = hearers(load_ladder(s), sa.inspect(Escalation).local_table, stand_ins=dict.fromkeys(MANY, secretary))
        assert set(s.scalars(sa.select(away.c.person_id))) == {secretary}
