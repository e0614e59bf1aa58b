"""The weekly digest: which days a week's digest tells of, what stands in it, and how it is spelled for its hash."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, Self

from app.domain.calendar import LAST_DAY, ONE_DAY
from app.domain.canonical import length_prefixed
from app.domain.errors import Invalid, NotFound, mark
from app.domain.slots import moment
from app.domain.statistics import FEWEST

MADE_AT, ALARM_AT = time(7), time(12)
"""When it is made on its Monday in Amsterdam, and when it is late enough to warn whoever runs Regie."""

TREND_WEEKS = 12
FIRST_YEAR = 2000
_WEEK = re.compile(r"([1-9][0-9]{3})-W([0-9]{2})")
_SEVEN_DAYS = timedelta(days=7)


@dataclass(frozen=True, order=True)
class Week:
    """A week by ISO 8601, `2026-W48`. Its digest is made on its Monday and looks back at the seven days before it."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2026-W48`. Raises NotFound (`no-week`) for any other form, and for a week its year does not have."""
        sentence = mark("{week} is geen week. Vul een week in als 2026-W48.")
        refusal = NotFound("no-week", sentence, field="week", week=text.strip()[:20])
        found = _WEEK.fullmatch(text.strip())
        if found is None:
            raise refusal
        year, number = map(int, found.groups())
        if not FIRST_YEAR <= year < LAST_DAY.year:
            raise refusal
        try:
            date.fromisocalendar(year, number, 1)
        except ValueError:
            raise refusal from None
        return cls(year, number)

    @classmethod
    def of(cls, day: date) -> Self:
        """The week a day lies in."""
        return cls(*day.isocalendar()[:2])

    @property
    def monday(self) -> date:
        """The day the digest is made."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def made_from(self) -> datetime:
        """The moment the digest is made, if nothing has to be waited for."""
        return moment(self.monday, MADE_AT)

    @property
    def as_of(self) -> date:
        """The Sunday by the end of which the digest tells how things stand."""
        return self.monday - ONE_DAY

    @property
    def since(self) -> date:
        """The Monday on which the seven days begin that the digest looks back at."""
        return self.monday - _SEVEN_DAYS

    @property
    def until(self) -> date:
        """The Sunday that ends the days it looks ahead to, from its own Monday on."""
        return self.monday + _SEVEN_DAYS - ONE_DAY

    @property
    def before(self) -> "Week":
        """The week before."""
        return Week.of(self.since)


@dataclass(frozen=True)
class KeyFigures:
    """How many questions are late, open (the late ones too), without an undisputed owner, and waiting for VNG.

    `in_time` of `decided` first answers of the last twelve months came in time, as the statistics count them.
    """

    late: int
    open: int
    in_time: int
    decided: int
    disputed: int
    awaiting: int

    @property
    def on_time(self) -> int | None:
        """Per cent answered in time, rounded half up; None over fewer than FEWEST."""
        return (self.in_time * 200 + self.decided) // (self.decided * 2) if self.decided >= FEWEST else None


@dataclass(frozen=True)
class Mention:
    """A question as every list of the digest names it."""

    id: int
    number: str
    title: str
    owner: str


@dataclass(frozen=True)
class Open(Mention):
    """A question that waits for an answer. `held_days` and `days_late` are calendar days, up to the Sunday.

    `holder` is empty while nobody owns it for certain; `holder_kind` a word of HolderKind.
    """

    due_on: date
    days_late: int
    holder: str
    holder_kind: str
    held_days: int
    rung: int
    round: int


@dataclass(frozen=True)
class Answered(Mention):
    """An answer of these days; `verdict` is empty while it waits for one."""

    answered_on: date
    days_late: int
    verdict: str
    round: int


@dataclass(frozen=True)
class Moved(Mention):
    """A due date that moved."""

    from_on: date
    to_on: date
    reason: str


@dataclass(frozen=True)
class Objected(Mention):
    """A draft answer that other ministries object to."""

    by: tuple[str, ...]


@dataclass(frozen=True)
class Repeated(Mention):
    """A question that was asked again, because its answer was not concrete or it was reopened."""

    round: int
    asked_on: date


@dataclass(frozen=True)
class AskedBefore(Mention):
    """A question that was asked in these days and asks again what was asked before: the numbers of those."""

    asked_on: date
    earlier: tuple[str, ...]


@dataclass(frozen=True)
class Digest:
    """All that a digest tells. `before` are last week's frozen figures, None where there is no such digest.

    `late_before` is how many were late a week before as the register has it now: it differs from `before.late` where
    something was recorded afterwards. `trend` pairs weeks with how many were late, the last one this week's.
    `asked_before` is empty in digests that were made before it was told. `sweep_at` is when that morning's sweep had
    ended, None where the digest was made without waiting for one.
    """

    week: str
    as_of: date
    since: date
    until: date
    made_at: datetime
    sweep_at: datetime | None
    definition_version: int
    figures: KeyFigures
    before: KeyFigures | None
    late_before: int
    overdue: tuple[Open, ...]
    newly_late: tuple[Open, ...]
    answered: tuple[Answered, ...]
    moved: tuple[Moved, ...]
    disputed: tuple[Open, ...]
    objections: tuple[Objected, ...]
    repeats: tuple[Repeated, ...]
    due_next: tuple[Open, ...]
    trend: tuple[tuple[str, int], ...]
    chain_length: int
    chain_head: str
    asked_before: tuple[AskedBefore, ...] = ()

    @cached_property
    def worst(self) -> Open | None:
        """The question that is late longest."""
        return max(self.overdue, key=lambda one: one.days_late, default=None)

    @property
    def corrected(self) -> bool:
        """Whether last week's frozen number of late questions is another than the register has now."""
        return self.before is not None and self.before.late != self.late_before

    @cached_property
    def by_owner(self) -> list[tuple[str, list[Open]]]:
        """The late questions by ministry, in order of name; of each the longest late first."""
        found: dict[str, list[Open]] = {}
        for one in sorted(self.overdue, key=lambda one: (-one.days_late, one.id)):
            found.setdefault(one.owner, []).append(one)
        return sorted(found.items(), key=lambda pair: pair[0].casefold())


def content_text(digest: Digest) -> str:
    """Return all of a digest as the one JSON text that is kept and hashed; days as ISO text."""
    return canonical({field.name: getattr(digest, field.name) for field in fields(digest)})


def canonical(value: Any) -> str:
    """Return the one JSON text of a value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_as_text)


def _as_text(value: Any) -> Any:
    """A day as ISO text, a line of a list as its fields. Not by `asdict`: that copies each field of each question."""
    if isinstance(value, date):
        return value.isoformat()
    return vars(value) if isinstance(value, Mention | KeyFigures) else str(value)


def digest_hash(week: str, content: str, written: str) -> str:
    """Return SHA-256 over a frozen digest, 64 hexadecimal digits: the audit chain holds it."""
    return hashlib.sha256(length_prefixed(week, content, written)).hexdigest()


def figures_from(told: Mapping[str, int]) -> KeyFigures:
    """Return key figures as they were kept."""
    return KeyFigures(**{name: told[name] for name in KeyFigures.__dataclass_fields__})


def check_week(week: Week, today: date, first_asked_on: date | None) -> None:
    """Raise Invalid unless the week's digest can be made: its Monday has come, and something was asked before it.

    Codes: `digest-of-future`, `digest-without-letters`, `digest-before-first-letter`.
    """
    if week.monday > today:
        sentence = mark("Het overzicht van {week} kan pas op {monday} worden gemaakt. Kies een eerdere week.")
        raise Invalid("digest-of-future", sentence, field="week", week=str(week), monday=week.monday)
    if first_asked_on is None:
        sentence = mark("Er is nog geen brief verzonden, dus er is nog niets om een overzicht van te maken.")
        raise Invalid("digest-without-letters", sentence, field="week")
    if first_asked_on > week.as_of:
        sentence = mark(
            "{week} gaat over de dagen tot en met {as_of}, en de eerste brief is van {first}. Kies {start}."
        )
        start = str(Week.of(first_asked_on + _SEVEN_DAYS))
        raise Invalid(
            "digest-before-first-letter",
            sentence,
            field="week",
            week=str(week),
            as_of=week.as_of,
            first=first_asked_on,
            start=start,
        )
