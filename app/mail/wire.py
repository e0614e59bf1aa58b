"""The two ways out: an SMTP server, or files in a folder where none is set."""

import contextlib
import ipaddress
import logging
import os
import re
import smtplib
import socket
import ssl
import tempfile
from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.domain.errors import mark
from app.office import Office

PATIENCE_SECONDS = 20
FINAL_PATIENCE_SECONDS = 60  # after the final dot a server may have to look at the whole message
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
LONGEST_REPLY = 300
_SECRET = re.compile(r"(?<=/a/)[^/?\s\"<>]+|\b\d{8}\b")


log = logging.getLogger(__name__)

# What OpenSSL calls X509_V_ERR_CERT_HAS_EXPIRED, _HOSTNAME_MISMATCH and _IP_ADDRESS_MISMATCH; all else: nobody vouches.
NOBODY_VOUCHES = mark(
    "De mailserver toont een certificaat waar niemand voor instaat. Noem in REGIE_SMTP_CA_FILE wie dat wel doet."
)
_ANOTHER_NAME = mark("Het certificaat van de mailserver is voor een andere naam dan die in REGIE_SMTP_URL.")
REFUSED_CERTIFICATES = {
    10: mark("Het certificaat van de mailserver is verlopen. Er gaat geen mail uit tot het vernieuwd is."),
    62: _ANOTHER_NAME,
    64: _ANOTHER_NAME,
}


class Fate(StrEnum):
    """What became of one attempt. LOST: the line broke after the final dot, so nobody knows.

    UNTRIED: the line was cut by ourselves before anything could go out.
    """

    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"
    LOST = "lost"
    UNTRIED = "untried"


@dataclass(frozen=True)
class Reply:
    """What became of one attempt and why; `blames_mailbox` tells whether it was about the reader and not the way."""

    fate: Fate
    why: str = ""
    blames_mailbox: bool = False


@dataclass(frozen=True)
class Parcel:
    """One message for one recipient; `name` is unlike that of any other mail."""

    name: str
    sender: str
    recipient: str
    content: bytes


class Wire(ABC):
    """A way out. It may keep a connection open between parcels; close it after the last."""

    @abstractmethod
    def send(self, parcel: Parcel) -> Reply:
        """Hand a parcel over and say what became of it. Raises nothing that a server or network can cause."""

    @abstractmethod
    def cut(self) -> None:
        """From another thread: let the parcel under way fail now. Nothing goes out after this, unless it just did."""

    @abstractmethod
    def close(self) -> None:
        """Let go of what is open."""


def open_wire(office: Office) -> Wire:
    """The way out that the settings name."""
    settings = office.settings
    if settings.smtp_url is None:
        return FolderWire(settings.mail_folder)
    return SmtpWire(settings.smtp_url, settings.smtp_ca_file, urlsplit(settings.base_url).hostname or "localhost")


class FolderWire(Wire):
    """Messages as .eml files. Sending one again writes the same file anew, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, parcel: Parcel) -> Reply:
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            with tempfile.NamedTemporaryFile(dir=self._folder, prefix=".", suffix=".part", delete=False) as file:
                file.write(parcel.content)
                file.flush()
                os.fsync(file.fileno())
            Path(file.name).rename(self._folder / f"{parcel.name}.eml")
        except OSError as error:
            return Reply(Fate.DEFERRED, _plain(str(error)))
        return Reply(Fate.SENT)

    def cut(self) -> None:
        """A file is written at once."""

    def close(self) -> None:
        """Nothing is open."""


class SmtpWire(Wire):
    """An SMTP server, spoken to over one connection for as long as it holds. Certificates are always checked.

    A server that can't be reached is not called again by the same wire: a batch must not wait for it mail by mail.
    """

    def __init__(self, url: str, ca_file: Path | None, hello: str) -> None:
        parts = urlsplit(url)
        self._scheme = parts.scheme
        self._host, self._port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._ca_file, self._hello = ca_file, hello
        self._client: smtplib.SMTP | None = None
        self._unreachable: Reply | None = None
        self._is_cut = False

    def send(self, parcel: Parcel) -> Reply:
        if not parcel.recipient.isascii():
            return Reply(Fate.REFUSED, mark("Dit adres heeft tekens die niet in een mailadres kunnen."), True)
        if self._client is None and self._unreachable is None:
            self._connect()
        if self._client is None:
            return self._not_out(self._unreachable or Reply(Fate.DEFERRED))
        return self._converse(self._client, parcel)

    def cut(self) -> None:
        self._is_cut = True
        client = self._client
        if client is not None and client.sock is not None:
            with contextlib.suppress(OSError):
                # Not the TLS layer's own, that first says goodbye: whoever reads from this line wakes up now.
                socket.socket.shutdown(client.sock, socket.SHUT_RDWR)

    def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                client.quit()
            client.close()

    def _connect(self) -> None:
        client: smtplib.SMTP | None = None
        try:
            context = ssl.create_default_context(cafile=self._ca_file)
            if self._scheme == "smtps":
                client = smtplib.SMTP_SSL(
                    self._host, self._port, self._hello, timeout=PATIENCE_SECONDS, context=context
                )
            else:
                client = smtplib.SMTP(self._host, self._port, self._hello, timeout=PATIENCE_SECONDS)
            self._introduce(client, context)
        except ssl.SSLCertVerificationError as error:
            log.warning("the mail server's certificate is refused: %s", error.verify_message)
            self._unreachable = Reply(Fate.DEFERRED, REFUSED_CERTIFICATES.get(error.verify_code, NOBODY_VOUCHES))
            if client is not None:
                client.close()
        except (OSError, smtplib.SMTPException) as error:
            self._unreachable = Reply(Fate.DEFERRED, _plain(str(error)))
            if client is not None:
                client.close()
        else:
            self._client = client

    def _introduce(self, client: smtplib.SMTP, context: ssl.SSLContext) -> None:
        """Say hello, encrypt where the server offers it or must, and sign in; never with a password in the clear."""
        client.ehlo_or_helo_if_needed()
        encrypted = self._scheme == "smtps"
        if not encrypted and (self._scheme == "smtp+starttls" or client.has_extn("starttls")):
            client.starttls(context=context)
            client.ehlo()
            encrypted = True
        if not self._user:
            return
        if not encrypted and not _is_this_machine(self._host):
            raise smtplib.SMTPNotSupportedError("no password without encryption")
        client.login(self._user, self._password)

    def _converse(self, client: smtplib.SMTP, parcel: Parcel) -> Reply:
        dotted = False
        try:
            if self._is_cut:
                raise smtplib.SMTPServerDisconnected("told to stop")
            refusal = self._announce(client, parcel)
            if refusal is not None:
                return refusal
            client.send(_dotted(parcel.content))
            dotted = True
            code, text = _verdict(client)
        except (OSError, smtplib.SMTPException) as error:
            self._client = None
            client.close()
            # Before the final dot a server may not deliver anything, so trying again doubles nothing.
            why = _plain(str(error))
            return Reply(Fate.LOST, why) if dotted else self._not_out(Reply(Fate.DEFERRED, why))
        if 200 <= code < 300:
            return Reply(Fate.SENT)
        known = 400 <= code < 600
        return _judged(code, text, blames_mailbox=True) if known else Reply(Fate.LOST, _plain(str(code)))

    def _not_out(self, reply: Reply) -> Reply:
        return Reply(Fate.UNTRIED) if self._is_cut else reply

    def _announce(self, client: smtplib.SMTP, parcel: Parcel) -> Reply | None:
        """Go up to the point where the message may be sent; else say why it may not."""
        code, text = client.mail(parcel.sender)
        if code != 250:
            return self._give_up(client, code, text, blames_mailbox=False)
        code, text = client.rcpt(parcel.recipient)
        if code not in {250, 251}:
            return self._give_up(client, code, text, blames_mailbox=True)
        code, text = client.docmd("DATA")
        if code != 354:
            return self._give_up(client, code, text, blames_mailbox=False)
        return None

    def _give_up(self, client: smtplib.SMTP, code: int, text: bytes, *, blames_mailbox: bool) -> Reply:
        try:
            if code == 421:  # the server closes the line, whatever the command was
                raise smtplib.SMTPServerDisconnected("421")
            client.rset()
        except (OSError, smtplib.SMTPException):
            self._client = None
            client.close()
        return _judged(code, text, blames_mailbox=blames_mailbox and code != 421)


def _verdict(client: smtplib.SMTP) -> tuple[int, bytes]:
    """Wait for what the server says of the message, longer than for any other reply."""
    if client.sock is None:
        raise smtplib.SMTPServerDisconnected("the line is gone")
    client.sock.settimeout(FINAL_PATIENCE_SECONDS)
    reply = client.getreply()
    client.sock.settimeout(PATIENCE_SECONDS)
    return reply


def _judged(code: int, text: bytes, *, blames_mailbox: bool) -> Reply:
    why = _plain(f"{code} {text.decode(errors='replace')}")
    return Reply(Fate.REFUSED if 500 <= code < 600 else Fate.DEFERRED, why, blames_mailbox)


def _dotted(content: bytes) -> bytes:
    """The message as DATA wants it: dots that begin a line are doubled, a lone one ends it. RFC 5321, 4.5.2."""
    stuffed = re.sub(rb"(?m)^\.", b"..", content)
    return stuffed + (b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n")


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _plain(text: str) -> str:
    """What a server said, on one line and without signs that a sentence with fields would trip over.

    It is kept and shown, and some servers repeat what they refuse: links and codes are taken out.
    """
    said = " ".join(text.replace("{", "(").replace("}", ")").split())
    return _SECRET.sub("…", said)[:LONGEST_REPLY]
