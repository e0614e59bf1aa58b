"""Ministries, the names they go by in letters, and the themes (dossiers) that span them."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.errors import Invalid, mark
from app.domain.ministries import MinistryName
from app.store.base import Base, Id, Instant


class Ministry(Base):
    """A ministry in its period of validity, or (imported) another body that owes answers.

    EZ and EZK bear one TOOI code and OIN, so only the code is unique. With `releases_answers` an answer that comes by
    link waits until the ministry's coordinator releases it.
    """

    __tablename__ = "ministries"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(12), unique=True)
    display: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(200))
    tooi: Mapped[str | None] = mapped_column(sa.String(20))
    oin: Mapped[str | None] = mapped_column(sa.String(20))
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ministries.id"))
    releases_answers: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        sa.CheckConstraint("valid_until IS NULL OR valid_from IS NULL OR valid_from <= valid_until", "period"),
    )


class MinistryAlias(Base):
    """A form in which letters name a ministry, such as A&M."""

    __tablename__ = "ministry_aliases"

    ministry_id: Mapped[int] = mapped_column(sa.ForeignKey("ministries.id"), primary_key=True)
    alias: Mapped[str] = mapped_column(sa.String(40), primary_key=True)


class Dossier(Base):
    """A theme that spans letters and ministries, for example asylum and migration.

    One that has ended is not offered for letters any more; those that are in it stay there.
    """

    __tablename__ = "dossiers"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class DossierSuccessor(Base):
    """Who takes over one dossier of a ministry that ends, where that isn't its successor in all else."""

    __tablename__ = "dossier_successors"

    ministry_id: Mapped[int] = mapped_column(sa.ForeignKey("ministries.id"), primary_key=True)
    dossier_id: Mapped[int] = mapped_column(sa.ForeignKey("dossiers.id"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(sa.ForeignKey("ministries.id"))

    __table_args__ = (sa.CheckConstraint("successor_id <> ministry_id", "other"),)


def ministry_names(session: Session) -> Sequence[MinistryName]:
    """All ministries, ended ones too, by display name: what the rules of `domain.ministries` choose from."""
    aliases: dict[int, list[str]] = {}
    for ministry_id, alias in session.execute(
        sa.select(MinistryAlias.ministry_id, MinistryAlias.alias).order_by(MinistryAlias.alias)
    ):
        aliases.setdefault(ministry_id, []).append(alias)
    heirs: dict[int, list[tuple[int, int]]] = {}
    for heir in session.execute(sa.select(DossierSuccessor.__table__).order_by(DossierSuccessor.dossier_id)):
        heirs.setdefault(heir.ministry_id, []).append((heir.dossier_id, heir.successor_id))
    columns = (Ministry.id, Ministry.code, Ministry.display, Ministry.name)
    validity = (Ministry.valid_from, Ministry.valid_until, Ministry.successor_id)
    rows = session.execute(sa.select(*columns, *validity).order_by(sa.func.lower(Ministry.display)))
    return [
        MinistryName(
            id=row.id,
            code=row.code,
            display=row.display,
            name=row.name,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            successor_id=row.successor_id,
            aliases=tuple(aliases.get(row.id, ())),
            by_dossier=tuple(heirs.get(row.id, ())),
        )
        for row in rows
    ]


def dossier_list(session: Session) -> Sequence[Dossier]:
    """All dossiers by name, ended ones too."""
    return session.scalars(sa.select(Dossier).order_by(Dossier.name)).all()


def dossier_chosen(session: Session, dossier: str | None, kept_id: int | None = None) -> int | None:
    """The dossier that a letter is put in, like `dossier_id`; `kept_id` is where it is now, and may have ended.

    Raises Invalid (`unknown-dossier`, `ended-dossier`).
    """
    found = dossier_id(session, dossier)
    if found is not None and found != kept_id and session.get_one(Dossier, found).ended_at is not None:
        sentence = mark("Het dossier {dossier} wordt niet meer gebruikt. Kies een ander, of laat het leeg.")
        raise Invalid("ended-dossier", sentence, field="dossier", dossier=session.get_one(Dossier, found).name)
    return found


def dossier_id(session: Session, dossier: str | None) -> int | None:
    """The dossier of this slug or name, whatever its capitals; None for none. Raises Invalid (`unknown-dossier`)."""
    if not dossier:
        return None
    query = sa.select(Dossier.id).where(sa.or_(Dossier.slug == dossier, sa.func.lower(Dossier.name) == dossier.lower()))
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        sentence = mark("Het dossier {dossier} is er niet. Kies een dossier uit de lijst, of laat het leeg.")
        raise Invalid("unknown-dossier", sentence, field="dossier", dossier=dossier)
    return found
