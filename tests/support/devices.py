"""A device with passkeys: Chromium's virtual authenticator, by its DevTools; and answers that no device would give."""

import base64
import json
from dataclasses import dataclass
from typing import Any

import httpx
from playwright.sync_api import CDPSession, Page

from tests.support.visits import form_token


@dataclass(frozen=True)
class Device:
    """What a laptop with a fingerprint reader is to a browser; the finger is always there."""

    line: CDPSession
    number: str

    def credentials(self) -> list[dict[str, Any]]:
        """The passkeys on it, private halves and all."""
        found: list[dict[str, Any]] = self._do("getCredentials")["credentials"]
        return found

    def set_back(self, by: int) -> None:
        """Let its counters stand where they stood so many uses ago, as on a copy that was made then."""
        for one in self.credentials():
            self._do("removeCredential", credentialId=one["credentialId"])
            self._do("addCredential", credential={**one, "signCount": max(0, one["signCount"] - by)})

    def _do(self, what: str, **facts: Any) -> Any:
        return self.line.send(f"WebAuthn.{what}", {"authenticatorId": self.number, **facts})


def a_device(page: Page, transport: str = "internal") -> Device:
    """Give this page's browser a device of its own: built in, or a key at its port ("usb")."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": transport,
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return Device(line, line.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"])


def options_for(browser: httpx.Client, path: str, page: str) -> dict[str, Any]:
    """What the script would get from `path` on a page."""
    headers = {"Origin": str(browser.base_url).rstrip("/"), "Sec-Fetch-Site": "same-origin"}
    answer = browser.post(path, data={"form_token": form_token(browser, page)}, headers=headers)
    options: dict[str, Any] = answer.raise_for_status().json()
    return options


def an_answer(challenge: str, origin: str, **other: str) -> str:
    """What a device answers to sign in, but for a signature that anybody could have made."""
    about = {"type": "webauthn.get", "challenge": challenge, "origin": origin, "crossOrigin": False}
    response = {
        "clientDataJSON": _text(json.dumps(about).encode()),
        "authenticatorData": _text(bytes(37)),
        "signature": _text(b"nothing"),
        "userHandle": _text(b"nobody"),
    }
    known = {"id": _text(b"no passkey"), "rawId": _text(b"no passkey"), "type": "public-key"}
    return json.dumps({**known, "response": response, "clientExtensionResults": {}, **other})


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
