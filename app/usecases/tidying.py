"""Clearing away files that were uploaded and then belong to nothing: the form was never sent, or a process died."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.audit import rows_hash
from app.store import audit, files
from app.store.documents import AnswerDocument, Document, DraftDocument, LetterDocument, has_content
from app.store.unfinished import UnfinishedDocument

KEPT_FOR = timedelta(hours=24)
"""How long an uploaded file may wait for the form it was chosen in."""

BATCH = 500


@dataclass(frozen=True)
class Tidied:
    """How many documents were taken off the record, and how many files from the disk."""

    documents: int
    files: int

    def __str__(self) -> str:
        return f"{self.documents} losse documenten en {self.files} bestanden opgeruimd"


def forget_documents(session: Session, actor: Actor, now: datetime) -> int:
    """Take documents off the record that have belonged to no letter, answer, draft or form for 24 hours; how many."""
    links = (LetterDocument, AnswerDocument, DraftDocument, UnfinishedDocument)
    owned = [sa.exists().where(link.document_id == Document.id) for link in links]
    orphans = sa.delete(Document).where(Document.added_at < now - KEPT_FOR, ~sa.or_(*owned))
    gone = session.execute(orphans.returning(Document.id, Document.sha256)).all()
    if gone:
        count, digest = rows_hash(sorted((row.id, row.sha256) for row in gone))
        audit.record(session, actor, "opruimen", "documenten", now, rijen=count, sha256=digest)
    return len(gone)


def clear_files(session: Session, folder: Path, now: datetime) -> int:
    """Remove files older than 24 hours that no document names, and halves of uploads; how many. Writes no rows.

    A file that a document is about to name is younger: storing a content anew renews its file.
    """
    before = (now - KEPT_FOR).timestamp()
    old = list(files.old_files(folder, before))
    removed = 0
    for start in range(0, len(old), BATCH):
        batch = old[start : start + BATCH]
        names = [path.name for path in batch]
        claimed = set(session.scalars(sa.select(Document.sha256).where(Document.sha256.in_(names), has_content())))
        removed += sum(files.remove_old(path, before) for path in batch if path.name not in claimed)
    return removed
