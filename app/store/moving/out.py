"""Writing the whole register into one ZIP that any program can read.

Each table is a part of JSON lines, one array for a row, in the order of the columns that the table of contents names.
"""

import hashlib
import json
import os
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import WrongState, mark
from app.store.audit import AuditHead
from app.store.documents import Document
from app.store.files import fsync_folder, path_of
from app.store.migrations import head
from app.store.moving.form import CONTENTS, FORM, FORM_VERSION, Moved, Part, tables

ROWS_AT_ONCE = 1000

Tick = Callable[[str, int, int], None]
"""Hears which part is in hand (a table, or the documents), how far it is and of how much."""


def write(session: Session, documents: Path, to: Path, now: datetime, tick: Tick) -> Moved:
    """Write the register, as this session sees it, and its documents into a new file, on disk for good.

    Raises WrongState `file-exists`; OSError, ENOSPC among them: then there is no file.
    """
    if to.exists():
        raise WrongState("file-exists", mark("{file} is er al. Kies een andere naam."), file=str(to))
    unfinished = to.with_name(f"{to.name}.unfinished")
    try:
        with unfinished.open("wb") as file:
            with ZipFile(file, "w", ZIP_DEFLATED) as archive:
                moved = _write_all(session, archive, documents, now, tick)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(to)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    fsync_folder(to.parent)
    return moved


def _write_all(session: Session, archive: ZipFile, documents: Path, now: datetime, tick: Tick) -> Moved:
    parts = [_write_table(session, archive, table, tick) for table in tables()]
    named = sorted(session.scalars(sa.select(Document.sha256).distinct()))
    there = [one for one in named if path_of(documents, one).is_file()]
    for done, sha256 in enumerate(there, start=1):
        # Most documents are packed already.
        archive.write(path_of(documents, sha256), f"documents/{sha256}", ZIP_STORED)
        tick("documents", done, len(there))
    chain = session.execute(sa.select(AuditHead.sequence, AuditHead.hash)).one_or_none()
    moved = Moved(
        made_at=now.astimezone(UTC).isoformat(timespec="seconds"),
        revision=head(),
        tables=parts,
        documents=there,
        missing=sorted(set(named) - set(there)),
        audit_entries=chain.sequence if chain else 0,
        audit_head=chain.hash if chain else "",
    )
    told = {"form": FORM, "version": FORM_VERSION, **asdict(moved)}
    archive.writestr(CONTENTS, json.dumps(told, indent=1, ensure_ascii=False))
    return moved


def _write_table(session: Session, archive: ZipFile, table: sa.Table, tick: Tick) -> Part:
    columns = [column for column in table.columns if column.computed is None]
    total = session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
    digest, rows = hashlib.sha256(), 0
    with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as into:
        for row in _in_order(session, table, columns):
            line = json.dumps([_written(value) for value in row], ensure_ascii=False, sort_keys=True) + "\n"
            content = line.encode()
            digest.update(content)
            into.write(content)
            rows += 1
            if rows % ROWS_AT_ONCE == 0:
                tick(table.name, rows, total)
    return Part(table.name, [column.name for column in columns], rows, digest.hexdigest())


def _in_order(session: Session, table: sa.Table, columns: Sequence[sa.Column[Any]]) -> Iterator[Sequence[Any]]:
    """All rows by their key, the same on every database. Texts are sorted here: databases each do it their own way."""
    keys = list(table.primary_key.columns)
    query = sa.select(*columns)
    if any(isinstance(key.type, sa.String) for key in keys):
        places = [columns.index(key) for key in keys]
        yield from sorted(session.execute(query), key=lambda row: [str(row[place]) for place in places])
    else:
        yield from session.execute(query.order_by(*keys).execution_options(yield_per=ROWS_AT_ONCE))


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return b64encode(value).decode() if isinstance(value, bytes) else value
