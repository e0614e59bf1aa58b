"""The sweep's statements: which questions climb, their escalations, and one mail for each reader."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.calendar import Calendar
from app.domain.escalation import Cutoff, Rung, cutoffs
from app.store.absences import stand_ins
from app.store.base import insert_new, lock_rows
from app.store.ladder.escalation import Escalation, EscalationMail, edition_now, load_paces
from app.store.ladder.readers import hearers
from app.store.many import any_of
from app.store.outbox import WAITING, MailState, OutboxMail, enqueue_each
from app.store.people import Person
from app.store.questions import CLIMBING, Question

# In every branch of an OR, so that the database can answer each from the partial index.
_CLIMBING = sa.text(CLIMBING)
# By number, so that two who lock several questions lock them in the same order; and not by the bare column, for which
# SQLite would read the whole table in order rather than sort the few rows that an index gives.
_BY_NUMBER = Question.id + 0


@dataclass(frozen=True)
class Reach:
    """How far the questions of some ministries have come today: their cut-offs, in the order of the ladder.

    `ministry_ids` are the owners it holds for, or with `others` those it does not hold for.
    """

    cutoffs: Sequence[Cutoff]
    ministry_ids: frozenset[int]
    others: bool

    @property
    def owned(self) -> list[sa.ColumnElement[bool]]:
        """The condition on the owner; none where it holds for all."""
        if self.others:
            return [Question.owner_id.not_in(any_of(self.ministry_ids))] if self.ministry_ids else []
        return [Question.owner_id.in_(any_of(self.ministry_ids))]

    def has_reached(self, cutoff: Cutoff) -> sa.ColumnElement[bool]:
        """The condition for having reached a rung. Once late, a reminder counts too, however short the term was."""
        due = Question.due_on <= cutoff.due_on_latest
        if cutoff.set_before is None:
            return due
        late = max((c.due_on_latest for c in self.cutoffs if c.set_before is None), default=date.min)
        return sa.and_(due, sa.or_(Question.term_set_on < cutoff.set_before, Question.due_on <= late))


def load_reaches(session: Session, ladder: Sequence[Rung], calendar: Calendar, today: date) -> list[Reach]:
    """How far the questions have come on a day, by the calendar of each ministry's rungs."""
    paces = load_paces(session, calendar)
    named: frozenset[int] = frozenset().union(*(pace.ministry_ids or () for pace in paces))
    return [
        Reach(cutoffs(ladder, today, pace.calendar), pace.ministry_ids or named, others=pace.ministry_ids is None)
        for pace in paces
    ]


def anyone_climbs(session: Session, reaches: Sequence[Reach]) -> bool:
    """Whether there is a rung to record, by a few probes of one index: one for each rung to start from.

    Each asks for the first one in the order of that index: of a mere EXISTS, PostgreSQL may think that it finds one
    soon wherever it starts, and reads the whole table when there is none.
    """
    in_order = (Question.rung, Question.due_on)
    probes = [sa.select(Question.id).where(branch).order_by(*in_order).limit(1) for branch in _steps_due(reaches)]
    first = sa.select(sa.or_(*(probe.scalar_subquery().is_not(None) for probe in probes)))
    return bool(session.execute(first).scalar_one())


def lock_climbers(session: Session, reaches: Sequence[Reach], also: sa.ColumnElement[bool]) -> None:
    """Lock the questions with a rung to record, and those of `also`, by number, as acts that lock several do.

    All in one statement: a second set, locked after the first, could wait for somebody who waits for the first.
    """
    due = sa.select(Question.id).where(sa.or_(*_steps_due(reaches), also))
    lock_rows(session, due.order_by(_BY_NUMBER))


def _steps_due(reaches: Sequence[Reach]) -> list[sa.ColumnElement[bool]]:
    """The conditions, one per rung a question can stand on, for having reached the next one."""
    return [
        sa.and_(_CLIMBING, Question.rung == below, reach.has_reached(cutoff), *reach.owned)
        for reach in reaches
        for below, cutoff in _steps(reach)
    ]


def _steps(reach: Reach) -> Iterable[tuple[int, Cutoff]]:
    """From each rung, the next one up; rung 0 is the ground."""
    numbers = [0, *(cutoff.rung.number for cutoff in reach.cutoffs)]
    return zip(numbers, reach.cutoffs, strict=False)


def record_reached(session: Session, reaches: Sequence[Reach], today: date, now: datetime) -> None:
    """Record every rung reached and not yet on record, by one INSERT … SELECT per rung; only the highest fires."""
    for place in range(len(reaches[0].cutoffs)):
        session.execute(_record_rung(session, reaches, place, today, now))


def reached(reaches: Sequence[Reach], place: int) -> sa.Select[*tuple[Any, ...]]:
    """The questions that have come to one rung of the ladder and are not noted as standing on it.

    Columns: question_id, round, term_version, edition, rung, and whether a higher one is reached too (`passed`).
    """
    branches, passed = [], []
    for reach in reaches:
        cutoff, *higher = reach.cutoffs[place:]
        below = [0, *(lower.rung.number for lower in reach.cutoffs[:place])]
        branches.append(sa.and_(_CLIMBING, Question.rung.in_(below), reach.has_reached(cutoff), *reach.owned))
        if higher:
            passed.append(sa.and_(Question.due_on <= higher[0].due_on_latest, *reach.owned))
    return sa.select(
        Question.id.label("question_id"),
        Question.round,
        Question.term_version,
        edition_now().label("edition"),
        sa.literal(reaches[0].cutoffs[place].rung.number).label("rung"),
        sa.or_(sa.false(), *passed).label("passed"),
    ).where(sa.or_(*branches))


def _record_rung(session: Session, reaches: Sequence[Reach], place: int, today: date, now: datetime) -> sa.Insert:
    source = reached(reaches, place).add_columns(
        sa.literal(today, sa.Date()), sa.literal(now, Escalation.recorded_at.type)
    )
    columns = ("question_id", "round", "term_version", "edition", "rung", "passed", "reached_on", "recorded_at")
    return insert_new(session, Escalation, source.order_by(_BY_NUMBER), columns)


def last_escalation(session: Session) -> int:
    """The number of the newest escalation; what a sweep adds comes after it."""
    return session.execute(sa.select(sa.func.max(Escalation.id))).scalar_one() or 0


def step_up(session: Session, since_id: int) -> int:
    """Note on each question the rung that fired after `since_id`; the number of questions.

    Not on one whose due date moved in between: its new term climbs anew.
    """
    is_new = sa.and_(Escalation.id > since_id, ~Escalation.passed)
    fired = (
        sa.update(Question)
        .where(
            Question.id.in_(sa.select(Escalation.question_id).where(is_new)),  # else SQLite starts from all questions
            is_new,
            Question.id == Escalation.question_id,
            Question.round == Escalation.round,
            Question.term_version == Escalation.term_version,
        )
        .values(rung=Escalation.rung)
        .execution_options(synchronize_session=False)
    )
    return cast("sa.CursorResult[Any]", session.execute(fired)).rowcount


def recorded_since(session: Session, since_id: int) -> sa.Result[int, int, int, int, bool]:
    """The rows recorded after `since_id`: question, round, term version, rung, passed; by question and rung."""
    return session.execute(
        sa.select(Escalation.question_id, Escalation.round, Escalation.term_version, Escalation.rung, Escalation.passed)
        .where(Escalation.id > since_id)
        .order_by(Escalation.question_id, Escalation.rung)
    )


def mail_readers(
    session: Session, ladder: Sequence[Rung], since_id: int, today: date, now: datetime, not_before: datetime
) -> int:
    """See that each reader hears of all that fired after `since_id`, and note what stands in which mail.

    Whoever has an escalation mail that still waits finds it there; the others get one mail each, whose number is given
    back. The key holds `since_id`, so that a later sweep of the same day that finds more makes mails of its own.
    """
    table = cast("sa.Table", Escalation.__table__)
    away = stand_ins(session, today)
    hears = hearers(ladder, table, Escalation.id > since_id, ~Escalation.passed, stand_ins=away)
    of_readers = sa.select(Person.id, Person.email, Person.language).where(Person.id.in_(sa.select(hears.c.person_id)))
    hearing = [(row.id, row.email, row.language) for row in session.execute(of_readers.order_by(Person.id))]
    waiting = _waiting_mails(session, {person_id for person_id, _, _ in hearing})
    has_one = set(waiting.values())
    readers = [reader for reader in hearing if reader[0] not in has_one]
    key = f"escalation:{today}:{{person_id}}:{since_id}"
    enqueue_each(session, readers, "escalation", key, now, not_before, {"date": today.isoformat()})
    before, after = key.split("{person_id}")
    own_key = sa.literal(before) + sa.cast(hears.c.person_id, sa.String()) + sa.literal(after)
    _note_pairs(session, hears, OutboxMail.key == own_key)
    if waiting:
        theirs = sa.and_(OutboxMail.id.in_(any_of(waiting)), OutboxMail.person_id == hears.c.person_id)
        _note_pairs(session, hears, theirs)
    return len(readers)


def _waiting_mails(session: Session, person_ids: AbstractSet[int]) -> dict[int, int]:
    """Escalation mails to these readers that no sender has touched (mail, reader), kept from senders until the end.

    All such mails are kept that long, to whomever: few wait, and to find the readers once more would cost more.
    """
    rows = session.execute(
        sa.select(OutboxMail.id, OutboxMail.person_id)
        .where(sa.text(WAITING), OutboxMail.kind == "escalation")
        .where(OutboxMail.state == MailState.PENDING, OutboxMail.attempts == 0)
        .order_by(OutboxMail.id)
        .with_for_update(skip_locked=True)
    )
    newest = {
        person_id: outbox_id for outbox_id, person_id in rows if person_id is not None and person_id in person_ids
    }
    return {outbox_id: person_id for person_id, outbox_id in newest.items()}


def _note_pairs(session: Session, hears: sa.Subquery, in_mail: sa.ColumnElement[bool]) -> None:
    pairs = (
        sa.select(hears.c.escalation_id, hears.c.person_id, OutboxMail.id).join(OutboxMail, in_mail).where(sa.true())
    )
    session.execute(insert_new(session, EscalationMail, pairs, ("escalation_id", "person_id", "outbox_id")))
