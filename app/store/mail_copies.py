"""What went out, as it went out: subject and text of each mail, with its links and codes made useless."""

import zlib
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.capabilities import masked
from app.store.base import Base, Id

LONGEST_SUBJECT = 300
LONGEST_TEXT = 400_000


class MailCopy(Base):
    """The last version of a mail that was handed over; `text` is packed, in UTF-8."""

    __tablename__ = "mail_copies"

    outbox_id: Mapped[int] = mapped_column(Id, sa.ForeignKey("outbox.id"), primary_key=True, autoincrement=False)
    subject: Mapped[str] = mapped_column(sa.String(LONGEST_SUBJECT))
    text: Mapped[bytes] = mapped_column(sa.LargeBinary)


@dataclass(frozen=True)
class Sent:
    """A mail as its reader got it, in plain text and without a link or code that works."""

    subject: str
    text: str


def keep_copy(session: Session, outbox_id: int, subject: str, text: str, *, with_code: bool) -> None:
    """Keep what was handed over, instead of an earlier version of the same mail."""
    packed = zlib.compress(masked(text, with_code=with_code)[:LONGEST_TEXT].encode())
    shown = masked(subject, with_code=with_code)[:LONGEST_SUBJECT]
    session.merge(MailCopy(outbox_id=outbox_id, subject=shown, text=packed))


def copy_of(session: Session, outbox_id: int) -> Sent | None:
    """The mail as it was handed over; None where it never was, or nothing was kept."""
    kept = session.get(MailCopy, outbox_id)
    return Sent(kept.subject, zlib.decompress(kept.text).decode()) if kept else None
