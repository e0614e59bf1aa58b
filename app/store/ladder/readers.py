"""Who hears what: a question's contact, the people at its ministry, and those at the centre, as set-based SQL."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.domain.escalation import Reader, Rung
from app.domain.permissions import Role
from app.store.letters import Letter
from app.store.many import pairs
from app.store.people import ContactAssignment, Person, PersonRole
from app.store.questions import Question

_AT_MINISTRY = {Reader.COORDINATOR: Role.COORDINATOR, Reader.SG: Role.SG}
_CENTRAL = {
    Reader.CENTRE: Role.REGIE,
    Reader.SECRETARIAT: Role.SECRETARIAT,
    Reader.LEADERSHIP: Role.LEADERSHIP,
}
# Made once: a new alias learns each of its columns anew, which takes longer than most of these statements.
_chosen, _set_for, _general, _contact = aliased(Person), aliased(Person), aliased(Person), aliased(Person)
_by_dossier, _by_ministry = aliased(ContactAssignment), aliased(ContactAssignment)


def coordinators(*, present_on: date | None = None) -> sa.Subquery:
    """One coordinator for each ministry that has one: the first whose mailbox takes mail (ministry_id, person_id).

    With `present_on` only those who are not away on that day.
    """
    query = (
        sa.select(Person.ministry_id, sa.func.min(Person.id).label("person_id"))
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(PersonRole.role == Role.COORDINATOR, Person.ended_at.is_(None), Person.bounced_at.is_(None))
        .group_by(Person.ministry_id)
    )
    if present_on is not None:
        there = sa.or_(Person.absent_from.is_(None), Person.absent_from > present_on, Person.absent_until < present_on)
        query = query.where(there)
    return query.subquery("coordinators")


def with_contact(query: sa.Select[Any]) -> sa.Select[Any]:
    """The query, which has `questions` as its last table, with a column `person_id` added: each question's contact.

    That is the one chosen for it, else the one set for ministry and dossier, else the ministry's general mailbox; its
    coordinator where that mailbox refuses mail, or there is none. Rows without anybody are left out.
    """
    coordinator = coordinators()
    person_id = sa.case(
        (
            sa.or_(_contact.id.is_(None), _contact.bounced_at.is_not(None)),
            sa.func.coalesce(coordinator.c.person_id, _contact.id),
        ),
        else_=_contact.id,
    )
    for_dossier = sa.and_(_by_dossier.ministry_id == Question.owner_id, _by_dossier.dossier_id == Letter.dossier_id)
    for_ministry = sa.and_(_by_ministry.ministry_id == Question.owner_id, _by_ministry.dossier_id.is_(None))
    return (
        query.add_columns(person_id.label("person_id"))
        .outerjoin(Letter, Letter.id == Question.letter_id)
        .outerjoin(_chosen, sa.and_(_chosen.id == Question.contact_id, _chosen.ended_at.is_(None)))
        .outerjoin(_by_dossier, for_dossier)
        .outerjoin(_set_for, sa.and_(_set_for.id == _by_dossier.person_id, _set_for.ended_at.is_(None)))
        .outerjoin(_by_ministry, for_ministry)
        .outerjoin(_general, sa.and_(_general.id == _by_ministry.person_id, _general.ended_at.is_(None)))
        .outerjoin(_contact, _contact.id == sa.func.coalesce(_chosen.id, _set_for.id, _general.id))
        .outerjoin(coordinator, coordinator.c.ministry_id == Question.owner_id)
        .where(sa.or_(_contact.id.is_not(None), coordinator.c.person_id.is_not(None)))
    )


def hearers(
    ladder: Sequence[Rung],
    fired: sa.FromClause,
    *which: sa.ColumnElement[bool],
    stand_ins: Mapping[int, int] = MappingProxyType({}),
) -> sa.Subquery:
    """Who hears of each escalation in `fired` (its columns: id, question_id, rung), narrowed by the conditions.

    Gives escalation_id and person_id; some pairs stand in it twice. Of `stand_ins` (person, who gets their mail) the
    second hears instead of the first. Outer joins throughout: they keep SQLite, which can't know how few rows fired,
    from starting at the other end.
    """
    rung = fired.c.rung
    climbed = (
        sa.select(fired.c.id.label("escalation_id"))
        .select_from(fired)
        .outerjoin(Question, Question.id == fired.c.question_id)
        .where(*which)
    )
    to_contact = with_contact(climbed.where(rung.in_(_rungs(ladder, Reader.CONTACT))))
    at_ministry = (
        climbed.add_columns(Person.id.label("person_id"))
        .outerjoin(Person, sa.and_(Person.ministry_id == Question.owner_id, Person.ended_at.is_(None)))
        .outerjoin(PersonRole, PersonRole.person_id == Person.id)
        .where(_hears(ladder, rung, _AT_MINISTRY))
    )
    at_centre = (
        climbed.add_columns(Person.id.label("person_id"))
        .outerjoin(PersonRole, PersonRole.role.in_(_CENTRAL.values()))
        .outerjoin(Person, sa.and_(Person.id == PersonRole.person_id, Person.ended_at.is_(None)))
        .where(_hears(ladder, rung, _CENTRAL), Person.id.is_not(None))
    )
    all_told = sa.union_all(to_contact, at_ministry, at_centre).subquery("hearers")
    if not stand_ins:
        return all_told
    present = pairs(stand_ins)
    person_id = sa.func.coalesce(present.c.value, all_told.c.person_id).label("person_id")
    told = sa.select(all_told.c.escalation_id, person_id).select_from(all_told)
    return told.outerjoin(present, present.c.key == all_told.c.person_id).subquery("hearers_present")


def _hears(ladder: Sequence[Rung], rung: sa.ColumnElement[int], roles: Mapping[Reader, Role]) -> sa.ColumnElement[bool]:
    return sa.or_(
        *(sa.and_(PersonRole.role == role, rung.in_(_rungs(ladder, reader))) for reader, role in roles.items())
    )


def _rungs(ladder: Sequence[Rung], reader: Reader) -> list[int]:
    return [rung.number for rung in ladder if reader in rung.readers]
