"""The whole story of one question, read for its page and for the API."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.domain.calendar import Calendar
from app.domain.ledger import Standing, replay
from app.domain.numbers import QuestionNumber
from app.store.answering import Answer
from app.store.documents import Document, documents_of_answers, documents_of_letter
from app.store.letters import Letter
from app.store.lists.concurrences import Objection, objections
from app.store.ministries import Dossier, Ministry
from app.store.outbox import MailState, OutboxMail
from app.store.people import Person
from app.store.questions import Contributor, HoldingPeriod, Question, QuestionEvent
from app.store.terms import as_entry, entries_of, load_calendar

MOST_STUCK, MOST_LOOKED_AT = 5, 200


@dataclass(frozen=True)
class AnswerOfRound:
    """An answer, who gave it, what came with it, and who objected to it."""

    answer: Answer
    ministry: str
    documents: Sequence[Document]
    objections: Sequence[Objection] = ()


@dataclass(frozen=True)
class Story:
    """A question with all that was done to it.

    `answers` and `events` stand newest first, `holding` oldest first. `standing` is the replayed ledger of the present
    round (None before sending). `events` rows: at, on, act, round, reason, ministry, to_ministry, person.
    `holding` rows: holder, ministry, from_on, until_on. `stuck_mail`: mails about it that bounced or are uncertain.
    """

    question: Question
    letter: Letter
    owner: Ministry
    addressee: Ministry
    dossier: Dossier | None
    contact: Person | None
    contributors: Sequence[Ministry]
    letter_documents: Sequence[Document]
    answers: Sequence[AnswerOfRound]
    events: Sequence[Any]
    holding: Sequence[Any]
    standing: Standing | None
    calendar: Calendar
    rung: int | None
    stuck_mail: Sequence[OutboxMail]

    @property
    def number(self) -> QuestionNumber:
        """Its number, such as 2026-118.3."""
        return QuestionNumber(self.letter.year, self.letter.serial, self.question.position)


def story_of(session: Session, question: Question) -> Story:
    """Read everything about a question that its reader was let in to."""
    letter = session.get_one(Letter, question.letter_id)
    calendar = load_calendar(session)
    return Story(
        question=question,
        letter=letter,
        owner=session.get_one(Ministry, question.owner_id),
        addressee=session.get_one(Ministry, letter.addressee_id),
        dossier=session.get(Dossier, letter.dossier_id) if letter.dossier_id else None,
        contact=session.get(Person, question.contact_id) if question.contact_id else None,
        contributors=contributors_of(session, question.id),
        letter_documents=documents_of_letter(session, letter.id),
        answers=answers_of(session, question.id),
        events=_events(session, question.id),
        holding=_holding(session, question.id),
        standing=standing_of(session, question, calendar),
        calendar=calendar,
        rung=question.rung or None,
        stuck_mail=_stuck_mail(session, question),
    )


def contributors_of(session: Session, question_id: int) -> Sequence[Ministry]:
    """The ministries that must concur, by name."""
    return session.scalars(
        sa.select(Ministry)
        .join(Contributor, Contributor.ministry_id == Ministry.id)
        .where(Contributor.question_id == question_id)
        .order_by(sa.func.lower(Ministry.display))
    ).all()


def answers_of(session: Session, question_id: int) -> Sequence[AnswerOfRound]:
    """The answers of a question, newest round first."""
    rows = session.execute(
        sa.select(Answer, Ministry.display)
        .join(Ministry, Ministry.id == Answer.ministry_id)
        .where(Answer.question_id == question_id)
        .order_by(Answer.round.desc())
    ).all()
    documents = documents_of_answers(session, [answer.id for answer, _ in rows])
    objecting = objections(session, [question_id])
    return [
        AnswerOfRound(answer, ministry, documents.get(answer.id, []), objecting.get((question_id, answer.round), []))
        for answer, ministry in rows
    ]


def standing_of(session: Session, question: Question, calendar: Calendar) -> Standing | None:
    """Where the ledger of the present round stands; None before sending."""
    entries = [as_entry(row) for row in entries_of(session, question.id, question.round)]
    return replay(entries, calendar) if entries else None


def late_days_of(answer: Answer) -> int:
    """How many calendar days after its due date an answer came; 0 when it was in time."""
    return max(0, (answer.answered_on - answer.due_on).days)


def held_days(from_on: date, until_on: date | None, today: date) -> int:
    """How many days somebody had the ball, up to today where they still have it."""
    return ((until_on or today) - from_on).days


def _events(session: Session, question_id: int) -> Sequence[Any]:
    to_ministry = aliased(Ministry)
    return session.execute(
        sa.select(
            QuestionEvent.at,
            QuestionEvent.on,
            QuestionEvent.act,
            QuestionEvent.round,
            QuestionEvent.reason,
            Ministry.display.label("ministry"),
            to_ministry.display.label("to_ministry"),
            Person.name.label("person"),
        )
        .outerjoin(Ministry, Ministry.id == QuestionEvent.ministry_id)
        .outerjoin(to_ministry, to_ministry.id == QuestionEvent.to_ministry_id)
        .outerjoin(Person, Person.id == QuestionEvent.actor_id)
        .where(QuestionEvent.question_id == question_id)
        .order_by(QuestionEvent.on.desc(), QuestionEvent.id.desc())
    ).all()


def _holding(session: Session, question_id: int) -> Sequence[Any]:
    return session.execute(
        sa.select(
            HoldingPeriod.holder,
            Ministry.display.label("ministry"),
            HoldingPeriod.ministry_id,
            HoldingPeriod.from_on,
            HoldingPeriod.until_on,
        )
        .outerjoin(Ministry, Ministry.id == HoldingPeriod.ministry_id)
        .where(HoldingPeriod.question_id == question_id)
        .order_by(HoldingPeriod.from_on, HoldingPeriod.id)
    ).all()


def _stuck_mail(session: Session, question: Question) -> Sequence[OutboxMail]:
    """The newest mails about this question that didn't arrive.

    One that asks several questions of a letter stands in the outbox with the first of them, and concerns them all.
    """
    of_letter = sa.select(Question.id).where(Question.letter_id == question.letter_id)
    stuck = session.scalars(
        sa.select(OutboxMail)
        .where(OutboxMail.question_id.in_(of_letter), OutboxMail.state.in_([MailState.BOUNCED, MailState.UNCERTAIN]))
        .order_by(OutboxMail.id.desc())
        .limit(MOST_LOOKED_AT)
    )
    return [one for one in stuck if question.id in {one.question_id, *one.params.get("question_ids", ())}][:MOST_STUCK]
