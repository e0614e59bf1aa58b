"""How long VNG itself took: days of what it registered, recorded and judged, and the questions of each."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.calendar import ONE_DAY
from app.domain.own_clocks import OwnClock, turns
from app.domain.questions import HolderKind
from app.domain.slots import moment
from app.domain.statistics import Selection
from app.domain.survival import Durations
from app.store.answering import Answer
from app.store.base import Instant
from app.store.figures.expressions import days_between
from app.store.figures.selecting import selected
from app.store.letters import Letter
from app.store.questions import HoldingPeriod, Question

_A_DAY = sa.literal_column("86400", sa.Integer)


def own_days(session: Session, selection: Selection, clock: OwnClock) -> Durations:
    """How many took how many calendar days by the end of the day, and of how many it is over. One grouped statement.

    Counted are letters that somebody registered, answers that somebody recorded from paper, and answers that came for
    a verdict, all rounds. What was taken over from elsewhere is in none.
    """
    days, ended = _days(selection, clock)
    rows = session.execute(
        sa.select(days.label("days"), ended.label("ended"), sa.func.count().label("times"))
        .where(*_conditions(session, selection, clock))
        .group_by(*(sa.literal_column(place, sa.Integer) for place in "12"))
    )
    found: Counter[tuple[int, bool]] = Counter()
    for row in rows:
        found[row.days, bool(row.ended)] += row.times
    return found


def questions_timed(session: Session, selection: Selection, clock: OwnClock) -> Sequence[int]:
    """The numbers (ids) of the questions that a clock is about, the newest first."""
    question_id: Any = {OwnClock.RECORDING: Answer.question_id, OwnClock.JUDGING: HoldingPeriod.question_id}.get(clock)
    if question_id is None:
        letters = sa.select(Letter.id).where(*_conditions(session, selection, clock))
        among = Question.id.in_(selected(session, selection))
        query = sa.select(Question.id).where(Question.letter_id.in_(letters), among)
        return session.scalars(query.order_by(Question.id.desc())).all()
    query = sa.select(question_id).where(*_conditions(session, selection, clock)).distinct()
    return session.scalars(query.order_by(question_id.desc())).all()


def _conditions(session: Session, selection: Selection, clock: OwnClock) -> Sequence[sa.ColumnElement[bool]]:
    among, midnight = selected(session, selection), moment(selection.as_of + ONE_DAY, time(0))
    match clock:
        case OwnClock.REGISTERING:
            letters = sa.select(Question.letter_id).where(Question.id.in_(among))
            return Letter.id.in_(letters), Letter.created_by_id.is_not(None), Letter.created_at < midnight
        case OwnClock.RECORDING:
            recorded = Answer.received_on.is_not(None), Answer.recorded_by_id.is_not(None)
            return *recorded, Answer.submitted_at < midnight, Answer.question_id.in_(among)
        case OwnClock.JUDGING:
            came = HoldingPeriod.from_on <= selection.as_of
            return HoldingPeriod.holder == HolderKind.VNG, came, HoldingPeriod.question_id.in_(among)


def _days(selection: Selection, clock: OwnClock) -> tuple[sa.ColumnElement[int], sa.ColumnElement[Any]]:
    """The days it took, and whether it is over."""
    match clock:
        case OwnClock.REGISTERING:
            return _since(Letter.letter_date, Letter.created_at, selection.as_of), sa.literal_column("1", sa.Integer)
        case OwnClock.RECORDING:
            return _since(Answer.received_on, Answer.submitted_at, selection.as_of), sa.literal_column("1", sa.Integer)
        case OwnClock.JUDGING:
            as_of = sa.literal(selection.as_of, sa.Date)
            over = sa.and_(HoldingPeriod.until_on.is_not(None), HoldingPeriod.until_on <= as_of)
            end = sa.case((over, HoldingPeriod.until_on), else_=as_of)
            return days_between(HoldingPeriod.from_on, end), sa.case((over, 1), else_=0)


def _since(day: Any, at: Any, as_of: date) -> sa.ColumnElement[int]:
    """Calendar days from a day to a moment as the calendar in Amsterdam has it; none where the day is later."""
    ahead = sa.case(*((at >= sa.literal(turned, Instant()), seconds) for turned, seconds in turns(as_of.year)), else_=0)
    local = sa.extract("epoch", at) + ahead
    days = sa.cast((local - local % _A_DAY - sa.extract("epoch", day)) / _A_DAY, sa.Integer)
    return sa.case((days < 0, 0), else_=days)
