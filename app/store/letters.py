"""Outgoing letters and the counter that numbers them."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.errors import WrongState, mark
from app.domain.numbers import LetterNumber
from app.domain.questions import Channel
from app.store.base import Base, Id, Instant, insert_new, partial_index, words

# What a question's story and the log call it when its letter is put in another dossier.
DOSSIER_CHOSEN = "dossier-kiezen"


class LetterCounter(Base):
    """The last number given out in a year. A row, not a sequence: a number is never lost to a rollback."""

    __tablename__ = "letter_counters"

    year: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    last: Mapped[int]


class Letter(Base):
    """One outgoing letter. Its state is read off its questions (domain.questions.letter_state).

    `save_key` names the attempt that first saved it and `saved_sha256` what was saved then, so that the same form or
    request sent twice makes one letter. `removed_at`: its period is over, and its texts and documents are gone.
    """

    __tablename__ = "letters"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    year: Mapped[int]
    serial: Mapped[int]
    reference: Mapped[str] = mapped_column(sa.String(80), index=True)
    subject: Mapped[str] = mapped_column(sa.String(300))
    letter_date: Mapped[date]
    addressee_id: Mapped[int] = mapped_column(sa.ForeignKey("ministries.id"))
    attention: Mapped[str | None] = mapped_column(sa.String(200))
    channel: Mapped[Channel] = mapped_column(words(Channel))
    dossier_id: Mapped[int | None] = mapped_column(sa.ForeignKey("dossiers.id"), index=True)
    body: Mapped[str | None] = mapped_column(sa.Text)
    sent_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    version: Mapped[int] = mapped_column(default=1)
    save_key: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    saved_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    removed_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        sa.UniqueConstraint("year", "serial"),
        sa.Index("ix_letters_dated", "letter_date", "id"),
        partial_index("ix_letters_unsent", "year", "serial", where="sent_on IS NULL"),
        sa.CheckConstraint("sent_on IS NULL OR sent_on >= letter_date", "sent_after_date"),
    )

    @property
    def number(self) -> LetterNumber:
        """Its number, such as 2026-118."""
        return LetterNumber(self.year, self.serial)


def saved_already(session: Session, save_key: str, saved_sha256: str, year: int) -> Letter | None:
    """The letter that an earlier attempt with this key made; None where this is the first.

    Two attempts at once wait for each other at the year's counter. Raises WrongState (`saved-already`) where the
    earlier one saved something else, so that what was changed since isn't dropped unseen.
    """
    session.execute(insert_new(session, LetterCounter).values(year=year, last=0))
    session.execute(sa.select(LetterCounter.last).where(LetterCounter.year == year).with_for_update())
    letter = session.scalars(sa.select(Letter).where(Letter.save_key == save_key)).one_or_none()
    if letter is not None and letter.saved_sha256 != saved_sha256:
        sentence = mark("Dit formulier is al bewaard, als brief {number}. Open die brief om hem te wijzigen.")
        raise WrongState("saved-already", sentence, number=str(letter.number))
    return letter


def next_number(session: Session, year: int) -> LetterNumber:
    """Give out the next number of a year, in the transaction of the letter that gets it.

    The UPDATE locks the counter's row until that transaction ends, so two letters never share a number.
    """
    session.execute(insert_new(session, LetterCounter).values(year=year, last=0))
    bump = sa.update(LetterCounter).where(LetterCounter.year == year).values(last=LetterCounter.last + 1)
    return LetterNumber(year, session.execute(bump.returning(LetterCounter.last)).scalar_one())


def found_by(words: str, title: Any) -> sa.ColumnElement[bool]:
    """A letter (joined) by its number, or these words in `title`, its subject or its reference."""
    number = sa.cast(Letter.year, sa.String) + "-" + sa.cast(Letter.serial, sa.String)
    plain = words.split(".", 1)[0]
    year, _, serial = plain.partition("-")
    if year.isdecimal() and serial.isdecimal():
        return number == f"{int(year)}-{int(serial)}"
    return sa.or_(
        title.icontains(words, autoescape=True),
        Letter.subject.icontains(words, autoescape=True),
        Letter.reference.icontains(words, autoescape=True),
    )
