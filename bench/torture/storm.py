"""R1 and R12: processes killed at random moments while clients write, days go by and mails go out."""

import random
import threading
import time
from datetime import date, timedelta

from bench.torture.checks import Finding, mails_right, none_of, promises_kept
from bench.torture.load import Clients
from bench.torture.scene import Scene, ask, drain, wait
from tests.support.builders import at

WEB, SCHEDULERS, SENDERS, CLIENTS = 2, 4, 2, 4
MOST_WAL = 64 * 1024 * 1024
DAYS = [date(2026, 11, day) for day in (24, 25, 26, 27, 30)] + [date(2026, 12, day) for day in (1, 2, 3, 4, 7)]
SWEPT = "SELECT count(*) FROM job_runs WHERE job = 'sweep' AND finished_at IS NOT NULL"


def run(scene: Scene, kills: int, seconds: float, crashes: int) -> list[Finding]:
    """Let so many processes die in about so many seconds, and PostgreSQL so many times; then look what is left."""
    for day in (2, 3, 9, 12, 19):
        ask(scene, date(2026, 10, day))
    ask(scene, date(2026, 11, 2))
    scene.open_nursery()
    for role, many in (("web", WEB), ("scheduler", SCHEDULERS), ("sender", SENDERS)):
        for _ in range(many):
            scene.start(role)
    clients, watch = Clients(scene, CLIENTS), _WalWatch(scene)
    clients.start()
    days = _days_for(kills)
    killing = _Killing(scene, kills, seconds, crashes)
    killing.start()
    for number, day in enumerate(days, start=1):
        scene.set_clock(at(day, 6) + timedelta(minutes=1))
        wait(lambda number=number: scene.scalar(SWEPT) >= number, f"the sweep of {day}")
        scene.set_clock(at(day, 9))
        time.sleep(seconds / len(days) / 2)
    killing.join()
    clients.stop()
    drain(scene)
    watch.over.set()
    findings = [Finding("processes killed", len(scene.killed), kills, _by_role(scene))]
    findings += promises_kept(scene, clients.promised) + mails_right(scene)
    if scene.kind == "sqlite":
        locked = scene.log_lines("database is locked")
        findings.append(
            none_of(f"R12 'database is locked' in {WEB + SCHEDULERS + SENDERS} processes on one file", locked)
        )
        findings.append(
            none_of("R12 WAL over 64 MiB", int(watch.most > MOST_WAL), f"({watch.most / 2**20:.1f} MiB at most)")
        )
    scene.close_nursery()
    return findings


def _days_for(kills: int) -> list[date]:
    return DAYS[: max(3, min(len(DAYS), kills // 15))]


def _by_role(scene: Scene) -> str:
    roles = sorted(set(scene.killed))
    told = ", ".join(f"{scene.killed.count(role)} {role}" for role in roles)
    crashes = f", PostgreSQL stopped at once {scene.cluster.crashes}×" if scene.cluster else ""
    return f"({told}{crashes})"


class _Killing(threading.Thread):
    """Kills one process after another at random moments, and starts another like it at once."""

    def __init__(self, scene: Scene, kills: int, seconds: float, crashes: int) -> None:
        super().__init__(daemon=True)
        self._scene, self._kills, self._pause = scene, kills, seconds / kills
        self._crash_at = {kills * (number + 1) // (crashes + 1) for number in range(crashes)}
        self._draw = random.Random(118)

    def run(self) -> None:
        for number in range(self._kills):
            time.sleep(self._draw.uniform(0, 2 * self._pause))
            role = self._draw.choice(("web", "scheduler", "sender"))
            victims = [one for one, its in self._scene.running.items() if its == role]
            self._scene.kill(self._draw.choice(victims))
            self._scene.start(role)
            if number in self._crash_at and self._scene.cluster is not None:
                self._scene.cluster.crash()


class _WalWatch(threading.Thread):
    """Notes how large the write-ahead log of SQLite became."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(daemon=True)
        self.most, self.over = 0, threading.Event()
        self._wal = scene.folder / "register.sqlite3-wal"
        self.start()

    def run(self) -> None:
        while not self.over.wait(0.1):
            if self._wal.exists():
                self.most = max(self.most, self._wal.stat().st_size)
