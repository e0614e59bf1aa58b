"""The weekly digest: drawing it up, freezing it for good, and who gets it by mail."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.audit import GENESIS
from app.domain.calendar import Calendar, civil_date
from app.domain.definitions import DEFINITION_VERSION
from app.domain.digests import (
    TREND_WEEKS,
    Digest,
    KeyFigures,
    Week,
    canonical,
    check_week,
    content_text,
    digest_hash,
    figures_from,
)
from app.domain.escalation import next_window
from app.domain.questions import HolderKind
from app.domain.statistics import Bucket, Selection, standard_start
from app.store import audit
from app.store.audit import AuditHead
from app.store.figures import digest_lists, digest_week
from app.store.figures.digests import add_digest, recent, subscribers
from app.store.figures.statistics import bucket_counts
from app.store.ladder.escalation import load_hours
from app.store.outbox import enqueue_each
from app.store.terms import load_calendar

Written = Mapping[str, Mapping[str, str]]
"""What people read of a digest: language → `lead`, `rest` (of its sentence), `page`, `subject`, `text`, `html`."""


def draw_up(session: Session, week: Week, now: datetime, sweep_at: datetime | None = None) -> Digest:
    """Gather what the digest of a week tells, as the register has it now. Reads only.

    Raises Invalid `digest-of-future`, `digest-without-letters` or `digest-before-first-letter`.
    """
    check_week(week, civil_date(now), digest_lists.first_asked_on(session))
    calendar = load_calendar(session)
    waiting = digest_lists.waiting(session, week.as_of, calendar)
    figures = _figures(session, week.as_of, len(waiting.overdue))
    earlier = recent(session, TREND_WEEKS - 1, until=str(week.before))
    before = next((figures_from(row.figures) for row in earlier if row.week == str(week.before)), None)
    newly = tuple(one for one in waiting.overdue if one.due_on >= week.before.as_of)
    length, head = _chain(session)
    return Digest(
        week=str(week),
        as_of=week.as_of,
        since=week.since,
        until=week.until,
        made_at=now,
        sweep_at=sweep_at,
        definition_version=DEFINITION_VERSION,
        figures=figures,
        before=before,
        late_before=_late_before(session, week, before, calendar),
        overdue=waiting.overdue,
        newly_late=newly,
        answered=digest_week.answered(session, week.since, week.as_of),
        moved=digest_week.moved(session, week.since, week.as_of),
        disputed=digest_lists.disputed(session, week.as_of, calendar),
        objections=digest_lists.objections(session, week.as_of),
        repeats=digest_week.repeats(session, week.since, week.as_of),
        due_next=waiting.due_next,
        trend=(*((row.week, int(row.figures["late"])) for row in reversed(earlier)), (str(week), figures.late)),
        chain_length=length,
        chain_head=head,
        asked_before=digest_week.asked_before(session, week.since, week.as_of),
    )


def freeze(session: Session, actor: Actor, digest: Digest, written: Written, now: datetime, *, tell: bool) -> bool:
    """Keep a digest for good, with what people read of it; False where its week has one already: nothing changes then.

    With `tell` it is mailed to its subscribers in the first office hours from `now` on.
    """
    content, texts = content_text(digest), canonical(written)
    sha256 = digest_hash(digest.week, content, texts)
    added = add_digest(
        session,
        {
            "week": digest.week,
            "as_of": digest.as_of,
            "made_at": digest.made_at,
            "sweep_at": digest.sweep_at,
            "figures": asdict(digest.figures),
            "headline": {language: [told["lead"], told["rest"]] for language, told in written.items()},
            "content": content,
            "written": texts,
            "sha256": sha256,
        },
    )
    if not added:
        return False
    readers = subscribers(session) if tell else ()
    if readers:
        window = next_window(now, load_calendar(session), load_hours(session))
        key = f"digest:{digest.week}:{{person_id}}"
        enqueue_each(session, readers, "digest", key, now, window, {"week": digest.week})
    thing = f"weekoverzicht:{digest.week}"
    audit.record(session, actor, "vastleggen", thing, now, sha256=sha256, mails=len(readers))
    return True


def _figures(session: Session, as_of: date, late: int) -> KeyFigures:
    buckets = bucket_counts(session, Selection(as_of, asked_from=standard_start(as_of)))
    held = digest_lists.held_by(session, as_of)
    awaiting = held.get(HolderKind.VNG, 0)
    return KeyFigures(
        late=late,
        open=sum(held.values()) - awaiting,
        in_time=buckets[Bucket.IN_TIME],
        decided=buckets[Bucket.IN_TIME] + buckets[Bucket.LATE] + buckets[Bucket.OPEN_LATE],
        disputed=held.get(HolderKind.CENTRE, 0),
        awaiting=awaiting,
    )


def _late_before(session: Session, week: Week, before: KeyFigures | None, calendar: Calendar) -> int:
    """How many were late a week before as recorded now; only asked where there is a figure to compare it with."""
    if before is None:
        return 0
    return digest_lists.count_late(session, week.before.as_of, calendar)


def _chain(session: Session) -> tuple[int, str]:
    """How many entries the audit chain has, and the hash of the last."""
    head = session.execute(sa.select(AuditHead.sequence, AuditHead.hash)).one_or_none()
    return (head.sequence, head.hash) if head else (0, GENESIS)
