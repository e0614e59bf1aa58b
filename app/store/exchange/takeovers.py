"""Registers from elsewhere that somebody is taking over: each file with what was chosen, found and done about it.

They lie in a folder each, not in the database: nothing of them belongs to the register before it was written there, and
a reserve copy needs none of it. Whoever works at one holds a lock that ends with its process.
"""

import json
import re
import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

from app.domain.errors import NotFound, Refusal, mark
from app.domain.exchange_columns import Reading, plain_heading
from app.domain.exchange_findings import Findings
from app.store import work_folders
from app.store.work_folders import put

MOST_SHOWN = 20
MOST_HEADINGS = 500
KEPT_DAYS = 30
_ID = re.compile(r"[0-9a-f]{16}")
_ABOUT, _CONTENT, _HEADINGS = "about.json", "content", "headings.json"
_DAY = "day"


class Stage(StrEnum):
    """How far it is. TO_CHECK and TO_WRITE wait for the clockwork, or are in its hands."""

    CHOSEN = "gekozen"
    TO_CHECK = "te-controleren"
    CHECKED = "gecontroleerd"
    TO_WRITE = "te-schrijven"
    DONE = "klaar"
    FAILED = "mislukt"


WAITING = frozenset({Stage.TO_CHECK, Stage.TO_WRITE})


@dataclass(frozen=True)
class TakeOver:
    """One file. `columns` are places as in Reading; `findings` and `problems` what the last check found.

    `problems` are lines with refusals as `told` writes them; `refusal` is why it failed. `letters` and `questions` are
    what was written.
    """

    id: str
    name: str
    person_id: int
    asked_at: str
    stage: Stage = Stage.CHOSEN
    tab: str = ""
    heading_line: int | None = None
    columns: Mapping[str, int] | None = None
    create_owners: bool = False
    findings: Mapping[str, Any] = field(default_factory=dict)
    problems: list[Any] = field(default_factory=list)
    refusal: Any = None
    letters: int = 0
    questions: int = 0

    def reading(self, kept: Mapping[str, str]) -> Reading:
        """How its file is read."""
        return Reading(self.tab, self.heading_line, self.columns, kept)


def begin(folder: Path, source: BinaryIO, name: str, person_id: int, now: datetime) -> TakeOver:
    """Put a file down. Raises OSError when the disk is full: then nothing of it is left."""
    made = TakeOver(secrets.token_hex(8), name[:200], person_id, now.isoformat())
    place = folder / made.id
    place.mkdir(parents=True, mode=0o700)
    try:
        with (place / _CONTENT).open("xb") as file:
            shutil.copyfileobj(source, file)
        save(folder, made)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return made


def find(folder: Path, takeover_id: str) -> TakeOver:
    """One by its id. Raises NotFound (`no-takeover`)."""
    about = folder / takeover_id / _ABOUT
    if not _ID.fullmatch(takeover_id) or not about.is_file():
        raise NotFound("no-takeover", mark("Dit bestand is er niet meer. Kies het opnieuw."))
    told = json.loads(about.read_text())
    return TakeOver(**{**told, "stage": Stage(told["stage"])})


def content(folder: Path, takeover: TakeOver) -> Path:
    """Where its file lies."""
    return folder / takeover.id / _CONTENT


def save(folder: Path, takeover: TakeOver) -> None:
    """Note how it stands, in one go."""
    put(folder / takeover.id / _ABOUT, asdict(takeover))


def remove(folder: Path, takeover: TakeOver) -> None:
    """Throw it away with its file."""
    shutil.rmtree(folder / takeover.id, ignore_errors=True)


def recent(folder: Path) -> list[TakeOver]:
    """The latest ones, the newest first."""
    found = []
    for about in folder.glob(f"*/{_ABOUT}"):
        with suppress(NotFound, FileNotFoundError):
            found.append(find(folder, about.parent.name))
    return sorted(found, key=lambda one: one.asked_at, reverse=True)[:MOST_SHOWN]


def next_waiting(folder: Path) -> TakeOver | None:
    """The one that waits longest for the clockwork."""
    return next((one for one in reversed(recent(folder)) if one.stage in WAITING), None)


def forget(folder: Path, before: datetime) -> None:
    """Throw away what nobody went on with since then."""
    for about in folder.glob(f"*/{_ABOUT}"):
        with suppress(FileNotFoundError):
            if about.stat().st_mtime < before.timestamp():
                shutil.rmtree(about.parent, ignore_errors=True)


def note_progress(folder: Path, takeover: TakeOver, progress: Mapping[str, Any]) -> None:
    """Say how far the work is. Not in the database: there the one writer may be this very work."""
    work_folders.note_progress(folder / takeover.id, progress)


def progress_of(folder: Path, takeover: TakeOver) -> Mapping[str, Any] | None:
    """What was said last; None before the work began."""
    return work_folders.progress_in(folder / takeover.id)


def kept_headings(folder: Path) -> dict[str, str]:
    """Headings that somebody once told apart: as `plain_heading` writes them → column, or "" for none."""
    with suppress(FileNotFoundError, ValueError):
        return {str(name): str(column) for name, column in json.loads((folder / _HEADINGS).read_text()).items()}
    return {}


def keep_headings(folder: Path, headings: list[str], columns: Mapping[str, int]) -> None:
    """Keep which heading meant which column, for the next file."""
    by_place = {place: column for column, place in columns.items()}
    new = {plain_heading(text): by_place.get(place, "") for place, text in enumerate(headings)}
    kept = {**kept_headings(folder), **{name: column for name, column in new.items() if name}}
    put(folder / _HEADINGS, dict(list(kept.items())[-MOST_HEADINGS:]))


def checked(takeover: TakeOver, findings: Findings) -> TakeOver:
    """The same, with what a check found."""
    return replace(
        takeover,
        stage=Stage.CHECKED,
        findings={
            "kind": findings.kind.value,
            "tab": findings.tab,
            "heading_line": findings.heading_line,
            "headings": list(findings.headings),
            "ignored": list(findings.ignored),
            "rows": findings.rows,
            "letters": findings.letters,
            "known": findings.known,
            "odd_dates": findings.odd_dates,
            "odd_date": findings.odd_date,
            "odd_day": findings.odd_day.isoformat() if findings.odd_day else None,
            "new_bodies": [body.name for body in findings.new_bodies],
            "new_dossiers": list(findings.new_dossiers),
            "wrong": findings.wrong,
        },
        problems=[[one.line, *told(one.wrong)] for one in findings.told()],
        refusal=None,
    )


def told(refusal: Refusal) -> list[Any]:
    """A refusal as it is kept: its code, sentence and facts."""
    facts = {
        name: {_DAY: value.isoformat()} if isinstance(value, date) else value for name, value in refusal.facts.items()
    }
    return [refusal.code, refusal.sentence, facts]


def untold(kept: list[Any]) -> Refusal:
    """The refusal that `told` wrote down."""
    code, sentence, facts = kept
    read: dict[str, Any] = {
        name: date.fromisoformat(value[_DAY]) if isinstance(value, dict) else value for name, value in facts.items()
    }
    return Refusal(code, sentence, **read)
