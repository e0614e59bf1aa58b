"""Documents wait for the virus scanner; what it finds something in is taken away, told of, and left out of copies."""

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import sqlalchemy as sa

from app.domain.actors import CLOCKWORK
from app.store import files
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.documents import Document, DocumentScan, ScanState, has_content
from app.store.outbox import OutboxMail
from app.usecases import documents, scanning, tidying
from tests.support import samples
from tests.support.builders import a_new_letter, a_register, a_sent_letter, at, secretariat

NOW = at(date(2026, 11, 23))


def kept(db: Db, folder: Path, name: str, state: ScanState | None = ScanState.WAITING) -> Document:
    taken = documents.take(folder, BytesIO(samples.GOOD[name]), name)
    with db.writing() as s:
        document = documents.keep(s, secretariat(s), taken, NOW)
        if state is not None:
            scanning.note(s, document.id, state, NOW)
        a_sent_letter(s, a_new_letter(document_ids=(document.id,), reference=name))
        number = document.id
    with db.reading() as s:
        return s.get_one(Document, number)


def test_what_was_found_clean_can_be_fetched_and_what_waits_cannot(db: Db, tmp_path: Path) -> None:
    a_register(db)
    waits, without = kept(db, tmp_path, "brief.pdf"), kept(db, tmp_path, "brief.odt", None)
    assert scanning.why_not(without) is None
    refusal = scanning.why_not(waits)
    assert refusal is not None
    assert (refusal.code, "wordt nog gecontroleerd" in str(refusal)) == ("document-waits", True)
    with db.writing() as s:
        assert scanning.waiting(s) == [waits.sha256]
        assert scanning.count_waiting(s) == 1
        scanning.settle(s, CLOCKWORK, waits.sha256, "", NOW)
    with db.reading() as s:
        assert scanning.why_not(s.get_one(Document, waits.id)) is None
        assert scanning.waiting(s) == []


def test_a_virus_takes_all_documents_of_that_content_away_and_their_people_hear_it_once(db: Db, tmp_path: Path) -> None:
    a_register(db)
    first, second = kept(db, tmp_path, "brief.txt"), kept(db, tmp_path, "brief.txt", ScanState.CLEAN)
    other = kept(db, tmp_path, "brief.pdf", None)
    for _ in range(2):
        with db.writing() as s:
            scanning.settle(s, CLOCKWORK, first.sha256, "Eicar", NOW)
    with db.reading() as s:
        for one in (first, second):
            refusal = scanning.why_not(s.get_one(Document, one.id))
            assert refusal is not None
            assert refusal.code == "document-infected"
            assert s.get_one(DocumentScan, one.id).virus == "Eicar"
        acts = s.scalars(sa.select(AuditEntry.act).where(AuditEntry.act == scanning.REMOVED)).all()
        mails = s.scalars(sa.select(OutboxMail.key).where(OutboxMail.kind == "virus")).all()
        assert (len(acts), len(mails)) == (2, 2)
        assert s.scalars(sa.select(Document.id).where(has_content())).all() == [other.id]
        late = NOW + timedelta(days=400)
        assert tidying.clear_files(s, tmp_path, late) == 1, "its content goes; the other's stays"
    assert not files.path_of(tmp_path, first.sha256).exists()


def test_a_document_of_nothing_goes_with_what_was_said_of_it(db: Db, tmp_path: Path) -> None:
    a_register(db)
    taken = documents.take(tmp_path, BytesIO(samples.PDF), "brief.pdf")
    with db.writing() as s:
        scanning.note(s, documents.keep(s, secretariat(s), taken, NOW).id, ScanState.WAITING, NOW)
    with db.writing() as s:
        assert tidying.forget_documents(s, CLOCKWORK, NOW + timedelta(hours=25)) == 1
    with db.reading() as s:
        assert scanning.count_waiting(s) == 0
