"""Settings from the environment, prefix REGIE_. A bad one stops start-up and is named."""

import contextlib
import os
import secrets
import ssl
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

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


def _certificates(value: Path) -> Path:
    try:
        ssl.create_default_context(cafile=value)
    except (OSError, ssl.SSLError):
        raise ValueError(f"must name a file with certificates (PEM); {value} is none") from None
    return value


class Settings(BaseSettings):
    """What an operator can set. Everything has a default that works on a laptop.

    Local state (SQLite file, documents, mail files, the key) lives under `var`.
    """

    model_config = SettingsConfigDict(env_prefix="REGIE_", extra="ignore", frozen=True)

    var: Path = Path("var")
    database_url: Annotated[str, AfterValidator(_database_address)] | None = None
    base_url: Annotated[str, AfterValidator(_web_address)] = Field(
        default_factory=lambda: f"http://localhost:{os.environ.get('PORT', '8000')}"
    )
    secret: SecretStr | None = Field(default=None, min_length=32)
    smtp_url: Annotated[str, AfterValidator(_smtp_address)] | None = None
    smtp_ca_file: Annotated[Path, AfterValidator(_certificates)] | None = None
    mails_a_day: int = Field(default=20, ge=1)
    mail_from: str = "Regie <regie@vng.example>"
    name: str = "Regie"
    tagline: str = "Vragen van gemeenten aan ministeries"
    organisation: str = "VNG"
    contact_email: str = "beheer@vng.example"
    scheduler: bool = True
    trusted_proxies: str = ""
    demo: bool = False

    @property
    def database(self) -> str:
        """The database's URL; by default a SQLite file under `var`."""
        return self.database_url or f"sqlite:///{self.var / 'regie.sqlite3'}"

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

    @cached_property
    def key(self) -> bytes:
        """The master key that links, codes and form tokens derive from.

        Set REGIE_SECRET in production. Without it a key is made once and kept in `var/secret.key`, readable by the
        owner only, so that links survive a restart.
        """
        if self.secret is not None:
            return self.secret.get_secret_value().encode()
        path = self.var / "secret.key"
        self.var.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _write_key(path)
        return path.read_text().strip().encode()

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
