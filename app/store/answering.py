"""Answers with their verdicts, and drafts."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.answering import answered_already
from app.domain.questions import State, Verdict
from app.store.base import Base, Id, Instant, words
from app.store.questions import Question


class Answer(Base):
    """The one answer of a round, by link, by a signed-in person, or recorded from a letter.

    `answered_on` is the Amsterdam date of the commit, or the recorded date of receipt; `due_on` the due date that was
    in force that day, so that late stays late whatever happens to the term afterwards.
    """

    __tablename__ = "answers"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id"))
    round: Mapped[int]
    ministry_id: Mapped[int] = mapped_column(sa.ForeignKey("ministries.id"))
    text: Mapped[str] = mapped_column(sa.Text)
    given_by: Mapped[str | None] = mapped_column(sa.String(200))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    submitted_at: Mapped[datetime] = mapped_column(Instant)
    answered_on: Mapped[date]
    received_on: Mapped[date | None]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    due_on: Mapped[date]
    alone_because: Mapped[str | None] = mapped_column(sa.Text)
    verdict: Mapped[Verdict | None] = mapped_column(words(Verdict))
    verdict_reason: Mapped[str | None] = mapped_column(sa.Text)
    judged_at: Mapped[datetime | None] = mapped_column(Instant)
    judged_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))

    __table_args__ = (
        sa.UniqueConstraint("question_id", "round"),
        sa.CheckConstraint("(verdict IS NULL) = (judged_at IS NULL)", "judged"),
        sa.CheckConstraint("verdict IS NULL OR verdict = 'concreet' OR verdict_reason IS NOT NULL", "verdict_reason"),
    )


class Draft(Base):
    """What the owner has typed so far in this round. It stays with its ministry when the owner changes.

    `offered_at` is set while it waits for the coordinator's release; `alone_because` then is the reason given for not
    waiting for everybody's concurrence. `sent_back_because` is what the coordinator wants changed first.
    """

    __tablename__ = "drafts"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id"))
    round: Mapped[int]
    ministry_id: Mapped[int] = mapped_column(sa.ForeignKey("ministries.id"))
    text: Mapped[str] = mapped_column(sa.Text)
    given_by: Mapped[str | None] = mapped_column(sa.String(200))
    saved_at: Mapped[datetime] = mapped_column(Instant)
    saved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    version: Mapped[int] = mapped_column(default=1)
    offered_at: Mapped[datetime | None] = mapped_column(Instant)
    offered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    alone_because: Mapped[str | None] = mapped_column(sa.Text)
    sent_back_because: Mapped[str | None] = mapped_column(sa.Text)

    __table_args__ = (sa.UniqueConstraint("question_id", "round", "ministry_id"),)

    def end_offer(self) -> None:
        """It doesn't wait for a release any more."""
        self.offered_at = self.offered_by_id = self.alone_because = None


class Commitment(Base):
    """A promise that an answer makes, kept as a question of kind toezegging; `quote` is its words in the answer."""

    __tablename__ = "commitments"

    question_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id"), primary_key=True)
    answer_id: Mapped[int] = mapped_column(sa.ForeignKey("answers.id"), index=True)
    quote: Mapped[str] = mapped_column(sa.Text)


def made_by_answer() -> sa.ColumnElement[bool]:
    """The questions that are promises made in an answer; they don't count for the state of their letter."""
    return sa.exists().where(Commitment.question_id == Question.id).correlate(Question)


def answer_of_round(session: Session, question: Question) -> Answer | None:
    """The answer given in the question's current round."""
    return session.scalars(
        sa.select(Answer).where(Answer.question_id == question.id, Answer.round == question.round)
    ).one_or_none()


def draft_of(session: Session, question: Question) -> Draft | None:
    """The present owner's draft in the current round."""
    return session.scalars(
        sa.select(Draft).where(
            Draft.question_id == question.id, Draft.round == question.round, Draft.ministry_id == question.owner_id
        )
    ).one_or_none()


def given_already(session: Session, question: Question, text: str) -> Answer | None:
    """The answer of this round when it says exactly this: a double click, or a retry after a lost connection.

    Raises WrongState `answered-already` when the round was answered with another text.
    """
    if question.state is not State.ANSWERED:
        return None
    answer = session.scalars(
        sa.select(Answer).where(Answer.question_id == question.id, Answer.round == question.round)
    ).one()
    if answer.text != text.strip():
        raise answered_already(answer.given_by or "", answer.answered_on)
    return answer
