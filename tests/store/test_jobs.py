"""A slot is run by one runner; a dead one is replaced."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from app.store.base import Db
from app.store.jobs import JobRun, Turn, fail, finish, is_open, renew, take

SLOT = datetime(2026, 11, 23, 5, tzinfo=UTC)
ONE, OTHER = Turn("sweep", SLOT, "een"), Turn("sweep", SLOT, "ander")


def taken(db: Db, turn: Turn, lease_seconds: int = 60) -> bool:
    with db.writing() as s:
        return take(s, turn, lease_seconds)


def opened(db: Db) -> bool:
    with db.reading() as s:
        return is_open(s, "sweep", SLOT)


def test_of_four_runners_at_once_one_gets_each_slot(db: Db) -> None:
    slots = [SLOT + timedelta(days=n) for n in range(10)]
    with ThreadPoolExecutor(4) as pool:
        wins = list(pool.map(lambda n: [taken(db, Turn("sweep", slot, str(n))) for slot in slots], range(4)))
    assert [sum(won) for won in zip(*wins, strict=True)] == [1] * len(slots)


def test_a_finished_slot_stays_closed(db: Db) -> None:
    assert opened(db)
    assert taken(db, ONE, lease_seconds=0)
    with db.writing() as s:
        assert finish(s, ONE, "klaar")
    assert not opened(db)
    assert not taken(db, OTHER)
    with db.reading() as s:
        run = s.get_one(JobRun, ("sweep", SLOT))
        assert (run.result, run.error, run.runner) == ("klaar", None, "een")


def test_a_dead_runner_is_replaced_when_its_lease_ends_and_can_write_no_more(db: Db) -> None:
    assert taken(db, ONE, lease_seconds=60)
    assert not taken(db, OTHER)
    with db.writing() as s:
        assert renew(s, ONE, lease_seconds=-1)
    assert opened(db)
    assert taken(db, OTHER)
    with db.writing() as s:
        assert not renew(s, ONE, 60)
        assert not finish(s, ONE, "te laat")
        assert finish(s, OTHER, "klaar")


def test_a_failed_run_says_why_and_is_tried_again_later(db: Db) -> None:
    assert taken(db, ONE)
    with db.writing() as s:
        assert fail(s, ONE, "OperationalError: weg", again_after_seconds=60)
    assert not opened(db)
    with db.writing() as s:
        assert fail(s, ONE, "OperationalError: weg", again_after_seconds=-1)
    assert opened(db)
    assert taken(db, OTHER)
    with db.writing() as s:
        assert finish(s, OTHER, "klaar")
        assert s.get_one(JobRun, ("sweep", SLOT)).error is None
