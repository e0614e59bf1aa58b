"""What is counted for the figures: one grouped query over first rounds, and the few whose ledger must be read."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy.orm import Session

from app.domain.calendar import Calendar
from app.domain.ledger import Entry
from app.domain.observations import Observed, place
from app.domain.statistics import AnswerCell, Bucket, ConcreteCell, Grouping, Selection, ageing_of
from app.store.figures.observations import FirstRounds, ledgers
from app.store.figures.selecting import rounds_of
from app.store.terms import TermEntry, as_entry, load_calendar

LEDGERS_AT_ONCE = 1_000


@dataclass(frozen=True)
class Histogram:
    """What the figures are made of: cells of first answers and of concrete ones; no two share all but the count."""

    answers: Sequence[AnswerCell]
    concrete: Sequence[ConcreteCell]

    def groups(self) -> dict[str, "Histogram"]:
        """The cells of each group apart."""
        answers: dict[str, list[AnswerCell]] = defaultdict(list)
        concrete: dict[str, list[ConcreteCell]] = defaultdict(list)
        for cell in self.answers:
            answers[cell.group].append(cell)
        for one in self.concrete:
            concrete[one.group].append(one)
        return {key: Histogram(answers[key], concrete[key]) for key in answers}


def histogram(session: Session, selection: Selection, grouping: Grouping) -> Histogram:
    """Count first rounds asked in the period, as they stood at the end of the day `as_of`, as recorded now.

    Groups are keyed by: `totaal`, a ministry's id (owner as of that day, or
    who does that one's work now), a dossier's id or `geen`, a month such as
    `2026-10`, a kind of term, a round's number or a kind of question. Only by round are there later rounds, only by
    kind commitments (toezeggingen), unless the selection wants them.
    """
    source = rounds_of(session, selection, grouping)
    calendar = load_calendar(session)
    # Counted as plain tuples first: there are far more rows than cells, for a row has both answers in it.
    answers: Counter[tuple[Any, ...]] = Counter()
    concrete: Counter[tuple[Any, ...]] = Counter()
    for value, bucket, days, late, due_on, at_once, to_concrete, is_concrete, rounds in session.execute(source.grouped):
        key = source.group_of(value)
        ageing = ageing_of(due_on, selection.as_of, calendar) if due_on else None
        answers[key, bucket, days, 0, late, ageing, at_once] += rounds
        concrete[key, to_concrete, is_concrete] += rounds
    for row, cell in _placed(session, source, calendar):
        answers[cell.group, cell.bucket, cell.days, cell.still, cell.late_at_first, cell.ageing, cell.concrete] += 1
        concrete[cell.group, row.concrete_days, row.is_concrete] += 1
    return Histogram(
        [
            AnswerCell(key, Bucket(bucket), days, still, bool(late), ageing, _verdict(at_once), count)
            for (key, bucket, days, still, late, ageing, at_once), count in answers.items()
        ],
        [ConcreteCell(key, days, bool(is_concrete), count) for (key, days, is_concrete), count in concrete.items()],
    )


def bucket_counts(session: Session, selection: Selection) -> Counter[Bucket]:
    """How many of the same rounds are in each bucket: the histogram's counts, without what its curves need."""
    source = rounds_of(session, selection)
    found = Counter({Bucket(row.bucket): row.rounds for row in session.execute(source.by_bucket())})
    found.update(cell.bucket for _, cell in _placed(session, source, load_calendar(session)))
    return found


def questions_behind(session: Session, selection: Selection, bucket: Bucket | None) -> Sequence[int]:
    """The numbers (ids) of the questions behind a figure: of one bucket, or all that were asked, newest first."""
    source = rounds_of(session, selection)
    if bucket is None:
        return session.scalars(source.ids()).all()
    calendar = load_calendar(session)
    placed = [row.question_id for row, cell in _placed(session, source, calendar) if cell.bucket is bucket]
    return sorted([*session.scalars(source.ids_in(bucket)), *placed], reverse=True)


def _placed(session: Session, source: FirstRounds, calendar: Calendar) -> Iterator[tuple[Any, AnswerCell]]:
    """The rounds of which the ledger tells how they stood, one by one, each with its cell."""
    rows = session.execute(source.singly).all()
    for begin in range(0, len(rows), LEDGERS_AT_ONCE):
        yield from _place(session, source, rows[begin : begin + LEDGERS_AT_ONCE], calendar)


def _place(
    session: Session, source: FirstRounds, rows: Sequence[Any], calendar: Calendar
) -> Iterator[tuple[Any, AnswerCell]]:
    entries: dict[tuple[int, int], list[Entry]] = defaultdict(list)
    ids = list(dict.fromkeys(row.question_id for row in rows))
    for entry in session.execute(ledgers(ids, first_only=source.first_only)):
        entries[entry.question_id, entry.round].append(as_entry(cast("TermEntry", entry)))
    for row in rows:
        observed = Observed(
            group=source.group_of(row.key),
            asked_on=row.asked_on,
            original_due_on=row.original_due_on,
            answered_on=row.answered_on,
            answered_due_on=row.answered_due_on,
            withdrawn_on=row.withdrawn_on,
            concrete=_verdict(row.at_once),
            entries=entries[row.question_id, row.round],
        )
        yield row, place(observed, source.selection.as_of, calendar)


def _verdict(at_once: int | None) -> bool | None:
    return None if at_once is None else bool(at_once)
