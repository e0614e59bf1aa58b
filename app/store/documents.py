"""Files: what is stored (by content), under which name it was added, and to what it belongs."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from app.store.base import Base, Id, Instant, partial_index, words


class ScanState(StrEnum):
    """What the virus scanner said of a document."""

    WAITING = "wacht"
    CLEAN = "schoon"
    INFECTED = "besmet"


class DocumentScan(Base):
    """How a document stands with the virus scanner; without a row it came in while there was none.

    `virus` is the name of what was found. The content of an infected document is gone.
    """

    __tablename__ = "document_scans"

    document_id: Mapped[int] = mapped_column(
        Id, sa.ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    state: Mapped[ScanState] = mapped_column(words(ScanState))
    since: Mapped[datetime] = mapped_column(Instant)
    virus: Mapped[str | None] = mapped_column(sa.String(200))

    __table_args__ = (partial_index("ix_document_scans_waiting", "since", where="state = 'wacht'"),)


class Document(Base):
    """A file as somebody added it. Its content lies under the documents folder by its SHA-256.

    `scan` is None where no scanner was asked.
    """

    __tablename__ = "documents"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    size: Mapped[int] = mapped_column(sa.BigInteger)
    media_type: Mapped[str] = mapped_column(sa.String(120))
    name: Mapped[str] = mapped_column(sa.String(255))
    added_at: Mapped[datetime] = mapped_column(Instant)
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    scan: Mapped[ScanState | None] = column_property(
        sa.select(DocumentScan.state)
        .where(DocumentScan.document_id == id)  # noqa: A003  # the column above
        .correlate_except(DocumentScan)
        .scalar_subquery()
    )


class LetterDocument(Base):
    """A document of a letter, in order."""

    __tablename__ = "letter_documents"

    letter_id: Mapped[int] = mapped_column(sa.ForeignKey("letters.id"), primary_key=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("documents.id"), primary_key=True)


class AnswerDocument(Base):
    """A document of an answer; one signed letter may belong to several answers."""

    __tablename__ = "answer_documents"

    answer_id: Mapped[int] = mapped_column(sa.ForeignKey("answers.id"), primary_key=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("documents.id"), primary_key=True)


class DraftDocument(Base):
    """An attachment of an answer that is still a draft."""

    __tablename__ = "draft_documents"

    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("drafts.id"), primary_key=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("documents.id"), primary_key=True)


def has_content() -> sa.ColumnElement[bool]:
    """A document whose content is to be on disk: all but those a virus was found in."""
    return ~sa.exists().where(DocumentScan.document_id == Document.id, DocumentScan.state == ScanState.INFECTED)


def documents_of_letter(session: Session, letter_id: int) -> list[Document]:
    """A letter's documents in the order they were added."""
    return list(
        session.scalars(
            sa.select(Document)
            .join(LetterDocument, LetterDocument.document_id == Document.id)
            .where(LetterDocument.letter_id == letter_id)
            .order_by(Document.id)
        )
    )


def documents_of_answers(session: Session, answer_ids: list[int]) -> dict[int, list[Document]]:
    """The documents of each answer, in the order they were added."""
    found: dict[int, list[Document]] = {}
    for answer_id, document in session.execute(
        sa.select(AnswerDocument.answer_id, Document)
        .join(Document, Document.id == AnswerDocument.document_id)
        .where(AnswerDocument.answer_id.in_(answer_ids))
        .order_by(Document.id)
    ):
        found.setdefault(answer_id, []).append(document)
    return found


def documents_of_draft(session: Session, draft_id: int) -> list[Document]:
    """A draft's attachments in the order they were added."""
    return list(
        session.scalars(
            sa.select(Document)
            .join(DraftDocument, DraftDocument.document_id == Document.id)
            .where(DraftDocument.draft_id == draft_id)
            .order_by(Document.id)
        )
    )
