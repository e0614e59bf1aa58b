"""What goes into the search index by hand of a job: the texts of documents, which no database can read."""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.orm import Session

from app.domain.errors import NotFound
from app.domain.files import EXTENSIONS
from app.store import files
from app.store.file_texts import text_of
from app.store.search import entries, filling

AT_ONCE = 20


def next_texts(session: Session, folder: Path) -> Mapping[int, str]:
    """The texts of the next documents that nobody has read yet, by number; empty when all were read.

    A scan, a file that can't be read and one that is gone have no text, and count as read.
    """
    return {row.id: _text(folder, row.sha256, row.name) for row in entries.unread_documents(session, AT_ONCE)}


def keep(session: Session, texts: Mapping[int, str]) -> None:
    """Take these texts into the index."""
    for document_id, text in texts.items():
        entries.put_text(session, document_id, text)


def rebuild(session: Session) -> int:
    """Make the whole index anew, in one transaction; how many texts it holds. Documents are read by the job again."""
    return filling.fill_again(session)


def _text(folder: Path, sha256: str, name: str) -> str:
    kind = EXTENSIONS.get(name.rpartition(".")[2].lower())
    if kind is None:
        return ""
    try:
        return text_of(files.find(folder, sha256), kind)
    except NotFound:
        return ""
