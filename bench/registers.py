"""A register with many open questions, written as fast as the driver can."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.domain.actors import COMMAND
from app.domain.calendar import Calendar
from app.domain.permissions import Role
from app.store.base import Db
from app.store.letters import Letter
from app.store.ministries import Dossier, Ministry
from app.store.people import ContactAssignment, Person, PersonRole
from app.store.questions import Question
from app.usecases import reference

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
ASKED = date(2026, 9, 1)
DUE_SHARE = 20  # one question in so many has a rung to reach: 5 %
PER_LETTER = 5
CHUNK = 10_000
_ROLES = ((Role.CONTACT, "contact"), (Role.COORDINATOR, "coordinator"), (Role.SG, "sg"))
_CENTRAL = ((Role.REGIE, "regie"), (Role.SECRETARIAT, "secretariaat"), (Role.LEADERSHIP, "directie"))


def build(url: str, n: int, share: int = DUE_SHARE, due: Sequence[int] = (-5, 1, 5, 10, 20)) -> None:
    """Fill a migrated register with `n` open questions.

    One in `share` is due so many working days ago, the others in a month or later: 5 % have a rung to reach today.
    """
    db = Db(url)
    with db.writing() as session:
        reference.load(session, COMMAND, NOW)
        ministry_ids = list(session.scalars(sa.select(Ministry.id).where(Ministry.valid_until.is_(None))))
        dossier_ids = list(session.scalars(sa.select(Dossier.id)))
        contacts = {
            ministry_id: _people(session, _ROLES, f"ministerie{ministry_id}", ministry_id)[0]
            for ministry_id in ministry_ids
        }
        for ministry_id, contact_id in contacts.items():
            session.add(ContactAssignment(ministry_id=ministry_id, person_id=contact_id))
        _people(session, _CENTRAL, "centraal", None)
    with db.writing() as session:
        _insert(session, Letter, _letters(n, ministry_ids, dossier_ids))
        _insert(session, Question, _questions(n, contacts, share, _due_dates(due)))
    db.dispose()
    analyze(url)


def analyze(url: str) -> None:
    """Let the database count its rows, so that it plans well."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def _people(session: Any, roles: tuple[tuple[Role, str], ...], at: str, ministry_id: int | None) -> list[int]:
    ids = []
    for role, name in roles:
        person = Person(email=f"{name}@{at}.example", name=name, created_at=NOW, ministry_id=ministry_id)
        session.add(person)
        session.flush()
        session.add(PersonRole(person_id=person.id, role=role))
        ids.append(person.id)
    return ids


def _insert(session: Any, table: type, rows: Iterator[dict[str, Any]]) -> None:
    chunk: list[dict[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            session.execute(sa.insert(table.__table__), chunk)
            chunk = []
    if chunk:
        session.execute(sa.insert(table.__table__), chunk)


def _letters(n: int, ministry_ids: list[int], dossier_ids: list[int]) -> Iterator[dict[str, Any]]:
    for number in range(1, n // PER_LETTER + 2):
        yield {
            "id": number,
            "year": 2026,
            "serial": number,
            "reference": f"VNG/2026/{number}",
            "subject": f"Brief {number}",
            "letter_date": ASKED,
            "addressee_id": ministry_ids[number % len(ministry_ids)],
            "channel": "brief",
            "dossier_id": dossier_ids[number % len(dossier_ids)] if number % 3 else None,
            "sent_on": ASKED,
            "created_at": NOW,
            "version": 1,
        }


def _questions(n: int, contacts: dict[int, int], share: int, due_dates: list[date]) -> Iterator[dict[str, Any]]:
    ministry_ids = sorted(contacts)
    states = ("uitgezet", "in-behandeling", "in-afstemming", "betwist")
    for number in range(1, n + 1):
        owner_id = ministry_ids[number % len(ministry_ids)]
        reaches = number % share == 0
        due_on = due_dates[number // share % len(due_dates)] if reaches else TODAY + timedelta(30 + number % 300)
        yield {
            "id": number,
            "letter_id": (number - 1) // PER_LETTER + 1,
            "position": (number - 1) % PER_LETTER + 1,
            "title": f"Vraag {number}",
            "text": f"Wat doet het ministerie aan onderwerp {number}, en wanneer is dat klaar?",
            "kind": "vraag",
            "owner_id": owner_id,
            "owner_binding": False,
            "transfers": 0,
            "contact_id": contacts[owner_id] if number % 2 else None,
            "state": states[number % 4],
            "round": 1,
            "term_kind": "norm",
            "term_length": 3,
            "term_unit": "weken",
            "asked_on": ASKED,
            "due_on": due_on,
            "original_due_on": due_on,
            "term_version": 1,
            "term_set_on": ASKED,
            "suspended": False,
            "rung": 0,
            "deemed": False,
            "link_serial": 1,
            "version": 1,
        }


def _due_dates(working_days_ago: Sequence[int]) -> list[date]:
    """The due dates; with one for each rung, a fifth of what climbs reaches each."""
    calendar = Calendar()
    return [calendar.shift(TODAY, -days) for days in working_days_ago]
