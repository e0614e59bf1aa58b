"""The list of letters: concepts are found without reading the letters that were sent."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from app.domain.questions import State
from app.store.base import Db
from app.store.lists.letter_lists import LetterFilter, letter_rows
from app.store.lists.paging import PAGE_SIZE
from app.usecases import letters
from tests.support.builders import a_new_letter, a_question, a_register, at, secretariat

TODAY = date(2026, 11, 23)


def test_concepts_are_read_from_the_letters_that_were_not_sent(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        for _ in range(3):
            a_question(s)
        concept = letters.register(s, secretariat(s), a_new_letter(), at(TODAY)).id
    told: list[tuple[str, Any]] = []

    def hear(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        told.append((statement, parameters))

    with db.reading() as s:
        sa.event.listen(db.engine, "before_cursor_execute", hear)
        found = letter_rows(s, secretariat(s), LetterFilter(state=State.DRAFT), TODAY)
        sa.event.remove(db.engine, "before_cursor_execute", hear)
        assert [row.letter.id for row in found.rows] == [concept]
        statement, parameters = next(one for one in told if "addressee" in one[0])
        assert str(PAGE_SIZE + 1) in str(parameters)
        explain = "EXPLAIN QUERY PLAN " if s.get_bind().dialect.name == "sqlite" else "EXPLAIN "
        if explain == "EXPLAIN ":
            s.execute(sa.text("SET LOCAL enable_seqscan = off"))
        plan = s.connection().exec_driver_sql(explain + statement, parameters).all()
        assert "ix_letters_unsent" in str(plan)
