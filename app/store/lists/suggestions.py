"""Letters and questions by the beginning of their number or reference, as somebody types it."""

import re
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.store.access import readable, readable_letters
from app.store.letters import Letter
from app.store.questions import Question

_NUMBER = re.compile(r"([1-9][0-9]{3})-([0-9]{1,9})(?:\.([0-9]{0,4}))?")
_LONGEST_SERIAL = 9


def letters_like(session: Session, actor: Actor, typed: str, limit: int) -> Sequence[Any]:
    """Letters whose number or reference begins like this, the newest first: id, year, serial, reference, subject."""
    typed = typed.strip()
    if not typed:
        return ()
    number = _NUMBER.fullmatch(typed)
    like = _numbered(int(number[1]), number[2]) if number else Letter.reference.istartswith(typed, autoescape=True)
    query = sa.select(Letter.id, Letter.year, Letter.serial, Letter.reference, Letter.subject)
    newest = (Letter.year.desc(), Letter.serial.desc())
    return session.execute(query.where(like, readable_letters(actor)).order_by(*newest).limit(limit)).all()


def questions_like(session: Session, actor: Actor, typed: str, limit: int) -> Sequence[Any]:
    """Questions of the letter of this whole number, by the beginning of their place: id, year, serial, position, title.

    Nothing for what is no number with a point in it.
    """
    number = _NUMBER.fullmatch(typed.strip())
    if number is None or number[3] is None:
        return ()
    query = (
        sa.select(Question.id, Letter.year, Letter.serial, Question.position, Question.title)
        .join(Letter, Letter.id == Question.letter_id)
        .where(Letter.year == int(number[1]), Letter.serial == int(number[2]), readable(actor))
        .where(sa.cast(Question.position, sa.String).startswith(number[3], autoescape=True))
    )
    return session.execute(query.order_by(Question.position).limit(limit)).all()


def _numbered(year: int, digits: str) -> sa.ColumnElement[bool]:
    """Letters of a year whose serial begins with these digits; below 100 it is written with zeros in front."""
    serial = int(digits)
    spans = [Letter.serial == serial] if len(digits) >= len(f"{serial:03}") or digits[0] == "0" else []
    if digits[0] == "0":
        width = 3 - len(digits)
        if width > 0:
            spans.append(Letter.serial.between(serial * 10**width, (serial + 1) * 10**width - 1))
    else:
        lowest = max(0, 3 - len(digits))
        widths = range(lowest, _LONGEST_SERIAL - len(digits) + 1)
        spans += [Letter.serial.between(serial * 10**more, (serial + 1) * 10**more - 1) for more in widths]
    return sa.and_(Letter.year == year, sa.or_(*spans))
