"""What a register starts with: ministries, equated days, default terms, the ladder, dossiers, and the first admin."""

import csv
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.audit import rows_hash
from app.domain.calendar import civil_date
from app.domain.errors import Invalid, mark
from app.domain.escalation import DEFAULT_LADDER, Reader
from app.domain.people import read_address
from app.domain.permissions import Role
from app.domain.terms import TermKind, Unit
from app.store import audit, replaying
from app.store.base import Base
from app.store.ladder.escalation import LadderRung
from app.store.ministries import Dossier, Ministry, MinistryAlias
from app.store.people import Person, PersonRole, roles_of
from app.store.questions import Question
from app.store.terms import DefaultTerm, EquatedDay, load_calendar

BROUGHT = "Een nieuwe versie van Regie bracht gelijkgestelde dagen mee"
FOLDER = Path(__file__).resolve().parents[1] / "store" / "reference"


@dataclass(frozen=True)
class Loaded:
    """How many rows of each were added."""

    ministries: int
    equated_days: int
    default_terms: int
    rungs: int
    dossiers: int

    @property
    def anything(self) -> bool:
        """Whether the register changed."""
        return any(asdict(self).values())


def load(session: Session, actor: Actor, now: datetime) -> Loaded:
    """Fill an empty register, and add what a newer version brings; safe to run twice.

    Ministries and equated days are facts: those not on record are added, the others are left as they are. Default
    terms, the ladder and dossiers are an administrator's choices: they are filled only where there are none.
    """
    days = _equated_days(session)
    loaded = Loaded(
        ministries=_ministries(session),
        equated_days=len(days),
        default_terms=_default_terms(session),
        rungs=_ladder(session),
        dossiers=_dossiers(session),
    )
    if loaded.anything:
        moved = _follow_calendar(session, actor, days, now)
        audit.record(session, actor, "gegevens-laden", "register", now, **asdict(loaded), **moved)
    return loaded


def setup(session: Session, actor: Actor, email: str, now: datetime) -> bool:
    """Make this address an administrator; False when it was one already.

    Raises Invalid: `bad-email`, and `mixed-roles` for somebody at a ministry.
    """
    address = read_address(email)
    person = session.scalars(sa.select(Person).where(Person.email == address)).one_or_none()
    if person is None:
        person = Person(email=address, name="Beheer", created_at=now)
        session.add(person)
        session.flush()
    elif person.ministry_id is not None:
        raise Invalid(
            "mixed-roles", mark("{email} werkt bij een ministerie en kan geen beheerder zijn."), email=address
        )
    elif person.ended_at is None and Role.ADMIN in roles_of(session, person.id):
        return False
    person.ended_at = None
    session.merge(PersonRole(person_id=person.id, role=Role.ADMIN))
    audit.record(session, actor, "beheerder-aanstellen", f"persoon:{person.id}", now)
    return True


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _is_empty(session: Session, table: type[Base]) -> bool:
    return session.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _ministries(session: Session) -> int:
    known = {ministry.code: ministry for ministry in session.scalars(sa.select(Ministry))}
    new = [row for row in _rows("ministries.csv") if row["code"] not in known]
    for row in new:
        known[row["code"]] = ministry = Ministry(
            code=row["code"],
            display=row["display"],
            name=row["name"],
            tooi=row["tooi"],
            oin=row["oin"],
            valid_from=_day(row["valid_from"]),
            valid_until=_day(row["valid_until"]),
        )
        session.add(ministry)
    session.flush()
    for row in new:
        ministry = known[row["code"]]
        ministry.successor_id = known[row["successor"]].id if row["successor"] else None
        aliases = filter(None, row["aliases"].split(";"))
        session.add_all(MinistryAlias(ministry_id=ministry.id, alias=alias) for alias in aliases)
    session.flush()
    return len(new)


def _equated_days(session: Session) -> list[date]:
    known = set(session.scalars(sa.select(EquatedDay.day)))
    rows = [(date.fromisoformat(row["day"]), row["basis"]) for row in _rows("equated_days.csv")]
    new = [EquatedDay(day=day, basis=basis) for day, basis in rows if day not in known]
    session.add_all(new)
    session.flush()
    return [row.day for row in new]


def _follow_calendar(session: Session, actor: Actor, days: list[date], now: datetime) -> dict[str, object]:
    """Bring the due dates of open rounds in step with days that came with a newer version; tell how many moved."""
    if not days or _is_empty(session, Question):
        return {}
    calendar = load_calendar(session)

    def written() -> Iterator[tuple[object, ...]]:
        for chunk in replaying.moved(session, calendar, days):
            replaying.write(session, chunk, actor, BROUGHT, now, civil_date(now))
            yield from ((one.question_id, one.round, one.before, one.due_on) for one in chunk)

    replaying.lock_touched(session, days)
    count, digest = rows_hash(written())
    return {"rijen": count, "sha256": digest}


def _default_terms(session: Session) -> int:
    if not _is_empty(session, DefaultTerm):
        return 0
    new = [
        DefaultTerm(
            name=row["name"],
            kind=TermKind(row["kind"]),
            length=int(row["length"]),
            unit=Unit(row["unit"]),
            extension_length=int(row["extension"]) if row["extension"] else None,
            law=row["law"] or None,
            is_default=row["is_default"] == "ja",
        )
        for row in _rows("default_terms.csv")
    ]
    session.add_all(new)
    return len(new)


def _dossiers(session: Session) -> int:
    if not _is_empty(session, Dossier):
        return 0
    new = [Dossier(slug=row["slug"], name=row["name"]) for row in _rows("dossiers.csv")]
    session.add_all(new)
    return len(new)


def _ladder(session: Session) -> int:
    if not _is_empty(session, LadderRung):
        return 0
    new = [
        LadderRung(
            number=rung.number,
            working_days=rung.working_days,
            readers=[str(reader) for reader in Reader if reader in rung.readers],
        )
        for rung in DEFAULT_LADDER
    ]
    session.add_all(new)
    return len(new)
