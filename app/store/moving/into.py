"""Reading the whole register from one file: looked through first, then all of it or nothing."""

import hashlib
import json
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipFile
from zlib import error as zlib_error

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import WrongState, mark
from app.store.base import advance_counters, plan_anew
from app.store.files import path_of, put
from app.store.moving.form import LONGEST_LINE, Part, altered, contents, tables
from app.store.moving.out import ROWS_AT_ONCE, Tick


@contextmanager
def opened(path: Path) -> Iterator["Mover"]:
    """A file that `write` made, looked through from beginning to end before anything of it is used.

    Raises Invalid: `not-a-register`, `other-form`, `register-altered`.
    """
    try:
        with ZipFile(path) as archive:
            yield Mover(archive)
    except (BadZipFile, zlib_error, EOFError, KeyError, NotImplementedError, UnicodeDecodeError):
        raise altered() from None


class Mover:
    """An opened file: `moved` is its table of contents."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self.moved = contents(archive)

    def check(self, tick: Tick) -> None:
        """Read all of it, and compare with the table of contents. Raises Invalid `register-altered`."""
        for part in self.moved.tables:
            digest, rows = hashlib.sha256(), 0
            with self._archive.open(f"tables/{part.name}.jsonl") as lines:
                for line in _lines(lines):
                    digest.update(line)
                    rows += 1
            if (rows, digest.hexdigest()) != (part.rows, part.sha256):
                raise altered()
        for done, sha256 in enumerate(self.moved.documents, start=1):
            with self._archive.open(f"documents/{sha256}") as content:
                if hashlib.file_digest(_Readable(content), "sha256").hexdigest() != sha256:
                    raise altered()
            tick("check", done, len(self.moved.documents))

    def store_documents(self, documents: Path, tick: Tick) -> list[Path]:
        """Put the documents where they belong; those that weren't there yet. Raises OSError, with none of them left."""
        new: list[Path] = []
        try:
            for done, sha256 in enumerate(self.moved.documents, start=1):
                if not path_of(documents, sha256).exists():
                    new.append(path_of(documents, sha256))
                    with self._archive.open(f"documents/{sha256}") as content:
                        put(documents, content)  # type: ignore[arg-type]  # it is read only
                tick("documents", done, len(self.moved.documents))
        except BaseException:
            take_away(new)
            raise
        return new

    def load(self, session: Session, tick: Tick) -> None:
        """Write all rows. Raises WrongState `register-not-empty`."""
        wanted = {table.name: table for table in tables()}
        for table in wanted.values():
            if session.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first():
                sentence = mark("Dit register is niet leeg. Verhuizen kan alleen naar een nieuw register.")
                raise WrongState("register-not-empty", sentence)
        parts = {part.name: part for part in self.moved.tables}
        for name, table in wanted.items():
            self._load_table(session, table, parts[name], tick)
        advance_counters(session, list(wanted.values()))
        plan_anew(session)

    def _load_table(self, session: Session, table: sa.Table, part: Part, tick: Tick) -> None:
        columns = [table.columns[name] for name in part.columns]
        readers = [_reader(column.type) for column in columns]
        # A row may point at one of its own table that comes later.
        own = [column.name for column in columns if any(key.column.table is table for key in column.foreign_keys)]
        later: list[dict[str, Any]] = []
        batch: list[dict[str, Any]] = []
        done = 0
        with self._archive.open(f"tables/{part.name}.jsonl") as lines:
            for line in _lines(lines):
                values = json.loads(line)
                row = {
                    column.name: None if value is None else read(value)
                    for column, read, value in zip(columns, readers, values, strict=True)
                }
                if any(row[name] is not None for name in own):
                    later.append(
                        {f"k_{key.name}": row[key.name] for key in table.primary_key} | {n: row[n] for n in own}
                    )
                    row.update(dict.fromkeys(own))
                batch.append(row)
                if len(batch) == ROWS_AT_ONCE:
                    session.execute(sa.insert(table), batch)
                    done += len(batch)
                    batch = []
                    tick(part.name, done, part.rows)
        if batch:
            session.execute(sa.insert(table), batch)
        if later:
            found = [key == sa.bindparam(f"k_{key.name}") for key in table.primary_key]
            changed = sa.update(table).where(*found).values({name: sa.bindparam(name) for name in own})
            session.connection().execute(changed, later)


def take_away(paths: Sequence[Path]) -> None:
    """Remove documents that were put down for a register that was not written after all."""
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)


class _Readable:
    """A part of a ZIP as hashlib wants it."""

    def __init__(self, part: IO[bytes]) -> None:
        self._part = part

    def readable(self) -> bool:
        return True

    def readinto(self, into: bytearray) -> int:
        piece = self._part.read(len(into))
        into[: len(piece)] = piece
        return len(piece)


def _lines(part: IO[bytes]) -> Iterator[bytes]:
    while line := part.readline(LONGEST_LINE):
        if not line.endswith(b"\n"):
            raise altered()
        yield line


def _reader(kind: sa.types.TypeEngine[Any]) -> Callable[[Any], Any]:
    if isinstance(kind, sa.TypeDecorator):
        kind = kind.impl_instance
    if isinstance(kind, sa.DateTime):
        return datetime.fromisoformat
    if isinstance(kind, sa.Date):
        return date.fromisoformat
    if isinstance(kind, sa.LargeBinary):
        return b64decode
    return lambda value: value
