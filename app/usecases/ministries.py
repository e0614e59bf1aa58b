"""Ministries: until when they exist, who takes over, and what letters call them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import Invalid, NotFound, mark
from app.domain.ministries import MinistryName, resolve, succession
from app.domain.permissions import Task
from app.store import audit
from app.store.access import require
from app.store.ministries import Ministry, MinistryAlias, ministry_names

LONGEST_ALIAS = 40
MOST_ALIASES = 20


@dataclass(frozen=True)
class MinistryFacts:
    """What an administrator may change: the period (both days included; None: open), the successor, other names."""

    valid_from: date | None
    valid_until: date | None
    successor_id: int | None
    aliases: tuple[str, ...]


def find(session: Session, actor: Actor, ministry_id: int) -> tuple[Ministry, tuple[str, ...]]:
    """A ministry and its other names, in order. Raises NotFound (`no-ministry`)."""
    require(actor, Task.MANAGE_REFERENCE)
    ministry = session.get(Ministry, ministry_id)
    if ministry is None:
        raise NotFound("no-ministry", mark("Dit ministerie staat niet in Regie."))
    aliases = sa.select(MinistryAlias.alias).where(MinistryAlias.ministry_id == ministry_id)
    return ministry, tuple(session.scalars(aliases.order_by(MinistryAlias.alias)))


def change(session: Session, actor: Actor, ministry_id: int, facts: MinistryFacts, now: datetime) -> None:
    """Change a ministry's period, successor and other names; letters on record keep the name they had.

    Raises Invalid with all that is wrong: `bad-period`, `no-ministry`, `succession-loop`, `bad-alias`, `alias-taken`.
    """
    ministry, aliases = find(session, actor, ministry_id)
    names = ministry_names(session)
    wrong = list(_wrong(ministry_id, facts, names))
    if wrong:
        first = wrong[0]
        raise Invalid(first.code, first.sentence, field=first.field, others=tuple(wrong[1:]), **first.facts)
    ministry.valid_from, ministry.valid_until = facts.valid_from, facts.valid_until
    ministry.successor_id = facts.successor_id
    gone = set(aliases) - set(facts.aliases)
    session.execute(
        sa.delete(MinistryAlias).where(MinistryAlias.ministry_id == ministry_id, MinistryAlias.alias.in_(gone))
    )
    new = [alias for alias in facts.aliases if alias not in aliases]
    session.add_all(MinistryAlias(ministry_id=ministry_id, alias=alias) for alias in new)
    audit.record(
        session,
        actor,
        "ministerie-wijzigen",
        f"ministerie:{ministry_id}",
        now,
        valid_from=facts.valid_from,
        valid_until=facts.valid_until,
        successor=facts.successor_id,
        aliases=facts.aliases,
    )


def _wrong(ministry_id: int, facts: MinistryFacts, names: Sequence[MinistryName]) -> Iterator[Invalid]:
    if facts.valid_from and facts.valid_until and facts.valid_until < facts.valid_from:
        yield Invalid("bad-period", mark("De laatste dag ligt voor de eerste dag."), field="valid_until")
    changed = [
        replace(one, valid_from=facts.valid_from, valid_until=facts.valid_until, successor_id=facts.successor_id)
        if one.id == ministry_id
        else one
        for one in names
    ]
    this = next(one for one in changed if one.id == ministry_id)
    if facts.successor_id is not None and all(one.id != facts.successor_id for one in names):
        yield Invalid("no-ministry", mark("Kies een ministerie uit de lijst."), field="successor")
    try:
        list(succession(this, changed))
    except Invalid:
        sentence = mark("Zo lopen de opvolgers in een kring. Kies een andere opvolger.")
        yield Invalid("succession-loop", sentence, field="successor")
    yield from _wrong_aliases(this, facts.aliases, [one for one in changed if one.id != ministry_id])


def _wrong_aliases(this: MinistryName, aliases: tuple[str, ...], others: Sequence[MinistryName]) -> Iterator[Invalid]:
    if len(aliases) > MOST_ALIASES or any(not 0 < len(alias) <= LONGEST_ALIAS for alias in aliases):
        sentence = mark("Gebruik hoogstens {most} andere namen van hoogstens {longest} tekens.")
        yield Invalid("bad-alias", sentence, field="aliases", most=MOST_ALIASES, longest=LONGEST_ALIAS)
        return
    for alias in aliases:
        other = _also_means(alias, this, others)
        if other is not None:
            sentence = mark("“{alias}” is in dezelfde tijd al een naam van {other}.")
            yield Invalid("alias-taken", sentence, field="aliases", alias=alias, other=other.display)


def _also_means(alias: str, this: MinistryName, others: Sequence[MinistryName]) -> MinistryName | None:
    # Two periods overlap exactly when one of them contains the first day of the other, or both reach back for ever.
    for day in {this.valid_from or date.min, *(one.valid_from or date.min for one in others)}:
        if this.is_valid(day):
            try:
                return resolve(alias, day, others)
            except Invalid:
                continue
    return None
