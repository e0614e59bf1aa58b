"""What happened on the day that ministries ended, written as its use case will: a successor took the open questions."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.demo.mailboxes import close_mailboxes
from app.domain.actors import CLOCKWORK
from app.domain.audit import rows_hash
from app.domain.calendar import ONE_DAY
from app.domain.ministries import successor_on
from app.domain.questions import OPEN_STATES, Act
from app.store import audit, ownership
from app.store.ministries import Ministry, ministry_names
from app.store.questions import Question


def succession_days(session: Session) -> list[date]:
    """The days on which a ministry had just ended, in order."""
    ended = session.scalars(sa.select(Ministry.valid_until).where(Ministry.valid_until.is_not(None)).distinct())
    return sorted(day + ONE_DAY for day in ended if day)


def succeed(session: Session, on: date, at: datetime) -> None:
    """Move the open questions of the ministries that ended the day before; each new contact hears of them."""
    names = ministry_names(session)
    moved = []
    for ended in (one for one in names if one.valid_until == on - ONE_DAY):
        successor = successor_on(ended, on, names)
        query = sa.select(Question).where(Question.owner_id == ended.id, Question.state.in_(OPEN_STATES))
        for question in session.scalars(query.order_by(Question.id)).all():
            ownership.hand_on(session, question, CLOCKWORK, Act.SUCCEED, successor.id, at, on)
            ownership.mail_new_owner(session, question, at)
            moved.append((question.id, ended.code, successor.code))
        close_mailboxes(session, ended.id, at)
    count, digest = rows_hash(moved)
    audit.record(session, CLOCKWORK, Act.SUCCEED, "vragen", at, dag=on, rijen=count, sha256=digest)
