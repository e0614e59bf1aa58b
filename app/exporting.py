"""The job that writes long lists to files, for who asked: one at a time, outside requests, with its progress."""

import errno
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import IO

from sqlalchemy.orm import Session

from app.domain.actors import Actor, Door
from app.domain.errors import Refusal
from app.office import Office
from app.store import exports
from app.store.exports import Export, Stage
from app.store.people import Person, roles_of
from app.store.work_folders import alone, note_progress
from app.web.frame.spreadsheets import Cell, Sheet, SheetKind, write_sheets
from app.web.questions.exchange import list_sheet
from app.web.questions.question_filters import Asked
from app.wording import wording

log = logging.getLogger(__name__)

NOTHING_TO_EXPORT = "niets uit te voeren"
TOLD_EVERY = timedelta(seconds=1)
LOOKED_EVERY = 500
_FULL = "No space left on device"


class Stopped(Exception):
    """The clockwork comes to an end; the file is begun anew by whoever goes on."""


def run(office: Office, stopping: Callable[[], bool]) -> str:
    """Write what waits, the longest waiting first, and throw away what has lain for a day."""
    folder, done = office.settings.exports, 0
    with alone(folder) as mine:
        gone = exports.forget(folder, office.now()) if mine else 0
        while mine and not stopping() and (one := exports.next_waiting(folder)):
            try:
                _do(office, one, stopping)
            except Stopped:
                break
            done += 1
    if not done and not gone:
        return NOTHING_TO_EXPORT
    return f"{done} bestanden geschreven, {gone} weggegooid"


def _do(office: Office, one: Export, stopping: Callable[[], bool]) -> None:
    folder, why = office.settings.exports, ""
    try:
        with office.db.reading() as session:
            sheet = _sheet(office, session, one, stopping)
            exports.write(folder, one, _fill(one, sheet))
    except Stopped:
        raise
    except Refusal as refusal:
        why = refusal.code
    except Exception as error:
        why = "disk-full" if _is_full(error) else "broken"
        log.exception("export %s failed", one.id)
    stage = Stage.FAILED if why else Stage.DONE
    exports.save(folder, replace(one, stage=stage, why=why, ended_at=office.now().isoformat()))


def _fill(one: Export, sheet: Sheet) -> Callable[[IO[bytes]], None]:
    return lambda file: write_sheets(SheetKind(one.kind), file, sheet)


def _sheet(office: Office, session: Session, one: Export, stopping: Callable[[], bool]) -> Sheet:
    # Asked anew: whoever asked may have left, or may read less by now.
    person = session.get(Person, one.person_id)
    if person is None or person.ended_at:
        raise Refusal("no-reader", "")
    reader = Actor(person.id, roles_of(session, person.id), person.ministry_id, Door.SESSION)
    words = wording(one.language)
    sheet = list_sheet(words, session, reader, Asked(**one.query), office.today(), office.settings)
    return replace(sheet, rows=_told(office, one, sheet, stopping))


def _told(office: Office, one: Export, sheet: Sheet, stopping: Callable[[], bool]) -> Iterator[list[Cell]]:
    """The rows; every so often notes how far it is, and looks whether to stop."""
    place, told = exports.place_of(office.settings.exports, one), datetime.min.replace(tzinfo=office.now().tzinfo)
    for number, row in enumerate(sheet.rows):
        if number % LOOKED_EVERY == 0:
            if stopping():
                raise Stopped
            if office.now() - told >= TOLD_EVERY:
                told = office.now()
                note_progress(place, {"done": number, "total": one.rows})
        yield list(row)


def _is_full(error: BaseException) -> bool:
    full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
    return full or _FULL in str(error)
