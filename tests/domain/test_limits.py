"""How often something may be done: the arithmetic of buckets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.limits import CALLS, SIGN_IN, Limit, network_of, wait_seconds

SECOND = 1_000_000


def granted(limit: Limit, moments: list[int]) -> list[int]:
    """At which of these moments (microseconds, in order) a block was given, as the store does it."""
    full_at, given_at = 0, []
    for now in moments:
        after = max(full_at, now) + limit.step * limit.block
        if after <= now + limit.room:
            full_at = after
            given_at.append(now)
    return given_at


@given(st.lists(st.integers(0, 200 * SECOND), min_size=1, max_size=300), st.sampled_from([SIGN_IN, CALLS]))
def test_nobody_gets_more_than_the_limit_in_any_window(moments: list[int], limit: Limit) -> None:
    given_at = granted(limit, sorted(moments))
    for begin in given_at:
        inside = [one for one in given_at if begin <= one < begin + limit.room]
        assert len(inside) * limit.block <= limit.most


def test_half_is_there_at_once_and_the_rest_comes_with_the_time() -> None:
    at_once = granted(SIGN_IN, [0] * 1000)
    over_a_minute = granted(SIGN_IN, [n * 60_000 for n in range(1000)])
    assert (len(at_once), len(over_a_minute)) == (30, 59)


def test_who_waits_as_long_as_was_said_gets_the_next_one() -> None:
    limit = Limit("proef", 10, 60)
    full_at = 5 * limit.step
    seconds = wait_seconds(limit, full_at, 0)
    assert seconds == 12
    assert full_at + limit.step <= seconds * SECOND + limit.room


def test_a_wider_limit_is_wider_and_none_is_too_narrow_for_a_block() -> None:
    assert SIGN_IN.times(2).most == 120
    assert CALLS.times(0.001).most == 2 * CALLS.block


@pytest.mark.parametrize(
    ("address", "stands_for"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::1", "2001:db8:1:2::"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("", ""),
        ("een socket", "een socket"),
    ],
)
def test_an_address_stands_for_itself_or_for_the_network_of_a_household(address: str, stands_for: str) -> None:
    assert network_of(address) == stands_for
