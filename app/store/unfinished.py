"""Letters that somebody is still typing: forms as they stand, kept between visits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.errors import NotFound, mark
from app.store.base import Base, Id, Instant, Json
from app.store.documents import Document
from app.store.letters import Letter
from app.store.people import Person

MOST_LISTED = 50


class UnfinishedLetter(Base):
    """The form of a letter that nobody saved yet: no letter, so it has no number and nothing of it is checked.

    `key` names the form, the same in every page that it was shown in; `page` the opened page that kept it last.
    `letter_id` is the saved concept that the form changes. `fields` are the pairs of name and text, in order.
    """

    __tablename__ = "unfinished_letters"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    letter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("letters.id"), index=True)
    subject: Mapped[str] = mapped_column(sa.String(300))
    questions: Mapped[int]
    fields: Mapped[list[list[str]]] = mapped_column(Json)
    page: Mapped[str] = mapped_column(sa.String(64))
    version: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(Instant)
    saved_at: Mapped[datetime] = mapped_column(Instant, index=True)
    saved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))


class UnfinishedDocument(Base):
    """A file that was chosen in a form that is not finished yet."""

    __tablename__ = "unfinished_documents"

    unfinished_id: Mapped[int] = mapped_column(sa.ForeignKey("unfinished_letters.id"), primary_key=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("documents.id"), primary_key=True)


@dataclass(frozen=True)
class UnfinishedLine:
    """One in the list: who typed last and when, and the saved concept that it changes, if any."""

    id: int
    subject: str
    questions: int
    saved_at: datetime
    saved_by: str | None
    changes: Letter | None


def find_unfinished(session: Session, unfinished_id: int) -> UnfinishedLetter:
    """A form that was not finished. Raises NotFound `no-unfinished` where it was saved or thrown away since."""
    found = session.get(UnfinishedLetter, unfinished_id)
    if found is None:
        sentence = mark("Deze niet afgemaakte brief is er niet meer: hij is bewaard als brief, of weggegooid.")
        raise NotFound("no-unfinished", sentence)
    return found


def unfinished_lines(session: Session, letter_id: int | None = None) -> Sequence[UnfinishedLine]:
    """Forms that were not finished, the youngest first, at most 50; with `letter_id` only changes of that letter."""
    query = (
        sa.select(UnfinishedLetter, Person.name, Letter)
        .join(Person, Person.id == UnfinishedLetter.saved_by_id, isouter=True)
        .join(Letter, Letter.id == UnfinishedLetter.letter_id, isouter=True)
        .order_by(UnfinishedLetter.saved_at.desc(), UnfinishedLetter.id.desc())
        .limit(MOST_LISTED)
    )
    if letter_id is not None:
        query = query.where(UnfinishedLetter.letter_id == letter_id)
    return [
        UnfinishedLine(one.id, one.subject, one.questions, one.saved_at, name, letter)
        for one, name, letter in session.execute(query)
    ]


def put_documents(session: Session, unfinished_id: int, document_ids: Sequence[int]) -> None:
    """Make these the files of a form; documents that are not on record are left out."""
    session.execute(sa.delete(UnfinishedDocument).where(UnfinishedDocument.unfinished_id == unfinished_id))
    there = session.scalars(sa.select(Document.id).where(Document.id.in_(document_ids)).order_by(Document.id))
    session.add_all(UnfinishedDocument(unfinished_id=unfinished_id, document_id=one) for one in there.all())
    session.flush()
