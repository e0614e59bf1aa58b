"""The page of the jobs, and what machines that watch are told."""

from datetime import UTC, datetime, timedelta

import httpx
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.domain.jobs import PLANS
from app.scheduler import run_due
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.jobs import JobRun
from app.timetable import TIMETABLE, Call
from tests.support.builders import a_register
from tests.support.live import Live
from tests.support.visits import send, sign_in, sign_in_on

ADMIN = "beheer@vng.example"
JOBS = {job.name: job for job in TIMETABLE}


def tick(live: Live, *names: str) -> None:
    for name in names:
        run_due(live.app.state.office, JOBS[name], Call())


def tidy_runs(db: Db) -> list[JobRun]:
    with db.reading() as s:
        return list(s.scalars(sa.select(JobRun).where(JobRun.job == "tidy").order_by(JobRun.slot)))


def test_a_job_asked_for_runs_once_at_the_next_tick_and_is_on_record(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, ADMIN)
    tick(live, "tidy")
    for _ in range(2):
        assert send(client, "/beheer/taken/tidy", page="/beheer/taken").status_code == 303
    assert "is al gevraagd" in client.get("/beheer/taken").text
    for _ in range(3):
        tick(live, "tidy")
    by_clock, by_hand = tidy_runs(live.db)
    assert by_clock.asked_by_id is None
    assert by_hand.asked_by_id
    assert by_hand.result
    assert "met de hand gevraagd" in client.get("/beheer/taken").text
    with live.db.reading() as s:
        assert s.scalars(sa.select(AuditEntry.object).where(AuditEntry.act == "taak-vragen")).all() == ["taak:tidy"]


def test_every_job_stands_on_the_page_with_what_it_does(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, ADMIN)
    tick(live, "sweep", "post")
    shown = client.get("/beheer/taken").text
    for plan in PLANS:
        assert plan.does in shown
    assert "0 vragen een trede hoger" in shown
    assert client.post("/beheer/taken/zwaaien").status_code == 403
    assert send(client, "/beheer/taken/zwaaien", page="/beheer/taken").status_code == 404


def test_only_who_runs_regie_sees_the_jobs(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, "secretariaat@vng.example")
    assert client.get("/beheer/taken").status_code == 403


def test_machines_that_watch_are_told_which_job_is_late_and_since_when(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        s.add(JobRun(job="digest", slot=live.clock.now, runner="", started_at=live.clock.now,
                     leased_until=live.clock.now, finished_at=live.clock.now, result="klaar"))  # fmt: skip
    tick(live, *(name for name in JOBS if name != "digest"))
    assert client.get("/healthz").json() == {"status": "ok", "late": []}
    begins = live.clock.now
    live.clock.advance(hours=2)
    told = client.get("/healthz")
    assert told.status_code == 200
    late = {one["job"]: datetime.fromisoformat(one["since"]) for one in told.json()["late"]}
    assert "statistics" in late
    assert begins < late["statistics"].astimezone(UTC) <= begins + timedelta(minutes=15)
    tick(live, "statistics")
    assert "statistics" not in {one["job"] for one in client.get("/healthz").json()["late"]}


def test_a_job_is_told_to_run_by_keyboard(live: Live, page: Page) -> None:
    a_register(live.db)
    tick(live, "sweep")
    sign_in_on(page, live, ADMIN, "/beheer/taken")
    expect(page.get_by_role("heading", name="Taken", level=1)).to_be_visible()
    page.get_by_role("button", name="Draai nu Opruimen").press("Enter")
    expect(page.get_by_text("Opruimen begint binnen een halve minuut")).to_be_visible()
