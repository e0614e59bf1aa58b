"""Keeping the terms that are offered: questions that were registered before keep the term they have."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.default_terms import DefaultTermFacts
from app.domain.errors import Invalid, NotFound, WrongState, mark
from app.domain.permissions import Task
from app.store import audit
from app.store.access import require
from app.store.audit import AuditEntry
from app.store.terms import DefaultTerm

MOST_TOLD = 50


@dataclass(frozen=True)
class Change:
    """One entry of a term's history: when, which act, and what it held from then on."""

    at: datetime
    act: str
    facts: dict[str, Any]


def find(session: Session, actor: Actor, term_id: int) -> DefaultTerm:
    """One term. Raises NotFound (`no-term`)."""
    require(actor, Task.MANAGE_REFERENCE)
    found = session.get(DefaultTerm, term_id)
    if found is None:
        raise NotFound("no-term", mark("Deze termijn bestaat niet."))
    return found


def history(session: Session, term_id: int) -> Sequence[Change]:
    """What was done to a term, the newest first."""
    rows = session.execute(
        sa.select(AuditEntry.at, AuditEntry.act, AuditEntry.detail)
        .where(AuditEntry.object == f"termijnsoort:{term_id}")
        .order_by(AuditEntry.sequence.desc())
        .limit(MOST_TOLD)
    )
    return [Change(row.at, row.act, json.loads(row.detail)) for row in rows]


def add(session: Session, actor: Actor, facts: DefaultTermFacts, now: datetime) -> DefaultTerm:
    """Offer another term. Raises Invalid (`name-taken`)."""
    require(actor, Task.MANAGE_REFERENCE)
    _check_name(session, facts.name, None)
    made = DefaultTerm(**_columns(facts))
    session.add(made)
    session.flush()
    audit.record(session, actor, "toevoegen", f"termijnsoort:{made.id}", now, **_told(facts))
    return made


def change(session: Session, actor: Actor, term_id: int, facts: DefaultTermFacts, now: datetime) -> bool:
    """Change a term for letters to come; False where nothing differs. Raises Invalid (`name-taken`)."""
    found = find(session, actor, term_id)
    _check_name(session, facts.name, term_id)
    columns = _columns(facts)
    if all(getattr(found, name) == value for name, value in columns.items()):
        return False
    for name, value in columns.items():
        setattr(found, name, value)
    audit.record(session, actor, "wijzigen", f"termijnsoort:{term_id}", now, **_told(facts))
    return True


def prefer(session: Session, actor: Actor, term_id: int, now: datetime) -> None:
    """Make this the term a question gets when none is chosen. Raises WrongState (`ended`)."""
    found = find(session, actor, term_id)
    if found.ended_at is not None:
        raise WrongState("ended", mark("Deze termijn wordt niet meer aangeboden. Bied haar eerst weer aan."))
    session.execute(sa.update(DefaultTerm).values(is_default=DefaultTerm.id == term_id))
    audit.record(session, actor, "voorkeur", f"termijnsoort:{term_id}", now)


def end(session: Session, actor: Actor, term_id: int, now: datetime) -> None:
    """Offer a term no longer. Raises WrongState (`default`) for the one that is given when none is chosen."""
    found = find(session, actor, term_id)
    if found.is_default:
        sentence = mark("Dit is de standaard. Maak eerst een andere termijn de standaard.")
        raise WrongState("default", sentence)
    if found.ended_at is None:
        found.ended_at = now
        audit.record(session, actor, "beeindigen", f"termijnsoort:{term_id}", now)


def bring_back(session: Session, actor: Actor, term_id: int, now: datetime) -> None:
    """Offer a term again."""
    found = find(session, actor, term_id)
    if found.ended_at is not None:
        found.ended_at = None
        audit.record(session, actor, "hervatten", f"termijnsoort:{term_id}", now)


def _check_name(session: Session, name: str, but_for: int | None) -> None:
    query = sa.select(DefaultTerm.id).where(DefaultTerm.name == name, DefaultTerm.id != (but_for or 0))
    if session.execute(query).first():
        raise Invalid("name-taken", mark("Er is al een termijn met deze naam."), field="name")


def _columns(facts: DefaultTermFacts) -> dict[str, Any]:
    return {
        "name": facts.name,
        "kind": facts.term.kind,
        "length": facts.term.length,
        "unit": facts.term.unit,
        "extension_length": facts.extension,
        "law": facts.law,
    }


def _told(facts: DefaultTermFacts) -> dict[str, Any]:
    told = {
        "naam": facts.name,
        "soort": facts.term.kind,
        "lengte": facts.term.length,
        "eenheid": facts.term.unit,
        "verlenging": facts.extension,
        "wet": facts.law,
    }
    return {name: value for name, value in told.items() if value is not None}
