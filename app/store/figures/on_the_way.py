"""What happened to questions between asking and answer: passed on, postponed, disputed, objected to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.domain.ledger import EntryKind
from app.domain.questions import Act
from app.domain.statistics import Happening, Selection
from app.store.figures.selecting import selected
from app.store.questions import QuestionEvent
from app.store.terms import TermEntry

_ACTS = {
    Happening.TRANSFERRED: (Act.TRANSFER,),
    Happening.DISPUTED: (Act.DECLINE, Act.TRANSFER_AGAIN),
    Happening.OBJECTED: (Act.OBJECT,),
}


@dataclass(frozen=True)
class Happened:
    """How often something happened, and to how many questions."""

    times: int
    questions: int


def happened(session: Session, selection: Selection) -> dict[Happening, Happened]:
    """What happened to the questions selected by the end of the day, in all of their rounds."""
    found = dict.fromkeys(Happening, Happened(0, 0))
    for counted in (_counted_acts(session, selection), _counted_postponements(session, selection)):
        found.update({Happening(what): Happened(times, questions) for what, times, questions in counted})
    return found


def _counted_acts(session: Session, selection: Selection) -> Sequence[Any]:
    """Of each happening that acts are told of: how often, and to how many questions. One statement for all."""
    which = sa.case(*((QuestionEvent.act.in_(_words(one)), sa.literal_column(f"'{one}'")) for one in _ACTS))
    told = (
        _told(session, selection, *_ACTS).with_only_columns(which.label("what"), QuestionEvent.question_id).subquery()
    )
    number = sa.func.count(told.c.question_id.distinct())
    return session.execute(sa.select(told.c.what, sa.func.count(), number).group_by(told.c.what)).all()


def _counted_postponements(session: Session, selection: Selection) -> Sequence[Any]:
    which = _postponed(session, selection).subquery()
    what: sa.ColumnElement[str] = sa.literal_column(f"'{Happening.POSTPONED}'")
    return session.execute(sa.select(what, sa.func.count(), sa.func.count(which.c.question_id.distinct()))).all()


def questions_with(session: Session, selection: Selection, happening: Happening) -> Sequence[int]:
    """The numbers (ids) of the questions it happened to, the newest first."""
    is_postponed = happening is Happening.POSTPONED
    rows = _postponed(session, selection) if is_postponed else _told(session, selection, happening)
    which = rows.subquery()
    query = sa.select(which.c.question_id).distinct().order_by(which.c.question_id.desc())
    return session.scalars(query).all()


def _told(session: Session, selection: Selection, *happenings: Happening) -> sa.Select[*tuple[Any, ...]]:
    """One row for each time that one of these was told of."""
    acts = [word for one in happenings for word in _words(one)]
    among = QuestionEvent.question_id.in_(selected(session, selection))
    return sa.select(QuestionEvent.question_id).where(
        QuestionEvent.act.in_(acts), QuestionEvent.on <= selection.as_of, among
    )


def _postponed(session: Session, selection: Selection) -> sa.Select[*tuple[Any, ...]]:
    """One row for each time that a due date was postponed and stayed so."""
    entry, other = TermEntry, aliased(TermEntry)
    struck = sa.exists().where(
        other.question_id == entry.question_id, other.round == entry.round, other.voids == entry.sequence
    )
    among = entry.question_id.in_(selected(session, selection))
    return sa.select(entry.question_id).where(
        entry.kind == EntryKind.POSTPONED, entry.effective_on <= selection.as_of, sa.not_(struck), among
    )


def _words(happening: Happening) -> list[str]:
    return [act.value for act in _ACTS[happening]]
