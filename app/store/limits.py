"""How often something was done, kept where all workers look: one row per bucket, its meaning in domain.limits."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.limits import Limit, wait_seconds
from app.store.base import Base, insert_new


class RateLimit(Base):
    """A bucket of permits that is not full; `full_at` in microseconds since 1970. The key tells nobody whose it is."""

    __tablename__ = "rate_limits"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    full_at: Mapped[int] = mapped_column(sa.BigInteger, index=True)


def take(session: Session, key: str, limit: Limit, now: int) -> int:
    """Take one block of permits; 0 when that was granted, else after how many seconds there is one. `now` as `full_at`.

    Buckets that are full again are forgotten along the way.
    """
    cost = limit.step * limit.block
    was = sa.case((RateLimit.full_at > now, RateLimit.full_at), else_=now)
    taking = (
        sa.update(RateLimit)
        .where(RateLimit.key == key, was + cost <= now + limit.room)
        .values(full_at=was + cost)
        .returning(RateLimit.full_at)
        .execution_options(synchronize_session=False)
    )
    if session.execute(taking).first():
        return 0
    known = session.execute(sa.select(RateLimit.full_at).where(RateLimit.key == key)).scalar_one_or_none()
    if known is None:
        session.execute(sa.delete(RateLimit).where(RateLimit.full_at < now))
        session.execute(insert_new(session, RateLimit).values(key=key, full_at=now))
        return 0 if session.execute(taking).first() else wait_seconds(limit, now, now)
    return wait_seconds(limit, known, now)
