"""Clearing away what was uploaded and belongs to nothing."""

import os
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.domain.actors import CLOCKWORK
from app.store import files
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.documents import Document
from app.usecases import documents, tidying
from tests.support import samples
from tests.support.builders import a_new_letter, a_register, a_sent_letter, at, secretariat

UPLOADED = at(date(2026, 10, 6))
DAY_AFTER = UPLOADED + timedelta(hours=25)


def aged(folder: Path) -> None:
    for path in folder.rglob("*"):
        os.utime(path, (UPLOADED.timestamp(), UPLOADED.timestamp()))


def upload(db: Db, folder: Path, name: str) -> int:
    taken = documents.take(folder, BytesIO(samples.GOOD[name]), name)
    with db.writing() as s:
        return documents.keep(s, secretariat(s), taken, UPLOADED).id


def test_what_belongs_to_nothing_goes_after_a_day_and_the_rest_stays(db: Db, tmp_path: Path) -> None:
    a_register(db)
    folder = tmp_path / "documents"
    kept, orphan = (upload(db, folder, name) for name in list(samples.GOOD)[:2])
    with db.writing() as s:
        a_sent_letter(s, a_new_letter(document_ids=(kept,)))
    (folder / f"{files.UNFINISHED}half").write_bytes(b"half")
    aged(folder)
    with db.writing() as s:
        assert tidying.forget_documents(s, CLOCKWORK, UPLOADED + timedelta(hours=23)) == 0
    with db.writing() as s:
        assert tidying.forget_documents(s, CLOCKWORK, DAY_AFTER) == 1
        assert s.get(Document, orphan) is None
        told = s.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.sequence.desc())).first()
        assert told == "opruimen"
    with db.reading() as s:
        assert tidying.clear_files(s, folder, DAY_AFTER) == 2
        left = [path.name for path in folder.rglob("*") if path.is_file()]
        assert left == s.scalars(sa.select(Document.sha256)).all()
    with db.writing() as s:
        assert tidying.forget_documents(s, CLOCKWORK, DAY_AFTER) == 0


@pytest.mark.database("sqlite")
def test_a_content_that_is_stored_again_at_that_moment_stays(
    db: Db, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "documents"
    stored = files.put(folder, BytesIO(b"een brief"))
    aged(folder)
    remove, asked = files.remove_old, []

    def meanwhile(path: Path, before: float) -> bool:
        asked.append(path)
        files.put(folder, BytesIO(b"een brief"))
        return remove(path, before)

    monkeypatch.setattr(files, "remove_old", meanwhile)
    with db.reading() as s:
        assert tidying.clear_files(s, folder, DAY_AFTER) == 0
    assert asked == [files.find(folder, stored.sha256)]
    assert asked[0].read_bytes() == b"een brief"
