"""Answer links, personal links and sign-in codes: derived from a key when a mail is handed over, never stored.

A token reads `key id.purpose.question.person.round.serial.mac`. The id is the fingerprint of the key that made it, so
that a newer key can take over while links of the older one still open.

It has one spelling only: whatever doesn't equal the token that we would make from the same claims is refused, so no
altered or re-encoded one gets in.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.canonical import length_prefixed
from app.domain.errors import NotFound, mark

_MAC_DIGITS = 40  # 160 bits, hexadecimal: nothing that a mail program cuts off the end of an address
_LONGEST_TOKEN = 160
_SHORTEST_KEY = 32
_KEY_ID = re.compile("[A-Za-z0-9_-]{1,16}")
_KEY_ID_DIGITS = 8
_RETIRED = re.compile(rf"[0-9a-f]{{{_KEY_ID_DIGITS}}}\.[0-9a-f]{{{_MAC_DIGITS}}}")
_LINK = re.compile(r"(/(?:a|agenda|afmelding|uitnodiging)/)[^/?\s\"<>]+")
_CODE = re.compile(r"\b[0-9]{8}\b")


class LinkPurpose(StrEnum):
    """What a link lets its holder do with one question."""

    ANSWER = "answer"
    CONCUR = "concur"


@dataclass(frozen=True)
class LinkClaims:
    """What a link says: for which question, person and round it was made. A raised serial revokes it."""

    purpose: LinkPurpose
    question_id: int
    person_id: int
    round: int
    serial: int


def derive_key(master: bytes, purpose: str) -> bytes:
    """Return the 32-byte key for one purpose, so that a value made for one can't be used for another.

    Raises ValueError for a master key under 32 bytes.
    """
    if len(master) < _SHORTEST_KEY:
        raise ValueError(f"a key needs at least {_SHORTEST_KEY} bytes")
    return hmac.digest(master, length_prefixed("regie", purpose), hashlib.sha256)


def fingerprint(master: bytes) -> str:
    """Return the id of a key: 8 hexadecimal digits that tell it from others and say nothing about it."""
    return derive_key(master, "key-id").hex()[:_KEY_ID_DIGITS]


def make_token(claims: LinkClaims, keys: Mapping[str, bytes], key_id: str) -> str:
    """Return the token for these claims, safe in a URL. The key stays usable for as long as its id is in `keys`.

    Raises ValueError for a key id with other signs than letters, digits, `_` and `-`, KeyError for an unknown one.
    """
    if not _KEY_ID.fullmatch(key_id):
        raise ValueError("a key id holds 1 to 16 letters, digits, _ or -")
    fields = (claims.purpose, claims.question_id, claims.person_id, claims.round, claims.serial)
    key = derive_key(keys[key_id], "answer-link")
    mac = hmac.new(key, length_prefixed(key_id, *fields), hashlib.sha256).hexdigest()[:_MAC_DIGITS]
    return ".".join((key_id, *map(str, fields), mac))


def read_token(token: str, keys: Mapping[str, bytes]) -> LinkClaims:
    """Return what a link says. Whether its serial, round and person still hold is for the register to tell.

    Raises NotFound: `link-retired` for what looks like a link of a key that we use no more, `link-invalid` for anything
    else that we did not make ourselves.
    """
    try:
        key_id, purpose, *numbers, mac = _plausible(token).split(".")
        question, person, round_, serial = map(int, numbers)
        claims = LinkClaims(LinkPurpose(purpose), question, person, round_, serial)
        if key_id not in keys and _RETIRED.fullmatch(f"{key_id}.{mac}"):
            raise _retired()
        ours = make_token(claims, keys, key_id)
    except (ValueError, KeyError):
        raise _invalid() from None
    if not hmac.compare_digest(ours.encode(), token.encode()):
        raise _invalid()
    return claims


UNSUBSCRIBING = "afmelding"
"""What the key of the links is derived for by which a reader of the digest says "no more"."""


def make_personal(person_id: int, serial: int, key: bytes) -> str:
    """Return a token that stands for one person and one purpose (the key's). A raised serial revokes it."""
    mac = hmac.new(key, length_prefixed(person_id, serial), hashlib.sha256).hexdigest()[:_MAC_DIGITS]
    return f"{person_id}.{serial}.{mac}"


def read_personal(token: str, key: bytes) -> tuple[int, int]:
    """Return the person and serial of a token that we made for this purpose. Raises NotFound (`link-dead`)."""
    try:
        person_id, serial = map(int, _plausible(token).split(".")[:2])
        if hmac.compare_digest(make_personal(person_id, serial, key).encode(), token.encode()):
            return person_id, serial
    except ValueError:
        pass
    raise NotFound("link-dead", mark("Deze link werkt niet, of niet meer. Haal een nieuwe op in Regie."))


def masked(text: str, *, with_code: bool = False) -> str:
    """Return a text with the answer links in it made useless, and where it is about one the sign-in code too."""
    plain = _LINK.sub(r"\1…", text)
    return _CODE.sub("•" * 8, plain) if with_code else plain


def _plausible(token: str) -> str:
    """Return the token; over-long or non-ASCII text is turned away before anything is computed from it."""
    if len(token) > _LONGEST_TOKEN or not token.isascii():
        raise ValueError("no token of ours")
    return token


def _invalid() -> NotFound:
    sentence = mark("Deze link klopt niet. Open de link opnieuw uit de mail, of vraag de VNG om een nieuwe.")
    return NotFound("link-invalid", sentence)


def _retired() -> NotFound:
    sentence = mark("Deze link is verlopen: hij is met een oude sleutel gemaakt. Gebruik de link uit de laatste mail.")
    return NotFound("link-retired", sentence)


def sign_in_code(challenge_id: str, secret: bytes) -> str:
    """Return the 8 digits that belong to this attempt to sign in; `secret` is a master key of at least 32 bytes."""
    mac = hmac.digest(derive_key(secret, "sign-in-code"), length_prefixed(challenge_id), hashlib.sha256)
    return f"{int.from_bytes(mac, 'big') % 10**8:08}"


def code_matches(typed: str, challenge_id: str, secret: bytes) -> bool:
    """Tell whether somebody typed the right code, spaces aside, in a time that doesn't tell how much was right."""
    digits = "".join(typed.split())
    return digits.isascii() and hmac.compare_digest(digits, sign_in_code(challenge_id, secret))


def enrolment_token(enrolment_id: int, secret: bytes) -> str:
    """Return the token of a link to add a passkey: its number and a seal. Whether it still works the register tells."""
    key = derive_key(secret, "enrolment")
    mac = hmac.new(key, length_prefixed(enrolment_id), hashlib.sha256).hexdigest()[:_MAC_DIGITS]
    return f"{enrolment_id}.{mac}"


def read_enrolment(token: str, secrets: Iterable[bytes]) -> int:
    """Return the number of a link to add a passkey that one of these keys made; the oldest ones still hold.

    Raises NotFound (`no-enrolment`) for what we did not make.
    """
    number = token.partition(".")[0] if token.isascii() and len(token) <= _LONGEST_TOKEN else ""
    known = number.isdigit() and len(number) < 16
    ours = [enrolment_token(int(number), secret).encode() for secret in secrets] if known else []
    if not any(hmac.compare_digest(one, token.encode()) for one in ours):
        raise NotFound("no-enrolment", mark("Deze link klopt niet. Open hem opnieuw uit de mail."))
    return int(number)
