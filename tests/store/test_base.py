"""The one engine and what it knows of each database."""

from datetime import date

import sqlalchemy as sa

from app.store.base import Db, plan_anew
from tests.support.builders import a_question, a_register


def test_after_many_came_at_once_the_database_plans_for_what_there_is(db: Db) -> None:
    a_register(db)
    with db.writing() as session:
        for day in range(1, 6):
            a_question(session, sent_on=date(2026, 10, day))
        plan_anew(session)
    with db.reading() as session:
        if db.engine.dialect.name == "sqlite":
            counted = session.scalars(sa.text("SELECT stat FROM sqlite_stat1 WHERE tbl = 'questions'")).all()
            assert {one.split()[0] for one in counted if one} >= {"5"}
        else:
            known = sa.text("SELECT reltuples FROM pg_class WHERE oid = 'public.questions'::regclass")
            assert session.execute(known).scalar_one() == 5
