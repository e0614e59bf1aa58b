"""A provider, as this office speaks to it: discovery, the way there (PKCE), and the sealed token that comes back."""

import base64
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7523.client import ASSERTION_TYPE
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from app.domain.providers import Provider, is_safe_address
from app.openid.wire import Unreachable, ask

# How long what a provider says about itself is believed, and how soon its keys may be asked for once more.
KNOWN_SECONDS = 3600
AGAIN_SECONDS = 30
LEEWAY_SECONDS = 60
ASSERTION_SECONDS = 60
ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519")


class Untrusted(Exception):
    """What came back isn't what this provider would say to us now. Its text is for the log."""


@dataclass(frozen=True)
class Told:
    """Who signed in there: the number they go by, and their mail address where it is one the provider verified."""

    subject: str
    email: str | None


@dataclass
class _Known:
    about: Mapping[str, Any]
    keys: KeySet
    at: float


class Door:
    """One provider, for one running Regie. What the provider says about itself is kept for an hour."""

    def __init__(self, provider: Provider, redirect_uri: str) -> None:
        self.provider = provider
        self._redirect_uri = redirect_uri
        self._known: _Known | None = None
        self._lock = threading.Lock()

    def way_there(self, state: str, nonce: str, verifier: str) -> str:
        """Where to send the browser. Raises Unreachable."""
        more = {"acr_values": self.provider.acr_values} if self.provider.acr_values else {}
        address: str = prepare_grant_uri(
            self._look().about["authorization_endpoint"],
            self.provider.client_id,
            "code",
            redirect_uri=self._redirect_uri,
            scope=self.provider.scopes,
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
            **more,
        )
        return address

    def redeem(self, code: str, nonce: str, verifier: str, now: datetime) -> Told:
        """Exchange what the browser brought back for who it is. Raises Unreachable or Untrusted."""
        known = self._look()
        endpoint = known.about["token_endpoint"]
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": verifier,
        }
        headers = self._identify(form, endpoint, now)
        answer = ask(endpoint, form, headers)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise Untrusted(f"no id_token: {str(answer.get('error', '?'))[:60]}")
        return self._told(self._claims(token, nonce, now))

    def _identify(self, form: dict[str, str], endpoint: str, now: datetime) -> Mapping[str, str]:
        """Say who we are: by a secret in a header, or by an assertion in the form, sealed with our key (RFC 7523)."""
        one = self.provider
        if one.client_secret:
            pair = f"{quote(one.client_id, safe='')}:{quote(one.client_secret, safe='')}"
            return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
        moment = int(now.timestamp())
        claims = {
            "iss": one.client_id,
            "sub": one.client_id,
            "aud": endpoint,
            "jti": secrets.token_urlsafe(24),
            "iat": moment,
            "exp": moment + ASSERTION_SECONDS,
        }
        key, algorithm = _signing_key(one.private_key)
        header = {"alg": algorithm} | ({"kid": one.key_id} if one.key_id else {})
        form["client_id"], form["client_assertion_type"] = one.client_id, ASSERTION_TYPE
        form["client_assertion"] = jwt.encode(header, claims, key, [algorithm])
        return {}

    def _claims(self, token: str, nonce: str, now: datetime) -> CodeIDToken:
        """What the token says, once its seal and all that makes it one for us are right."""
        try:
            try:
                decoded = jwt.decode(token, self._look().keys, algorithms=list(ALGORITHMS))
            except (JoseError, ValueError):
                # Its key may be newer than what we know.
                decoded = jwt.decode(token, self._look(again=True).keys, algorithms=list(ALGORITHMS))
            expected = {
                "iss": {"essential": True, "value": self.provider.issuer},
                "aud": {"essential": True, "value": self.provider.client_id},
                "nonce": {"essential": True, "value": nonce},
            }
            if self.provider.acr_values:
                expected["acr"] = {"essential": True, "values": self.provider.acr_values.split()}
            ours = {"client_id": self.provider.client_id, "nonce": nonce}
            claims = CodeIDToken(decoded.claims, decoded.header, expected, ours)
            claims.validate(int(now.timestamp()), LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise Untrusted(f"id_token: {type(error).__name__} {error}"[:200]) from None
        return claims

    def _told(self, claims: Mapping[str, Any]) -> Told:
        subject, email = claims.get("sub"), claims.get("email")
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:
            raise Untrusted("id_token: no subject of at most 255 signs")
        verified = claims.get("email_verified") is True or self.provider.trusts_email
        if not isinstance(email, str) or not verified or not email.isascii():
            return Told(subject, None)
        return Told(subject, email.strip().lower()[:320])

    def _look(self, *, again: bool = False) -> _Known:
        """What the provider says about itself, asked anew when it is old, or may have changed. Raises Unreachable."""
        with self._lock:
            age = time.monotonic() - self._known.at if self._known else None
            if self._known is None or age is None or age > (AGAIN_SECONDS if again else KNOWN_SECONDS):
                self._known = self._discover()
            return self._known

    def _discover(self) -> _Known:
        issuer = self.provider.issuer
        about = ask(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if about.get("issuer") != issuer:
            raise Unreachable(f"{issuer} calls itself {str(about.get('issuer'))[:100]}")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not isinstance(about.get(name), str) or not is_safe_address(about[name]):
                raise Unreachable(f"{issuer} names no {name} that is https")
        try:
            keys = KeySet.import_key_set(ask(about["jwks_uri"]))
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise Unreachable(f"{issuer} has keys that can't be read: {error}") from None
        return _Known(about, keys, time.monotonic())


def _signing_key(pem: str) -> tuple[RSAKey | ECKey, str]:
    """The key in a PEM text, and what to sign with it; the settings take RSA and EC P-256 only."""
    if isinstance(load_pem_private_key(pem.encode(), None), RSAPrivateKey):
        return RSAKey.import_key(pem), "RS256"
    return ECKey.import_key(pem), "ES256"
