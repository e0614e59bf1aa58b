"""Somebody who is signed in, for what is measured on pages."""

from datetime import datetime

import sqlalchemy as sa

from app.domain.means import Means
from app.office import Office
from app.store.accounts import open_session
from app.store.people import Person
from app.web.frame.sessions import BROWSER, SESSION


def cookies_of(office: Office, condition: sa.ColumnElement[bool], now: datetime) -> dict[str, str]:
    """The cookies of the one person for whom this holds, signed in at `now` with a passkey."""
    browser = "b" * 43
    with office.db.writing() as session:
        person_id = session.scalars(sa.select(Person.id).where(condition)).one()
        token = open_session(session, person_id, Means.PASSKEY, browser, office.sign_in_key, now)
    return {SESSION: token, BROWSER: browser}
