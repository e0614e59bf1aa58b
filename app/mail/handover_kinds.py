"""Mails about what came to a reader without their asking: a ministry that ended, a promise, a letter fully answered."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import mark
from app.domain.questions import OPEN_STATES, State
from app.mail.content import Content, Dropped
from app.mail.facts import ANSWERABLE_STATES, Reader, asked_questions, read_questions
from app.office import Office
from app.store.answering import made_by_answer
from app.store.letters import Letter
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


def sheet(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:  # noqa: ARG001  # all kinds take the same
    """The last question of a letter was answered: where its answer sheet is."""
    letter = session.get(Letter, mail.params["letter_id"])
    if letter is None:
        return Dropped(mark("Deze brief bestaat niet meer."))
    states = session.scalars(sa.select(Question.state).where(Question.letter_id == letter.id, ~made_by_answer())).all()
    to_judge = sum(state is State.ANSWERED for state in states)
    link = f"{office.settings.base_url}/brieven/{letter.id}/antwoordblad"
    return Content([], {"letter": letter, "link": link, "to_judge": to_judge})
