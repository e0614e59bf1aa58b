"""Settings from the environment, prefix REGIE_. A bad one stops start-up and is named."""

import contextlib
import ipaddress
import os
import secrets
import ssl
import tempfile
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.domain.logos import Logo, read_logo
from app.domain.providers import Provider, read_providers
from app.later import Later

if TYPE_CHECKING:
    from cryptography import exceptions
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
else:
    exceptions = Later("cryptography.exceptions")
    serialization = Later("cryptography.hazmat.primitives.serialization")
    ec, rsa = (Later(f"cryptography.hazmat.primitives.asymmetric.{name}") for name in ("ec", "rsa"))

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
SHORTEST_SECRET = 32
SMTP_SCHEMES = ("smtp", "smtps", "smtp+starttls")


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path not in {"", "/"}:
        raise ValueError("must be an address such as https://regie.example, without a path")
    return value.rstrip("/")


def _database_address(value: str) -> str:
    if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("must start with sqlite:/// or postgresql+psycopg://")
    return value


def _smtp_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in SMTP_SCHEMES or not parts.hostname:
        raise ValueError("must look like smtp://host:25, smtp+starttls://user:password@host:587 or smtps://host:465")
    return value


def _scanner_address(value: str) -> str:
    port = value.rpartition(":")[2]
    if value and not value.startswith("/") and not (":" in value and port.isdecimal()):
        raise ValueError("must be the path of clamd's socket, such as /run/clamav/clamd.ctl, or host:port")
    return value


def _secrets(value: SecretStr) -> SecretStr:
    if any(len(one) < SHORTEST_SECRET for one in value.get_secret_value().split()):
        raise ValueError(f"must hold secrets of {SHORTEST_SECRET} characters or more, with spaces between them")
    return value


def _certificates(value: Path) -> Path:
    try:
        ssl.create_default_context(cafile=value)
    except (OSError, ssl.SSLError):
        raise ValueError(f"must name a file with certificates (PEM); {value} is none") from None
    return value


def _logo_file(value: Path) -> Path:
    try:
        read_logo(value.read_bytes())
    except OSError as wrong:
        raise ValueError(f"must name a file that can be read; {value}: {wrong.strerror}") from None
    return value


def _providers_file(value: Path) -> Path:
    try:
        text = value.read_text(encoding="utf-8")
    except (OSError, ValueError):
        raise ValueError(f"must name a file with providers (TOML); {value} can't be read") from None
    for provider in read_providers(text):
        if provider.private_key and not _can_sign(provider.private_key):
            raise ValueError(f"[{provider.name}] private_key: must be an RSA key, or an EC key on P-256")
    return value


def _can_sign(pem: str) -> bool:
    try:
        key = serialization.load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError, exceptions.UnsupportedAlgorithm):
        return False
    on_p256 = isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1)
    return on_p256 or isinstance(key, rsa.RSAPrivateKey)


def _networks(value: str) -> str:
    for one in filter(None, (part.strip() for part in value.split(","))):
        try:
            ipaddress.ip_network(one, strict=False)
        except ValueError:
            raise ValueError(f"must be addresses or networks between commas; {one} is none") from None
    return value


class Settings(BaseSettings):
    """What an operator can set. Everything has a default that works on a laptop.

    Local state (SQLite file, documents, mail files, the key) lives under `var`.
    """

    model_config = SettingsConfigDict(env_prefix="REGIE_", extra="ignore", frozen=True, hide_input_in_errors=True)

    var: Path = Path("var")
    database_url: Annotated[str, AfterValidator(_database_address)] | None = None
    base_url: Annotated[str, AfterValidator(_web_address)] = Field(
        default_factory=lambda: f"http://localhost:{os.environ.get('PORT', '8000')}"
    )
    hosts: str = ""
    secret: SecretStr | None = Field(default=None, min_length=SHORTEST_SECRET)
    old_secrets: Annotated[SecretStr, AfterValidator(_secrets)] = SecretStr("")
    smtp_url: Annotated[str, AfterValidator(_smtp_address)] | None = None
    smtp_ca_file: Annotated[Path, AfterValidator(_certificates)] | None = None
    clamav: Annotated[str, AfterValidator(_scanner_address)] = ""
    mails_a_day: int = Field(default=20, ge=1)
    mail_from: str = "Regie <regie@vng.example>"
    name: str = "Regie"
    tagline: str = "Vragen van gemeenten aan ministeries"
    logo: Annotated[Path, AfterValidator(_logo_file)] | None = None
    organisation: str = "VNG"
    contact_email: str = "beheer@vng.example"
    scheduler: bool = True
    trusted_proxies: Annotated[str, AfterValidator(_networks)] = ""
    require_strong: bool | None = None
    openid: Annotated[Path, AfterValidator(_providers_file)] | None = None
    limit_factor: float = Field(default=1, ge=0, le=1000)
    demo: bool = False

    @property
    def database(self) -> str:
        """The database's URL; by default a SQLite file under `var`."""
        return self.database_url or f"sqlite:///{self.var / 'regie.sqlite3'}"

    @property
    def takeovers(self) -> Path:
        """Where registers lie that are being taken over."""
        return self.var / "takeovers"

    @property
    def exports(self) -> Path:
        """Where long lists lie that were written to files."""
        return self.var / "exports"

    @property
    def documents(self) -> Path:
        """Where documents lie, by content hash."""
        return self.var / "documents"

    @property
    def mail_folder(self) -> Path:
        """Where mails land as .eml files when there is no SMTP server."""
        return self.var / "mail"

    @property
    def secure(self) -> bool:
        """Whether people reach Regie over https: then cookies are `__Host-` and HSTS is sent."""
        return self.base_url.startswith("https://")

    @property
    def trustworthy(self) -> bool:
        """Whether browsers trust the line, by https or because it never leaves the machine: they say more then."""
        return self.secure or self.host in LOCAL_HOSTS

    @property
    def all_hosts(self) -> frozenset[str]:
        """The names Regie answers to, in small letters, without port: that of its address, and those in `hosts`.

        Under one name of this machine it answers to the others too.
        """
        others = LOCAL_HOSTS if self.host in LOCAL_HOSTS else frozenset[str]()
        return frozenset({self.host, *self.hosts.lower().split()}) | others

    @property
    def host(self) -> str:
        """The name people reach Regie by, to which passkeys are bound."""
        return urlsplit(self.base_url).hostname or ""

    @cached_property
    def brand_logo(self) -> Logo | None:
        """The house's own logo, read once; None where Regie shows its own sign."""
        return read_logo(self.logo.read_bytes()) if self.logo else None

    @property
    def key(self) -> bytes:
        """The master key that links, codes and form tokens are made with."""
        return self.keys[0]

    @cached_property
    def keys(self) -> Sequence[bytes]:
        """The master keys, the newest first; what the older ones made still holds.

        Set REGIE_SECRET in production. Without it a key is made once and kept in `var/secret.key`, readable by the
        owner only, so that links survive a restart; an older key may stand on a line below it.
        """
        if self.secret is not None:
            newest = [self.secret.get_secret_value()]
        else:
            path = self.var / "secret.key"
            self.var.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                _write_key(path)
            newest = path.read_text().split()
        return [one.encode() for one in (*newest, *self.old_secrets.get_secret_value().split())]

    @property
    def requires_strong(self) -> bool:
        """Whether administrators and the secretariat must sign in by passkey or OpenID Connect; not in the demo."""
        return not self.demo if self.require_strong is None else self.require_strong

    @cached_property
    def providers(self) -> tuple[Provider, ...]:
        """Where else people can sign in."""
        return read_providers(self.openid.read_text(encoding="utf-8")) if self.openid else ()

    @property
    def shows_codes(self) -> bool:
        """Whether the sign-in page shows its own code: in the demo, where no mail leaves the machine."""
        return self.demo and self.smtp_url is None


def _write_key(path: Path) -> None:
    """Make a key; of two processes that start at once the first one's counts, and neither reads half a key."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix="secret.") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(file.name, path)
