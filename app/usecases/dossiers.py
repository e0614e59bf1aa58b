"""Dossiers: made, renamed and ended; and putting a letter, so all its questions, in another one."""

import json
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.calendar import civil_date
from app.domain.errors import Invalid, NotFound, mark
from app.domain.exchange_names import new_slug
from app.domain.permissions import Task
from app.domain.questions import State
from app.domain.statistics import NO_DOSSIER
from app.store import audit
from app.store.access import find_letter, find_question, require
from app.store.audit import AuditEntry
from app.store.letters import DOSSIER_CHOSEN
from app.store.ministries import Dossier, dossier_chosen
from app.store.people import contact_for
from app.store.questions import Question, tell

MOST_TOLD, LONGEST_NAME = 50, 120


def choose(session: Session, actor: Actor, letter_id: int, dossier: str, now: datetime) -> bool:
    """Put a letter in a dossier, named by its slug (`geen`: in none); tell whether that changed anything.

    A concept's questions follow to the contact set for ministry and dossier, where they had the one set before; those
    that were sent keep theirs. Raises Invalid (field `dossier`): `missing`, `unknown-dossier`, `ended-dossier`.
    """
    require(actor, Task.REGISTER)
    if not dossier:
        raise Invalid("missing", mark("Kies een dossier, of kies “Geen dossier”."), field="dossier")
    letter = find_letter(session, actor, letter_id, for_update=True)
    before = letter.dossier_id
    to = None if dossier == NO_DOSSIER else dossier_chosen(session, dossier, before)
    if to == before:
        return False
    letter.dossier_id = to
    letter.version += 1  # whoever has the concept open is told
    name = session.get_one(Dossier, to).name if to else None
    asked = sa.select(Question).where(Question.letter_id == letter.id).order_by(Question.position).with_for_update()
    for question in session.scalars(asked):
        if question.state is State.DRAFT and question.contact_id == contact_for(session, question.owner_id, before):
            question.contact_id = contact_for(session, question.owner_id, to)
        tell(session, question, actor, DOSSIER_CHOSEN, now, civil_date(now), reason=name)
    was = session.get_one(Dossier, before).slug if before else None
    audit.record(session, actor, DOSSIER_CHOSEN, f"brief:{letter.id}", now, dossier=dossier, was=was)
    return True


def choose_by_question(session: Session, actor: Actor, question_id: int, dossier: str, now: datetime) -> bool:
    """The same for the letter in which this question stands."""
    require(actor, Task.REGISTER)
    return choose(session, actor, find_question(session, actor, question_id).letter_id, dossier, now)


def find(session: Session, actor: Actor, dossier_id: int) -> Dossier:
    """One dossier. Raises NotFound (`no-dossier`)."""
    require(actor, Task.MANAGE_DOSSIERS)
    found = session.get(Dossier, dossier_id)
    if found is None:
        raise NotFound("no-dossier", mark("Dit dossier bestaat niet."))
    return found


def history(session: Session, dossier_id: int) -> Sequence[tuple[datetime, str, str]]:
    """What was done to a dossier, the newest first: when, which act, and the name it got."""
    rows = session.execute(
        sa.select(AuditEntry.at, AuditEntry.act, AuditEntry.detail)
        .where(AuditEntry.object == f"dossier:{dossier_id}")
        .order_by(AuditEntry.sequence.desc())
        .limit(MOST_TOLD)
    )
    return [(row.at, row.act, json.loads(row.detail).get("naam", "")) for row in rows]


def make(session: Session, actor: Actor, name: str, now: datetime) -> Dossier:
    """Make a dossier. What stands for it in addresses comes from its name, and stays. Raises Invalid (field `name`)."""
    require(actor, Task.MANAGE_DOSSIERS)
    name = _checked(session, name, None)
    made = Dossier(slug=new_slug(name, set(session.scalars(sa.select(Dossier.slug)))), name=name)
    session.add(made)
    session.flush()
    audit.record(session, actor, "dossier-maken", f"dossier:{made.id}", now, naam=name, slug=made.slug)
    return made


def rename(session: Session, actor: Actor, dossier_id: int, name: str, now: datetime) -> bool:
    """Give a dossier another name, for its letters too; False where nothing differs. Raises Invalid (field `name`)."""
    found = find(session, actor, dossier_id)
    name = _checked(session, name, dossier_id)
    if found.name == name:
        return False
    was, found.name = found.name, name
    audit.record(session, actor, "dossier-hernoemen", f"dossier:{dossier_id}", now, naam=name, was=was)
    return True


def end(session: Session, actor: Actor, dossier_id: int, now: datetime) -> None:
    """Offer a dossier no longer; its letters stay in it."""
    found = find(session, actor, dossier_id)
    if found.ended_at is None:
        found.ended_at = now
        audit.record(session, actor, "dossier-beeindigen", f"dossier:{dossier_id}", now)


def bring_back(session: Session, actor: Actor, dossier_id: int, now: datetime) -> None:
    """Offer a dossier again."""
    found = find(session, actor, dossier_id)
    if found.ended_at is not None:
        found.ended_at = None
        audit.record(session, actor, "dossier-hervatten", f"dossier:{dossier_id}", now)


def _checked(session: Session, name: str, but_for: int | None) -> str:
    """A name that no other dossier has, nor stands for one in addresses: a letter may name its dossier by either."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid("missing", mark("Vul een naam in van hooguit 120 tekens."), field="name")
    if name.casefold() == NO_DOSSIER:
        raise Invalid("name-taken", mark("Zo kan een dossier niet heten. Kies een andere naam."), field="name")
    others = session.execute(sa.select(Dossier.name, Dossier.slug).where(Dossier.id != (but_for or 0)))
    if any(name.casefold() in {one.name.casefold(), one.slug} for one in others):
        raise Invalid("name-taken", mark("Er is al een dossier met deze naam."), field="name")
    return name
