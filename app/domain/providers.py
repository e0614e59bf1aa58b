"""Providers of OpenID Connect, as an operator writes them down: a TOML file with a table for each.

[rijk]                                  # its name in addresses: BASE_URL/aanmelden/openid/rijk/terug
label = "Rijksaccount"                  # what stands on the button
issuer = "https://login.example.org"    # exactly as the provider calls itself
client_id = "regie"
client_secret = "…"                     # or else:
private_key = "/etc/regie/rijk.pem"     # for private_key_jwt, with key_id where the provider asks for one
key_id = "2026-11"
scopes = "openid email"                 # this is the default
acr_values = "…"                        # asks for a level of assurance, and refuses another
trusts_email = false                    # true: this provider has no addresses but its own verified ones
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_NAME = re.compile(r"[a-z][a-z0-9-]{0,29}")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Provider:
    """One provider. Exactly one of `client_secret` and `private_key` (PEM text, read from its file) is there."""

    name: str
    label: str
    issuer: str
    client_id: str
    client_secret: str = ""
    private_key: str = ""
    key_id: str = ""
    scopes: str = "openid email"
    acr_values: str = ""
    trusts_email: bool = False


_KEYS = [field.name for field in fields(Provider) if field.name != "name"]
_FLAGS = frozenset({"trusts_email"})
_NEEDED = ("label", "issuer", "client_id")


def read_providers(text: str) -> tuple[Provider, ...]:
    """The providers of a file, in its order. Raises ValueError, which names the table and the key that is wrong."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"is no TOML: {error}") from None
    if not tables:
        raise ValueError("names no provider; write a table such as [rijk] for each")
    found = tuple(_provider(name, table) for name, table in tables.items())
    issuers = [one.issuer for one in found]
    if len(set(issuers)) < len(issuers):
        raise ValueError("names one issuer twice")
    return found


def is_safe_address(address: str) -> bool:
    """Whether it is https, or http on this machine itself, for trying things out; without a user's name in it."""
    parts = urlsplit(address)
    if parts.username is not None or not parts.hostname or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def _provider(name: str, table: Any) -> Provider:
    if not _NAME.fullmatch(name) or not isinstance(table, dict):
        raise ValueError(f"[{name}]: each provider is a table with a name of at most 30 letters a-z, digits and -")
    for wrong in _wrong(table):
        raise ValueError(f"[{name}] {wrong}")
    key = table.get("private_key")
    return Provider(name=name, **{**table, "private_key": _key(name, key) if key else ""})


def _wrong(table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        if key not in _KEYS:
            yield f"{key}: there is no such key; known are {', '.join(_KEYS)}"
        elif not isinstance(value, bool if key in _FLAGS else str):
            yield f"{key}: must be {'true or false' if key in _FLAGS else 'text between quotes'}"
    yield from _wrong_together(table)


def _wrong_together(table: Mapping[str, Any]) -> Iterator[str]:
    for key in _NEEDED:
        if not table.get(key):
            yield f"{key}: is missing"
    if not is_safe_address(table.get("issuer", "")) or "?" in table["issuer"]:
        yield "issuer: must be an address that starts with https://"
    if bool(table.get("client_secret")) == bool(table.get("private_key")):
        yield "client_secret or private_key: give one of the two"
    if "openid" not in table.get("scopes", "openid").split():
        yield "scopes: must hold openid"


def _key(name: str, path: str) -> str:
    try:
        text = Path(path).read_text(encoding="ascii")
    except (OSError, ValueError):
        raise ValueError(f"[{name}] private_key: {path} can't be read") from None
    if "PRIVATE KEY-----" not in text or "ENCRYPTED" in text:
        raise ValueError(f"[{name}] private_key: {path} is no private key (PEM, without a password)")
    return text
