"""A register with many open questions, made by the database itself: a million rows in seconds, the same on both."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from app.domain.actors import COMMAND
from app.domain.calendar import Calendar
from app.domain.permissions import Role
from app.store.base import Db, advance_counters
from app.store.letters import Letter
from app.store.ministries import Dossier, Ministry
from app.store.people import ContactAssignment, Person, PersonRole
from app.store.questions import Question, QuestionEvent
from app.usecases import reference

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
ASKED = date(2026, 9, 1)
DUE_SHARE = 20  # one question in so many has a rung to reach: 5 %
PER_LETTER = 5
STATES = ("uitgezet", "in-behandeling", "in-afstemming")
DISPUTED_SHARE = 10_000  # one question in so many has no owner for sure; AZ heard of it this morning
LATER = tuple(date.fromordinal(TODAY.toordinal() + 30 + 10 * step) for step in range(30))
_ROLES = ((Role.CONTACT, "contact"), (Role.COORDINATOR, "coordinator"), (Role.SG, "sg"))
_CENTRAL = ((Role.REGIE, "regie"), (Role.SECRETARIAT, "secretariaat"), (Role.LEADERSHIP, "directie"))


def build(url: str, n: int, share: int = DUE_SHARE, due: Sequence[int] = (-5, 1, 5, 10, 20)) -> None:
    """Fill a migrated register with `n` open questions.

    One in `share` is due so many working days ago, the others in a month or later: 5 % have a rung to reach today.
    """
    calendar = Calendar()
    with_people(url)
    db = Db(url)
    with db.writing() as session:
        contacts = session.execute(
            sa.select(ContactAssignment.ministry_id, ContactAssignment.person_id).order_by(
                ContactAssignment.ministry_id
            )
        )
        letters(session, n // PER_LETTER + 1)
        _questions(session, n, dict(contacts.all()), share, [calendar.shift(TODAY, -days) for days in due])
        advance_counters(session, [Letter.__table__, Question.__table__])
    db.dispose()
    analyze(url)


def with_people(url: str) -> None:
    """The reference data, and at each ministry and at the centre one person for each role."""
    db = Db(url)
    with db.writing() as session:
        reference.load(session, COMMAND, NOW)
        for ministry_id in session.scalars(sa.select(Ministry.id).where(Ministry.valid_until.is_(None))).all():
            contact_id = _people(session, _ROLES, f"ministerie{ministry_id}", ministry_id)[0]
            session.add(ContactAssignment(ministry_id=ministry_id, person_id=contact_id))
        _people(session, _CENTRAL, "centraal", None)
    db.dispose()


def analyze(url: str) -> None:
    """Let the database count its rows, so that it plans well."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def numbers(n: int) -> sa.CTE:
    """The whole numbers from 1 to n (column `i`), as the source of an INSERT … SELECT."""
    first = sa.select(sa.literal_column("1", sa.Integer).label("i")).cte("numbers", recursive=True)
    return first.union_all(sa.select(first.c.i + 1).where(first.c.i < n))


def pick(values: Sequence[Any], place: sa.ColumnElement[int], kind: sa.types.TypeEngine[Any]) -> sa.ColumnElement[Any]:
    """One of the values in turn: the one at `place`, counted around."""
    turn = place % len(values)
    return sa.case(*((turn == at, sa.literal(value, kind)) for at, value in enumerate(values)))


def fill_table(session: Any, table: type, rows: sa.Select[Any]) -> None:
    """Add the selected rows; their columns are named as those of the table."""
    session.execute(sa.insert(table.__table__).from_select([column.name for column in rows.selected_columns], rows))


def letters(session: Any, n: int, first: int = 0) -> None:
    """So many letters of this year that were sent, numbered on from `first`."""
    ministry_ids = list(session.scalars(sa.select(Ministry.id).order_by(Ministry.id)))
    dossier_ids = list(session.scalars(sa.select(Dossier.id).order_by(Dossier.id)))
    i = numbers(n).c.i
    number, text = i + first, sa.cast(i + first, sa.String())
    fill_table(
        session,
        Letter,
        sa.select(
            number.label("id"),
            sa.literal(2026).label("year"),
            number.label("serial"),
            (sa.literal("VNG/2026/") + text).label("reference"),
            (sa.literal("Brief ") + text).label("subject"),
            sa.literal(ASKED).label("letter_date"),
            pick(ministry_ids, number, sa.BigInteger()).label("addressee_id"),
            sa.literal("brief").label("channel"),
            pick([*dossier_ids, None], number, sa.BigInteger()).label("dossier_id"),
            sa.literal(ASKED).label("sent_on"),
            sa.literal(NOW, Letter.created_at.type).label("created_at"),
            sa.literal(1).label("version"),
        ),
    )


def _people(session: Any, roles: tuple[tuple[Role, str], ...], at: str, ministry_id: int | None) -> list[int]:
    ids = []
    for role, name in roles:
        person = Person(email=f"{name}@{at}.example", name=name, created_at=NOW, ministry_id=ministry_id)
        session.add(person)
        session.flush()
        session.add(PersonRole(person_id=person.id, role=role))
        ids.append(person.id)
    return ids


def _questions(session: Any, n: int, contacts: dict[int, int], share: int, due_dates: list[date]) -> None:
    ministry_ids = sorted(contacts)
    i = numbers(n).c.i
    text = sa.cast(i, sa.String())
    due_on = sa.case((i % share == 0, pick(due_dates, i // share, sa.Date())), else_=pick(LATER, i, sa.Date()))
    contact_id = pick([contacts[one] for one in ministry_ids], i, sa.BigInteger())
    same: dict[str, Any] = {
        "kind": "vraag", "owner_binding": False, "transfers": 0, "round": 1, "term_kind": "norm", "term_length": 3,
        "term_unit": "weken", "asked_on": ASKED, "term_version": 1, "term_set_on": ASKED, "suspended": False,
        "rung": 0, "deemed": False, "link_serial": 1, "version": 1,
    }  # fmt: skip
    fill_table(
        session,
        Question,
        sa.select(
            i.label("id"),
            ((i - 1) // PER_LETTER + 1).label("letter_id"),
            ((i - 1) % PER_LETTER + 1).label("position"),
            (sa.literal("Vraag ") + text).label("title"),
            (sa.literal("Wat doet het ministerie aan onderwerp ") + text + ", en wanneer is dat klaar?").label("text"),
            pick(ministry_ids, i, sa.BigInteger()).label("owner_id"),
            sa.case((i % 2 == 1, contact_id)).label("contact_id"),
            sa.case((i % DISPUTED_SHARE == 0, "betwist"), else_=pick(STATES, i, sa.String())).label("state"),
            due_on.label("due_on"),
            due_on.label("original_due_on"),
            *(sa.literal(value).label(name) for name, value in same.items()),
        ),
    )
    disputed = sa.select(Question.id, Question.owner_id).where(Question.state == "betwist").subquery()
    for act, on in (("afwijzen", ASKED), ("az-herinneren", TODAY)):
        told = {"at": sa.literal(NOW, QuestionEvent.at.type), "on": sa.literal(on), "act": sa.literal(act)}
        fill_table(
            session,
            QuestionEvent,
            sa.select(
                disputed.c.id.label("question_id"),
                disputed.c.owner_id.label("ministry_id"),
                sa.literal(1).label("round"),
                *(value.label(name) for name, value in told.items()),
            ),
        )
