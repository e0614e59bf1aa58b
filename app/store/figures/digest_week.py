"""What a digest lists of its week: answers, dates that moved, and what was asked again."""

from collections import defaultdict
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.domain.digests import Answered, AskedBefore, Moved, Repeated
from app.domain.ledger import EntryKind
from app.domain.numbers import QuestionNumber
from app.domain.terms import days_late
from app.store.answering import Answer
from app.store.figures.digest_lists import is_among, mention, midnight, named, owner_on
from app.store.letters import Letter
from app.store.ministries import Ministry
from app.store.questions import Question, QuestionRepeat, Round
from app.store.terms import TermEntry

_MOVING = (EntryKind.POSTPONED, EntryKind.RESUMED, EntryKind.REPLAYED)


def answered(session: Session, since: date, as_of: date) -> tuple[Answered, ...]:
    """The answers of these days, both included, with the verdict they had by the end of the last."""
    rows = session.execute(
        named(Answer.answered_on, Answer.due_on, Answer.verdict, Answer.judged_at, Answer.round)
        .join(Answer, Answer.question_id == Question.id)
        .join(Ministry, Ministry.id == Answer.ministry_id)
        .where(Answer.answered_on.between(since, as_of))
        .order_by(Answer.answered_on, Question.id)
    )
    end = midnight(as_of)
    return tuple(
        Answered(
            **mention(row),
            answered_on=row.answered_on,
            days_late=days_late(row.due_on, row.answered_on),
            verdict=row.verdict.value if row.judged_at is not None and row.judged_at < end else "",
            round=row.round,
        )
        for row in rows
    )


def moved(session: Session, since: date, as_of: date) -> tuple[Moved, ...]:
    """The due dates that moved in these days, for whatever reason.

    An entry that was voided moved nothing; the voiding did, where the entry stood in an earlier digest.
    """
    before, voiding, voided = aliased(TermEntry), aliased(TermEntry), aliased(TermEntry)
    own = sa.and_(before.question_id == TermEntry.question_id, before.round == TermEntry.round)
    struck = sa.exists().where(
        voiding.question_id == TermEntry.question_id,
        voiding.round == TermEntry.round,
        voiding.voids == TermEntry.sequence,
    )
    given_back = sa.exists().where(
        voided.question_id == TermEntry.question_id,
        voided.round == TermEntry.round,
        voided.sequence == TermEntry.voids,
        voided.effective_on < since,
    )
    rows = session.execute(
        named(before.due_on.label("from_on"), TermEntry.due_on.label("to_on"), TermEntry.reason)
        .join(TermEntry, TermEntry.question_id == Question.id)
        .join(before, sa.and_(own, before.sequence == TermEntry.sequence - 1))
        .join(Ministry, Ministry.id == owner_on(as_of))
        .where(
            sa.or_(TermEntry.kind.in_(_MOVING), given_back),
            TermEntry.effective_on.between(since, as_of),
            TermEntry.due_on != before.due_on,
            sa.not_(struck),
            is_among(sa.select(TermEntry.question_id).where(TermEntry.effective_on.between(since, as_of))),
        )
        .order_by(TermEntry.due_on, Question.id)
    )
    return tuple(Moved(**mention(row), from_on=row.from_on, to_on=row.to_on, reason=row.reason or "") for row in rows)


def repeats(session: Session, since: date, as_of: date) -> tuple[Repeated, ...]:
    """The questions that were asked again in these days."""
    again = Round.number > 1, Round.asked_on.between(since, as_of)
    rows = session.execute(
        named(Round.number.label("round"), Round.asked_on)
        .join(Round, Round.question_id == Question.id)
        .join(Ministry, Ministry.id == owner_on(as_of))
        .where(*again, is_among(sa.select(Round.question_id).where(*again)))
        .order_by(Round.asked_on, Question.id)
    )
    return tuple(Repeated(**mention(row), round=row.round, asked_on=row.asked_on) for row in rows)


def asked_before(session: Session, since: date, as_of: date) -> tuple[AskedBefore, ...]:
    """The questions asked in these days that ask again what was asked before, as linked by now."""
    earlier, its_letter = aliased(Question), aliased(Letter)
    rows = session.execute(
        named(
            Question.asked_on,
            its_letter.year.label("earlier_year"),
            its_letter.serial.label("earlier_serial"),
            earlier.position.label("earlier_position"),
        )
        .join(QuestionRepeat, QuestionRepeat.question_id == Question.id)
        .join(earlier, earlier.id == QuestionRepeat.earlier_id)
        .join(its_letter, its_letter.id == earlier.letter_id)
        .join(Ministry, Ministry.id == owner_on(as_of))
        .where(Question.asked_on.between(since, as_of), is_among(sa.select(QuestionRepeat.question_id)))
        .order_by(Question.asked_on, Question.id, QuestionRepeat.earlier_id)
    ).all()
    numbers: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        numbers[row.id].append(str(QuestionNumber(row.earlier_year, row.earlier_serial, row.earlier_position)))
    once = {row.id: row for row in rows}
    return tuple(
        AskedBefore(**mention(row), asked_on=row.asked_on, earlier=tuple(numbers[row.id])) for row in once.values()
    )
