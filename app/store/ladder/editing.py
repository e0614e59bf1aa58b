"""Changing the ladder and its pauses, as statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.escalation import Hours, Reader, Rung
from app.domain.ladder import Recess
from app.store.base import insert_new
from app.store.ladder.escalation import Escalation, LadderRung, Pause, SendingHours, edition_now
from app.store.lists.paging import Order, Page
from app.store.lists.reference_lists import Turn, has_words, page_of_list
from app.store.ministries import Ministry
from app.store.questions import Question


@dataclass(frozen=True)
class PauseLine:
    """A pause and the ministry it holds for; none: for all."""

    id: int
    ministry: str | None
    recess: Recess


def latest_edition(session: Session) -> int:
    """The number of the edition in force; 0 while there is no ladder."""
    return session.execute(sa.select(edition_now())).scalar_one() or 0


def put_edition(session: Session, edition: int, rungs: Sequence[Rung], hours: Hours) -> None:
    """Add an edition of the ladder, from then on the one in force."""
    session.add_all(
        LadderRung(
            edition=edition,
            number=rung.number,
            working_days=rung.working_days,
            readers=[str(reader) for reader in Reader if reader in rung.readers],
            text_nl=rung.text.nl or None,
            text_en=rung.text.en or None,
        )
        for rung in rungs
    )
    session.add(SendingHours(edition=edition, opens=hours.opens, closes=hours.closes))
    session.flush()


def carry_over(session: Session, places: Mapping[int, int], edition: int, today: date, now: datetime) -> int:
    """Put each question on its place on the new edition, and record that rung as passed; how many stand on the ladder.

    Locked first, by number, as everybody who locks several does.
    """
    on_it = Question.rung > 0
    locked = sa.select(Question.id).where(on_it).order_by(Question.id).with_for_update().subquery()
    number = session.execute(sa.select(sa.func.count()).select_from(locked)).scalar_one()
    moved = {old: new for old, new in places.items() if old != new}
    if moved:
        moving = sa.update(Question).where(on_it, Question.rung.in_(moved))
        moving = moving.values(rung=sa.case(moved, value=Question.rung, else_=Question.rung))
        session.execute(moving.execution_options(synchronize_session=False))
    passed = sa.select(
        Question.id, Question.round, Question.term_version, sa.literal(edition), Question.rung,
        sa.literal(today, sa.Date()), sa.literal(now, Escalation.recorded_at.type), sa.true(),
    ).where(on_it).order_by(Question.id)  # fmt: skip
    columns = ("question_id", "round", "term_version", "edition", "rung", "reached_on", "recorded_at", "passed")
    session.execute(insert_new(session, Escalation, passed, columns))
    return number


def pause_lines(session: Session, asked: Turn) -> Page[PauseLine]:
    """The pauses, the latest first; sought by ministry or reason. Raises Invalid (`bad-page`)."""
    query = sa.select(Pause, Ministry.display).outerjoin(Ministry, Ministry.id == Pause.ministry_id)
    if asked.text:
        query = query.where(has_words(asked.text, Ministry.display, Pause.reason))
    found = page_of_list(session, query, Order((Pause.from_on, Pause.id), (date, int), backwards=True), asked)
    lines = [PauseLine(row.Pause.id, row.display, _recess(row.Pause)) for row in found.rows]
    return Page(lines, found.next, found.previous)


def pauses_of(session: Session, ministry_id: int | None) -> dict[Recess, Pause]:
    """The pauses of one ministry, or those that hold for all."""
    of = Pause.ministry_id.is_(None) if ministry_id is None else Pause.ministry_id == ministry_id
    return {_recess(pause): pause for pause in session.scalars(sa.select(Pause).where(of).order_by(Pause.id))}


def _recess(pause: Pause) -> Recess:
    return Recess(pause.from_on, pause.until_on, pause.reason)
