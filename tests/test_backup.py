"""Reserve copies: made while others write, whole or not there at all, put back into an empty place, tried out."""

import hashlib
import os
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.backup import acts, folder
from app.backup.drill import drill
from app.domain.errors import Invalid, NotFound, WrongState
from app.settings import Settings
from app.store import dumps, files, migrations
from app.store.answering import Answer
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.documents import Document
from app.usecases import answering, audit, documents
from tests.support import postgres
from tests.support.builders import a_new_letter, a_question, a_register, a_sent_letter, actor, at

NOW = at(date(2026, 11, 23), 9)


@pytest.fixture(autouse=True)
def _programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{postgres.programs()}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def settings(make_settings: Callable[..., Settings], db: Db) -> Settings:
    """A register with two letters, an answer and a document."""
    made = make_settings()
    a_register(db)
    add_document(db, made, b"een brief")
    with db.writing() as s:
        a_sent_letter(s, a_new_letter())
        question = a_question(s)
        answering.submit(s, actor(s, "contact@jenv.example"), question.id, "Voor 4 maart.", "Directie", NOW)
    return made


@pytest.fixture
def elsewhere(bare_db_url: str, settings: Settings, tmp_path: Path) -> Settings:
    """Another, empty place of the same kind."""
    return settings.model_copy(update={"var": tmp_path / "elsewhere", "database_url": bare_db_url})


def add_document(db: Db, settings: Settings, content: bytes) -> str:
    """A document as the office takes it in: on disk first, then on record."""
    taken = documents.take(settings.documents, BytesIO(content), "brief.txt")
    with db.writing() as s:
        documents.keep(s, actor(s, "secretariaat@vng.example"), taken, NOW)
    return taken.sha256


def make(settings: Settings, to: Path) -> folder.Copy:
    return acts.make(settings.database, settings.documents, to, NOW)


def bring_back(settings: Settings, place: Path) -> folder.Copy:
    return acts.restore(settings.database, settings.documents, place)


def told(findings: list) -> list[tuple[bool, str]]:
    return [(one.good, one.sentence.format(**one.facts)) for one in findings]


def test_a_copy_put_back_elsewhere_is_the_same_register(
    settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    made = make(settings, tmp_path / "copies")
    back = bring_back(elsewhere, tmp_path / "copies")
    assert back.folder == made.folder == tmp_path / "copies" / "regie-20261123T080000Z"
    assert back.contents == made.contents == dumps.look_at(settings.database) == dumps.look_at(elsewhere.database)
    assert dumps.faults(elsewhere.database) == []
    restored = Db(elsewhere.database)
    with restored.reading() as s:
        assert audit.verify(s).broken_at is None
        assert s.scalars(sa.select(Answer.text)).one() == "Voor 4 maart."
        for sha256 in s.scalars(sa.select(Document.sha256)):
            assert files.find(elsewhere.documents, sha256).read_bytes() == b"een brief"
    with restored.writing() as s:  # numbers go on where they were
        a_question(s, sent_on=date(2026, 11, 2))
    with pytest.raises(sa.exc.DatabaseError), restored.writing() as s:  # and what is proof stays proof
        s.execute(sa.delete(AuditEntry))
    restored.dispose()


def test_sha256sum_finds_the_copy_whole_and_only_its_owner_may_look(settings: Settings, tmp_path: Path) -> None:
    made = make(settings, tmp_path / "copies")
    for line in (made.folder / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((made.folder / name).read_bytes()).hexdigest() == digest
    assert {one.name for one in made.folder.iterdir()} == {
        "manifest.json",
        "SHA256SUMS",
        "documents",
        dumps.name_of(settings.database),
    }
    assert made.folder.stat().st_mode & 0o077 == 0


def test_a_copy_made_while_others_write_is_one_moment_with_all_its_documents(
    settings: Settings, db: Db, elsewhere: Settings, tmp_path: Path
) -> None:
    written: list[str] = []
    over = threading.Event()

    def write(writer: int) -> None:
        while not over.is_set():
            written.append(add_document(db, settings, f"brief {writer} {len(written)} {os.urandom(8).hex()}".encode()))

    writers = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    for one in writers:
        one.start()
    try:
        while len(written) < 30:
            assert all(one.is_alive() for one in writers)
        made = make(settings, tmp_path / "copies")
    finally:
        over.set()
        for one in writers:
            one.join()
    assert made.missing == ()
    assert 30 <= made.contents.rows["documents"] <= len(written) + 1
    assert made.contents.rows["audit_entries"] == made.contents.audit_entries
    copy, findings = drill(elsewhere.database, tmp_path / "copies", NOW)
    assert [good for good, _ in told(findings)] == [True] * 6, told(findings)
    assert copy.contents.documents == made.contents.documents


def test_the_drill_says_what_it_compared_and_leaves_nothing(settings: Settings, db: Db, tmp_path: Path) -> None:
    make(settings, tmp_path / "copies")
    before = dumps.look_at(settings.database)
    _, findings = drill(settings.database, tmp_path / "copies", NOW)
    tables, entries = len(before.rows), before.audit_entries
    assert all(good for good, _ in told(findings))
    said = " ".join(sentence for _, sentence in told(findings))
    assert "2 van 2 bestanden" in said
    assert f"{tables} van {tables} tabellen" in said
    assert "1 van 1 documenten" in said
    assert f"{entries} van {entries} regels van de auditketen" in said
    assert migrations.head() in said
    assert dumps.look_at(settings.database) == before
    if not migrations.is_sqlite(settings.database):
        with db.reading() as s:
            assert not s.scalars(sa.text("SELECT datname FROM pg_database WHERE datname LIKE '%drill%'")).all()


def test_the_drill_finds_a_chain_that_was_broken_before_the_copy(settings: Settings, db: Db, tmp_path: Path) -> None:
    with db.writing() as s:
        s.execute(sa.text("UPDATE audit_head SET sequence = sequence + 1"))
    make(settings, tmp_path / "copies")
    _, findings = drill(settings.database, tmp_path / "copies", NOW)
    assert [good for good, _ in told(findings)].count(False) == 1
    assert "auditketen" in next(sentence for good, sentence in told(findings) if not good)


@pytest.mark.parametrize("spoiled", ["register", "documents", "SHA256SUMS", "manifest.json"])
@pytest.mark.parametrize("how", ["changed", "gone", "cut off"])
def test_what_is_damaged_is_not_put_back(
    settings: Settings, elsewhere: Settings, tmp_path: Path, spoiled: str, how: str
) -> None:
    made = make(settings, tmp_path / "copies")
    file = next(
        one for one in sorted(made.folder.rglob("*")) if one.is_file() and spoiled in str(one.relative_to(made.folder))
    )
    if how == "gone":
        file.unlink()
    elif how == "cut off":
        file.write_bytes(file.read_bytes()[:-100])
    else:
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    with pytest.raises((Invalid, NotFound)) as refused:
        bring_back(elsewhere, made.folder)
    assert refused.value.code == ("no-backup" if (spoiled, how) == ("manifest.json", "gone") else "backup-damaged")
    dumps.refuse_unless_empty(elsewhere.database)
    assert not elsewhere.documents.exists()


def test_a_register_that_is_there_is_never_written_over(settings: Settings, tmp_path: Path) -> None:
    make(settings, tmp_path / "copies")
    before = dumps.look_at(settings.database)
    with pytest.raises(WrongState) as refused:
        bring_back(settings, tmp_path / "copies")
    assert refused.value.code == "register-not-empty"
    assert dumps.look_at(settings.database) == before


def test_the_newest_copy_is_taken_and_a_half_one_never(settings: Settings, elsewhere: Settings, tmp_path: Path) -> None:
    first = make(settings, tmp_path / "copies")
    again = make(settings, tmp_path / "copies")
    assert again.folder.name == f"{first.folder.name}-2"
    shutil.copytree(again.folder, tmp_path / "copies" / "unfinished-x")
    (tmp_path / "copies" / "regie-20991231T000000Z").mkdir()
    assert folder.find(tmp_path / "copies") == again.folder
    with pytest.raises(NotFound):
        folder.find(tmp_path / "copies" / "regie-20991231T000000Z")


@pytest.mark.parametrize("when", ["before", "register", "documents"])
def test_a_disk_without_room_is_said_and_nothing_half_is_left(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    def no_room(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    if when == "before":
        monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(2**40, 2**40, 2**10))
    else:
        monkeypatch.setattr(*(acts.dumps, "dump") if when == "register" else (acts, "_copy"), no_room)
    with pytest.raises(WrongState) as refused:
        make(settings, tmp_path / "copies")
    assert refused.value.code == "backup-no-room"
    assert list((tmp_path / "copies").iterdir()) == []


@pytest.mark.database("sqlite")
def test_a_database_that_meets_a_full_disk_is_told_as_such(settings: Settings, tmp_path: Path) -> None:
    full = Path("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        raise dumps._failed("dump-failed", f"pg_dump: error: could not write to {full}: No space left on device")
    with pytest.raises(OSError, match="No space left"):
        raise dumps._failed("dump-failed", "database or disk is full")


def test_a_document_that_was_lost_before_is_named_and_the_rest_is_kept(
    settings: Settings, db: Db, elsewhere: Settings, tmp_path: Path
) -> None:
    lost, changed = add_document(db, settings, b"weg"), add_document(db, settings, b"anders")
    files.path_of(settings.documents, lost).unlink()
    files.path_of(settings.documents, changed).write_bytes(b"niet hetzelfde")
    made = make(settings, tmp_path / "copies")
    assert set(made.missing) == {lost, changed}
    assert bring_back(elsewhere, made.folder).missing == made.missing
    _, findings = drill(settings.database, made.folder, NOW + timedelta(seconds=1))
    assert [sentence for good, sentence in told(findings) if not good] == [
        "1 van 3 documenten die het register noemt zijn er en zijn heel."
    ]


def test_a_copy_of_a_newer_version_is_refused(settings: Settings, elsewhere: Settings, tmp_path: Path) -> None:
    made = make(settings, tmp_path / "copies")
    folder.write(replace(made, contents=replace(made.contents, revision="9999")))
    with pytest.raises(WrongState) as refused:
        bring_back(elsewhere, made.folder)
    assert refused.value.code == "backup-newer"


@pytest.mark.database("sqlite")
def test_a_copy_of_the_other_kind_of_database_is_refused(settings: Settings, tmp_path: Path) -> None:
    make(settings, tmp_path / "copies")
    with pytest.raises(WrongState) as refused:
        dumps.load(
            "postgresql+psycopg://regie@127.0.0.1:1/regie", folder.find(tmp_path / "copies") / "register.sqlite3"
        )
    assert refused.value.code == "other-database"


@pytest.mark.database("postgresql")
@pytest.mark.parametrize("version", [None, "pg_dump (PostgreSQL) 9.6.24"])
def test_without_a_fitting_pg_dump_that_is_said(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str | None
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    if version:
        (programs / "pg_dump").write_text(f"#!/bin/sh\necho '{version}'\n")
        (programs / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    with pytest.raises(WrongState, match="pg_dump") as refused:
        make(settings, tmp_path / "copies")
    assert refused.value.code == "no-pg-tools"
    assert ("9" if version else "PATH") in str(refused.value)
    assert list((tmp_path / "copies").iterdir()) == []


def test_where_there_is_no_register_there_is_no_copy(elsewhere: Settings, tmp_path: Path) -> None:
    with pytest.raises(WrongState) as refused:
        make(elsewhere, tmp_path / "copies")
    assert refused.value.code == "no-register"
    assert list((tmp_path / "copies").iterdir()) == []
