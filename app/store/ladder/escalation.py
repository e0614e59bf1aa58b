"""The ladder, pauses, and which rung was reached for which due date."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.calendar import Calendar
from app.domain.escalation import DEFAULT_HOURS, Hours, Reader, Rung, RungText, paused
from app.store.base import Base, Id, Instant, Json


class LadderRung(Base):
    """One rung: how many working days from the due date, who hears it, and what its mail says besides, where it does.

    Readers are words of domain.escalation.

    A ladder that is changed gets a new `edition`; the earlier ones stay, to tell what a rung of then meant.
    """

    __tablename__ = "ladder_rungs"

    edition: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    working_days: Mapped[int]
    readers: Mapped[list[Any]] = mapped_column(Json)
    text_nl: Mapped[str | None] = mapped_column(sa.String(300))
    text_en: Mapped[str | None] = mapped_column(sa.String(300))

    __table_args__ = (sa.UniqueConstraint("edition", "working_days"),)


class SendingHours(Base):
    """The whole hours within which the mails of an edition of the ladder leave; an edition without has the default."""

    __tablename__ = "sending_hours"

    edition: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    opens: Mapped[int]
    closes: Mapped[int]

    __table_args__ = (sa.CheckConstraint("0 <= opens AND opens < closes AND closes <= 24", "day"),)


class Pause(Base):
    """A recess: its days don't count for the rungs of a ministry (or of all); due dates don't move."""

    __tablename__ = "pauses"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ministry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ministries.id"))
    from_on: Mapped[date]
    until_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.String(200))

    __table_args__ = (sa.CheckConstraint("from_on <= until_on", "period"),)


class Escalation(Base):
    """A question reached a rung. Unique by question, round, term version and rung of a ladder: nothing doubles.

    `passed` marks a rung recorded without mail: a higher one fired the same day, history was imported, or the ladder
    was changed while the question stood on it.
    """

    __tablename__ = "escalations"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id"))
    round: Mapped[int]
    term_version: Mapped[int]
    edition: Mapped[int] = mapped_column(default=1, server_default="1")
    rung: Mapped[int]
    reached_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    passed: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        sa.UniqueConstraint("question_id", "round", "term_version", "edition", "rung"),
        sa.Index("ix_escalations_reached_on", "reached_on"),
    )


class EscalationMail(Base):
    """Which mail tells which reader of an escalation: each pair stands in exactly one mail."""

    __tablename__ = "escalation_mails"

    escalation_id: Mapped[int] = mapped_column(sa.ForeignKey("escalations.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    outbox_id: Mapped[int] = mapped_column(sa.ForeignKey("outbox.id"), index=True)


@dataclass(frozen=True)
class Pace:
    """The calendar that the rungs of some ministries keep to; `ministry_ids` None: of all that have no other."""

    calendar: Calendar
    ministry_ids: frozenset[int] | None


def load_ladder(session: Session, *, alone: bool = False) -> tuple[Rung, ...]:
    """The ladder in the order of its rungs; from rung 2 on the contact is always among the readers.

    `alone` locks it until the transaction ends: sweeps climb one after the other, and nobody edits it meanwhile.
    """
    if alone:
        # Apart from the reading: whoever waited here must see which edition is the latest now.
        session.execute(sa.select(LadderRung.number).order_by(LadderRung.edition, LadderRung.number).with_for_update())
    rows = session.scalars(sa.select(LadderRung).where(LadderRung.edition == edition_now()).order_by(LadderRung.number))
    return tuple(map(_rung, rows))


def load_ladders(session: Session) -> dict[int, tuple[Rung, ...]]:
    """The ladder as it was in each edition, to tell what a rung of then meant."""
    ladders: dict[int, tuple[Rung, ...]] = defaultdict(tuple)
    for row in session.scalars(sa.select(LadderRung).order_by(LadderRung.edition, LadderRung.number)):
        ladders[row.edition] += (_rung(row),)
    return ladders


def load_hours(session: Session) -> Hours:
    """When the mails of the ladder in force, and the digests, leave on a working day."""
    row = session.get(SendingHours, session.execute(sa.select(edition_now())).scalar_one() or 0)
    return Hours(row.opens, row.closes) if row else DEFAULT_HOURS


def edition_now() -> sa.ScalarSelect[int | None]:
    """The number of the latest edition, as part of a statement."""
    return sa.select(sa.func.max(LadderRung.edition)).scalar_subquery()


def _rung(row: LadderRung) -> Rung:
    return Rung(row.number, row.working_days, _readers(row), RungText(row.text_nl or "", row.text_en or ""))


def _readers(row: LadderRung) -> frozenset[Reader]:
    readers = frozenset(map(Reader, row.readers))
    return readers | {Reader.CONTACT} if row.number >= 2 else readers


def load_paces(session: Session, calendar: Calendar) -> list[Pace]:
    """Which ministries climb by which calendar: those with the same pauses together, last all without one of their own.

    A pause without a ministry holds for all.
    """
    days: dict[int | None, set[date]] = defaultdict(set)
    for pause in session.scalars(sa.select(Pause)):
        length = (pause.until_on - pause.from_on).days + 1
        days[pause.ministry_id].update(date.fromordinal(pause.from_on.toordinal() + n) for n in range(length))
    everyones = frozenset(days.pop(None, ()))
    together: dict[frozenset[date], set[int]] = defaultdict(set)
    for ministry_id, own_days in days.items():
        if ministry_id is not None:
            together[everyones | own_days].add(ministry_id)
    own = [Pace(paused(calendar, off), frozenset(ids)) for off, ids in together.items()]
    return [*own, Pace(paused(calendar, everyones), None)]


def escalations_of(session: Session, question_id: int) -> Sequence[Escalation]:
    """The rungs that a question reached, in the order it reached them."""
    query = sa.select(Escalation).where(Escalation.question_id == question_id)
    in_order = (Escalation.round, Escalation.term_version, Escalation.edition, Escalation.rung)
    return session.scalars(query.order_by(*in_order)).all()
