"""Which days a digest covers, when it is refused, and what its figures say."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.domain.digests import KeyFigures, Week, check_week, content_text, digest_hash
from app.domain.errors import Invalid, NotFound
from tests.support.digests import a_digest, an_open


def test_the_digest_of_week_48_is_made_on_its_monday_and_covers_the_seven_days_before() -> None:
    week = Week.parse("2026-W48")
    assert week.monday == date(2026, 11, 23)
    assert week.made_from == datetime(2026, 11, 23, 6, tzinfo=UTC)  # seven in the morning in Amsterdam
    assert (week.since, week.as_of) == (date(2026, 11, 16), date(2026, 11, 22))
    assert week.until == date(2026, 11, 29)
    assert str(week.before) == "2026-W47"


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2026, 1, 1), "2026-W01"),
        (date(2025, 12, 29), "2026-W01"),  # ISO 8601: the week of the year's first Thursday
        (date(2027, 1, 3), "2026-W53"),
        (date(2026, 11, 29), "2026-W48"),
    ],
)
def test_a_day_lies_in_its_week_by_iso_8601(day: date, week: str) -> None:
    assert str(Week.of(day)) == week
    assert Week.parse(week) == Week.of(day)


@pytest.mark.parametrize("text", ["2026-W54", "2025-W53", "2026-48", "2026-W00", "w48", "", "1999-W01", "2099-W10"])
def test_what_is_no_week_is_not_found(text: str) -> None:
    with pytest.raises(NotFound) as refused:
        Week.parse(text)
    assert refused.value.code == "no-week"


@pytest.mark.parametrize(
    ("week", "first", "code"),
    [
        ("2026-W49", date(2026, 1, 5), "digest-of-future"),
        ("2026-W48", None, "digest-without-letters"),
        ("2026-W48", date(2026, 11, 23), "digest-before-first-letter"),
    ],
)
def test_a_digest_that_can_not_be_made_is_refused(week: str, first: date | None, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_week(Week.parse(week), date(2026, 11, 29), first)
    assert refused.value.code == code
    assert "{" not in str(refused.value)


def test_the_refusal_names_the_first_week_that_can_be_made() -> None:
    with pytest.raises(Invalid) as refused:
        check_week(Week.parse("2026-W40"), date(2026, 11, 23), date(2026, 10, 5))
    start = Week.parse(refused.value.facts["start"])
    check_week(start, date(2026, 11, 23), date(2026, 10, 5))
    with pytest.raises(Invalid):
        check_week(start.before, date(2026, 11, 23), date(2026, 10, 5))


@pytest.mark.parametrize(("part", "whole", "rate"), [(3, 4, None), (1, 8, 13), (0, 5, 0), (5, 5, 100), (61, 100, 61)])
def test_the_rate_is_rounded_half_up_and_needs_five(part: int, whole: int, rate: int | None) -> None:
    assert KeyFigures(late=0, open=0, in_time=part, decided=whole, disputed=0, awaiting=0).on_time == rate


def test_late_questions_stand_by_ministry_in_order_of_name_the_longest_late_first() -> None:
    overdue = (an_open(1, "VWS", 3), an_open(2, "BZK", 2), an_open(3, "BZK", 9), an_open(4, "Fin", 1))
    digest = replace(a_digest(), overdue=overdue)
    assert [(owner, [one.id for one in late]) for owner, late in digest.by_owner] == [
        ("BZK", [3, 2]),
        ("Fin", [4]),
        ("VWS", [1]),
    ]
    assert digest.worst == overdue[2]


def test_one_changed_day_gives_another_hash() -> None:
    digest = a_digest()
    other = replace(digest, as_of=date(2026, 11, 21))
    hashes = {digest_hash(one.week, content_text(one), "{}") for one in (digest, a_digest(), other)}
    assert len(hashes) == 2
