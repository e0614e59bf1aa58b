"""Files: what is stored (by content), under which name it was added, and to what it belongs."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base, Id, Instant


class Document(Base):
    """A file as somebody added it. Its content lies under the documents folder by its SHA-256."""

    __tablename__ = "documents"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    size: Mapped[int] = mapped_column(sa.BigInteger)
    media_type: Mapped[str] = mapped_column(sa.String(120))
    name: Mapped[str] = mapped_column(sa.String(255))
    added_at: Mapped[datetime] = mapped_column(Instant)
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))


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
