"""Ministries: until when they exist, who takes over, and what letters call them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.calendar import LAST_DAY, ONE_DAY, civil_date
from app.domain.errors import Invalid, NotFound, mark
from app.domain.ministries import MinistryName, resolve, succession
from app.domain.permissions import Task
from app.store import audit
from app.store.access import require
from app.store.ministries import Dossier, DossierSuccessor, Ministry, MinistryAlias, ministry_names

LONGEST_ALIAS = 40
MOST_ALIASES = 20


@dataclass(frozen=True)
class MinistryFacts:
    """What an administrator may change: the period (both days included; None: open), the successor, other names.

    `by_dossier` are pairs of dossier and successor, where that is another one than in all else.
    """

    valid_from: date | None
    valid_until: date | None
    successor_id: int | None
    aliases: tuple[str, ...]
    by_dossier: tuple[tuple[int, int], ...] = ()


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

    What moves to a successor moves in the night after the last day. Raises Invalid with all that is wrong:
    `date-range`, `bad-period`, `no-ministry`, `no-dossier`, `succession-loop`, `ended-successor`, `bad-alias`,
    `alias-taken`.
    """
    ministry, aliases = find(session, actor, ministry_id)
    changed(session, ministry_id, facts, civil_date(now))
    ministry.valid_from, ministry.valid_until = facts.valid_from, facts.valid_until
    ministry.successor_id = facts.successor_id
    gone = set(aliases) - set(facts.aliases)
    session.execute(
        sa.delete(MinistryAlias).where(MinistryAlias.ministry_id == ministry_id, MinistryAlias.alias.in_(gone))
    )
    new = [alias for alias in facts.aliases if alias not in aliases]
    session.add_all(MinistryAlias(ministry_id=ministry_id, alias=alias) for alias in new)
    session.execute(sa.delete(DossierSuccessor).where(DossierSuccessor.ministry_id == ministry_id))
    session.add_all(
        DossierSuccessor(ministry_id=ministry_id, dossier_id=dossier_id, successor_id=successor_id)
        for dossier_id, successor_id in facts.by_dossier
    )
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
        dossiers=facts.by_dossier,
    )


def changed(session: Session, ministry_id: int, facts: MinistryFacts, today: date) -> list[MinistryName]:
    """All ministries as they would be with these facts of one. Raises Invalid with all that is wrong with them."""
    names, known = ministry_names(session), set(session.scalars(sa.select(Dossier.id)))
    wrong = list(_wrong(ministry_id, facts, names, known, today))
    if wrong:
        first = wrong[0]
        raise Invalid(first.code, first.sentence, field=first.field, others=tuple(wrong[1:]), **first.facts)
    return _with(ministry_id, facts, names)


def _with(ministry_id: int, facts: MinistryFacts, names: Sequence[MinistryName]) -> list[MinistryName]:
    return [
        replace(
            one,
            valid_from=facts.valid_from,
            valid_until=facts.valid_until,
            successor_id=facts.successor_id,
            by_dossier=facts.by_dossier,
        )
        if one.id == ministry_id
        else one
        for one in names
    ]


def _wrong(
    ministry_id: int, facts: MinistryFacts, names: Sequence[MinistryName], dossiers: set[int], today: date
) -> Iterator[Invalid]:
    if facts.valid_until and facts.valid_until > LAST_DAY:
        yield Invalid("date-range", mark("Kies een laatste dag tot en met {last}."), field="valid_until", last=LAST_DAY)
        return  # nothing comes after the last day there is
    if facts.valid_from and facts.valid_until and facts.valid_until < facts.valid_from:
        yield Invalid("bad-period", mark("De laatste dag ligt voor de eerste dag."), field="valid_until")
    heirs = {"successor": facts.successor_id, **{f"dossier-{one}": heir for one, heir in facts.by_dossier}}
    known = {one.id for one in names}
    for field, heir in heirs.items():
        if heir is not None and heir not in known:
            yield Invalid("no-ministry", mark("Kies een ministerie uit de lijst."), field=field)
    if not {dossier_id for dossier_id, _ in facts.by_dossier} <= dossiers:
        yield Invalid("no-dossier", mark("Kies een dossier uit de lijst."), field="successor")
    after = _with(ministry_id, facts, names)
    this = next(one for one in after if one.id == ministry_id)
    yield from _wrong_heirs(this, after, today)
    yield from _wrong_aliases(this, facts.aliases, [one for one in after if one.id != ministry_id])


def _wrong_heirs(this: MinistryName, names: Sequence[MinistryName], today: date) -> Iterator[Invalid]:
    """What is wrong with the chain of successors, in all and in each dossier that has one of its own anywhere."""
    day = this.valid_until + ONE_DAY if this.valid_until else today
    own = {dossier_id for dossier_id, _ in this.by_dossier}
    for dossier_id in (None, *sorted({dossier_id for one in names for dossier_id, _ in one.by_dossier})):
        field = f"dossier-{dossier_id}" if dossier_id in own else "successor"
        try:
            chain = list(succession(this, names, dossier_id))
        except Invalid:
            sentence = mark("Zo lopen de opvolgers in een kring. Kies een andere opvolger.")
            yield Invalid("succession-loop", sentence, field=field)
            return
        if (dossier_id is None or dossier_id in own) and len(chain) > 1:
            yield from _wrong_heir(chain[1:], day, field)


def _wrong_heir(heirs: Sequence[MinistryName], day: date, field: str) -> Iterator[Invalid]:
    """A successor that is gone by that day, with nobody after it, or that isn't there yet."""
    first = next((one for one in heirs if not one.has_ended(day)), None)
    if first is None:
        sentence = mark("{name} is op {day} zelf al opgeheven en heeft geen opvolger die er dan is. Kies een ander.")
        yield Invalid("ended-successor", sentence, field=field, name=heirs[0].display, day=day)
    elif not first.is_valid(day):
        sentence = mark("{name} bestaat op {day} nog niet. Kies een ander, of een latere laatste dag.")
        yield Invalid("ended-successor", sentence, field=field, name=first.display, day=day)


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
