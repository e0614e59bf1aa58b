"""The job that makes the digest: by the clock after the sweep, by hand for any week, twice without harm."""

import json
import logging
from collections.abc import Callable
from datetime import date, time
from email.parser import BytesParser
from email.policy import default

import pytest
import sqlalchemy as sa

from app.domain.errors import Invalid
from app.domain.slots import moment
from app.mail.post import post
from app.office import Office
from app.scheduler import run_due
from app.settings import Settings
from app.store.base import Db
from app.store.figures.digests import FrozenDigest
from app.store.jobs import JobRun
from app.store.outbox import MailState, OutboxMail
from app.timetable import TIMETABLE, Call, run_job
from app.usecases import subscriptions
from tests.support.builders import a_question, a_register, actor, at
from tests.support.clock import Clock

MONDAY = date(2026, 11, 23)
JOBS = {job.name: job for job in TIMETABLE}


@pytest.fixture
def office(db: Db, make_settings: Callable[..., Settings], clock: Clock) -> Office:
    a_register(db)
    with db.writing() as s:
        a_question(s, "JENV", date(2026, 10, 5))
    return Office(make_settings(base_url="https://regie.example"), db, clock)


def weeks(office: Office) -> list[tuple[str, bool]]:
    with office.db.reading() as s:
        rows = s.execute(sa.select(FrozenDigest.week, FrozenDigest.sweep_at).order_by(FrozenDigest.week))
        return [(row.week, row.sweep_at is not None) for row in rows]


def mails(office: Office) -> list[MailState]:
    with office.db.reading() as s:
        return list(s.scalars(sa.select(OutboxMail.state).where(OutboxMail.kind == "digest")))


def let_go(office: Office) -> None:
    """End the lease of a job that waits, as time would."""
    with office.db.writing() as s:
        s.execute(
            sa.update(JobRun).where(JobRun.job == "digest").values(leased_until=moment(date(2020, 1, 1), time(0)))
        )


def test_by_hand_it_makes_the_week_of_a_day_and_twice_does_no_harm(office: Office) -> None:
    assert run_job(office, "digest", MONDAY) == "het overzicht van 2026-W48 is vastgelegd: 1 te laat"
    assert run_job(office, "digest", MONDAY) == "het overzicht van 2026-W48 is er al"
    assert run_job(office, "digest") == "het overzicht van 2026-W48 is er al"
    assert weeks(office) == [("2026-W48", False)]
    assert len(mails(office)) == 1


def test_an_older_week_made_by_hand_is_not_mailed(office: Office) -> None:
    run_job(office, "digest", date(2026, 11, 11))
    assert weeks(office) == [("2026-W46", False)]
    assert mails(office) == []


@pytest.mark.parametrize("day", [date(2026, 11, 30), date(2026, 10, 5)])
def test_a_future_week_and_one_before_the_first_letter_are_refused(office: Office, day: date) -> None:
    with pytest.raises(Invalid):
        run_job(office, "digest", day)
    assert weeks(office) == []


def test_by_the_clock_it_waits_for_the_sweep_and_warns_once_from_noon(
    office: Office, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    clock.set(moment(MONDAY, time(7, 1)))
    assert run_due(office, JOBS["digest"], Call()) == "wacht op de sweep"
    assert run_due(office, JOBS["digest"], Call()) is None  # not before the lease has ended
    let_go(office)
    clock.set(moment(MONDAY, time(12)))
    assert run_due(office, JOBS["digest"], Call()) == "te laat: wacht op de sweep"
    let_go(office)
    run_due(office, JOBS["digest"], Call())
    assert [record.message for record in caplog.records] == ["job digest is late: wacht op de sweep"]
    assert weeks(office) == []
    run_due(office, JOBS["sweep"], Call())
    let_go(office)
    assert run_due(office, JOBS["digest"], Call()) == "het overzicht van 2026-W48 is vastgelegd: 1 te laat"
    assert weeks(office) == [("2026-W48", True)]
    assert run_due(office, JOBS["digest"], Call()) is None


def test_before_the_first_letter_the_slot_passes_without_a_digest(
    db: Db, make_settings: Callable[..., Settings], clock: Clock
) -> None:
    office = Office(make_settings(), db, clock)
    run_due(office, JOBS["sweep"], Call())
    told = run_due(office, JOBS["digest"], Call())
    assert told == "geen overzicht van 2026-W48: digest-without-letters"
    assert run_due(office, JOBS["digest"], Call()) is None


def test_the_mail_is_as_it_was_frozen_and_says_how_to_stop_it(office: Office) -> None:
    run_job(office, "digest", MONDAY)
    post(office, hurried=True)
    (file,) = office.settings.mail_folder.glob("*-digest.eml")
    message = BytesParser(policy=default).parsebytes(file.read_bytes())
    assert message["To"] == "Directie <directie@vng.example>"
    assert message["Subject"] == "Weekoverzicht week 48: 1 vraag te laat"
    assert message["List-Unsubscribe"].strip().startswith("<https://regie.example/afmelding/")
    with office.db.reading() as s:
        written = json.loads(s.scalars(sa.select(FrozenDigest.written)).one())["nl"]
    assert message.get_body(("plain",)).get_content().splitlines() == written["text"].splitlines()  # type: ignore[union-attr]
    assert mails(office) == [MailState.SENT]


def test_who_unsubscribed_meanwhile_gets_no_mail(office: Office) -> None:
    run_job(office, "digest", MONDAY)
    with office.db.writing() as s:
        subscriptions.choose(s, actor(s, "directie@vng.example"), False, at(MONDAY))
    post(office, hurried=True)
    assert mails(office) == [MailState.CANCELLED]
