"""Reading all open ledgers anew with a changed calendar: in chunks, by statements for many rows at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.calendar import Calendar
from app.domain.ledger import Entry, EntryKind, replay
from app.domain.questions import CLIMBING_STATES, Act
from app.domain.terms import Rule, Term, TermKind
from app.store.questions import Question, QuestionEvent
from app.store.terms import TermEntry

AT_A_TIME = 2_000
"""Questions. Twice as many take twice the memory and no less time."""

MOST_REMEMBERED = 5_000
WEIGHING = frozenset({EntryKind.SET, EntryKind.POSTPONED, EntryKind.SUSPENDED, EntryKind.RESUMED, EntryKind.VOIDED})
# What a replay reads of an entry, in the order of `_entry`.
_READ = (
    TermEntry.sequence,
    TermEntry.kind,
    TermEntry.effective_on,
    TermEntry.announced_on,
    TermEntry.term_kind,
    TermEntry.term_length,
    TermEntry.term_unit,
    TermEntry.named_on,
    TermEntry.voids,
    TermEntry.consented,
)

_ENTRIES = cast("sa.Table", TermEntry.__table__)
Outcome = tuple[date, date | None]  # due date, expected date


@dataclass(frozen=True)
class Moved:
    """A question whose due date another calendar makes another; `sequence` is that of the entry that will say so."""

    question_id: int
    round: int
    sequence: int
    before: date
    due_on: date
    expected_on: date | None
    expected_before: date | None


def moved(session: Session, calendar: Calendar, days: Iterable[date]) -> Iterator[list[Moved]]:
    """The open questions that this calendar gives another due date, which differs from theirs in these days.

    In chunks, by number; the reader may write in between. Only terms that were running on such a day are read: a due
    date depends on no day after it.
    """
    touched = _touched(days)
    known: dict[tuple[Any, ...], Outcome] = {}
    last = 0
    while True:
        ids = session.scalars(
            sa.select(Question.id).where(Question.id > last, *touched).order_by(Question.id).limit(AT_A_TIME)
        ).all()
        if not ids:
            return
        yield list(_moved(session, calendar, last, ids[-1], touched, known))
        last = ids[-1]


def lock_touched(session: Session, days: Iterable[date]) -> None:
    """Lock the questions that `moved` reads, by number, as acts that lock several do."""
    touched = sa.select(Question.id).where(*_touched(days)).order_by(Question.id).with_for_update().subquery()
    session.execute(sa.select(sa.func.count()).select_from(touched))


def write(session: Session, chunk: Sequence[Moved], actor: Actor, reason: str, now: datetime, on: date) -> None:
    """Give these questions their new due dates: an entry in the ledger, a line in the story, and the question itself.

    They climb the ladder anew, as after any other change of date.
    """
    if not chunk:
        return
    since_id = session.execute(sa.select(sa.func.max(TermEntry.id))).scalar_one() or 0
    _enter(session, chunk, actor, reason, now, on)
    _follow(session, [one.question_id for one in chunk], since_id, on)
    _expect(session, [one for one in chunk if one.expected_on != one.expected_before])
    lines = sa.select(
        Question.id, sa.literal(now, QuestionEvent.at.type), sa.literal(on, sa.Date()), sa.literal(str(Act.REPLAY)),
        Question.round, sa.literal(actor.person_id, sa.BigInteger()), Question.owner_id, sa.literal(reason, sa.Text()),
    ).where(Question.id.in_([one.question_id for one in chunk]))  # fmt: skip  # the columns below, in order
    columns = ["question_id", "at", "on", "act", "round", "actor_id", "ministry_id", "reason"]
    session.execute(sa.insert(QuestionEvent).from_select(columns, lines))


def _enter(session: Session, chunk: Sequence[Moved], actor: Actor, reason: str, now: datetime, on: date) -> None:
    """The entries in the ledger."""
    session.execute(
        sa.insert(_ENTRIES),
        [
            {
                "question_id": one.question_id,
                "round": one.round,
                "sequence": one.sequence,
                "kind": EntryKind.REPLAYED,
                "effective_on": on,
                "recorded_at": now,
                "actor_id": actor.person_id,
                "consented": False,
                "reason": reason,
                "rule": str(Rule.RUNS_ON),
                "due_on": one.due_on,
            }
            for one in chunk
        ],
    )


def _follow(session: Session, question_ids: Sequence[int], since_id: int, on: date) -> None:
    """Let the questions follow the entries after `since_id`."""
    is_new = sa.and_(TermEntry.id > since_id, TermEntry.kind == EntryKind.REPLAYED)
    followed = (
        sa.update(Question)
        .where(
            Question.id.in_(question_ids),
            is_new,
            Question.id == TermEntry.question_id,
            Question.round == TermEntry.round,
        )
        .values(
            due_on=TermEntry.due_on,
            term_version=Question.term_version + 1,
            term_set_on=on,
            rung=0,
            version=Question.version + 1,
        )
    )
    session.execute(followed.execution_options(synchronize_session=False))


def _expect(session: Session, chunk: Sequence[Moved]) -> None:
    """A postponement that was announced too late can be in time now, or the other way round."""
    for one in chunk:
        expected = sa.update(Question).where(Question.id == one.question_id).values(expected_on=one.expected_on)
        session.execute(expected.execution_options(synchronize_session=False))


def _touched(days: Iterable[date]) -> tuple[sa.ColumnElement[bool], ...]:
    days = list(days)
    return (
        Question.state.in_(CLIMBING_STATES),
        Question.term_kind != TermKind.AGREED,
        Question.due_on >= min(days),
        Question.asked_on < max(days),
    )


def _moved(
    session: Session,
    calendar: Calendar,
    after: int,
    until: int,
    touched: tuple[sa.ColumnElement[bool], ...],
    known: dict[tuple[Any, ...], Outcome],
) -> Iterator[Moved]:
    rows = session.execute(
        sa.select(Question.id, Question.round, Question.due_on, Question.expected_on, *_READ)
        .join(TermEntry, sa.and_(TermEntry.question_id == Question.id, TermEntry.round == Question.round))
        .where(Question.id > after, Question.id <= until, *touched)
        .order_by(Question.id, TermEntry.sequence)
    )
    for (question_id, number, before, expected_before), lines in groupby(rows, key=lambda row: tuple(row[:4])):
        entries = [tuple(line[4:]) for line in lines]
        due_on, expected_on = _outcome(entries, calendar, known)
        if due_on != before:
            sequence = entries[-1][0] + 1
            yield Moved(question_id, number, sequence, before, due_on, expected_on, expected_before)


def _outcome(entries: Sequence[tuple[Any, ...]], calendar: Calendar, known: dict[tuple[Any, ...], Outcome]) -> Outcome:
    """Where a ledger leads. Most are alike, a term from a day and remarks that weigh nothing: those are read once."""
    weighing = tuple(entry for entry in entries if entry[1] in WEIGHING)
    found = known.get(weighing)
    if found is None:
        standing = replay([_entry(*entry) for entry in weighing], calendar)
        found = standing.due_on, standing.expected_on
        if len(known) < MOST_REMEMBERED:
            known[weighing] = found
    return found


def _entry(
    sequence: int,
    kind: EntryKind,
    effective_on: date,
    announced_on: date | None,
    term_kind: TermKind | None,
    term_length: int | None,
    term_unit: Any,
    named_on: date | None,
    voids: int | None,
    consented: bool,
) -> Entry:
    term = Term(term_kind, term_length, term_unit, named_on) if term_kind is not None else None
    return Entry(
        sequence, kind, effective_on, announced_on, term, None if term else named_on, voids, consented=bool(consented)
    )
