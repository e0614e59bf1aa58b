"""Questions, their rounds, who contributes, and who has the ball."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.actors import Actor
from app.domain.questions import Act, HolderKind, QuestionKind, State, ends_requests, holder_after, next_state
from app.domain.terms import TermKind, Unit
from app.store import term_requests
from app.store.base import Base, Id, Instant, partial_index, words
from app.store.concurrence import awaited, let_lapse

# Rows the sweep looks at. The same words stand in domain.questions.CLIMBING_STATES; a test holds them together.
CLIMBING = "state IN ('uitgezet', 'in-behandeling', 'in-afstemming', 'betwist') AND NOT suspended"
# Events that gave a question another owner, and those that took it out of the running or brought it back.
OWNING_ACTS = ("doorgeleiden", "toewijzen", "opvolgen")
STOPPING_ACTS = ("intrekken", "heropenen", "heropenen-als-concept")
OWNED_ANEW, STOPPED = f"act IN {OWNING_ACTS}", f"act IN {STOPPING_ACTS}"
# Rounds that the figures count.
FIRST = "number = 1"

# Rows whose owner was asked and has said nothing yet.
SILENT = "state = 'uitgezet' AND handed_over_on IS NOT NULL"


class Question(Base):
    """One question or request in a letter: the unit that is owned, due and answered.

    `due_on`, `term_version` and `suspended` repeat what the ledger of the current round says (store.terms), so that
    lists and the sweep need one table. `term_set_on` is the day the present due date was set, `rung` the highest rung
    that was recorded for it (0: none).
    """

    __tablename__ = "questions"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    letter_id: Mapped[int] = mapped_column(sa.ForeignKey("letters.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.Text)
    kind: Mapped[QuestionKind] = mapped_column(words(QuestionKind))
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("ministries.id"))
    owner_binding: Mapped[bool] = mapped_column(default=False)
    transfers: Mapped[int] = mapped_column(default=0)
    contact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    state: Mapped[State] = mapped_column(words(State))
    round: Mapped[int] = mapped_column(default=1)
    term_kind: Mapped[TermKind] = mapped_column(words(TermKind))
    term_length: Mapped[int | None]
    term_unit: Mapped[Unit | None] = mapped_column(words(Unit))
    term_named_on: Mapped[date | None]
    asked_on: Mapped[date | None]
    due_on: Mapped[date]
    original_due_on: Mapped[date]
    expected_on: Mapped[date | None]
    term_version: Mapped[int] = mapped_column(default=1)
    term_set_on: Mapped[date]
    suspended: Mapped[bool] = mapped_column(default=False)
    rung: Mapped[int] = mapped_column(default=0)
    handed_over_on: Mapped[date | None]
    deemed: Mapped[bool] = mapped_column(default=False)
    link_serial: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        sa.UniqueConstraint("letter_id", "position"),
        sa.CheckConstraint("state = 'concept' OR state = 'ingetrokken' OR asked_on IS NOT NULL", "asked"),
        sa.CheckConstraint("round >= 1 AND term_version >= 1 AND position >= 1", "counts"),
        partial_index("ix_questions_climbing", "rung", "due_on", where=CLIMBING),
        partial_index("ix_questions_silent", "handed_over_on", where=SILENT),
        partial_index("ix_questions_answered", "id", where="state = 'beantwoord'"),
        sa.Index("ix_questions_owner_state_due", "owner_id", "state", "due_on"),
        sa.Index("ix_questions_state_due", "state", "due_on"),
        sa.Index("ix_questions_due", "due_on", "id"),
    )


class Round(Base):
    """One round of asking: round 1, and one more for each answer that was judged not concrete, or reopening."""

    __tablename__ = "rounds"

    question_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    asked_on: Mapped[date]
    original_due_on: Mapped[date]
    term_kind: Mapped[TermKind] = mapped_column(words(TermKind))

    __table_args__ = (partial_index("ix_rounds_first", "asked_on", "question_id", where=FIRST),)


class Contributor(Base):
    """A ministry that must concur with the answer."""

    __tablename__ = "contributors"

    question_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id"), primary_key=True)
    ministry_id: Mapped[int] = mapped_column(sa.ForeignKey("ministries.id"), primary_key=True, index=True)


class FormerOwner(Base):
    """A ministry that passed the question on; it keeps reading."""

    __tablename__ = "former_owners"

    question_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id"), primary_key=True)
    ministry_id: Mapped[int] = mapped_column(sa.ForeignKey("ministries.id"), primary_key=True, index=True)
    until_on: Mapped[date]


class HoldingPeriod(Base):
    """Who had the ball from one day to another; at most one period of a question is open."""

    __tablename__ = "holding_periods"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id"), index=True)
    holder: Mapped[HolderKind] = mapped_column(words(HolderKind))
    ministry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ministries.id"))
    from_on: Mapped[date]
    until_on: Mapped[date | None]

    __table_args__ = (
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", "period"),
        partial_index("uq_holding_open", "question_id", where="until_on IS NULL", unique=True),
    )


class QuestionRepeat(Base):
    """An earlier question that this one asks again."""

    __tablename__ = "question_repeats"

    question_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id"), primary_key=True)
    earlier_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id"), primary_key=True, index=True)
    linked_at: Mapped[datetime] = mapped_column(Instant)
    linked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))

    __table_args__ = (sa.CheckConstraint("earlier_id <> question_id", "other"),)


class QuestionEvent(Base):
    """What happened to a question, told to people: the story on its page. The audit chain is the proof."""

    __tablename__ = "question_events"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    on: Mapped[date]
    act: Mapped[str] = mapped_column(sa.String(40))
    round: Mapped[int]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    ministry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ministries.id"))
    to_ministry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ministries.id"))
    reason: Mapped[str | None] = mapped_column(sa.Text)

    __table_args__ = (
        partial_index("ix_question_events_owned_anew", "question_id", "id", where=OWNED_ANEW),
        partial_index("ix_question_events_stopped", "question_id", "id", where=STOPPED),
    )


def move(session: Session, question: Question, act: Act, on: date) -> None:
    """Take the question through the state table, and pass the ball where the new state says so.

    What its ministry asked about the term lapses where nobody is left to hear it, and so do requests to concur once the
    question is past that. `on` is the civil day it happened. Raises WrongState where the table has no such step.
    """
    concurred = question.state is State.CONCURRING
    question.state = next_state(question.state, act)
    question.version += 1
    if ends_requests(act, question.state):
        term_requests.lapse(session, question.id)
    if concurred and question.state is not State.CONCURRING:
        let_lapse(session, question.id)
    holder = holder_after(question.state)
    pass_ball(session, question, holder, _holding_ministry(session, question, holder), on)


def _holding_ministry(session: Session, question: Question, holder: HolderKind | None) -> int | None:
    """Which ministry has the ball: the owner, or the only contributor whose reply is still awaited."""
    if holder is HolderKind.CONTRIBUTOR:
        asked = awaited(session, question.id)
        return asked[0].ministry_id if len(asked) == 1 else None
    return question.owner_id if holder is HolderKind.OWNER else None


def pass_ball(
    session: Session, question: Question, holder: HolderKind | None, ministry_id: int | None, on: date
) -> None:
    """End the open holding period on `on` and begin the next; no holder: nobody owes anything any more."""
    session.flush()
    last = session.scalars(
        sa.select(HoldingPeriod).where(HoldingPeriod.question_id == question.id, HoldingPeriod.until_on.is_(None))
    ).one_or_none()
    if last is not None:
        if (last.holder, last.ministry_id) == (holder, ministry_id):
            return
        last.until_on = max(on, last.from_on)
        session.flush()
    if holder is not None:
        session.add(HoldingPeriod(question_id=question.id, holder=holder, ministry_id=ministry_id, from_on=on))


def tell(
    session: Session,
    question: Question,
    actor: Actor,
    act: str,
    now: datetime,
    on: date,
    *,
    ministry_id: int | None = None,
    to_ministry_id: int | None = None,
    reason: str | None = None,
) -> None:
    """Add a line to the question's story: what happened on which civil day, by whom, and why."""
    session.add(
        QuestionEvent(
            question_id=question.id,
            at=now,
            on=on,
            act=act,
            round=question.round,
            actor_id=actor.person_id,
            ministry_id=ministry_id or question.owner_id,
            to_ministry_id=to_ministry_id,
            reason=reason,
        )
    )
