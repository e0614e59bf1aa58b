"""Searching in texts: an index that triggers keep up to date in the transaction of whatever changed.

SQLite looks in an FTS5 table over `search_entries`, PostgreSQL in its column `vector` by Dutch stems; which rows there
are, and what they say, is the same on both (the migration says how). Answers being written and what ministries say to
each other about them never enter it.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base, Id, partial_index, words
from app.store.documents import Document, ScanState

INDEX, WORDS = "ix_search_entries_parted", "search_words"

LEXEMES = """vector || array_to_tsvector(ARRAY[
    '/' || CAST(kind AS text), '/f' || CAST(id >> 12 AS text), '/c' || CAST(id >> 15 AS text)])"""
"""What PostgreSQL's index is over: the stems, and marks that nobody can type for the kind and for the part of the
numbers that an entry lies in, a small one of 4,096 and a large one of eight of those (see `parts`)."""


class Found(StrEnum):
    """What a text is."""

    LETTER = "brief"
    QUESTION = "vraag"
    ANSWER = "antwoord"
    LETTER_DOCUMENT = "bijlage"
    ANSWER_DOCUMENT = "antwoordbijlage"


class SearchEntry(Base):
    """One text that can be found. `about_id` is the letter, question or answer that it is of, or that it belongs to.

    A document is an entry for each place it belongs to; `document_id` is 0 for what is none. Its text is its name until
    a job has read it (`is_read`). No foreign keys: rows follow their source by triggers, whatever is removed first.
    """

    __tablename__ = "search_entries"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[Found] = mapped_column(words(Found))
    about_id: Mapped[int] = mapped_column(sa.BigInteger)
    document_id: Mapped[int] = mapped_column(sa.BigInteger)
    letter_id: Mapped[int] = mapped_column(sa.BigInteger)
    question_id: Mapped[int | None] = mapped_column(sa.BigInteger, index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    is_read: Mapped[bool]
    vector: Mapped[str | None] = mapped_column(
        sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql"), deferred=True
    )

    __table_args__ = (
        sa.UniqueConstraint("kind", "about_id", "document_id"),
        partial_index("ix_search_unread", "document_id", where="NOT is_read"),
        # Without a list of what is new: a search looks into the index once for each part, and would read it each time.
        sa.Index(INDEX, sa.text(f"({LEXEMES})"), postgresql_using="gin", postgresql_with={"fastupdate": "off"}).ddl_if(
            dialect="postgresql"
        ),
    )


def is_ours(name: str | None, kind: str, dialect: str) -> bool:
    """Whether a table or index is to be compared with the code: what FTS5 makes beside its own table is not."""
    if kind == "table":
        return not (name or "").startswith(WORDS)
    return not (kind == "index" and name == INDEX and dialect == "sqlite")


def is_sqlite(session: Session) -> bool:
    """Whether FTS5 is what looks."""
    return session.get_bind().dialect.name == "sqlite"


def whole_texts(session: Session, ids: Iterable[int]) -> Mapping[int, str]:
    """The texts of these entries, in full."""
    query = sa.select(SearchEntry.id, SearchEntry.text).where(SearchEntry.id.in_(list(ids)))
    return {row.id: row.text for row in session.execute(query)}


def unread_documents(session: Session, limit: int) -> Sequence[Any]:
    """Documents whose text isn't in the index yet, the oldest first: id, sha256, name; none that awaits the scanner."""
    unread = sa.select(SearchEntry.document_id).where(sa.not_(SearchEntry.is_read))
    query = sa.select(Document.id, Document.sha256, Document.name, Document.media_type)
    looked_at = sa.or_(Document.scan.is_(None), Document.scan != ScanState.WAITING)
    return session.execute(query.where(Document.id.in_(unread), looked_at).order_by(Document.id).limit(limit)).all()


def put_text(session: Session, document_id: int, text: str) -> None:
    """Take the text of a document into the index, below its name, wherever it belongs to."""
    session.execute(
        sa.update(SearchEntry)
        .where(SearchEntry.document_id == document_id, sa.not_(SearchEntry.is_read))
        .values(text=SearchEntry.text + "\n" + text, is_read=True)
    )
