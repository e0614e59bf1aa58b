"""Who read what: written in batches, never lost to a database that is away, and never changed."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.store.access_log import AccessEntry, Reads, Seen
from app.store.base import Db
from tests.support.clock import NOW


def one(number: int) -> Seen:
    return Seen(NOW + timedelta(seconds=number), "sessie:1", f"vraag:{number}", "/vragen/{question_id}")


def test_what_was_noted_is_written_in_order_and_once(db: Db) -> None:
    reads = Reads(db)
    for number in range(1, 4):
        reads.note(one(number))
    assert (reads.write(), reads.write()) == (3, 0)
    with db.reading() as s:
        objects = s.scalars(sa.select(AccessEntry.object).order_by(AccessEntry.id)).all()
    assert objects == ["vraag:1", "vraag:2", "vraag:3"]


def test_what_waits_is_written_when_the_server_stops(db: Db) -> None:
    reads = Reads(db)
    reads.start()
    reads.note(one(1))
    reads.stop()
    with db.reading() as s:
        assert s.scalars(sa.select(sa.func.count()).select_from(AccessEntry)).one() == 1


@pytest.mark.database("sqlite")
def test_what_can_not_be_written_goes_on_waiting(db: Db) -> None:
    reads = Reads(db)
    with db.writing() as s:
        s.execute(sa.text("ALTER TABLE access_log RENAME TO away"))
    reads.note(one(1))
    with pytest.raises(sa.exc.OperationalError):
        reads.write()
    with db.writing() as s:
        s.execute(sa.text("ALTER TABLE away RENAME TO access_log"))
    assert reads.write() == 1


@pytest.mark.parametrize("statement", ["UPDATE access_log SET object = 'vraag:2'", "DELETE FROM access_log"])
def test_a_reading_is_never_changed_or_removed(db: Db, statement: str) -> None:
    reads = Reads(db)
    reads.note(one(1))
    reads.write()
    with pytest.raises(sa.exc.DBAPIError, match="never changed or removed"), db.writing() as s:
        s.execute(sa.text(statement))
