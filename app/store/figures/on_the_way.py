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
    found = {}
    for happening in Happening:
        which = _which(session, selection, happening).subquery()
        counted = sa.select(sa.func.count(), sa.func.count(which.c.question_id.distinct())).select_from(which)
        times, questions = session.execute(counted).one()
        found[happening] = Happened(times, questions)
    return found


def questions_with(session: Session, selection: Selection, happening: Happening) -> Sequence[int]:
    """The numbers (ids) of the questions it happened to, the newest first."""
    which = _which(session, selection, happening).subquery()
    query = sa.select(which.c.question_id).distinct().order_by(which.c.question_id.desc())
    return session.scalars(query).all()


def _which(session: Session, selection: Selection, happening: Happening) -> sa.Select[*tuple[Any, ...]]:
    """One row for each time that it happened."""
    among = selected(session, selection)
    query: sa.Select[*tuple[Any, ...]]
    if happening is Happening.POSTPONED:
        entry, other = TermEntry, aliased(TermEntry)
        struck = sa.exists().where(
            other.question_id == entry.question_id, other.round == entry.round, other.voids == entry.sequence
        )
        query = sa.select(entry.question_id).where(
            entry.kind == EntryKind.POSTPONED, entry.effective_on <= selection.as_of, sa.not_(struck)
        )
        return query.where(entry.question_id.in_(among))
    acts = [act.value for act in _ACTS[happening]]
    query = sa.select(QuestionEvent.question_id).where(QuestionEvent.act.in_(acts), QuestionEvent.on <= selection.as_of)
    return query.where(QuestionEvent.question_id.in_(among))
