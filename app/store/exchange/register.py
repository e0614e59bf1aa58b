"""Taking over a register in bulk: what was staged becomes letters and questions, with their history.

One statement per table, whatever the number of rows, all in the transaction of the import.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.ledger import EntryKind
from app.domain.questions import Act, Channel, HolderKind
from app.domain.terms import Rule
from app.store.answering import Answer
from app.store.base import Base, Instant, plan_anew
from app.store.exchange.exchange_staging import HISTORY, STAGED, TAKEN, clear
from app.store.ladder.escalation import Escalation, LadderRung, edition_now
from app.store.letters import Letter
from app.store.questions import FormerOwner, HoldingPeriod, Question, QuestionEvent, Round
from app.store.terms import TermEntry

TAKEN_OVER = "Overgenomen uit een eerder register."
"""What stands where a person would have written something."""

Statement = sa.Select[*tuple[Any, ...]]
_row, _taken = STAGED.c, TAKEN.c


def finish(session: Session, today: date, now: datetime) -> None:
    """Turn what was staged into letters, questions and their history, and clear it away."""
    plan_anew(session)  # else PostgreSQL joins what came a moment ago as if there were a handful: for hours
    _fill(session, Letter, _letters(now))
    _fill(session, Question, _questions())
    plan_anew(session)
    session.execute(sa.insert(TAKEN).from_select(["question_id", *HISTORY], _of_questions()))
    _fill(session, Round, _rounds())
    for entries in _ledger(now):
        _fill(session, TermEntry, entries)
    for periods in _holding():
        _fill(session, HoldingPeriod, periods)
    for events in _story(now):
        _fill(session, QuestionEvent, events)
    _fill(session, FormerOwner, _former_owners())
    _fill(session, Answer, _answers(now))
    _fill(session, Escalation, _passed_rungs(today, now))
    clear(session)


def _fill(session: Session, table: type[Base], source: Statement) -> None:
    names = [column.name for column in source.selected_columns]
    session.execute(sa.insert(table).from_select(names, source))


def _letters(now: datetime) -> Statement:
    return (
        sa.select(
            _row.year,
            _row.serial,
            _row.reference,
            _row.subject,
            _row.letter_date,
            _row.addressee_id,
            _row.dossier_id,
            _row.sent_on,
            sa.literal(str(Channel.LETTER)).label("channel"),
            sa.literal(now, Instant()).label("created_at"),
        )
        .where(_row.position == 1)
        .order_by(_row.year, _row.serial)
    )


_of_letter = sa.and_(Letter.year == _row.year, Letter.serial == _row.serial)


def _questions() -> Statement:
    return (
        sa.select(
            Letter.id.label("letter_id"),
            _row.position,
            _row.title,
            _row.text,
            _row.kind,
            _row.owner_id,
            _row.contact_id,
            _row.state,
            _row.term_kind,
            _row.term_length,
            _row.term_unit,
            _row.term_named_on,
            _row.asked_on,
            _row.due_on,
            _row.due_on.label("original_due_on"),
            _row.term_set_on,
            _row.rung,
        )
        .select_from(STAGED)
        .join(Letter, _of_letter)
        .order_by(_row.year, _row.serial, _row.position)
    )


def _of_questions() -> Statement:
    return (
        sa.select(Question.id, *(_row[name] for name in HISTORY))
        .select_from(STAGED)
        .join(Letter, _of_letter)
        .join(Question, sa.and_(Question.letter_id == Letter.id, Question.position == _row.position))
    )


def _rounds() -> Statement:
    return sa.select(
        _taken.question_id,
        sa.literal(1).label("number"),
        _taken.asked_on,
        _taken.due_on.label("original_due_on"),
        _taken.term_kind,
    ).where(_taken.asked_on.is_not(None))


def _ledger(now: datetime) -> tuple[Statement, ...]:
    common = (
        _taken.question_id,
        sa.literal(1).label("round"),
        sa.literal(now, Instant()).label("recorded_at"),
        sa.literal(TAKEN_OVER).label("reason"),
        _taken.due_on,
    )
    term_set = sa.select(
        *common,
        sa.literal(1).label("sequence"),
        sa.literal(str(EntryKind.SET)).label("kind"),
        _taken.asked_on.label("effective_on"),
        _taken.term_kind,
        _taken.term_length,
        _taken.term_unit,
        _taken.term_named_on.label("named_on"),
        _taken.rules.label("rule"),
    )
    handed_on = sa.select(
        *common,
        sa.literal(2).label("sequence"),
        sa.literal(str(EntryKind.TRANSFERRED)).label("kind"),
        _taken.moved_on.label("effective_on"),
        sa.literal(str(Rule.RUNS_ON)).label("rule"),
    )
    return term_set.where(_taken.asked_on.is_not(None)), handed_on.where(_taken.moved_on.is_not(None))


def _holding() -> tuple[Statement, ...]:
    owner = sa.literal(str(HolderKind.OWNER)).label("holder")
    until_on = sa.func.coalesce(_taken.moved_on, _taken.answered_on, _taken.withdrawn_on).label("until_on")
    first = sa.select(
        _taken.question_id,
        owner,
        _taken.asked_owner_id.label("ministry_id"),
        _taken.asked_on.label("from_on"),
        until_on,
    )
    second = sa.select(
        _taken.question_id, owner, _taken.owner_id.label("ministry_id"), _taken.moved_on.label("from_on")
    )
    return first.where(_taken.asked_on.is_not(None)), second.where(_taken.moved_on.is_not(None))


def _story(now: datetime) -> tuple[Statement, ...]:
    """What people read on the question's page; oldest first, since lines of one day stand as they were recorded."""
    happened = {Act.SEND: _taken.asked_on, Act.RECORD: _taken.answered_on, Act.WITHDRAW: _taken.withdrawn_on}
    plain = {act: _event(now, act, on, _taken.asked_owner_id) for act, on in happened.items()}
    handed_on = _event(now, Act.SUCCEED, _taken.moved_on, _taken.asked_owner_id).add_columns(
        _taken.owner_id.label("to_ministry_id")
    )
    return plain[Act.SEND], handed_on, plain[Act.RECORD], plain[Act.WITHDRAW]


def _event(now: datetime, act: Act, on: sa.ColumnElement[Any], ministry_id: sa.ColumnElement[Any]) -> Statement:
    return sa.select(
        _taken.question_id,
        sa.literal(now, Instant()).label("at"),
        on.label("on"),
        sa.literal(str(act)).label("act"),
        sa.literal(1).label("round"),
        ministry_id.label("ministry_id"),
        sa.literal(TAKEN_OVER).label("reason"),
    ).where(on.is_not(None))


def _former_owners() -> Statement:
    return sa.select(
        _taken.question_id, _taken.asked_owner_id.label("ministry_id"), _taken.moved_on.label("until_on")
    ).where(_taken.moved_on.is_not(None))


def _answers(now: datetime) -> Statement:
    """Answers without a verdict: nobody here judged them, so they count neither as concrete nor as evasive."""
    return sa.select(
        _taken.question_id,
        sa.literal(1).label("round"),
        _taken.asked_owner_id.label("ministry_id"),
        sa.literal(TAKEN_OVER).label("text"),
        sa.literal(now, Instant()).label("submitted_at"),
        _taken.answered_on,
        _taken.answered_on.label("received_on"),
        _taken.due_on,
    ).where(_taken.answered_on.is_not(None))


def _passed_rungs(today: date, now: datetime) -> Statement:
    return sa.select(
        _taken.question_id,
        sa.literal(1).label("round"),
        sa.literal(1).label("term_version"),
        LadderRung.edition,
        LadderRung.number.label("rung"),
        sa.literal(today, sa.Date()).label("reached_on"),
        sa.literal(now, Instant()).label("recorded_at"),
        sa.true().label("passed"),
    ).join_from(TAKEN, LadderRung, sa.and_(LadderRung.edition == edition_now(), LadderRung.number <= _taken.rung))
