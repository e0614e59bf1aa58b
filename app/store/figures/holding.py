"""Days with the ball, summed by holder, and the answers that wait for VNG's verdict, as of a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.calendar import Calendar
from app.domain.holding import Held, verdict_late_from
from app.domain.numbers import QuestionNumber
from app.domain.questions import HolderKind
from app.domain.statistics import Selection
from app.store.figures.expressions import days_between
from app.store.figures.heirs import Heirs, heirs_on
from app.store.figures.selecting import selected
from app.store.letters import Letter
from app.store.ministries import Ministry
from app.store.questions import HoldingPeriod, Question

MOST_LISTED = 50


@dataclass(frozen=True)
class Unjudged:
    """An answer that waits for VNG's verdict: of which question, whose, and since when."""

    id: int
    number: str
    title: str
    owner: str
    since: date


@dataclass(frozen=True)
class Verdicts:
    """How many answers wait for VNG, how many of them too long, and those, the longest waiting first."""

    waiting: int
    late: int
    listed: Sequence[Unjudged]


def held_days(session: Session, selection: Selection, *, as_now: bool = False) -> list[Held]:
    """How long each holder had the ball of the questions selected, over all rounds, by the end of the day.

    `as_now`: days of a ministry that ended are those of whoever does its work now. One grouped statement; ordered by
    kind of holder, never ranked.
    """
    as_of = sa.literal(selection.as_of, sa.Date)
    until = sa.case(
        (sa.or_(HoldingPeriod.until_on.is_(None), HoldingPeriod.until_on > as_of), as_of), else_=HoldingPeriod.until_on
    )
    heirs = heirs_on(session, selection.present_on or selection.as_of) if as_now else Heirs()
    days = sa.func.sum(days_between(HoldingPeriod.from_on, until)).label("days")
    query = sa.select(
        HoldingPeriod.holder, days, sa.func.count(HoldingPeriod.question_id.distinct()).label("questions")
    )
    if heirs.by_dossier:
        query = query.join(Question, Question.id == HoldingPeriod.question_id).join(Letter)
    query, ministry_id = heirs.joined(query, HoldingPeriod.ministry_id)
    query = query.add_columns(ministry_id.label("ministry_id"))
    among = selected(session, selection)
    rows = session.execute(
        query.where(HoldingPeriod.question_id.in_(among), HoldingPeriod.from_on <= as_of).group_by(
            *(sa.literal_column(place, sa.Integer) for place in "14")
        )
    )
    found = [Held(row.holder, row.ministry_id, int(row.days), row.questions) for row in rows]
    order = list(HolderKind)
    return sorted(found, key=lambda one: (order.index(one.holder), one.ministry_id or 0))


def verdicts(session: Session, selection: Selection, calendar: Calendar) -> Verdicts:
    """VNG's own clock: the answers that waited for its verdict at the end of the day."""
    ended_later = sa.or_(HoldingPeriod.until_on.is_(None), HoldingPeriod.until_on > selection.as_of)
    waits = sa.and_(
        HoldingPeriod.holder == HolderKind.VNG,
        HoldingPeriod.from_on <= selection.as_of,
        ended_later,
        HoldingPeriod.question_id.in_(selected(session, selection)),
    )
    late = HoldingPeriod.from_on <= verdict_late_from(selection.as_of, calendar)
    counted = session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((late, 1), else_=0)), 0)).where(waits)
    ).one()
    rows = session.execute(
        sa.select(
            Question.id,
            Letter.year,
            Letter.serial,
            Question.position,
            Question.title,
            Ministry.display,
            HoldingPeriod.from_on,
        )
        .join(HoldingPeriod, HoldingPeriod.question_id == Question.id)
        .join(Letter, Letter.id == Question.letter_id)
        .join(Ministry, Ministry.id == Question.owner_id)
        .where(waits, late)
        .order_by(HoldingPeriod.from_on, Question.id)
        .limit(MOST_LISTED)
    )
    listed = [
        Unjudged(row.id, str(QuestionNumber(row.year, row.serial, row.position)), row.title, row.display, row.from_on)
        for row in rows
    ]
    return Verdicts(counted[0], int(counted[1]), listed)
