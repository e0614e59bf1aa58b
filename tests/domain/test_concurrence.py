"""Concurrence: the day to reply by, what a reply needs, who reads what, and the comparison of two versions."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar import Calendar
from app.domain.concurrence import REPLY_ACTS, Reply, TypedReply, check_due, check_reply, is_stalled, sight
from app.domain.errors import Invalid
from app.domain.questions import State, acts_from

CALENDAR = Calendar()
MONDAY = date(2026, 11, 23)
SENT = "Vanaf 5 maart geldt € 44 per plek."


def test_without_a_date_contributors_get_five_working_days() -> None:
    assert check_due(None, MONDAY, CALENDAR) == date(2026, 11, 30)
    assert check_due(None, date(2026, 12, 23), CALENDAR) == date(2026, 12, 31)  # two days of Christmas, a weekend


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(-400, 400))
def test_the_day_is_a_working_day_to_come_or_is_refused(today: date, days: int) -> None:
    day = today + timedelta(days=days)
    if days > 0 and CALENDAR.is_working(day):
        assert check_due(day, today, CALENDAR) == day
        return
    with pytest.raises(Invalid) as refused:
        check_due(day, today, CALENDAR)
    assert refused.value.code == ("concur-not-later" if days <= 0 else "concur-not-working")
    assert refused.value.field == "datum"


def test_a_day_that_no_calendar_knows_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        check_due(date.max, MONDAY, CALENDAR)
    assert refused.value.code == "date-range"


def test_a_reply_is_late_from_the_day_after() -> None:
    assert not is_stalled(MONDAY, MONDAY)
    assert is_stalled(MONDAY, MONDAY + timedelta(days=1))


def test_every_reply_is_an_act_that_a_concurring_question_knows() -> None:
    assert set(REPLY_ACTS) == set(Reply)
    assert set(REPLY_ACTS.values()) <= set(acts_from(State.CONCURRING))


@pytest.mark.parametrize(
    ("kind", "reason", "proposal", "kept"),
    [
        (Reply.AGREE, " ", SENT, TypedReply(Reply.AGREE)),
        (Reply.AGREE, " Akkoord. ", "", TypedReply(Reply.AGREE, "Akkoord.")),
        (Reply.PROPOSE, "", f"{SENT} Tot 2028. ", TypedReply(Reply.PROPOSE, "", f"{SENT} Tot 2028.")),
        (Reply.OBJECT, "Geen dekking.", SENT.replace(" ", "\n"), TypedReply(Reply.OBJECT, "Geen dekking.")),
        (Reply.OBJECT, "Geen dekking.", "€ 40.", TypedReply(Reply.OBJECT, "Geen dekking.", "€ 40.")),
    ],
)
def test_a_reply_is_kept_as_it_was_meant(kind: Reply, reason: str, proposal: str, kept: TypedReply) -> None:
    assert check_reply(kind, reason, proposal, SENT) == kept


@pytest.mark.parametrize(
    ("kind", "reason", "proposal", "code", "field"),
    [
        (Reply.OBJECT, "  ", "", "missing", "toelichting"),
        (Reply.PROPOSE, "", SENT + "\n", "nothing-proposed", "voorstel"),
        (Reply.PROPOSE, "", "", "nothing-proposed", "voorstel"),
        (Reply.AGREE, "", "€ 40.", "agreed-to-other-text", "voorstel"),
        (Reply.AGREE, "x" * 10_000, "", "too-long", "toelichting"),
        (Reply.PROPOSE, "", "x" * 100_001, "too-long", "voorstel"),
    ],
)
def test_a_reply_that_can_not_be_kept_is_refused(
    kind: Reply, reason: str, proposal: str, code: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        check_reply(kind, reason, proposal, SENT)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_only_those_who_asked_and_were_asked_read_the_texts() -> None:
    for asked, was_asked, centre, answered in [(a, b, c, d) for a in _ANY for b in _ANY for c in _ANY for d in _ANY]:
        seen = sight(asked=asked, was_asked=was_asked, centre=centre, answered=answered)
        assert seen.texts == (asked or was_asked)
        assert seen.reason == (asked or was_asked or centre or answered)


_ANY = (False, True)
