"""Passkeys: added, used to sign in, removed. Each ceremony has a challenge that is good for one browser, once."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor, Door
from app.domain.errors import Invalid, NotFound, Refusal, mark
from app.domain.means import MANAGING_ROLES, Means
from app.later import Later
from app.store import audit
from app.store.accounts import end_sessions, open_session
from app.store.challenges import CHALLENGE_LASTS, Asked, Ceremony, new_challenge, take_challenge
from app.store.credentials import Passkey, accounts_of, passkeys_of
from app.store.outbox import enqueue
from app.store.people import Person, roles_of

if TYPE_CHECKING:
    import webauthn.helpers.exceptions
    from webauthn.helpers import structs
    from webauthn.helpers.structs import AuthenticationCredential, RegistrationCredential
else:
    webauthn, structs = Later("webauthn"), Later("webauthn.helpers.structs")

MOST = 20
LONGEST_NAME = 80
# What an answer that is none of a browser's may make the library stumble over.
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True)
class Site:
    """Where passkeys are valid: the name people see, the host they are bound to, and the address pages come from."""

    name: str
    host: str
    origin: str


@dataclass(frozen=True)
class Outcome:
    """What came of a device's answer: a passkey and, by signing in, a session's token; or why not.

    A refusal is handed back, not raised: the challenge stays used.
    """

    passkey: Passkey | None = None
    token: str | None = None
    refusal: Refusal | None = None


def begin_adding(session: Session, person_id: int, site: Site, browser: str, now: datetime) -> str:
    """What a browser needs to make a passkey, as JSON. Devices that have one of this person's already say so."""
    person, has = session.get_one(Person, person_id), passkeys_of(session, person_id)
    handle = has[0].handle if has else webauthn.helpers.bytes_to_base64url(secrets.token_bytes(32))
    challenge = new_challenge(session, Ceremony.ADD, browser, now, person_id, handle)
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=webauthn.helpers.base64url_to_bytes(handle),
        user_name=person.email,
        user_display_name=person.name,
        challenge=challenge,
        timeout=int(CHALLENGE_LASTS.total_seconds() * 1000),
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            structs.PublicKeyCredentialDescriptor(webauthn.helpers.base64url_to_bytes(one.credential_id)) for one in has
        ],
    )
    return webauthn.options_to_json(options)


def add(session: Session, actor: Actor, answer: str, name: str, site: Site, browser: str, now: datetime) -> Outcome:
    """Keep the passkey that a device made for this person."""
    try:
        credential = webauthn.helpers.parse_registration_credential_json(answer)
        asked = _asked(session, Ceremony.ADD, credential, site, browser, now)
        if asked.person_id != actor.person_id:
            raise _expired()
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=_challenge_in(credential),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
        has = _refuse_more(session, asked.person_id, webauthn.helpers.bytes_to_base64url(made.credential_id))
    except Invalid as refusal:
        return Outcome(refusal=refusal)
    except (webauthn.helpers.exceptions.WebAuthnException, *_UNREADABLE):
        return Outcome(refusal=_unreadable())
    passkey = Passkey(
        person_id=asked.person_id,
        credential_id=webauthn.helpers.bytes_to_base64url(made.credential_id),
        public_key=webauthn.helpers.bytes_to_base64url(made.credential_public_key),
        handle=asked.handle,
        sign_count=made.sign_count,
        name=name.strip()[:LONGEST_NAME] or f"Passkey {has + 1}",
        created_at=now,
    )
    session.add(passkey)
    session.flush()
    _note(session, actor, "passkey-toevoegen", passkey, now)
    return Outcome(passkey)


def _refuse_more(session: Session, person_id: int, credential_id: str) -> int:
    """How many passkeys this person has. Raises Invalid: `passkey-known`, `too-many`."""
    if session.scalars(sa.select(Passkey.id).where(Passkey.credential_id == credential_id)).first():
        raise Invalid("passkey-known", mark("Deze passkey staat al in Regie."))
    has = len(passkeys_of(session, person_id))
    if has >= MOST:
        raise Invalid("too-many", mark("U hebt al {most} passkeys. Verwijder er eerst een."), most=MOST)
    return has


def begin_signing_in(session: Session, site: Site, browser: str, now: datetime) -> str:
    """What a browser needs to sign in with a passkey it has, as JSON; whose it is turns out from the answer."""
    challenge = new_challenge(session, Ceremony.SIGN_IN, browser, now)
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        timeout=int(CHALLENGE_LASTS.total_seconds() * 1000),
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def sign_in(session: Session, answer: str, site: Site, browser: str, secret: bytes, now: datetime) -> Outcome:
    """Try a device's answer: a new session for whose passkey it is."""
    try:
        credential = webauthn.helpers.parse_authentication_credential_json(answer)
        _asked(session, Ceremony.SIGN_IN, credential, site, browser, now)
        passkey = _passkey_of(session, credential)
        seen = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=_challenge_in(credential),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=webauthn.helpers.base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=0,  # ours to judge: a copy is not merely refused
            require_user_verification=True,
        )
    except Invalid as refusal:
        return Outcome(refusal=refusal)
    except (webauthn.helpers.exceptions.WebAuthnException, *_UNREADABLE):
        return Outcome(refusal=_unreadable())
    person = session.get_one(Person, passkey.person_id)
    who = Actor(person.id, roles_of(session, person.id), person.ministry_id, Door.SESSION)
    if person.ended_at is not None:
        sentence = mark("U staat in Regie als gestopt en kunt zich niet aanmelden. Vraag het de beheerder.")
        return Outcome(refusal=Invalid("person-ended", sentence))
    if (seen.new_sign_count or passkey.sign_count) and seen.new_sign_count <= passkey.sign_count:
        return _block(session, who, passkey, now)
    passkey.sign_count, passkey.last_used_at = seen.new_sign_count, now
    token = open_session(session, person.id, Means.PASSKEY, browser, secret, now)
    thing = f"persoon:{person.id}"
    audit.record(session, who, "aanmelden", thing, now, met=Means.PASSKEY, passkey=passkey.id)
    return Outcome(passkey, token)


def _passkey_of(session: Session, credential: "AuthenticationCredential") -> Passkey:
    """The passkey that answers, locked: two answers at once are counted one after the other.

    Raises Invalid: `passkey-unknown`, `passkey-blocked`.
    """
    query = sa.select(Passkey).where(Passkey.credential_id == webauthn.helpers.bytes_to_base64url(credential.raw_id))
    passkey = session.scalars(query.with_for_update()).one_or_none()
    handle = credential.response.user_handle
    if passkey is None or (handle is not None and webauthn.helpers.bytes_to_base64url(handle) != passkey.handle):
        sentence = mark(
            "Deze passkey kent Regie niet (meer); u kunt hem van dit apparaat verwijderen. "
            "Gebruik een andere, of meld u anders aan."
        )
        raise Invalid("passkey-unknown", sentence)
    if passkey.blocked_at is not None:
        raise _blocked()
    return passkey


def _block(session: Session, who: Actor, passkey: Passkey, now: datetime) -> Outcome:
    """The device counted less than before: somewhere there is a copy. Neither opens the door any more."""
    passkey.blocked_at = now
    end_sessions(session, passkey.person_id, now)
    _note(session, who, "passkey-blokkeren", passkey, now)
    return Outcome(refusal=_blocked())


def _blocked() -> Invalid:
    sentence = mark(
        "Deze passkey is geblokkeerd, omdat er een kopie van lijkt te zijn. "
        "Meld u anders aan, of vraag de beheerder om een nieuwe uitnodiging."
    )
    return Invalid("passkey-blocked", sentence)


def remove(
    session: Session, actor: Actor, passkey_id: int, now: datetime, *, strong_required: bool, issuers: frozenset[str]
) -> str:
    """Take away one of one's own passkeys; gives its name. `issuers`: the providers people can sign in at.

    Raises NotFound (`no-passkey`), and Invalid (`last-passkey`) where its owner could not sign in without it.
    """
    # Locking the person: of two removals at once the second counts what the first left.
    person = session.scalars(sa.select(Person).where(Person.id == actor.person_id).with_for_update()).one()
    mine = {one.id: one for one in passkeys_of(session, person.id)}
    passkey = mine.pop(passkey_id, None)
    if passkey is None:
        raise NotFound("no-passkey", mark("Deze passkey is er niet, of is al verwijderd."))
    others = any(one.blocked_at is None for one in mine.values())
    elsewhere = any(account.issuer in issuers for account in accounts_of(session, person.id))
    if strong_required and actor.roles & MANAGING_ROLES and not others and not elsewhere:
        sentence = mark(
            "Dit is uw laatste passkey, en met uw rol kunt u zich niet zonder aanmelden. Voeg eerst een andere toe."
        )
        raise Invalid("last-passkey", sentence)
    session.delete(passkey)
    session.flush()
    _note(session, actor, "passkey-verwijderen", passkey, now)
    return passkey.name


def _note(session: Session, actor: Actor, act: str, passkey: Passkey, now: datetime) -> None:
    """Put it in the audit chain, and let its owner hear of it: who didn't do this should know at once."""
    audit.record(session, actor, act, f"persoon:{passkey.person_id}", now, passkey=passkey.id)
    person = session.get_one(Person, passkey.person_id)
    enqueue(session, person, "access", f"{act}:{passkey.id}", now, urgent=True, act=act)


def _asked(
    session: Session,
    ceremony: Ceremony,
    credential: "RegistrationCredential | AuthenticationCredential",
    site: Site,
    browser: str,
    now: datetime,
) -> Asked:
    """What was asked of this browser, which thereby is used up. Raises Invalid: `passkey-expired`, `passkey-origin`."""
    client = webauthn.helpers.parse_client_data_json(credential.response.client_data_json)
    taken = take_challenge(session, ceremony, client.challenge, browser, now)
    if taken is None:
        raise _expired()
    if client.origin != site.origin:
        sentence = mark("Deze passkey werd gebruikt op {other}. Passkeys werken alleen op {ours}: open Regie daar.")
        raise Invalid("passkey-origin", sentence, other=client.origin[:100], ours=site.origin)
    return taken


def _challenge_in(credential: "RegistrationCredential | AuthenticationCredential") -> bytes:
    return webauthn.helpers.parse_client_data_json(credential.response.client_data_json).challenge


def _expired() -> Invalid:
    return Invalid("passkey-expired", mark("Dit duurde te lang, of was al gebruikt. Probeer het opnieuw."))


def _unreadable() -> Invalid:
    return Invalid("passkey-refused", mark("Uw apparaat gaf een antwoord dat niet klopt. Probeer het opnieuw."))
