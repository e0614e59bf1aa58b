"""Limits over several workers, and what they cost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import sqlalchemy as sa

from app.domain.limits import CALLS, SIGN_IN, Limit
from app.limiting import Limiter
from app.store.base import Db
from app.store.limits import RateLimit
from tests.support.clock import Clock
from tests.support.statements import heard

SECRET = b"l" * 32


def workers(db: Db, clock: Clock, number: int, factor: float = 1) -> list[Limiter]:
    return [Limiter(db, SECRET, clock, factor) for _ in range(number)]


def test_eight_workers_at_once_stay_within_one_limit(db: Db, clock: Clock) -> None:
    eight = workers(db, clock, 8)
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda n: eight[n % 8].wait(SIGN_IN, "10.0.0.1"), range(240)))
    assert waits.count(0) == SIGN_IN.most // 2
    assert {seconds for seconds in waits if seconds} <= {1, 2}
    assert eight[0].wait(SIGN_IN, "10.0.0.2") == 0, "another address has a bucket of its own"
    assert eight[0].wait(Limit("iets anders", 10, 60), "10.0.0.1") == 0
    clock.advance(seconds=2)
    assert [one.wait(SIGN_IN, "10.0.0.1") == 0 for one in eight].count(True) == 1


def test_permits_taken_in_blocks_are_dealt_out_without_a_write_and_a_flood_costs_none(db: Db, clock: Clock) -> None:
    (worker,) = workers(db, clock, 1)
    with heard(db) as statements:
        granted = sum(worker.wait(CALLS, "7") == 0 for _ in range(1000))
    assert granted == CALLS.most // 2
    taken = [one for one in statements if one.startswith("UPDATE rate_limits")]
    assert len(taken) == granted // CALLS.block + 2, "one for each block, one before the row was there, one refused"


def test_a_full_bucket_is_forgotten_and_who_it_was_of_cannot_be_read(db: Db, clock: Clock) -> None:
    (worker,) = workers(db, clock, 1)
    worker.wait(SIGN_IN, "10.0.0.1")
    clock.now += timedelta(minutes=2)
    worker.wait(SIGN_IN, "10.0.0.2")
    with db.reading() as session:
        kept = session.scalars(sa.select(RateLimit.key)).all()
    assert len(kept) == 1
    assert "10.0.0" not in kept[0]


def test_limits_can_be_widened_or_switched_off(db: Db, clock: Clock) -> None:
    (wide,), (off,) = workers(db, clock, 1, 2), workers(db, clock, 1, 0)
    assert sum(wide.wait(SIGN_IN, "a") == 0 for _ in range(200)) == SIGN_IN.most
    assert sum(off.wait(SIGN_IN, "a") == 0 for _ in range(200)) == 200
