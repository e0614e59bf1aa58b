"""The moment a letter is answered in full: its secretariat hears that the answer sheet can be had."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.permissions import Role
from app.domain.questions import State
from app.store.answering import made_by_answer
from app.store.letters import Letter
from app.store.outbox import enqueue
from app.store.people import people_with
from app.store.questions import Question

ANSWERED = (State.ANSWERED, State.SETTLED)
FEWEST = 2
"""Of a letter with one question its one answer says all."""


def tell_if_complete(session: Session, question: Question, now: datetime) -> None:
    """Tell the secretariat when this question was the last of its letter to be answered; once for each set of answers.

    Promises don't count, nor do questions that were withdrawn. After a new round the letter can be complete anew.
    """
    session.flush()
    # Else two who answer the last two questions at once would each see the other's as open. Question first, letter
    # second, as all do who lock both.
    session.execute(sa.select(Letter.id).where(Letter.id == question.letter_id).with_for_update())
    rows = session.execute(
        sa.select(Question.state, Question.round)
        .where(Question.letter_id == question.letter_id, Question.state != State.WITHDRAWN, ~made_by_answer())
        .order_by(Question.id)
    ).all()
    if len(rows) < FEWEST or any(row.state not in ANSWERED for row in rows):
        return
    rounds = sum(row.round for row in rows)
    for person in people_with(session, Role.SECRETARIAT):
        key = f"sheet:{question.letter_id}:{len(rows)}:{rounds}:{person.id}"
        enqueue(session, person, "sheet", key, now, question_id=question.id, letter_id=question.letter_id)
