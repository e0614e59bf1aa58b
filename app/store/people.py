"""People with their roles, and who answers for which ministry and dossier."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.permissions import Role
from app.store.base import Base, Id, Instant, partial_index, words


class Person(Base):
    """Somebody (or a functional mailbox) who gets mail and may sign in. Ended, never deleted.

    From `absent_from` to `absent_until` (both included) the deputy, if there is one, gets the mail instead.
    """

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(320), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    language: Mapped[str] = mapped_column(sa.String(2), default="nl")
    ministry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ministries.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    bounced_at: Mapped[datetime | None] = mapped_column(Instant)
    absent_from: Mapped[date | None]
    absent_until: Mapped[date | None]
    deputy_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))

    __table_args__ = (
        sa.CheckConstraint("email = lower(email)", "email_lower"),
        sa.CheckConstraint("language IN ('nl', 'en')", "language"),
        sa.CheckConstraint("(absent_from IS NULL) = (absent_until IS NULL)", "absence_both"),
        sa.CheckConstraint("absent_until IS NULL OR absent_until >= absent_from", "absence"),
        sa.CheckConstraint("deputy_id IS NULL OR deputy_id <> id", "deputy"),
    )


class PersonRole(Base):
    """One role of a person; contact, coordinator and SG office are roles at the person's ministry."""

    __tablename__ = "person_roles"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(words(Role), primary_key=True)


class ContactAssignment(Base):
    """Who is contact of a ministry for a dossier; without dossier: the ministry's general mailbox."""

    __tablename__ = "contact_assignments"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ministry_id: Mapped[int] = mapped_column(sa.ForeignKey("ministries.id"))
    dossier_id: Mapped[int | None] = mapped_column(sa.ForeignKey("dossiers.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))

    __table_args__ = (
        partial_index("uq_contact_general", "ministry_id", where="dossier_id IS NULL", unique=True),
        partial_index("uq_contact_dossier", "ministry_id", "dossier_id", where="dossier_id IS NOT NULL", unique=True),
    )


def contact_for(session: Session, ministry_id: int, dossier_id: int | None) -> int | None:
    """The person who is contact for a ministry and dossier, else its general mailbox; None where nobody is set."""
    return session.execute(
        sa.select(ContactAssignment.person_id)
        .join(Person, Person.id == ContactAssignment.person_id)
        .where(
            ContactAssignment.ministry_id == ministry_id,
            sa.or_(ContactAssignment.dossier_id == dossier_id, ContactAssignment.dossier_id.is_(None)),
            Person.ended_at.is_(None),
        )
        .order_by(ContactAssignment.dossier_id.is_(None))
        .limit(1)
    ).scalar_one_or_none()


def people_with(session: Session, role: Role) -> list[Person]:
    """Everybody who has this role now, by number."""
    having = sa.select(Person).join(PersonRole, PersonRole.person_id == Person.id)
    return list(session.scalars(having.where(PersonRole.role == role, Person.ended_at.is_(None)).order_by(Person.id)))


_ROLES_OF = sa.select(PersonRole.role).where(PersonRole.person_id == sa.bindparam("person_id"))


def roles_of(session: Session, person_id: int) -> frozenset[Role]:
    """The roles of a person."""
    return frozenset(session.scalars(_ROLES_OF, {"person_id": person_id}))


def roles_by_person(session: Session, person_ids: Sequence[int]) -> dict[int, tuple[Role, ...]]:
    """The roles of each of these people who has any, in the order of the table of roles."""
    held: dict[int, set[Role]] = {}
    for row in session.scalars(sa.select(PersonRole).where(PersonRole.person_id.in_(person_ids))):
        held.setdefault(row.person_id, set()).add(row.role)
    return {person_id: tuple(role for role in Role if role in roles) for person_id, roles in held.items()}
