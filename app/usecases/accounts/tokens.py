"""Keys (API tokens): made by a person for a system, shown once, narrowed to what that system does."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import COMMAND, Actor
from app.domain.calendar import ONE_DAY, civil_date
from app.domain.errors import NotFound, mark
from app.domain.scopes import LONGEST_DAYS, Scope, check_token, useful_scopes
from app.domain.slots import moment
from app.store import audit
from app.store.accounts import ApiToken, SignedIn, bearer, digest_of, signed_in
from app.store.people import Person

BY_COMMAND = "opdrachtregel"


@dataclass(frozen=True)
class Caller:
    """The person behind a token, and what the token may be used for."""

    who: SignedIn
    scopes: frozenset[Scope]


def make(
    session: Session, actor: Actor, name: str, scopes: Collection[Scope], until: date | None, now: datetime
) -> str:
    """A new token for this person, working up to and including a day; it is shown this once and kept as its digest.

    Raises Invalid: `missing`, `too-long`, `token-until`.
    """
    useful = [scope for scope in useful_scopes(actor.roles) if scope in scopes]
    last = check_token(name, useful, until, civil_date(now))
    return _write(session, actor, session.get_one(Person, actor.person_id).id, name.strip(), useful, last, now)


def make_for(session: Session, email: str, now: datetime) -> str:
    """A new token for somebody, by command: for all uses, for a year. Raises NotFound (`no-person`)."""
    person = session.scalars(
        sa.select(Person).where(Person.email == email.strip().lower(), Person.ended_at.is_(None))
    ).one_or_none()
    if person is None:
        raise NotFound("no-person", mark("Niemand in Regie heeft het adres {email}."), email=email)
    until = civil_date(now) + timedelta(days=LONGEST_DAYS)
    return _write(session, COMMAND, person.id, BY_COMMAND, list(Scope), until, now)


def _write(
    session: Session, actor: Actor, person_id: int, name: str, scopes: Sequence[Scope], until: date, now: datetime
) -> str:
    token = f"regie_{secrets.token_urlsafe(32)}"
    ends = moment(until + ONE_DAY, time(0))
    words = ",".join(scopes)
    row = ApiToken(
        digest=digest_of(token), person_id=person_id, name=name, scopes=words, created_at=now, expires_at=ends
    )
    session.add(row)
    session.flush()
    told = {"sleutel": row.id, "waarvoor": words, "tot": until}
    audit.record(session, actor, "sleutel-maken", f"persoon:{person_id}", now, **told)
    return token


def own(session: Session, actor: Actor) -> Sequence[ApiToken]:
    """This person's tokens, revoked and ended ones too, the newest first."""
    query = sa.select(ApiToken).where(ApiToken.person_id == actor.person_id)
    return session.scalars(query.order_by(ApiToken.id.desc()).limit(100)).all()


def revoke(session: Session, actor: Actor, token_id: int, now: datetime) -> None:
    """End one of one's own tokens, at once and for good. Raises NotFound (`no-token`)."""
    mine = sa.and_(ApiToken.id == token_id, ApiToken.person_id == actor.person_id)
    ending = sa.update(ApiToken).where(mine, ApiToken.revoked_at.is_(None)).values(revoked_at=now)
    if session.execute(ending.returning(ApiToken.id)).one_or_none() is None:
        raise NotFound("no-token", mark("Deze sleutel is er niet, of is al ingetrokken."))
    audit.record(session, actor, "sleutel-intrekken", f"persoon:{actor.person_id}", now, sleutel=token_id)


def find(session: Session, token: str, now: datetime) -> Caller | None:
    """Whose token this is; None where it is unknown, revoked or past its day, or its person ended."""
    last_seen = sa.func.coalesce(ApiToken.last_used_at, ApiToken.created_at)
    valid = (ApiToken.digest == digest_of(token), ApiToken.revoked_at.is_(None), ApiToken.expires_at > now)
    who = signed_in(session, bearer(ApiToken, last_seen, *valid))
    if who is None:
        return None
    words = session.get_one(ApiToken, who.credential_id).scopes
    return Caller(who, frozenset(Scope(word) for word in words.split(",")))


def note_use(session: Session, found: Caller, now: datetime) -> None:
    """Note that a token is in use."""
    session.execute(sa.update(ApiToken).where(ApiToken.id == found.who.credential_id).values(last_used_at=now))
