"""Signing in with a mailed code."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor, Door
from app.domain.capabilities import code_matches
from app.domain.errors import Invalid, mark
from app.domain.means import Means
from app.domain.people import read_address
from app.domain.permissions import Role
from app.store import audit
from app.store.accounts import SignInCode, digest_of, open_session
from app.store.outbox import enqueue
from app.store.people import Person, PersonRole, roles_of
from app.store.questions import Question

CODE_LASTS = timedelta(minutes=10)
TRIES = 5
# One browser may ask five codes an hour for an address. All browsers that never signed in for it share fifteen, so that
# a stranger who uses those up doesn't lock out somebody at their usual desk. At five tries each: 75 guesses in 10^8.
CODES_PER_BROWSER = 5
CODES_FOR_STRANGERS = 15
CODES_WINDOW = timedelta(hours=1)
CODES_KEPT = timedelta(days=1)
KNOWN_BROWSER_KEPT = timedelta(days=180)


@dataclass(frozen=True)
class Attempt:
    """What came of a typed code: a session's token, or how many tries are left (0: ask for a new code)."""

    token: str | None
    tries_left: int


def ask_for_code(session: Session, email: str, browser: str, now: datetime) -> str:
    """Note that this browser wants to sign in, and mail a code to the address if it is somebody's; gives the challenge.

    The answer is the same for unknown addresses. Raises Invalid: `bad-email`, `too-many-codes`.
    """
    email = read_address(email)
    # Locking the person's row makes those who ask at the same moment wait for each other, so the count below holds.
    person = session.scalars(
        sa.select(Person).where(Person.email == email, Person.ended_at.is_(None)).with_for_update()
    ).one_or_none()
    _forget_old_codes(session, now)
    _hold_limit(session, digest_of(email), digest_of(browser), now)
    challenge = SignInCode(
        id=secrets.token_urlsafe(32),
        email_digest=digest_of(email),
        person_id=person.id if person else None,
        browser_digest=digest_of(browser),
        created_at=now,
        expires_at=now + CODE_LASTS,
    )
    session.add(challenge)
    session.flush()
    if person:
        enqueue(session, person, "code", f"code:{challenge.id}", now, urgent=True, challenge_id=challenge.id)
    return challenge.id


def _forget_old_codes(session: Session, now: datetime) -> None:
    unused = sa.and_(SignInCode.used_at.is_(None), SignInCode.created_at < now - CODES_KEPT)
    session.execute(sa.delete(SignInCode).where(sa.or_(unused, SignInCode.created_at < now - KNOWN_BROWSER_KEPT)))


def _hold_limit(session: Session, email_digest: str, browser_digest: str, now: datetime) -> None:
    here = SignInCode.browser_digest == browser_digest
    recent = SignInCode.created_at > now - CODES_WINDOW
    own, all_, known = session.execute(
        sa.select(
            sa.func.count().filter(recent, here),
            sa.func.count().filter(recent),
            sa.func.count().filter(here, SignInCode.used_at.is_not(None)),
        ).where(SignInCode.email_digest == email_digest)
    ).one()
    if own >= CODES_PER_BROWSER or (not known and all_ >= CODES_FOR_STRANGERS):
        sentence = mark("Er zijn te veel codes gevraagd voor dit adres. Probeer het over een uur opnieuw.")
        raise Invalid("too-many-codes", sentence, field="email")


def sign_in(session: Session, challenge_id: str, code: str, browser: str, secret: bytes, now: datetime) -> Attempt:
    """Try a code: a new session for whoever typed the right one in the browser that asked for it, in time.

    A wrong one is no refusal but an Attempt without a token: an exception would undo the count of tries.
    """
    counted = session.execute(
        sa.update(SignInCode)
        .where(
            SignInCode.id == challenge_id,
            SignInCode.browser_digest == digest_of(browser),
            SignInCode.used_at.is_(None),
            SignInCode.expires_at > now,
            SignInCode.tries < TRIES,
        )
        .values(tries=SignInCode.tries + 1)
        .returning(SignInCode.tries, SignInCode.person_id)
    ).one_or_none()
    if counted is None:
        return Attempt(None, 0)
    right = code_matches(code, challenge_id, secret)
    person = session.get(Person, counted.person_id) if counted.person_id else None
    if not right or person is None or person.ended_at:
        return _note_wrong(session, person, TRIES - counted.tries, now)
    session.execute(sa.update(SignInCode).where(SignInCode.id == challenge_id).values(used_at=now))
    token = open_session(session, person.id, Means.CODE, browser, secret, now)
    audit.record(session, _self(session, person), "aanmelden", f"persoon:{person.id}", now, met=Means.CODE)
    return Attempt(token, TRIES - counted.tries)


def _note_wrong(session: Session, person: Person | None, left: int, now: datetime) -> Attempt:
    if person and left == 0:
        audit.record(session, _self(session, person), "code-geblokkeerd", f"persoon:{person.id}", now)
    return Attempt(None, left)


def _self(session: Session, person: Person) -> Actor:
    return Actor(person.id, roles_of(session, person.id), person.ministry_id, Door.SESSION)


def one_of_each_role(session: Session) -> Sequence[tuple[Role, str]]:
    """For each role the address of somebody who holds it, at the ministry with the most questions; for the demo."""
    busy = sa.select(sa.func.count()).where(Question.owner_id == Person.ministry_id).scalar_subquery()
    found = []
    for role in Role:
        query = sa.select(Person.email).join(PersonRole, PersonRole.person_id == Person.id)
        query = query.where(PersonRole.role == role, Person.ended_at.is_(None)).order_by(busy.desc(), Person.id)
        email = session.scalars(query.limit(1)).one_or_none()
        if email:
            found.append((role, email))
    return found
