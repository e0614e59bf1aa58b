"""A letter that is still being typed: kept as it stands, taken up again, thrown away, done with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import WrongState, mark
from app.domain.letters import LIMITS, save_key
from app.domain.permissions import Task
from app.store import audit
from app.store.access import find_letter, require
from app.store.base import insert_new
from app.store.letters import Letter
from app.store.unfinished import UnfinishedDocument, UnfinishedLetter, find_unfinished, put_documents

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Typed:
    """What a form holds. `key` names the form, `page` the page it was typed in, `version` what that page has seen.

    `spare_key` names it from now on where somebody else went on with the same form.
    """

    key: str
    spare_key: str
    page: str
    version: int
    letter_id: int | None
    subject: str
    questions: int
    fields: Fields
    document_ids: Sequence[int]


@dataclass(frozen=True)
class Kept:
    """How a form was kept. `other_id`: the one that somebody else went on with, beside which this one now stands."""

    id: int
    key: str
    version: int
    other_id: int | None = None


def keep(session: Session, actor: Actor, typed: Typed, now: datetime) -> Kept:
    """Keep a form as it stands. No audit entry: nothing is on record until the letter is saved.

    Of two pages with the same form the first goes on with it. What was typed in the second is kept beside it, under
    the spare key: nobody's words are written over. Raises WrongState where this very form became a letter, NotFound
    (`no-letter`) where it changes one that isn't there.
    """
    require(actor, Task.REGISTER)
    if typed.letter_id is None:
        _refuse_saved(session, actor, typed.key)
    else:
        find_letter(session, actor, typed.letter_id)
    row = _row(session, typed.key) or _begun(session, typed, typed.key, now)
    if row.fields == _pairs(typed):
        return Kept(row.id, row.key, row.version)
    if typed.page == row.page or typed.version == row.version:
        _write(session, actor, row, typed, now)
        return Kept(row.id, row.key, row.version)
    beside = _begun(session, typed, typed.spare_key, now)
    _write(session, actor, beside, typed, now)
    return Kept(beside.id, beside.key, beside.version, other_id=row.id)


def throw_away(session: Session, actor: Actor, unfinished_id: int, now: datetime) -> None:
    """Forget a form that nobody wants to finish; its files are swept later."""
    require(actor, Task.REGISTER)
    row = find_unfinished(session, unfinished_id)
    audit.record(session, actor, "weggooien", f"onafgemaakt:{row.id}", now, onderwerp=row.subject)
    _delete(session, row)


def finish(session: Session, actor: Actor, key: str) -> None:
    """Forget the form of a letter that is saved now; call it in the transaction that saves the letter."""
    require(actor, Task.REGISTER)
    row = _row(session, key)
    if row is not None:
        _delete(session, row)


def _row(session: Session, key: str) -> UnfinishedLetter | None:
    return session.scalars(_by_key(key)).one_or_none()


def _by_key(key: str) -> sa.Select[UnfinishedLetter]:
    return sa.select(UnfinishedLetter).where(UnfinishedLetter.key == key).with_for_update()


def _refuse_saved(session: Session, actor: Actor, key: str) -> None:
    saved = session.scalars(sa.select(Letter).where(Letter.save_key == save_key(actor.person_id, key))).one_or_none()
    if saved is not None:
        sentence = mark("Dit formulier is al bewaard, als brief {number}. Open die brief om hem te wijzigen.")
        raise WrongState("saved-already", sentence, number=str(saved.number))


def _begun(session: Session, typed: Typed, key: str, now: datetime) -> UnfinishedLetter:
    """An empty row under this key; the one that another page of the same form made a moment earlier, if it did."""
    empty = {"subject": "", "questions": 0, "fields": [], "version": 0, "started_at": now, "saved_at": now}
    made = insert_new(session, UnfinishedLetter).values(key=key, letter_id=typed.letter_id, page=typed.page, **empty)
    session.execute(made)
    return session.scalars(_by_key(key)).one()


def _write(session: Session, actor: Actor, row: UnfinishedLetter, typed: Typed, now: datetime) -> None:
    row.subject = typed.subject[: LIMITS["onderwerp"]]
    row.questions = typed.questions
    row.fields = _pairs(typed)
    row.page = typed.page
    row.version += 1
    row.saved_at, row.saved_by_id = now, actor.person_id
    put_documents(session, row.id, typed.document_ids)


def _pairs(typed: Typed) -> list[list[str]]:
    return [list(pair) for pair in typed.fields]


def _delete(session: Session, row: UnfinishedLetter) -> None:
    session.execute(sa.delete(UnfinishedDocument).where(UnfinishedDocument.unfinished_id == row.id))
    session.delete(row)
    session.flush()
