"""From which day on something may go."""

from datetime import UTC, datetime

import pytest

from app.domain.errors import Invalid
from app.domain.retention import PERIODS, Kept, before, months_read


@pytest.mark.parametrize(
    ("now", "months", "day"),
    [
        (datetime(2026, 11, 29, 12, tzinfo=UTC), 1, "2026-10-29T00:00:00+01:00"),
        (datetime(2026, 11, 29, 12, tzinfo=UTC), 11, "2025-12-29T00:00:00+01:00"),
        (datetime(2026, 11, 29, 12, tzinfo=UTC), 12, "2025-11-29T00:00:00+01:00"),
        (datetime(2026, 8, 31, 12, tzinfo=UTC), 6, "2026-02-28T00:00:00+01:00"),
        (datetime(2026, 1, 31, 12, tzinfo=UTC), 4, "2025-09-30T00:00:00+02:00"),
        (datetime(2026, 7, 31, 22, 30, tzinfo=UTC), 1, "2026-07-01T00:00:00+02:00"),  # already August here
    ],
)
def test_a_period_ends_at_midnight_so_many_calendar_months_ago(now: datetime, months: int, day: str) -> None:
    assert before(now, months).isoformat() == day


def test_every_kind_has_a_period_that_is_allowed() -> None:
    assert set(PERIODS) == set(Kept)
    for kind, period in PERIODS.items():
        assert months_read(kind, f" {period.months} ") == period.months


@pytest.mark.parametrize("text", ["", "0", "11", "601", "-12", "12.5", "twaalf", "１２", "99999999999999999999"])
def test_what_is_no_number_of_months_or_too_short_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        months_read(Kept.LETTERS, text)
    assert (refused.value.code, refused.value.field) == ("bad-period", "maanden-brieven")
