"""Frozen digests, and who gets them by mail."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.digests import Week
from app.domain.errors import Invalid, NotFound, mark
from app.domain.permissions import PERMISSIONS, Relation, Role, Task
from app.store.base import Base, Instant, Json, insert_new
from app.store.people import Person, PersonRole


class FrozenDigest(Base):
    """A week's digest as it was made. Append-only: triggers refuse UPDATE and DELETE.

    `content` and `written` are JSON texts, exactly those that `sha256` was taken over. `written` holds, by language,
    what people read: `page`, `subject`, `text`, `html`. `headline` repeats its sentence, by language in two parts.
    """

    __tablename__ = "digests"

    week: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    as_of: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(Instant)
    sweep_at: Mapped[datetime | None] = mapped_column(Instant)
    figures: Mapped[dict[str, Any]] = mapped_column(Json)
    headline: Mapped[dict[str, Any]] = mapped_column(Json)
    content: Mapped[str] = mapped_column(sa.Text)
    written: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(sa.String(64))


class DigestSubscription(Base):
    """What somebody chose about the digest by mail; who chose nothing gets it if they are of the leadership."""

    __tablename__ = "digest_subscriptions"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    wanted: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(Instant)


_SHORT = (FrozenDigest.week, FrozenDigest.as_of, FrozenDigest.made_at, FrozenDigest.figures, FrozenDigest.headline)
MAY_READ = frozenset(role for role in Role if Relation.OTHER in PERMISSIONS[role].get(Task.READ_DIGESTS, ()))


def find_digest(session: Session, week: Week) -> FrozenDigest:
    """A week's digest. Raises NotFound (`no-digest`)."""
    found = session.get(FrozenDigest, str(week))
    if found is None:
        sentence = mark("Van {week} is geen overzicht. Kies een week uit de lijst.")
        raise NotFound("no-digest", sentence, field="week", week=str(week))
    return found


def is_frozen(session: Session, week: Week) -> bool:
    """Whether the week has its digest."""
    query = sa.select(FrozenDigest.week).where(FrozenDigest.week == str(week))
    return session.execute(query).first() is not None


def recent(session: Session, limit: int, *, before: str | None = None, until: str | None = None) -> Sequence[Any]:
    """Digests, newest first, without their texts. Rows: week, as_of, made_at, figures, headline.

    Of weeks before `before`, and up to and including `until`, where given.
    """
    query = sa.select(*_SHORT).order_by(FrozenDigest.as_of.desc()).limit(limit)
    if before is not None:
        query = query.where(FrozenDigest.week < before)  # the text of a week sorts as its days do
    if until is not None:
        query = query.where(FrozenDigest.week <= until)
    return session.execute(query).all()


def week_read(text: str) -> str:
    """The week after which a page of the list begins. Raises Invalid `bad-page` for what is no week."""
    try:
        return str(Week.parse(text))
    except NotFound:
        sentence = mark("Deze bladzijde bestaat niet. Begin opnieuw bij het begin van de lijst.")
        raise Invalid("bad-page", sentence, field="na") from None


def week_after(session: Session, week: str) -> str | None:
    """The next week that has a digest."""
    query = sa.select(sa.func.min(FrozenDigest.week)).where(FrozenDigest.week > week)
    return session.execute(query).scalar_one()


def add_digest(session: Session, values: Mapping[str, Any]) -> bool:
    """Keep a digest; False where its week has one already, which then stays as it is."""
    added = session.execute(insert_new(session, FrozenDigest).values(**values))
    return bool(cast("sa.CursorResult[Any]", added).rowcount)


def subscribers(session: Session) -> Sequence[tuple[int, str, str]]:
    """Who gets the digest by mail: id, address, language."""
    chosen = DigestSubscription.wanted
    reads = sa.exists().where(PersonRole.person_id == Person.id, PersonRole.role.in_(MAY_READ))
    leads = sa.exists().where(PersonRole.person_id == Person.id, PersonRole.role == Role.LEADERSHIP)
    rows = session.execute(
        sa.select(Person.id, Person.email, Person.language)
        .outerjoin(DigestSubscription, DigestSubscription.person_id == Person.id)
        .where(Person.ended_at.is_(None), reads, sa.or_(chosen, sa.and_(chosen.is_(None), leads)))
        .order_by(Person.id)
    )
    return [(row.id, row.email, row.language) for row in rows]


def is_subscribed(session: Session, person_id: int, roles: frozenset[Role]) -> bool:
    """Whether this person gets the digest by mail."""
    chosen = session.get(DigestSubscription, person_id)
    wanted = Role.LEADERSHIP in roles if chosen is None else chosen.wanted
    return wanted and bool(roles & MAY_READ)


def set_subscription(session: Session, person_id: int, wanted: bool, now: datetime) -> None:
    """Keep what was chosen about the digest by mail."""
    chosen = session.get(DigestSubscription, person_id)
    if chosen is None:
        session.add(DigestSubscription(person_id=person_id, wanted=wanted, changed_at=now))
    else:
        chosen.wanted, chosen.changed_at = wanted, now
