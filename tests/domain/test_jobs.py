"""When a job is late."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import NotFound
from app.domain.jobs import PLANS, Plan, late_since, plan_of
from app.domain.slots import moment

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
SCHEDULED = [plan for plan in PLANS if plan.schedule]


@given(st.sampled_from(SCHEDULED), MOMENTS)
def test_a_job_whose_latest_slot_is_done_is_never_late(plan: Plan, now: datetime) -> None:
    assert plan.schedule
    assert late_since(plan, plan.schedule.latest(now), now) is None


@given(st.sampled_from(SCHEDULED), MOMENTS, st.integers(0, 20 * 24 * 60))
def test_a_late_job_is_late_since_the_first_slot_after_the_last_one_done(
    plan: Plan, now: datetime, minutes: int
) -> None:
    assert plan.schedule
    done = plan.schedule.latest(now - timedelta(minutes=minutes))
    since = late_since(plan, done, now)
    missed = plan.schedule.slots(done, now)
    if since is None:
        assert not missed or now < plan.late_from(missed[0])
    else:
        assert since == missed[0]
        assert now >= plan.late_from(since)


def test_a_job_without_slots_is_late_when_it_was_not_seen_for_ten_minutes() -> None:
    post, now = plan_of("post"), moment(date(2026, 11, 23), time(9))
    assert late_since(post, now - timedelta(minutes=9), now) is None
    assert late_since(post, now - timedelta(minutes=11), now) == now - timedelta(minutes=11)
    assert late_since(post, None, now) is None


def test_an_unknown_job_is_refused_with_the_names_of_all() -> None:
    with pytest.raises(NotFound, match="sweep, digest, post"):
        plan_of("zwaaien")
