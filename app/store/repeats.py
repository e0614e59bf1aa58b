"""Questions that ask again what was asked before."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import NotFound, mark
from app.store.questions import Question, QuestionRepeat

# How the story of a question tells it.
LINKED, UNLINKED = "herhaling-koppelen", "herhaling-losmaken"


def earlier_ids(session: Session, question_id: int) -> list[int]:
    """The questions that this one asks again, oldest first."""
    query = sa.select(QuestionRepeat.earlier_id).where(QuestionRepeat.question_id == question_id)
    return list(session.scalars(query.order_by(QuestionRepeat.earlier_id)))


def put(session: Session, actor: Actor, question: Question, wanted: Collection[int], now: datetime) -> None:
    """Let this question ask again exactly these.

    Raises NotFound (`no-earlier-question`) for one of the same letter, or not sent by the day this one was.
    """
    there = set(earlier_ids(session, question.id))
    new = set(wanted) - there
    sent_before = Question.asked_on <= question.asked_on if question.asked_on else Question.asked_on.is_not(None)
    known = sa.select(sa.func.count()).where(
        Question.id.in_(new), Question.letter_id != question.letter_id, sent_before
    )
    if new and session.execute(known).scalar_one() != len(new):
        sentence = mark("Deze eerdere vraag is er niet. Kies een vraag uit een eerdere brief die is verstuurd.")
        raise NotFound("no-earlier-question", sentence, field="eerder")
    gone = QuestionRepeat.question_id == question.id, QuestionRepeat.earlier_id.in_(there - set(wanted))
    session.execute(sa.delete(QuestionRepeat).where(*gone))
    session.add_all(
        QuestionRepeat(question_id=question.id, earlier_id=one, linked_at=now, linked_by_id=actor.person_id)
        for one in sorted(new)
    )
    session.flush()
