"""A real SMTP server on this machine that keeps what it is handed."""

import asyncio
import email
import email.policy
import shutil
import socket
import ssl
import subprocess
from collections.abc import Awaitable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "regie", "geheim-woord"


class _OnFreePort(Controller):
    """aiosmtpd asks for a port number beforehand; a socket that is bound already can't be taken by another test."""

    def __init__(self, handler: Any, **options: Any) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        super().__init__(handler, hostname="127.0.0.1", port=self._listening.getsockname()[1], **options)

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._listening, ssl=self.ssl_context)


class Inbox:
    """A server on a free port of the loopback; `messages` holds what it took, oldest first.

    Put an answer into `refusals` (`{"sg@jenv.example": "550 5.1.1 unknown"}`) to refuse a recipient with it; set
    `answer_to_data` to answer every message with it instead of taking it.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None, wrap: bool = False, login: bool = False) -> None:
        self.messages: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []
        self.refusals: dict[str, str] = {}
        self.answer_to_data: str | None = None
        demands: dict[str, Any] = {}
        if login:
            demands |= {"authenticator": self._login, "auth_required": True, "auth_require_tls": tls is not None}
        if tls is not None and not wrap:
            demands |= {"tls_context": tls, "require_starttls": True}
        self._controller = _OnFreePort(self, ssl_context=tls if wrap else None, ready_timeout=20, **demands)
        self._scheme = "smtps" if wrap else "smtp+starttls" if tls else "smtp"
        self._credentials = f"{USER}:{PASSWORD}@" if login else ""

    @property
    def url(self) -> str:
        """What to set REGIE_SMTP_URL to."""
        return f"{self._scheme}://{self._credentials}127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        """The port it listens on."""
        port: int = self._controller.port
        return port

    def start(self) -> None:
        """Listen."""
        self._controller.start()

    def stop(self) -> None:
        """Close the port; whoever connects after this is refused."""
        self._controller.stop(no_assert=True)

    def to(self, address: str) -> list[EmailMessage]:
        """The messages handed over for this address, oldest first."""
        return [
            message
            for message, envelope in zip(self.messages, self.envelopes, strict=True)
            if address in envelope.rcpt_tos
        ]

    async def handle_RCPT(  # noqa: N802  # the name aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take the recipient, or refuse it with the answer that the test laid ready."""
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  # the name aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep the message."""
        if self.answer_to_data is not None:
            return self.answer_to_data
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        self.messages.append(email.message_from_bytes(raw, policy=email.policy.default))
        self.envelopes.append(envelope)
        return "250 2.0.0 Taken"

    @staticmethod
    def _login(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any) -> AuthResult:
        right = isinstance(given, LoginPassword) and (given.login, given.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=right)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1 and localhost, with its key, in one PEM file. Trust it as a CA file."""
    return self_signed(tmp_path_factory.mktemp("certificate"), "IP:127.0.0.1,DNS:localhost")


def self_signed(folder: Path, names: str) -> Path:
    """A certificate that vouches for itself, for these names, with its key, in one PEM file."""
    if shutil.which("openssl") is None:
        pytest.fail("the mail tests need the command openssl (Debian: apt-get install openssl)")
    key, public, both = folder / "key.pem", folder / "certificate.pem", folder / "both.pem"
    subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-nodes",
                "-days",
                "2",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
            ),
            *("-subj", "/CN=localhost", "-addext", f"subjectAltName={names}"),
            *("-keyout", str(key), "-out", str(public)),
        ],
        check=True,
        capture_output=True,
    )
    both.write_text(key.read_text() + public.read_text())
    return both


@pytest.fixture
def server_tls(certificate: Path) -> ssl.SSLContext:
    """What a server needs to speak TLS with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def _listening(inbox: Inbox) -> Iterator[Inbox]:
    inbox.start()
    yield inbox
    inbox.stop()


@pytest.fixture
def smtp() -> Iterator[Inbox]:
    """A mail server without encryption or sign-in."""
    yield from _listening(Inbox())


@pytest.fixture
def smtp_starttls(server_tls: ssl.SSLContext) -> Iterator[Inbox]:
    """A mail server that takes mail only after STARTTLS and signing in (the user and password are in its `url`)."""
    yield from _listening(Inbox(tls=server_tls, login=True))


@pytest.fixture
def smtp_tls(server_tls: ssl.SSLContext) -> Iterator[Inbox]:
    """A mail server that speaks TLS from the first byte (smtps)."""
    yield from _listening(Inbox(tls=server_tls, wrap=True))
