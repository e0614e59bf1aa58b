"""Signing in with an account that somebody has at a provider of OpenID Connect. It never makes people."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor, Door
from app.domain.errors import NotAllowed, NotFound, mark
from app.domain.means import Means
from app.domain.permissions import Task
from app.store import audit
from app.store.access import require
from app.store.accounts import end_sessions, open_session
from app.store.credentials import OpenIdAccount
from app.store.people import Person, roles_of


@dataclass(frozen=True)
class Claims:
    """What a provider says, and has sealed, about who signed in there; `email` only where it is verified."""

    issuer: str
    subject: str
    email: str | None


def sign_in(session: Session, claims: Claims, browser: str, secret: bytes, now: datetime) -> str:
    """A new session for whose account this is; gives its token.

    The first time the verified mail address tells whose; from then on the number the account goes by, whatever becomes
    of the address. Raises NotAllowed: `person-unknown`, `person-ended`, `other-account`, `email-unverified`.
    """
    account = _account(session, claims) or _first_time(session, claims, now)
    person = session.get_one(Person, account.person_id)
    if person.ended_at is not None:
        raise _ended()
    account.last_used_at = now
    token = open_session(session, person.id, Means.OPENID, browser, secret, now)
    who = Actor(person.id, roles_of(session, person.id), person.ministry_id, Door.SESSION)
    facts = {"met": Means.OPENID, "aanbieder": claims.issuer}
    audit.record(session, who, "aanmelden", f"persoon:{person.id}", now, **facts)
    return token


def untie(session: Session, actor: Actor, account_id: int, now: datetime) -> int:
    """Forget that an account is somebody's, so that another may be tied at the next sign-in; their sessions end.

    Gives the person's number. Raises NotFound (`no-account`).
    """
    require(actor, Task.MANAGE_PEOPLE)
    account = session.get(OpenIdAccount, account_id)
    if account is None:
        raise NotFound("no-account", mark("Deze koppeling is er niet meer."))
    person_id, issuer = account.person_id, account.issuer
    session.delete(account)
    end_sessions(session, person_id, now)
    audit.record(session, actor, "account-ontkoppelen", f"persoon:{person_id}", now, aanbieder=issuer)
    return person_id


def _account(session: Session, claims: Claims) -> OpenIdAccount | None:
    return session.scalars(
        sa.select(OpenIdAccount).where(OpenIdAccount.issuer == claims.issuer, OpenIdAccount.subject == claims.subject)
    ).one_or_none()


def _first_time(session: Session, claims: Claims, now: datetime) -> OpenIdAccount:
    if claims.email is None:
        sentence = mark("Uw account daar heeft geen bevestigd e-mailadres. Daarmee kan Regie niet zien wie u bent.")
        raise NotAllowed("email-unverified", sentence)
    person = session.scalars(sa.select(Person).where(Person.email == claims.email).with_for_update()).one_or_none()
    if person is None:
        sentence = mark("Het adres {email} staat niet in Regie. Vraag de beheerder om u toe te voegen.")
        raise NotAllowed("person-unknown", sentence, email=claims.email)
    if person.ended_at is not None:
        raise _ended()
    tied = sa.select(OpenIdAccount.id).where(
        OpenIdAccount.issuer == claims.issuer, OpenIdAccount.person_id == person.id
    )
    if session.scalars(tied).first():
        sentence = mark(
            "Bij het adres {email} hoort in Regie een ander account van deze aanbieder. "
            "Vraag de beheerder om dat los te koppelen."
        )
        raise NotAllowed("other-account", sentence, email=claims.email)
    account = OpenIdAccount(
        issuer=claims.issuer, subject=claims.subject, person_id=person.id, created_at=now, last_used_at=now
    )
    session.add(account)
    session.flush()
    who = Actor(person.id, roles_of(session, person.id), person.ministry_id, Door.SESSION)
    audit.record(session, who, "account-koppelen", f"persoon:{person.id}", now, aanbieder=claims.issuer)
    return account


def _ended() -> NotAllowed:
    sentence = mark("U staat in Regie als gestopt en kunt zich niet aanmelden. Vraag het de beheerder.")
    return NotAllowed("person-ended", sentence)
