"""What a digest lists: questions as they stood at the end of a Sunday, as recorded now.

Who had the ball that day tells in which state a question was: VNG after an answer, AZ while the owner was disputed,
nobody before sending and at the end.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.domain.calendar import ONE_DAY, Calendar
from app.domain.digests import Objected, Open
from app.domain.ledger import Entry
from app.domain.numbers import QuestionNumber
from app.domain.observations import standing_on
from app.domain.questions import HolderKind
from app.domain.slots import moment
from app.domain.terms import days_late
from app.store.concurrence import Contribution
from app.store.ladder.escalation import Escalation
from app.store.letters import Letter
from app.store.lists.concurrences import still_object
from app.store.ministries import Ministry
from app.store.questions import FIRST, OWNED_ANEW, HoldingPeriod, Question, QuestionEvent, Round
from app.store.terms import TOUCHED, TermEntry, as_entry

AHEAD = timedelta(days=7)
_holder = aliased(Ministry)
_NAMED = (Question.id, Letter.year, Letter.serial, Question.position, Question.title, Ministry.display.label("owner"))


@dataclass(frozen=True)
class Waiting:
    """The questions without an answer that are late at the end of a day, and those due in the seven days after it."""

    overdue: tuple[Open, ...]
    due_next: tuple[Open, ...]


def held_by(session: Session, as_of: date) -> dict[HolderKind, int]:
    """How many questions each kind of holder had at the end of a day."""
    rows = session.execute(
        sa.select(HoldingPeriod.holder, sa.func.count().label("number"))
        .where(_held_on(as_of))
        .group_by(HoldingPeriod.holder)
    )
    return {row.holder: row.number for row in rows}


def waiting(session: Session, as_of: date, calendar: Calendar) -> Waiting:
    """What is late and what is due next, by due date; a round whose clock was touched counts by its ledger."""
    rows = session.execute(_open_rounds(_due_rounds(as_of), as_of)).all()
    ledgers = _ledgers(session, rows, as_of)
    overdue, due_next = [], []
    for row in rows:
        due_on, suspended = row.original_due_on, False
        if row.touched:
            standing = standing_on(ledgers[row.id, row.round], as_of, calendar)
            due_on, suspended = standing.due_on, standing.provisional
        one = _open(row, due_on, as_of)
        if due_on > as_of and due_on <= as_of + AHEAD:
            due_next.append(one)
        elif due_on < as_of and not suspended:
            overdue.append(one)
    return Waiting(_by_due(overdue), _by_due(due_next))


def count_late(session: Session, as_of: date, calendar: Calendar) -> int:
    """How many questions were late at the end of a day, as recorded now: those that `waiting` lists."""
    due = _due_rounds(as_of)
    query = _open_rounds(due, as_of)
    untouched = query.where(sa.not_(_touched(due)), due.original_due_on < as_of)
    counted = session.execute(untouched.with_only_columns(sa.func.count())).scalar_one()
    columns = (Question.id, due.number, sa.true().label("touched"))
    of_touched = query.where(_touched(due), Question.id.in_(_ever_touched())).with_only_columns(*columns)
    touched = session.execute(of_touched).all()
    ledgers = _ledgers(session, touched, as_of)
    standings = (standing_on(ledgers[row.id, row.number], as_of, calendar) for row in touched)
    return counted + sum(one.due_on < as_of and not one.provisional for one in standings)


def disputed(session: Session, as_of: date, calendar: Calendar) -> tuple[Open, ...]:
    """The questions whose owner was disputed at the end of a day, the longest so first."""
    query = _rounds_held(Round, as_of).where(HoldingPeriod.holder == HolderKind.CENTRE)
    rows = session.execute(query.order_by(HoldingPeriod.from_on, Question.id)).all()
    ledgers = _ledgers(session, rows, as_of)
    found = []
    for row in rows:
        due_on = row.original_due_on
        if row.touched:
            due_on = standing_on(ledgers[row.id, row.round], as_of, calendar).due_on
        found.append(_open(row, due_on, as_of))
    return tuple(found)


def objections(session: Session, as_of: date) -> tuple[Objected, ...]:
    """The open questions whose draft others object to in the present round, with who they are."""
    rows = session.execute(
        named(_holder.display.label("objector"))
        .join(Contribution, Contribution.question_id == Question.id)
        .join(_holder, _holder.id == Contribution.ministry_id)
        .join(Ministry, Ministry.id == owner_on(as_of))
        .join(HoldingPeriod, HoldingPeriod.question_id == Question.id)
        .where(
            _held_on(as_of),
            HoldingPeriod.holder != HolderKind.VNG,
            Contribution.round == _round_on(Question.id, as_of),
            *still_object(midnight(as_of)),
            is_among(sa.select(Contribution.question_id).where(*still_object(midnight(as_of)))),
        )
        .order_by(Question.id, _holder.display)
    ).all()
    by: dict[int, dict[str, None]] = defaultdict(dict)
    for row in rows:
        by[row.id][row.objector] = None
    once = {row.id: row for row in rows}
    return tuple(Objected(**mention(row), by=tuple(by[row.id])) for row in once.values())


def is_among(rare: sa.Select[int]) -> sa.ColumnElement[bool]:
    """Whether a question is one of these few: said beside the joins that say it too, so that databases begin there."""
    return Question.id.in_(rare.correlate(None))


def first_asked_on(session: Session) -> date | None:
    """The day of the first question ever; None before the first letter went out."""
    return session.execute(sa.select(sa.func.min(Round.asked_on)).where(sa.text(FIRST))).scalar_one()


def _due_rounds(as_of: date) -> type[Round]:
    """The rounds asked by then that may be late, or due within seven days, answered ones too.

    Found before anything is joined to them: of a large register they are few, and databases begin with its letters.
    """
    soon = sa.or_(Round.original_due_on <= as_of + AHEAD, _touched(Round))
    found = sa.select(Round).where(Round.asked_on <= as_of, soon).cte("due").prefix_with("MATERIALIZED")
    return aliased(Round, found)


def _open_rounds(due: type[Round], as_of: date) -> sa.Select[*tuple[Any, ...]]:
    """Those of these rounds that were the question's last, and without an answer."""
    return _rounds_held(due, as_of).where(HoldingPeriod.holder != HolderKind.VNG)


def _rounds_held(rounds: type[Round], as_of: date) -> sa.Select[*tuple[Any, ...]]:
    return (
        named(
            sa.type_coerce(HoldingPeriod.holder, sa.String).label("holder"),  # as text: there may be very many
            HoldingPeriod.from_on.label("held_from"),
            _holder.display.label("holder_ministry"),
            rounds.number.label("round"),
            rounds.original_due_on,
            _touched(rounds).label("touched"),
            _rung_on(rounds, as_of).label("rung"),
        )
        .join(HoldingPeriod, HoldingPeriod.question_id == Question.id)
        .join(rounds, rounds.question_id == Question.id)
        .join(Ministry, Ministry.id == owner_on(as_of))
        .outerjoin(_holder, _holder.id == HoldingPeriod.ministry_id)
        .where(_held_on(as_of), rounds.number == _round_on(rounds.question_id, as_of))
    )


def _ledgers(session: Session, rows: Sequence[Any], as_of: date) -> dict[tuple[int, int], list[Entry]]:
    """The ledgers of those of these rounds that were touched, by question and round.

    Read from the few entries that touch, whichever they are of; to ask for the rounds once more would look at all.
    """
    found: dict[tuple[int, int], list[Entry]] = defaultdict(list)
    if not any(row.touched for row in rows):
        return found
    own = HoldingPeriod.question_id == TermEntry.question_id
    waits = sa.exists().where(own, _held_on(as_of), HoldingPeriod.holder != HolderKind.VNG)
    entries = sa.select(TermEntry).where(TermEntry.question_id.in_(_ever_touched()), waits)
    for entry in session.scalars(entries.order_by(TermEntry.question_id, TermEntry.round, TermEntry.sequence)):
        found[entry.question_id, entry.round].append(as_entry(entry))
    return found


def _ever_touched() -> sa.Select[int]:
    entry = aliased(TermEntry)
    return sa.select(entry.question_id).where(sa.text(TOUCHED))


def named(*columns: Any) -> sa.Select[*tuple[Any, ...]]:
    """Questions by number and title, with these columns; Ministry is to be joined as their owner."""
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(*_NAMED, *columns).select_from(Question).join(Letter, Letter.id == Question.letter_id)
    )
    return query


def _held_on(as_of: date) -> sa.ColumnElement[bool]:
    """The holding period that a question was in at the end of a day; at most one."""
    ended_later = sa.or_(HoldingPeriod.until_on.is_(None), HoldingPeriod.until_on > as_of)
    return sa.and_(HoldingPeriod.from_on <= as_of, ended_later)


def _round_on(question_id: Any, as_of: date) -> sa.ScalarSelect[int]:
    asked = aliased(Round)
    return (
        sa.select(sa.func.max(asked.number))
        .where(asked.question_id == question_id, asked.asked_on <= as_of)
        .correlate_except(asked)
        .scalar_subquery()
    )


def owner_on(as_of: date) -> sa.ColumnElement[int]:
    """Who owned a question at the end of a day: whom the first later change took it from, else its owner now."""
    event = aliased(QuestionEvent)
    taken_from = (
        sa.select(event.ministry_id)
        .where(event.question_id == Question.id, sa.text(OWNED_ANEW), event.on > as_of)
        .order_by(event.id)
        .limit(1)
        .correlate(Question)
        .scalar_subquery()
    )
    return sa.func.coalesce(taken_from, Question.owner_id)


def _rung_on(rounds: type[Round], as_of: date) -> sa.ScalarSelect[int | None]:
    """The highest rung for the due date of then, that Monday morning's sweep included, by the ladder of then.

    Where the due date has moved since, it is the highest rung of the round up to that Monday.
    """
    since_then = sa.or_(Question.round != rounds.number, Question.term_set_on > as_of + ONE_DAY)
    now = sa.or_(since_then, Escalation.term_version == Question.term_version)
    return (
        sa.select(Escalation.rung)
        .where(
            Escalation.question_id == Question.id,
            Escalation.round == rounds.number,
            Escalation.reached_on <= as_of + ONE_DAY,
            now,
        )
        .order_by(Escalation.edition.desc(), Escalation.rung.desc())
        .limit(1)
        .correlate(Question, rounds)
        .scalar_subquery()
    )


def _touched(rounds: type[Round]) -> sa.ColumnElement[bool]:
    own = sa.and_(TermEntry.question_id == rounds.question_id, TermEntry.round == rounds.number)
    return sa.exists().where(own, sa.text(TOUCHED)).correlate(rounds)


def midnight(as_of: date) -> datetime:
    """The moment a day ends."""
    return moment(as_of + ONE_DAY, time(0))


def _open(row: Any, due_on: date, as_of: date) -> Open:
    return Open(
        row.id,
        _number(row),
        row.title,
        row.owner,
        due_on=due_on,
        days_late=days_late(due_on, as_of),
        holder=row.holder_ministry or "",
        holder_kind=row.holder,
        held_days=(as_of - row.held_from).days,
        rung=row.rung or 0,
        round=row.round,
    )


def mention(row: Any) -> dict[str, Any]:
    """What every list tells of a question."""
    return {"id": row.id, "number": _number(row), "title": row.title, "owner": row.owner}


def _number(row: Any) -> str:
    return str(QuestionNumber(row.year, row.serial, row.position))


def _by_due(found: Sequence[Open]) -> tuple[Open, ...]:
    return tuple(sorted(found, key=attrgetter("due_on", "id")))
