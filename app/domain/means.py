"""By which means somebody showed who they are, and for whom a mailed code is not enough."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.permissions import Role

IDLE = timedelta(minutes=60)
LONGEST = timedelta(hours=12)
# Passkeys and keys open doors for long; who makes or removes one shows once more who they are after this long.
FRESH = timedelta(minutes=30)


class Means(StrEnum):
    """What opened a session."""

    CODE = "code"
    PASSKEY = "passkey"
    OPENID = "openid"


MANAGING_ROLES = frozenset({Role.ADMIN, Role.SECRETARIAT})
"""Who reaches everything: here whoever reads somebody's mail must not be able to sign in as them."""


def is_enough(means: Means, roles: Collection[Role], *, strong_required: bool) -> bool:
    """Tell whether a session opened like this lets somebody with these roles work."""
    return means is not Means.CODE or not strong_required or MANAGING_ROLES.isdisjoint(roles)


def is_fresh(signed_in_at: datetime, now: datetime) -> bool:
    """Tell whether somebody signed in so recently that they need not show again who they are."""
    return now - signed_in_at < FRESH
