"""The people of ministries that end: where they work afterwards, in which roles, and who is contact for what."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.domain.permissions import Role
from app.domain.succession import Contacts, contacts_at_successor, roles_at_successor, workplace_after
from app.store.many import any_of
from app.store.people import ContactAssignment, Person, PersonRole

Heir = Callable[[int, int | None], int | None]
"""Who does the work of a ministry in a dossier (None: in all else); None where nobody succeeds."""


@dataclass(frozen=True)
class Moved:
    """Somebody who goes along, with the roles before and after."""

    id: int
    name: str
    email: str
    from_id: int
    to_id: int
    roles: frozenset[Role]
    roles_after: frozenset[Role]


@dataclass(frozen=True)
class Staff:
    """People who go along, where everybody (also elsewhere) works afterwards, and who was and is contact for what."""

    people: tuple[Moved, ...]
    workplace: Mapping[int, int]
    before: Contacts
    after: Contacts

    @property
    def anything(self) -> bool:
        """Whether anything changes."""
        return bool(self.people) or self.before != self.after


def staff_after(session: Session, ended: Sequence[int], heir: Heir) -> Staff:
    """Where the people of these ministries go."""
    if not ended:
        return Staff((), {}, {}, {})
    assigned, gone = _assigned(session), set(ended)
    targets = {
        key: target for key in assigned if key[0] in gone and (target := heir(*key)) is not None and target != key[0]
    }
    going = session.scalars(
        sa.select(Person).where(Person.ministry_id.in_(any_of(ended)), Person.ended_at.is_(None)).order_by(Person.id)
    ).all()
    places = {
        one.id: place
        for one in going
        if (place := workplace_after(targets, one.id, assigned, heir(one.ministry_id or 0, None))) is not None
    }
    roles = _roles(session, places)
    held = _held(session, set(places.values()))
    people = tuple(
        Moved(
            one.id,
            one.name,
            one.email,
            one.ministry_id or 0,
            places[one.id],
            roles[one.id],
            roles_at_successor(roles[one.id], held[places[one.id]]),
        )
        for one in going
        if one.id in places and places[one.id] != one.ministry_id
    )
    workplace = {**_workplaces(session, assigned), **places}
    return Staff(people, workplace, assigned, contacts_at_successor(assigned, targets, workplace))


def _assigned(session: Session) -> dict[tuple[int, int | None], int]:
    """Who is contact for what, but for people who stopped."""
    rows = session.execute(
        sa.select(ContactAssignment.ministry_id, ContactAssignment.dossier_id, ContactAssignment.person_id)
        .join(Person, Person.id == ContactAssignment.person_id)
        .where(Person.ended_at.is_(None))
    )
    return {(row.ministry_id, row.dossier_id): row.person_id for row in rows}


def _workplaces(session: Session, assigned: Contacts) -> dict[int, int]:
    """Where those who are contact for something work now."""
    rows = session.execute(
        sa.select(Person.id, Person.ministry_id)
        .join(ContactAssignment, ContactAssignment.person_id == Person.id)
        .where(Person.ministry_id.is_not(None), Person.ended_at.is_(None))
        .distinct()
    )
    return {row.id: row.ministry_id for row in rows if row.id in set(assigned.values())}


def _roles(session: Session, people: Mapping[int, int]) -> dict[int, frozenset[Role]]:
    found: dict[int, set[Role]] = defaultdict(set)
    for row in session.scalars(sa.select(PersonRole).where(PersonRole.person_id.in_(any_of(people)))):
        found[row.person_id].add(row.role)
    return {person_id: frozenset(found[person_id]) for person_id in people}


def _held(session: Session, ministries: set[int]) -> dict[int, frozenset[Role]]:
    """The roles that people hold at each of these ministries now."""
    found: dict[int, set[Role]] = defaultdict(set)
    query = sa.select(Person.ministry_id, PersonRole.role).join(PersonRole, PersonRole.person_id == Person.id)
    for ministry_id, role in session.execute(
        query.where(Person.ministry_id.in_(any_of(ministries)), Person.ended_at.is_(None)).distinct()
    ):
        found[ministry_id or 0].add(role)
    return {ministry_id: frozenset(found[ministry_id]) for ministry_id in ministries}


def move_people(session: Session, staff: Staff) -> None:
    """Let people work at the successor, in the roles they keep; put the contacts as they are from now on."""
    by_place: dict[int, list[int]] = defaultdict(list)
    for one in staff.people:
        by_place[one.to_id].append(one.id)
        if one.roles_after != one.roles:
            session.execute(
                sa.delete(PersonRole).where(
                    PersonRole.person_id == one.id, PersonRole.role.in_(one.roles - one.roles_after)
                )
            )
            session.add_all(PersonRole(person_id=one.id, role=role) for role in one.roles_after - one.roles)
    for place, people in by_place.items():
        session.execute(_bare(sa.update(Person).where(Person.id.in_(any_of(people))).values(ministry_id=place)))
    session.flush()
    _put_contacts(session, staff)
    _part_deputies(session, [one.id for one in staff.people])


def _put_contacts(session: Session, staff: Staff) -> None:
    # Where one is new, somebody who stopped may still stand there.
    for ministry_id, dossier_id in staff.before.keys() ^ staff.after.keys():
        session.execute(
            _bare(
                sa.delete(ContactAssignment).where(
                    ContactAssignment.ministry_id == ministry_id,
                    ContactAssignment.dossier_id.is_not_distinct_from(dossier_id),
                )
            )
        )
    session.add_all(
        ContactAssignment(ministry_id=ministry_id, dossier_id=dossier_id, person_id=person_id)
        for (ministry_id, dossier_id), person_id in staff.after.items()
        if (ministry_id, dossier_id) not in staff.before
    )
    session.flush()


def _part_deputies(session: Session, people: Sequence[int]) -> None:
    """Nobody stands in for somebody of another ministry: who went different ways no longer does."""
    deputy = aliased(Person)
    apart = sa.exists().where(
        deputy.id == Person.deputy_id, sa.or_(deputy.ministry_id.is_(None), deputy.ministry_id != Person.ministry_id)
    )
    involved = sa.or_(Person.id.in_(any_of(people)), Person.deputy_id.in_(any_of(people)))
    session.execute(_bare(sa.update(Person).where(involved, apart).values(deputy_id=None)))


def _bare(statement: sa.Update | sa.Delete) -> sa.Update | sa.Delete:
    return statement.execution_options(synchronize_session=False)
