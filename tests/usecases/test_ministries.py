"""Ministries: period, successor and other names."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from app.domain.errors import Invalid, NotAllowed, NotFound
from app.store.base import Db
from app.store.ministries import Ministry
from app.usecases import ministries
from app.usecases.ministries import MinistryFacts
from tests.support.builders import a_register, actor, secretariat

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ADMIN = "beheer@vng.example"


def by_code(db: Db, code: str) -> Ministry:
    with db.reading() as session:
        return session.scalars(sa.select(Ministry).where(Ministry.code == code)).one()


def change(db: Db, code: str, facts: MinistryFacts) -> None:
    with db.writing() as session:
        ministries.change(session, actor(session, ADMIN), by_code(db, code).id, facts, NOW)


def test_every_ministry_on_record_can_be_saved_as_it_is(db: Db) -> None:
    a_register(db)
    with db.writing() as session:
        admin = actor(session, ADMIN)
        for ministry_id in session.scalars(sa.select(Ministry.id)).all():
            one, aliases = ministries.find(session, admin, ministry_id)
            facts = MinistryFacts(one.valid_from, one.valid_until, one.successor_id, aliases)
            ministries.change(session, admin, ministry_id, facts, NOW)
            session.flush()
            again, same = ministries.find(session, admin, ministry_id)
            assert MinistryFacts(again.valid_from, again.valid_until, again.successor_id, same) == facts


def test_period_successor_and_names_are_changed(db: Db) -> None:
    a_register(db)
    successor = by_code(db, "BZK")
    change(db, "SZW", MinistryFacts(date(2020, 1, 1), date(2026, 12, 31), successor.id, ("MinSZW", "Sociale Zaken")))
    with db.reading() as session:
        one, aliases = ministries.find(session, actor(session, ADMIN), by_code(db, "SZW").id)
        assert (one.valid_from, one.valid_until, one.successor_id) == (
            date(2020, 1, 1),
            date(2026, 12, 31),
            successor.id,
        )
        assert aliases == ("MinSZW", "Sociale Zaken")
    change(db, "SZW", MinistryFacts(None, None, None, ("MinSZW",)))
    with db.reading() as session:
        assert ministries.find(session, actor(session, ADMIN), by_code(db, "SZW").id)[1] == ("MinSZW",)


@pytest.mark.parametrize(
    ("code", "facts", "refusal", "field"),
    [
        ("SZW", (date(2026, 2, 1), date(2026, 1, 1), None, ()), "bad-period", "valid_until"),
        ("SZW", (None, date(9999, 12, 31), None, ()), "date-range", "valid_until"),
        ("SZW", (None, None, 10**6, ()), "no-ministry", "successor"),
        ("SZW", (None, None, "SZW", ()), "succession-loop", "successor"),
        ("JENV", (None, date(2026, 12, 31), "AENM", ()), "succession-loop", "successor"),
        ("SZW", (None, None, None, ("x" * 41,)), "bad-alias", "aliases"),
        ("SZW", (None, None, None, tuple(map(str, range(21)))), "bad-alias", "aliases"),
        ("SZW", (None, None, None, ("J&V",)), "alias-taken", "aliases"),
        ("SZW", (None, None, None, ("b.z.k.",)), "alias-taken", "aliases"),
        ("SZW", (None, None, None, ("A&M",)), "alias-taken", "aliases"),
    ],
)
def test_what_cannot_be_is_refused(
    db: Db, code: str, facts: tuple[date | None, date | None, object, tuple[str, ...]], refusal: str, field: str
) -> None:
    a_register(db)
    valid_from, valid_until, successor, aliases = facts
    successor_id = by_code(db, successor).id if isinstance(successor, str) else successor
    with pytest.raises(Invalid) as refused:
        change(db, code, MinistryFacts(valid_from, valid_until, successor_id, aliases))  # type: ignore[arg-type]
    assert (refused.value.code, refused.value.field) == (refusal, field)


def test_a_name_may_be_used_again_by_a_ministry_that_came_after(db: Db) -> None:
    a_register(db)
    change(db, "SZW", MinistryFacts(date(2026, 2, 23), None, None, ("A&M",)))
    with db.reading() as session:
        assert ministries.find(session, actor(session, ADMIN), by_code(db, "SZW").id)[1] == ("A&M",)


def test_only_an_administrator_may_do_this(db: Db) -> None:
    a_register(db)
    with db.writing() as session:
        with pytest.raises(NotAllowed):
            ministries.change(session, secretariat(session), 1, MinistryFacts(None, None, None, ()), NOW)
        with pytest.raises(NotFound):
            ministries.find(session, actor(session, ADMIN), 10**6)
