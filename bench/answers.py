"""P7: answers submitted one after the other, each on disk before the next, beside bare commits of one row."""

import statistics
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.domain.actors import Actor, Door
from app.domain.letters import NewQuestion
from app.domain.permissions import Role
from app.store.base import Db
from app.store.people import Person
from app.store.questions import Question
from app.usecases import answering
from bench.databases import KINDS, Databases, driver_connection
from bench.measure import alone, timed
from bench.registers import NOW
from tests.support.builders import a_new_letter, a_register, a_sent_letter, at

ROUNDS, PER_ROUND = 10, 10
ASKED = date(2026, 11, 2)


def run(databases: Databases, _n: int) -> None:
    """Print P7 for both databases; PostgreSQL waits for its disk here, as it would in earnest."""
    for kind in KINDS:
        with databases.durable(kind):
            url = databases.copy(kind, "answers", fill)
            measured = alone(by_turns, url)
            ours, bare, answers = measured.outcome
            right = f"{answers} answers" if answers == ROUNDS * PER_ROUND else f"WRONG: {answers} answers"
            print(
                f"P7 {kind} {bare / ours:.2f} of the rate of bare durable commits ({1 / ours:.0f} and {1 / bare:.0f} "
                f"a second, {right}, peak +{measured.mib:.0f} MiB)",
                flush=True,
            )
            databases.drop(url)


def fill(url: str) -> None:
    """A question for each answer, all of one ministry, and a table for the bare rows."""
    db = Db(url)
    a_register(db)
    with db.writing() as session:
        for number in range(ROUNDS):
            questions = [NewQuestion(text=f"Vraag {number}.{one}?", owner="JENV") for one in range(PER_ROUND)]
            a_sent_letter(session, a_new_letter(*questions, letter_date=ASKED), now=at(ASKED))
        session.execute(sa.text("CREATE TABLE bare_rows (text TEXT)"))
    db.dispose()


def by_turns(url: str) -> tuple[float, tuple[float, float, int]]:
    """Ten of one, ten of the other, and so on, so that both meet the same machine; seconds each (medians), answers."""
    db = Db(url)
    with db.reading() as session:
        person = session.scalars(sa.select(Person).where(Person.email == "contact@jenv.example")).one()
        actor = Actor(person.id, frozenset({Role.CONTACT}), person.ministry_id, Door.LINK)
        ids = list(session.scalars(sa.select(Question.id).order_by(Question.id)))
    connection = driver_connection(url)
    cursor: Any = connection.cursor()
    ours, bare = [], []
    for begin in range(0, ROUNDS * PER_ROUND, PER_ROUND):
        for question_id in ids[begin : begin + PER_ROUND]:
            ours.append(timed(lambda question_id=question_id: _submit(db, actor, question_id))[0])  # type: ignore[misc]
            bare.append(timed(lambda: cursor.execute("INSERT INTO bare_rows VALUES ('Ja, op 4 maart 2027.')"))[0])
    with db.reading() as session:
        answers = session.execute(sa.text("SELECT count(*) FROM answers")).scalar_one()
    connection.close()
    db.dispose()
    return sum(ours), (statistics.median(ours), statistics.median(bare), answers)


def _submit(db: Db, actor: Actor, question_id: int) -> None:
    with db.writing() as session:
        answering.submit(session, actor, question_id, "Ja, op 4 maart 2027.", "Directie Opvang", NOW)
