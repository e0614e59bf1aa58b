"""Digests made by hand, for tests of what is done with them."""

from datetime import UTC, date, datetime

from app.domain.digests import Digest, KeyFigures, Open


def an_open(number: int, owner: str = "JenV", days_late: int = 4, title: str = "Wanneer komt er geld?") -> Open:
    """A question that waits with its owner."""
    return Open(
        id=number,
        number=f"2026-118.{number}",
        title=title,
        owner=owner,
        due_on=date(2026, 11, 18),
        days_late=days_late,
        holder=owner,
        holder_kind="eigenaar",
        held_days=20,
        rung=2,
        round=1,
    )


def a_digest(late: int = 0, before: int | None = None) -> Digest:
    """The digest of 2026-W48 with so many questions late, and so many in last week's."""

    def figures(number: int) -> KeyFigures:
        return KeyFigures(late=number, open=number + 3, in_time=3, decided=5, disputed=0, awaiting=1)

    return Digest(
        week="2026-W48",
        as_of=date(2026, 11, 22),
        since=date(2026, 11, 16),
        until=date(2026, 11, 29),
        made_at=datetime(2026, 11, 23, 6, tzinfo=UTC),
        sweep_at=datetime(2026, 11, 23, 5, tzinfo=UTC),
        definition_version=1,
        figures=figures(late),
        before=None if before is None else figures(before),
        late_before=before or 0,
        overdue=tuple(an_open(number + 1) for number in range(late)),
        newly_late=(),
        answered=(),
        moved=(),
        disputed=(),
        objections=(),
        repeats=(),
        due_next=(),
        trend=(("2026-W47", before or 0), ("2026-W48", late)),
        chain_length=12,
        chain_head="ab" * 32,
    )
