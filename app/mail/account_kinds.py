"""Mails about who can get in: a sign-in code, an invitation, and word of what changed."""

from sqlalchemy.orm import Session

from app.domain.capabilities import sign_in_code
from app.domain.errors import mark
from app.domain.means import MANAGING_ROLES
from app.mail.content import Content, Dropped
from app.mail.facts import Reader
from app.office import Office
from app.store.accounts import SignInCode
from app.store.credentials import Enrolment
from app.store.outbox import Claimed


def code(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:  # noqa: ARG001  # all kinds take the same
    """A sign-in code, derived now and kept nowhere."""
    challenge = session.get(SignInCode, mail.params["challenge_id"])
    if challenge is None or challenge.used_at is not None or challenge.expires_at <= office.now():
        return Dropped(mark("De code is verlopen of al gebruikt."))
    digits = sign_in_code(challenge.id, office.sign_in_key)
    return Content([], {"code": digits, "expires_at": challenge.expires_at})


def invitation(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:
    """How to sign in; for who manages, and who lost a passkey, with a link that is derived now and kept nowhere."""
    settings = office.settings
    facts = {
        "providers": [one.label for one in settings.providers],
        "by_code": not (settings.requires_strong and reader.roles & MANAGING_ROLES),
        "link": "",
        "until": None,
    }
    number = mail.params["enrolment_id"]
    if number is not None:
        made = session.get(Enrolment, number)
        if made is None or made.used_at or made.revoked_at or made.expires_at <= office.now():
            return Dropped(mark("De link in deze mail is al gebruikt, of vervangen door een nieuwere."))
        facts |= {"link": office.enrolment_link(made.id), "until": made.expires_at}
    return Content([], facts)


def access(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:  # noqa: ARG001
    """A passkey was added, removed or blocked: who didn't do that should know at once."""
    return Content([], {"act": mail.params["act"], "at": mail.created_at})
