"""The demo's register, filled once in a run: a test that wants to see a lot gets a copy."""

import sqlite3
from contextlib import closing
from io import BytesIO
from pathlib import Path

import sqlalchemy as sa

from app.demo import replay
from app.digest_press import press
from app.domain.actors import CLOCKWORK
from app.domain.retention import Kept
from app.settings import Settings
from app.store import exports
from app.store.base import Db
from app.store.exchange import takeovers
from app.store.retention import RetentionPeriod
from app.timetable import run_job
from app.usecases import retention, saved_views, unfinished
from app.usecases.accounts import enrolments
from tests.support.builders import secretariat
from tests.support.clock import NOW
from tests.support.databases import Databases
from tests.support.live import Live
from tests.support.workbooks import a_workbook


def copy_of_the_demo(databases: Databases, folder: Path) -> str:
    """The URL of a register on SQLite with all letters of the demo as of the tests' clock, and fourteen digests."""

    def fill(url: str) -> None:
        db = Db(url)
        replay.fill(db, NOW, press(Settings(var=folder / "var", secret="x" * 32, scheduler=False)))
        db.dispose()  # the last connection that closes brings all into the one file

    return databases.filled("demo", fill, folder)


def pour_the_demo_into(db: Db, databases: Databases, folder: Path) -> None:
    """Fill an empty register on SQLite with that copy."""
    copy = sa.make_url(copy_of_the_demo(databases, folder)).database
    with closing(sqlite3.connect(str(copy))) as full, closing(sqlite3.connect(str(db.engine.url.database))) as empty:
        full.backup(empty)


def add_what_the_demo_lacks(live: Live) -> None:
    """Put down what pages show and no letter tells of: somebody invited, a letter half typed, a list from elsewhere…"""
    typed = [
        ("onderwerp", "Beschermd wonen"),
        ("vragen-0-tekst", "Wanneer komt het besluit?"),
        ("vragen-0-eigenaar", ""),
    ]
    with live.db.writing() as s:
        now, who = live.clock(), secretariat(s)
        enrolments.make_by_command(s, "beheer@vng.example", now)
        form = unfinished.Typed("a" * 32, "b" * 32, "c" * 32, 0, None, "Beschermd wonen", 1, typed, [])
        unfinished.keep(s, who, form, now)
        saved_views.save(s, who, "Te laat bij OCW", "/vragen", "laat=ja&ministerie=OCW", now)
        s.add(RetentionPeriod(kind=Kept.LETTERS, months=1, changed_at=now))
        s.flush()
        retention.propose(s, CLOCKWORK, now)
        person_id = who.person_id or 0
    asked = exports.Export(
        exports.new_id(), person_id, "vragen.csv", "csv", "nl", {"stand": "open"}, 30_000, now.isoformat()
    )
    exports.begin(live.settings.exports, asked)
    run_job(live.app.state.office, "statistics")
    folder = live.settings.takeovers
    folder.mkdir(parents=True, exist_ok=True)
    takeovers.begin(folder, BytesIO(a_workbook()), "register.xlsx", person_id, now)
