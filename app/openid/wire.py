"""Asking a provider something: synchronous, within seconds, without redirects, and no more than it may be."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from email.message import Message
from typing import IO, Any
from urllib.parse import urlencode

from app.domain.providers import is_safe_address

SECONDS = 5
"""How long each step of a question may take: to connect, and between two pieces of the answer."""

LARGEST = 512 * 1024


class Unreachable(Exception):
    """The provider gives no answer, or none that can be read. Its text is for the log."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,  # as the base class calls it
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> None:
        """Follow none: a provider says where things are, and that is where they are."""


_OPENER = urllib.request.build_opener(_NoRedirects)


def ask(address: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> Any:
    """The JSON object at an address, by GET, or by POST of a form; also one that comes with 400. Raises Unreachable."""
    if not is_safe_address(address):
        raise Unreachable(f"{address} is not https")
    body = urlencode(form).encode() if form is not None else None
    sent = {"Accept": "application/json", **(headers or {})}
    request = urllib.request.Request(address, body, sent)  # noqa: S310  # https, checked above
    try:
        with _OPENER.open(request, timeout=SECONDS) as answer:
            raw = answer.read(LARGEST + 1)
    except urllib.error.HTTPError as error:
        with error:
            if error.code not in {400, 401}:
                raise Unreachable(f"{address} answers {error.code}") from None
            raw = error.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise Unreachable(f"{address}: {error}") from None
    try:
        told = json.loads(raw) if len(raw) <= LARGEST else None
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise Unreachable(f"{address} answers no JSON object of at most {LARGEST} bytes")
    return told
