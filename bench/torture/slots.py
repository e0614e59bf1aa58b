"""R2 and R4: four schedulers and one slot at a time; a runner that died; all of them down over a Monday."""

import os
import time
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from app.store.jobs import JobRun
from bench.torture.checks import Finding
from bench.torture.scene import Scene, ask, wait
from tests.support.builders import at

SCHEDULERS = 4
THURSDAY, MONDAY = date(2026, 11, 26), date(2026, 11, 30)
REPLACED_WITHIN_SECONDS = 60


def each_once(scene: Scene, slots: int) -> list[Finding]:
    """So many slots, a quarter of an hour apart, with four schedulers looking: each leaves one row."""
    scene.open_nursery()
    for _ in range(SCHEDULERS):
        scene.start("slots")
    for number in range(slots):
        if number:
            scene.advance(minutes=15)
        wait(lambda: _finished(scene, "slots", since=scene.now) == 1, f"slot {number}")
    once = scene.scalar("SELECT count(*) FROM (SELECT slot FROM torture_runs GROUP BY slot HAVING count(*) = 1) AS one")
    return [Finding(f"slots ran once, {SCHEDULERS} schedulers ticking", once, slots)]


def dead_runner(scene: Scene, *, as_they_are: bool) -> list[Finding]:
    """One dies in the middle of its slot; another runs it. With the leases as they are, or shortened."""
    scene.open_nursery(**({"TORTURE_LEASES": "as they are"} if as_they_are else {}))
    (scene.folder / "hang").touch()
    for _ in range(SCHEDULERS):
        scene.start("slots")
    wait(lambda: _runner(scene), "a scheduler to hang in its slot")
    victim = _runner(scene)
    scene.kill(victim)
    (scene.folder / "hang").unlink()
    died = time.monotonic()
    wait(lambda: _finished(scene, "slots") >= 1, "another scheduler to take over")
    took = time.monotonic() - died
    leases = "" if as_they_are else ", leases shortened to 4 s"
    within = int(took <= REPLACED_WITHIN_SECONDS)
    told = f"({took:.0f} s, {os.cpu_count()} processors{leases})"
    return [Finding(f"dead runners replaced within {REPLACED_WITHIN_SECONDS} s", within, 1, told)]


def standstill(scene: Scene) -> list[Finding]:
    """All schedulers are down from Thursday evening until Monday at eight: one sweep, one digest, one rung each."""
    for weeks in range(1, 9):
        ask(scene, date(2026, 11, 12) - timedelta(weeks=weeks))
    scene.open_nursery()
    _begin(scene, at(THURSDAY, 8))
    wait(lambda: _finished(scene, "sweep") == 1, "Thursday's sweep")
    scene.end("scheduler", "sender")
    before = _runs(scene)
    for weeks in (5, 7, 9, 11):  # registered now, and by Monday on several rungs at once
        ask(scene, MONDAY - timedelta(weeks=weeks))
    with scene.db.writing() as session:
        last = session.execute(sa.text("SELECT coalesce(max(id), 0) FROM escalations")).scalar_one()
    _begin(scene, at(MONDAY, 8))
    wait(lambda: _finished(scene, "digest", since=at(MONDAY, 0)) == 1, "Monday's digest")
    wait(lambda: _finished(scene, "sweep", since=at(MONDAY, 0)) == 1, "Monday's sweep")
    time.sleep(1)  # whoever would run one too many has the time for it
    ran = {job: number - before.get(job, 0) for job, number in _runs(scene).items()}
    fired = "SELECT count(*) FROM escalations WHERE NOT passed AND id > :last"
    several = f"SELECT count(*) FROM (SELECT question_id FROM escalations WHERE NOT passed AND id > {last} GROUP BY question_id HAVING count(*) > 1) AS x"  # noqa: E501
    climbed = scene.scalar(fired, last=last)
    not_highest = scene.scalar(_HIGHER, last=last)
    return [
        Finding("sweeps after three days down", int(ran.get("sweep") == 1), 1),
        Finding("digests after three days down", int(ran.get("digest") == 1), 1),
        Finding("questions on one new rung only, the highest", climbed - scene.scalar(several) - not_highest, climbed),
    ]


_HIGHER = """
SELECT count(*) FROM escalations e WHERE NOT e.passed AND e.id > :last AND EXISTS (
    SELECT 1 FROM escalations h WHERE h.question_id = e.question_id AND h.round = e.round
    AND h.term_version = e.term_version AND h.edition = e.edition AND h.rung > e.rung)
"""


def _begin(scene: Scene, now: datetime) -> None:
    scene.set_clock(now)
    for role in ("scheduler",) * SCHEDULERS + ("sender",):
        scene.start(role)


def _finished(scene: Scene, job: str, since: datetime | None = None) -> int:
    query = sa.select(sa.func.count()).where(JobRun.job == job, JobRun.finished_at.is_not(None))
    with scene.db.reading() as session:
        return session.execute(query.where(JobRun.slot >= since) if since else query).scalar_one()


def _runner(scene: Scene) -> int:
    """The number of the process that has the slot; 0 for none."""
    with scene.db.reading() as session:
        named = session.scalars(sa.select(JobRun.runner).where(JobRun.job == "slots")).one_or_none()
    return int(named.split(":")[1]) if named else 0


def _runs(scene: Scene) -> dict[str, int]:
    query = sa.select(JobRun.job, sa.func.count()).where(JobRun.finished_at.is_not(None)).group_by(JobRun.job)
    with scene.db.reading() as session:
        return {row[0]: row[1] for row in session.execute(query)}
