"""Mails about what came to a reader without their asking: a ministry that ended, a promise, a letter fully answered."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import mark
from app.domain.questions import OPEN_STATES
from app.mail.content import Content, Dropped
from app.mail.facts import ANSWERABLE_STATES, Reader, asked_questions, read_questions
from app.office import Office
from app.store.lists.commitments import origin_of
from app.store.ministries import Ministry
from app.store.outbox import Claimed
from app.store.questions import Question


def succession(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:
    """A ministry ended: the questions that are now the reader's, with links where there is something to answer."""
    query = sa.select(Question).where(
        Question.id.in_(mail.params["question_ids"]),
        Question.state.in_(OPEN_STATES),
        Question.owner_id == reader.ministry_id,
    )
    questions = read_questions(session, office, reader, query)
    if not questions:
        return Dropped(mark("De vragen in deze mail zijn intussen afgedaan, of liggen bij een ander ministerie."))
    names = session.scalars(
        sa.select(Ministry.name).where(Ministry.id.in_(mail.params["from_ids"])).order_by(Ministry.name)
    ).all()
    to_answer = [question for question in questions if question.answers]
    others = [question for question in questions if not question.answers]
    return Content(to_answer, {"ended": names, "total": len(questions), "others": others})


def commitment(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:
    """A promise that a ministry made in an answer was put on record: its words, and by when."""
    questions = asked_questions(session, office, reader, [mail.question_id or 0], ANSWERABLE_STATES)
    origin = origin_of(session, mail.question_id or 0)
    if not questions or origin is None:
        return Dropped(mark("De toezegging is intussen nagekomen of ingetrokken, of ligt bij een ander ministerie."))
    return Content(questions, {"origin": origin})
