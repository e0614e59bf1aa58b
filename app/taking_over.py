"""The job that takes over registers chosen on a page: one at a time, checked and then written, outside requests."""

import errno
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.domain.actors import Actor, Door
from app.domain.errors import Refusal, mark
from app.domain.exchange_findings import Findings, Step, Tick
from app.office import Office
from app.store.exchange import takeovers
from app.store.exchange.exchange_scratch import Scratch, scratch
from app.store.exchange.takeovers import Stage, TakeOver
from app.store.people import roles_of
from app.store.work_folders import alone
from app.usecases.exchange import check
from app.usecases.exchange_writing import take_over

log = logging.getLogger(__name__)

NOTHING_TO_TAKE = "niets over te nemen"
TOLD_EVERY = timedelta(seconds=1)
_FULL = ("database or disk is full", "No space left on device", "could not extend file")


def run(office: Office) -> str:
    """Do what waits, the longest waiting first. A second process that comes meanwhile finds nothing to do."""
    folder, done = office.settings.takeovers, 0
    with alone(folder) as mine:
        while mine and (one := takeovers.next_waiting(folder)):
            _do(office, one)
            done += 1
    return f"{done} bestanden behandeld" if done else NOTHING_TO_TAKE


def _do(office: Office, one: TakeOver) -> None:
    folder = office.settings.takeovers
    try:
        with _told_fully():
            ended = _check_or_write(office, one)
    except Refusal as refusal:
        ended = replace(one, stage=Stage.FAILED, refusal=takeovers.told(refusal))
    except Exception:
        log.exception("taking over %s failed", one.id)
        sentence = mark("Er ging iets mis, er is niets geschreven. Probeer het opnieuw, of meld het de beheerder.")
        ended = replace(one, stage=Stage.FAILED, refusal=takeovers.told(Refusal("broken", sentence)))
    takeovers.save(folder, ended)


def _check_or_write(office: Office, one: TakeOver) -> TakeOver:
    folder = office.settings.takeovers
    with scratch() as rows, office.db.reading() as session:
        # Asked anew: whoever chose the file may have lost the role since.
        actor = Actor(one.person_id, roles_of(session, one.person_id), None, Door.SESSION)
        tick = _tick(office, one)
        with takeovers.content(folder, one).open("rb") as file:
            reading = one.reading(takeovers.kept_headings(folder))
            owners = one.create_owners
            findings = check(
                session, actor, file, rows, office.today(), create_owners=owners, tick=tick, reading=reading
            )
        session.rollback()
        seen = takeovers.checked(one, findings)
        if one.stage is Stage.TO_WRITE and not findings.wrong:
            return _write(office, seen, actor, rows, findings, tick)
    return seen


def _write(office: Office, one: TakeOver, actor: Actor, rows: Scratch, findings: Findings, tick: Tick) -> TakeOver:
    with office.db.writing() as session:
        taken = take_over(session, actor, rows, findings, office.now(), tick=tick)
    if one.columns is not None:
        takeovers.keep_headings(office.settings.takeovers, list(findings.headings), one.columns)
    return replace(one, stage=Stage.DONE, letters=taken.letters, questions=taken.questions)


def _tick(office: Office, one: TakeOver) -> Tick:
    """Notes how far it is, once a second and at each new step."""
    last: tuple[Step, datetime, datetime] | None = None

    def tick(step: Step, done: int, total: int) -> None:
        nonlocal last
        now = office.now()
        began = last[1] if last and last[0] is step else now
        if last and last[0] is step and now - last[2] < TOLD_EVERY:
            return
        last = step, began, now
        told = {"step": step.value, "done": done, "total": total, "seconds": (now - began).total_seconds()}
        takeovers.note_progress(office.settings.takeovers, one, told)

    return tick


@contextmanager
def _told_fully() -> Iterator[None]:
    """A full disk, wherever it was met, as what it is."""
    try:
        yield
    except (OSError, sqlite3.Error, sa.exc.DBAPIError) as error:
        full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
        if not full and not any(words in str(error) for words in _FULL):
            raise
        sentence = mark("De schijf is vol. Er is niets geschreven; maak ruimte en begin opnieuw.")
        raise Refusal("disk-full", sentence) from error
