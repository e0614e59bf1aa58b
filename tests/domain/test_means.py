"""For whom a mailed code is enough."""

from datetime import UTC, datetime, timedelta

from app.domain.means import FRESH, Means, is_enough, is_fresh
from app.domain.permissions import Role


def test_a_code_is_not_enough_for_who_manages_where_more_is_asked() -> None:
    turned_away = {role for role in Role if not is_enough(Means.CODE, {role}, strong_required=True)}
    assert turned_away == {Role.ADMIN, Role.SECRETARIAT}
    assert not is_enough(Means.CODE, {Role.LEADERSHIP, Role.ADMIN}, strong_required=True)
    for role in Role:
        assert is_enough(Means.CODE, {role}, strong_required=False)
        assert is_enough(Means.PASSKEY, {role}, strong_required=True)
        assert is_enough(Means.OPENID, {role}, strong_required=True)


def test_a_sign_in_is_fresh_for_half_an_hour() -> None:
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert is_fresh(now - FRESH + timedelta(seconds=1), now)
    assert not is_fresh(now - FRESH, now)
