"""The term ledger, the days that law and decree set apart, and the default terms."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.actors import Actor
from app.domain.calendar import Calendar, civil_date
from app.domain.ledger import Entry, EntryKind, Standing, replay
from app.domain.questions import Act
from app.domain.terms import DEFAULT_TERM, Term, TermKind, Unit
from app.store import audit
from app.store.base import Base, Id, Instant, partial_index, words
from app.store.questions import Question, move, tell

# Entries that can make the due date, or whether the clock runs, other than it was at first.
TOUCHING_KINDS = ("uitgesteld", "opgeschort", "hervat", "herrekend", "vervallen")
SUSPENDING_KINDS = ("opgeschort", "hervat")
TOUCHED = f"kind IN {TOUCHING_KINDS}"


class TermEntry(Base):
    """One line of a question's term ledger. Append-only: triggers refuse UPDATE and DELETE; a mistake is voided."""

    __tablename__ = "term_entries"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id"))
    round: Mapped[int]
    sequence: Mapped[int]
    kind: Mapped[EntryKind] = mapped_column(words(EntryKind))
    effective_on: Mapped[date]
    announced_on: Mapped[date | None]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    term_kind: Mapped[TermKind | None] = mapped_column(words(TermKind))
    term_length: Mapped[int | None]
    term_unit: Mapped[Unit | None] = mapped_column(words(Unit))
    named_on: Mapped[date | None]
    consented: Mapped[bool] = mapped_column(default=False)
    voids: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(sa.Text)
    rule: Mapped[str] = mapped_column(sa.String(120))
    due_on: Mapped[date]

    __table_args__ = (
        sa.UniqueConstraint("question_id", "round", "sequence"),
        partial_index("ix_term_entries_touched", "question_id", "round", "kind", where=TOUCHED),
    )


class EquatedDay(Base):
    """A day put on a par with the public holidays by royal decree (ATW art. 3 lid 3)."""

    __tablename__ = "equated_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    basis: Mapped[str] = mapped_column(sa.String(200))


class DefaultTerm(Base):
    """A term an administrator offers when a letter is registered; exactly one is the default.

    `extension_length`, in the same unit, is by how much the law lets the ministry postpone a statutory term, once.
    `law` names the law and its article. Ended, never deleted: questions keep the term they were given.
    """

    __tablename__ = "default_terms"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80), unique=True)
    kind: Mapped[TermKind] = mapped_column(words(TermKind))
    length: Mapped[int]
    unit: Mapped[Unit] = mapped_column(words(Unit))
    extension_length: Mapped[int | None]
    law: Mapped[str | None] = mapped_column(sa.String(200))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    is_default: Mapped[bool] = mapped_column(default=False)


def load_calendar(session: Session) -> Calendar:
    """The working-day calendar with the equated days on record."""
    return Calendar(equated=frozenset(session.scalars(sa.select(EquatedDay.day))))


def default_term(session: Session) -> Term:
    """The term a question gets when none is chosen: the administrator's default, else 3 weeks by the norm."""
    row = session.scalars(
        sa.select(DefaultTerm).where(DefaultTerm.is_default, DefaultTerm.ended_at.is_(None)).limit(1)
    ).one_or_none()
    return Term(row.kind, row.length, row.unit) if row else DEFAULT_TERM


def statutory_extension(session: Session, question: Question) -> Term | None:
    """By how much the law lets this question's term be postponed; None where it doesn't, or isn't on record.

    A question knows its term, not its law: where laws with the same term differ, the shortest extension holds.
    """
    if question.term_kind is not TermKind.STATUTORY or question.term_unit is None:
        return None
    length = session.scalars(
        sa.select(sa.func.min(DefaultTerm.extension_length)).where(
            DefaultTerm.kind == question.term_kind,
            DefaultTerm.length == question.term_length,
            DefaultTerm.unit == question.term_unit,
        )
    ).one_or_none()
    return Term(TermKind.STATUTORY, length, question.term_unit) if length else None


def entries_of(session: Session, question_id: int, round_number: int) -> list[TermEntry]:
    """The ledger of one round, in the order it was written."""
    return list(
        session.scalars(
            sa.select(TermEntry)
            .where(TermEntry.question_id == question_id, TermEntry.round == round_number)
            .order_by(TermEntry.sequence)
        )
    )


def find_entry(session: Session, question_id: int, round_number: int, sequence: int) -> TermEntry | None:
    """One line of a ledger."""
    own = (TermEntry.question_id == question_id, TermEntry.round == round_number, TermEntry.sequence == sequence)
    return session.scalars(sa.select(TermEntry).where(*own)).one_or_none()


def ledger_of(session: Session, question: Question) -> list[Entry]:
    """The ledger of the question's present round, as the rules read it."""
    return [as_entry(row) for row in entries_of(session, question.id, question.round)]


def as_entry(row: TermEntry) -> Entry:
    """The ledger line as the replay reads it."""
    term = None
    if row.kind is EntryKind.SET and row.term_kind is not None:
        term = Term(kind=row.term_kind, length=row.term_length, unit=row.term_unit, named_on=row.named_on)
    return Entry(
        sequence=row.sequence,
        kind=row.kind,
        effective_on=row.effective_on,
        announced_on=row.announced_on,
        term=term,
        named_on=None if term else row.named_on,
        voids=row.voids,
        consented=row.consented,
        reason=row.reason or "",
        due_on=row.due_on,
    )


def append(session: Session, question: Question, entry: Entry, actor: Actor, now: datetime, on: date) -> Standing:
    """Write one line into the ledger of the current round and bring the question in step with its replay.

    `entry.sequence` is given here. `on` is the civil day of writing; a due date that changed counts as set that day,
    or on the day it takes effect where that is earlier (a letter recorded afterwards).
    """
    calendar = load_calendar(session)
    rows = entries_of(session, question.id, question.round)
    entry = replace(entry, sequence=len(rows) + 1)
    standing = replay([*(as_entry(row) for row in rows), entry], calendar)
    session.add(
        TermEntry(
            question_id=question.id,
            round=question.round,
            sequence=entry.sequence,
            kind=entry.kind,
            effective_on=entry.effective_on,
            announced_on=entry.announced_on,
            recorded_at=now,
            actor_id=actor.person_id,
            term_kind=entry.term.kind if entry.term else None,
            term_length=entry.term.length if entry.term else None,
            term_unit=entry.term.unit if entry.term else None,
            named_on=entry.term.named_on if entry.term else entry.named_on,
            consented=entry.consented,
            voids=entry.voids,
            reason=entry.reason or None,
            rule=",".join(standing.step(entry.sequence).rules),
            due_on=standing.due_on,
        )
    )
    _follow(question, standing, first=not rows, set_on=min(on, entry.effective_on))
    return standing


def book(
    session: Session, question: Question, actor: Actor, act: Act, entry: Entry, now: datetime, **detail: Any
) -> Standing:
    """Write a line in the ledger, tell it in the question's story, and leave its audit entry (with `detail`).

    The line was checked (domain.ledger_acts) against the ledger as it stands under the question's lock.
    """
    today = civil_date(now)
    standing = append(session, question, entry, actor, now, today)
    move(session, question, act, today)
    tell(session, question, actor, act, now, min(entry.effective_on, today), reason=entry.reason or None)
    told = {"ingang": entry.effective_on, "uiterlijk": standing.due_on, **detail}
    audit.record(session, actor, act, f"vraag:{question.id}", now, **told)
    return standing


def run_again(session: Session, question: Question, actor: Actor, now: datetime, on: date) -> None:
    """Let the clock of a question run again that is answered on this day while it stood still: nobody is late then."""
    if not question.suspended:
        return
    since = replay(ledger_of(session, question), load_calendar(session)).suspended_on
    if since is not None and since <= on:
        append(session, question, Entry(sequence=0, kind=EntryKind.RESUMED, effective_on=on), actor, now, on)


def _follow(question: Question, standing: Standing, *, first: bool, set_on: date) -> None:
    if first:
        question.original_due_on, question.term_version, question.term_set_on = standing.due_on, 1, set_on
        question.rung = 0
    elif question.due_on != standing.due_on:
        question.term_version += 1
        question.term_set_on, question.rung = set_on, 0
    question.due_on = standing.due_on
    question.expected_on = standing.expected_on
    question.suspended = standing.provisional
