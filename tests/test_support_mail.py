import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.support.mail import PASSWORD, USER, Inbox


def letter(to: str = "contact@jenv.example") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "regie@vng.example", to, "Vraag 2026-118.3 is te laat"
    message.set_content("Één vraag wacht.")
    return message


def test_a_message_arrives_as_it_was_sent(smtp: Inbox) -> None:
    with smtplib.SMTP("127.0.0.1", smtp.port) as line:
        line.send_message(letter())
    (received,) = smtp.to("contact@jenv.example")
    assert (received["Subject"], received.get_content().strip()) == ("Vraag 2026-118.3 is te laat", "Één vraag wacht.")
    assert smtp.to("sg@jenv.example") == []


def test_a_recipient_can_be_refused(smtp: Inbox) -> None:
    smtp.refusals["weg@jenv.example"] = "550 5.1.1 no such mailbox"
    with smtplib.SMTP("127.0.0.1", smtp.port) as line, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        line.send_message(letter("weg@jenv.example"))
    assert refused.value.recipients["weg@jenv.example"][0] == 550
    assert smtp.messages == []


def test_a_message_can_be_put_off(smtp: Inbox) -> None:
    smtp.answer_to_data = "451 4.3.0 later"
    with smtplib.SMTP("127.0.0.1", smtp.port) as line, pytest.raises(smtplib.SMTPDataError, match="451"):
        line.send_message(letter())
    assert smtp.messages == []


def test_starttls_and_signing_in_are_demanded(smtp_starttls: Inbox, certificate: Path) -> None:
    with smtplib.SMTP("localhost", smtp_starttls.port) as line:
        with pytest.raises(smtplib.SMTPSenderRefused, match="STARTTLS"):
            line.send_message(letter())
        line.starttls(context=ssl.create_default_context(cafile=str(certificate)))
        with pytest.raises(smtplib.SMTPAuthenticationError):
            line.login(USER, "verkeerd")
    with smtplib.SMTP("localhost", smtp_starttls.port) as line:
        line.starttls(context=ssl.create_default_context(cafile=str(certificate)))
        line.login(USER, PASSWORD)
        line.send_message(letter())
    assert len(smtp_starttls.messages) == 1
    assert smtp_starttls.url == f"smtp+starttls://{USER}:{PASSWORD}@127.0.0.1:{smtp_starttls.port}"


def test_a_stranger_to_the_certificate_does_not_trust_it(smtp_tls: Inbox, certificate: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        smtplib.SMTP_SSL("localhost", smtp_tls.port, context=ssl.create_default_context())
    context = ssl.create_default_context(cafile=str(certificate))
    with smtplib.SMTP_SSL("localhost", smtp_tls.port, context=context) as line:
        line.send_message(letter())
    assert len(smtp_tls.messages) == 1
