"""From a row in the outbox to the message that goes out: facts read now, links and codes made now."""

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from app.domain.errors import mark
from app.mail.content import Content, Dropped
from app.mail.facts import Reader, find_reader
from app.mail.kinds import KINDS
from app.mail.templates import environment, inliner
from app.office import Office
from app.store.outbox import Claimed
from app.wording import wording

# Mail programs cut a message off beyond about 100 kB, so what is long is shortened in the HTML part. The text part
# always holds everything.
MOST_ROWS, MOST_CARDS = 60, 30
ROOM_FOR_TEXT = 12_000
MOST_THREADS = 20


@dataclass(frozen=True)
class Composed:
    """A message ready for the wire. `told` are the questions in it with the serial of their links.

    `subject` and `text` are its plain part, for the copy that is kept.
    """

    sender: str
    recipient: str
    content: bytes
    told: tuple[tuple[int, int], ...]
    subject: str = ""
    text: str = ""


def compose(office: Office, session: Session, mail: Claimed) -> Composed | Dropped:
    """Write the mail as things stand now. Reads only; the session can be closed before it is sent."""
    reader = find_reader(session, mail.person_id, office.today())
    if reader is None:
        return Dropped(mark("De lezer doet niet meer mee."))
    content = KINDS[mail.kind](session, office, mail, reader)
    if isinstance(content, Dropped):
        return content
    subject, text, html = content.frozen or _written(office, mail, reader, content)
    message = _message(office, mail, reader, content, subject)
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    told = tuple((question.id, question.serial) for question in content.questions if question.answers)
    sender = parseaddr(office.settings.mail_from)[1]
    return Composed(sender, reader.address, message.as_bytes(), told, subject, text)


def _message(office: Office, mail: Claimed, reader: Reader, content: Content, subject: str) -> EmailMessage:
    """The message but for its text."""
    # Quoted-printable throughout: then no server on the way has to be asked whether it takes eight bits.
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    host = urlsplit(office.settings.base_url).hostname or "localhost"
    message["Message-ID"] = f"<{mail.message_id}@{host}>"
    message["Date"] = format_datetime(office.now())
    message["From"] = office.settings.mail_from
    message["To"] = Address(reader.name, addr_spec=reader.address)
    message["Subject"] = subject
    message["Auto-Submitted"] = "auto-generated"
    if content.unsubscribe:
        message["List-Unsubscribe"] = f"<{content.unsubscribe}>, <mailto:{office.settings.contact_email}>"
    if content.questions:
        message["References"] = " ".join(f"<vraag-{q.id}@{host}>" for q in content.questions[:MOST_THREADS])
    return message


def _written(office: Office, mail: Claimed, reader: Reader, content: Content) -> tuple[str, str, str]:
    """Subject, text and HTML, in the language of the mail."""
    settings = office.settings
    cards = max(1, min(MOST_CARDS, len(content.questions)))
    context: dict[str, Any] = {
        "wording": wording(mail.language),
        "reader": reader,
        "brand": settings.name,
        "organisation": settings.organisation,
        "contact_email": settings.contact_email,
        "base_url": settings.base_url,
        "now": office.now(),
        "questions": content.questions,
        "most_rows": MOST_ROWS,
        "most_cards": MOST_CARDS,
        "room": ROOM_FOR_TEXT // cards,
        **content.context,
    }
    templates = environment()
    subject = " ".join(templates.get_template(f"mail/{mail.kind}.subject.txt").render(context).split())
    context["subject"] = subject
    text = templates.get_template(f"mail/{mail.kind}.txt").render(context)
    html = templates.get_template(f"mail/{mail.kind}.html").render(context)
    return subject, text.strip() + "\n", inliner().inline(html)
