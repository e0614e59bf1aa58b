"""Which torture is done to which database, how much of it, and what is printed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import sqlalchemy as sa

from bench.torture import copies, cuts, faults, forms, storm
from bench.torture.checks import Finding
from bench.torture.cluster import Cluster
from bench.torture.races import run as races_run
from bench.torture.scene import Scene, build
from bench.torture.slots import dead_runner, each_once, standstill

KILLS_PER_MINUTE, SLOTS_PER_MINUTE, RACES_PER_MINUTE, FORMS_PER_MINUTE = 40, 20, 200, 10_000
KINDS = ("sqlite", "postgresql")


class Torture:
    """A folder, a PostgreSQL server, and what was found so far."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._made = folder, 0
        self._cluster: Cluster | None = None
        self.findings: list[Finding] = []

    def close(self) -> None:
        """Stop the server."""
        if self._cluster is not None:
            self._cluster.stop()

    def do(self, name: str, kind: str, work: Callable[[Scene], list[Finding]]) -> None:
        """Do one torture on a register of its own, and print a line per finding."""
        with self._scene(kind) as scene:
            try:
                found = work(scene)
            except Exception as error:  # noqa: BLE001  # a torture that broke off is a finding too
                found = [Finding(f"broke off: {type(error).__name__}: {error}", 0, 1)]
        for one in found:
            told = Finding(f"{name} {kind} {one.name}", one.good, one.all, one.more)
            print(("   " if told.holds else "!! ") + str(told), flush=True)
            self.findings.append(told)

    @contextmanager
    def _scene(self, kind: str) -> Iterator[Scene]:
        self._made += 1
        folder = self._folder / f"{kind}-{self._made}"
        cluster = None
        if kind == "sqlite":
            url = f"sqlite:///{folder / 'register.sqlite3'}"
        else:
            cluster = self._cluster = self._cluster or Cluster(self._folder / "postgresql")
            url = self._database(cluster, f"torture_{self._made}")
        scene = build(kind, folder, url, cluster)
        try:
            yield scene
        finally:
            scene.close()

    @staticmethod
    def _database(cluster: Cluster, name: str) -> str:
        server = sa.make_url(cluster.url)
        plain = server.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return server.set(database=name).render_as_string(hide_password=False)


def run(folder: Path, minutes: float) -> list[Finding]:
    """All of it; the storms take so many minutes together, the rest what it takes."""
    torture = Torture(folder)
    kills, races = max(10, round(KILLS_PER_MINUTE * minutes)), max(20, round(RACES_PER_MINUTE * minutes))
    made_up = max(500, round(FORMS_PER_MINUTE * minutes))
    slots = max(20, round(SLOTS_PER_MINUTE * minutes))
    try:
        for kind in KINDS:
            torture.do("R1", kind, lambda scene: storm.run(scene, kills, 30 * minutes, crashes=3))
            torture.do("R2", kind, lambda scene: each_once(scene, slots))
            torture.do("R2", kind, lambda scene: dead_runner(scene, as_they_are=minutes >= 1))
            torture.do("R4", kind, standstill)
            torture.do("R5", kind, faults.run)
            if kind == "postgresql":
                torture.do("R6", kind, cuts.run)
            torture.do("R7", kind, lambda scene: races_run(scene, races))
            torture.do("R10", kind, copies.run)
        torture.do("S4", "sqlite", lambda scene: forms.run(scene, made_up))
    finally:
        torture.close()
    return torture.findings
