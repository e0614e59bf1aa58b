"""A provider of OpenID Connect (npm's oidc-provider, a process of its own), and somebody who signs in there."""

import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from joserfc.jwk import ECKey, RSAKey

from tests.support.live import Door

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "tests" / "support" / "openid_provider.mjs"
ACTION = re.compile(r'<form [^>]*action="([^"]+)"')
ABORT = re.compile(r'href="([^"]+/abort)"')


@dataclass(frozen=True)
class OpenIdProvider:
    """Where it is, and the key with which Regie identifies itself there as `regie-key`; `regie-secret` has a secret."""

    issuer: str
    private_key: str
    secret: str

    def set(self, **facts: str) -> None:
        """Give an `account` an `email`, or let it `lie`."""
        httpx.post(f"{self.issuer}/set", params=facts, timeout=10).raise_for_status()

    def settings(self, folder: Path) -> Path:
        """A file of settings that names it twice: `rijk` by key, `dienst` by secret."""
        key, file = folder / "rijk.pem", folder / "openid.toml"
        key.write_text(self.private_key)
        file.write_text(
            f"""
            [rijk]
            label = "Rijksaccount"
            issuer = "{self.issuer}"
            client_id = "regie-key"
            private_key = "{key}"
            key_id = "ours"
            """
        )
        return file

    def settings_with_secret(self, folder: Path) -> Path:
        """A file of settings that names it once, by secret."""
        file = folder / "secret.toml"
        file.write_text(
            f"""
            [dienst]
            label = "Dienstaccount"
            issuer = "{self.issuer}"
            client_id = "regie-secret"
            client_secret = "{self.secret}"
            """
        )
        return file

    def sign_in(self, browser: httpx.Client, there: str, account: str) -> httpx.Response:
        """Do what a person does at the provider, from the address Regie sent them to; gives Regie's last answer."""
        answer = self._follow(browser, browser.get(there))
        for prompt in ("login", "consent"):
            if not answer.url.path.startswith("/interaction"):
                break
            typed = {"prompt": prompt, "login": account, "password": "x"}
            answer = self._follow(browser, browser.post(ACTION.findall(answer.text)[0], data=typed))
        return answer

    def cancel(self, browser: httpx.Client, there: str) -> httpx.Response:
        """Think better of it at the provider."""
        answer = self._follow(browser, browser.get(there))
        return self._follow(browser, browser.get(ABORT.findall(answer.text)[0]))

    def way_back(self, browser: httpx.Client, there: str, account: str) -> str:
        """Sign in at the provider, and stop before going back: the address it sends the browser to."""
        answer = self._follow(browser, browser.get(there), back=False)
        for prompt in ("login", "consent"):
            if "location" in answer.headers:
                break
            typed = {"prompt": prompt, "login": account, "password": "x"}
            answer = self._follow(browser, browser.post(ACTION.findall(answer.text)[0], data=typed), back=False)
        return answer.headers["location"]

    def _follow(self, browser: httpx.Client, answer: httpx.Response, *, back: bool = True) -> httpx.Response:
        """Go where answers send the browser, and with `back` one step into Regie."""
        while "location" in answer.headers and str(answer.url).startswith(self.issuer):
            goes_back = "/aanmelden/openid/" in answer.headers["location"]
            if goes_back and not back:
                return answer
            answer = browser.get(answer.url.join(answer.headers["location"]))
        return answer


@pytest.fixture(scope="session")
def openid_provider(door: Door) -> Iterator[OpenIdProvider]:
    """One provider for all tests of this worker. Node comes from PATH, or from .venv where npm was missing."""
    node = shutil.which("node", path=os.pathsep.join((os.environ.get("PATH", ""), str(ROOT / ".venv" / "bin"))))
    if node is None:
        pytest.fail("no Node.js; `make node_modules/.dev` installs it")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    ours = ECKey.generate_key("P-256", {"kid": "ours", "use": "sig", "alg": "ES256"}, private=True)
    theirs, other = (RSAKey.generate_key(2048, {"kid": "theirs", "use": "sig"}, private=True) for _ in range(2))
    common = {"redirect_uris": [], "grant_types": ["authorization_code"], "response_types": ["code"]}
    secret = "secret/with:signs that+need%quoting"
    clients = [
        {
            **common,
            "client_id": "regie-key",
            "redirect_uris": [f"{door.url}/aanmelden/openid/rijk/terug"],
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": "ES256",
            "jwks": {"keys": [ours.as_dict(private=False)]},
        },
        {
            **common,
            "client_id": "regie-secret",
            "redirect_uris": [f"{door.url}/aanmelden/openid/dienst/terug"],
            "client_secret": secret,
        },
    ]
    issuer = f"http://127.0.0.1:{port}"
    configuration = {
        "issuer": issuer,
        "port": port,
        "clients": clients,
        "keys": [theirs.as_dict(private=True)],
        "forged": [other.as_dict(private=False)],
    }
    process = subprocess.Popen(
        [node, SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps(configuration))
    process.stdin.close()
    try:
        while (line := process.stdout.readline()) and line != "listens\n":
            pass
        assert line, "the provider did not start; `make node_modules/.dev` installs what it needs"
        yield OpenIdProvider(issuer, ours.as_pem(private=True).decode(), secret)
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()
