"""Signing in with a mailed code, sessions and API tokens."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.domain.capabilities import sign_in_code
from app.domain.errors import Invalid, NotFound
from app.store.accounts import SignedIn, SignInCode, UserSession
from app.store.audit import AuditEntry
from app.store.base import Base, Db
from app.store.outbox import OutboxMail
from app.store.people import Person
from app.usecases.accounts import codes, sessions, tokens
from app.usecases.accounts.codes import Attempt
from tests.support.builders import a_register

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SECRET = b"s" * 32
WHO = "secretariaat@vng.example"
BROWSER, OTHER = "browser-1", "browser-2"


def ask(db: Db, email: str = WHO, browser: str = BROWSER, now: datetime = NOW) -> str:
    with db.writing() as session:
        return codes.ask_for_code(session, email, browser, now)


def attempt(db: Db, challenge: str, code: str | None = None, browser: str = BROWSER, now: datetime = NOW) -> Attempt:
    with db.writing() as session:
        return codes.sign_in(session, challenge, code or sign_in_code(challenge, SECRET), browser, SECRET, now)


def signed_in(db: Db, now: datetime = NOW) -> str:
    token = attempt(db, ask(db, now=now), now=now).token
    assert token
    return token


def find(db: Db, token: str, now: datetime = NOW) -> SignedIn | None:
    with db.reading() as session:
        return sessions.find(session, token, SECRET, now)


def wrong(challenge: str, n: int = 1) -> str:
    return f"{(int(sign_in_code(challenge, SECRET)) + n) % 10**8:08}"


def test_the_right_code_opens_a_session(db: Db) -> None:
    a_register(db)
    challenge = ask(db, " Secretariaat@VNG.example ")
    code = sign_in_code(challenge, SECRET)
    found = find(db, attempt(db, challenge, f"{code[:4]} {code[4:]}").token or "")
    assert found is not None
    assert found.email == WHO
    assert found.ministry_display is None
    with db.reading() as session:
        acts = session.scalars(sa.select(AuditEntry.act)).all()
    assert "aanmelden" in acts


def test_one_mail_goes_out_and_it_holds_no_code(db: Db) -> None:
    a_register(db)
    challenge = ask(db)
    with db.reading() as session:
        mail = session.scalars(sa.select(OutboxMail)).one()
    assert (mail.kind, mail.address, mail.urgent) == ("code", WHO, True)
    assert mail.params == {"challenge_id": challenge}


def test_an_unknown_address_is_answered_alike_and_gets_no_mail(db: Db) -> None:
    a_register(db)
    challenge = ask(db, "niemand@vng.example")
    assert [attempt(db, challenge).tries_left for _ in range(6)] == [4, 3, 2, 1, 0, 0]
    assert attempt(db, challenge).token is None
    with db.reading() as session:
        assert session.scalars(sa.select(OutboxMail)).all() == []


@pytest.mark.parametrize("email", ["", "x", "a@b", "a b@c.nl", "a@b@c.nl", "é@b.nl", "a@" + "b" * 330 + ".nl"])
def test_what_is_no_address_is_refused(db: Db, email: str) -> None:
    with pytest.raises(Invalid) as refused:
        ask(db, email)
    assert (refused.value.code, refused.value.field) == ("bad-email", "email")


def test_five_tries_and_no_more(db: Db) -> None:
    a_register(db)
    challenge = ask(db)
    assert [attempt(db, challenge, wrong(challenge, n)).tries_left for n in range(1, 6)] == [4, 3, 2, 1, 0]
    assert attempt(db, challenge) == Attempt(None, 0)


def test_a_thousand_guesses_at_once_get_five_tries(db: Db) -> None:
    a_register(db)
    challenge = ask(db)
    with ThreadPoolExecutor(8) as pool:
        left = list(pool.map(lambda n: attempt(db, challenge, wrong(challenge, n)).tries_left, range(1, 101)))
    assert sorted(left, reverse=True)[:4] == [4, 3, 2, 1]
    assert sum(left) == 10
    with db.reading() as session:
        assert session.scalars(sa.select(SignInCode.tries)).all() == [5]


def test_one_code_opens_one_session_however_often_it_is_sent_at_once(db: Db) -> None:
    a_register(db)
    challenge = ask(db)
    with ThreadPoolExecutor(4) as pool:
        attempts = list(pool.map(lambda _: attempt(db, challenge), range(4)))
    assert len([one for one in attempts if one.token]) == 1
    assert attempt(db, challenge).token is None


def test_a_code_works_in_the_browser_that_asked_for_it_for_ten_minutes(db: Db) -> None:
    a_register(db)
    challenge = ask(db)
    assert attempt(db, challenge, browser=OTHER) == Attempt(None, 0)
    assert attempt(db, challenge, now=NOW + timedelta(minutes=10)) == Attempt(None, 0)
    assert attempt(db, challenge, now=NOW + timedelta(minutes=9, seconds=59)).token


def test_another_challenge_has_another_code(db: Db) -> None:
    a_register(db)
    first, second = ask(db), ask(db)
    assert attempt(db, second, sign_in_code(first, SECRET)).token is None
    with db.writing() as session:
        answer = codes.sign_in(session, first, sign_in_code(first, b"t" * 32), BROWSER, SECRET, NOW)
    assert answer.token is None


def test_a_browser_may_ask_five_codes_an_hour(db: Db) -> None:
    a_register(db)
    for minute in range(5):
        ask(db, now=NOW + timedelta(minutes=minute))
    with pytest.raises(Invalid) as refused:
        ask(db, now=NOW + timedelta(minutes=59))
    assert refused.value.code == "too-many-codes"
    ask(db, "directie@vng.example", now=NOW + timedelta(minutes=59))
    ask(db, now=NOW + timedelta(minutes=61))


def test_strangers_cannot_lock_out_somebody_at_their_own_desk(db: Db) -> None:
    a_register(db)
    signed_in(db)
    later = NOW + timedelta(days=30)
    refused = 0
    for n in range(100):
        try:
            ask(db, browser=f"stranger-{n}", now=later)
        except Invalid:
            refused += 1
    assert refused == 85
    assert attempt(db, ask(db, now=later), now=later).token


def test_codes_asked_at_the_same_moment_are_counted_too(db: Db) -> None:
    a_register(db)

    def one(_: int) -> bool:
        try:
            ask(db)
        except Invalid:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(20))) == 5


def test_codes_that_nobody_used_are_forgotten_after_a_day(db: Db) -> None:
    a_register(db)
    ask(db)
    ask(db, "niemand@vng.example")
    used = ask(db, "directie@vng.example")
    attempt(db, used)
    kept = ask(db, now=NOW + timedelta(days=1, seconds=1))
    with db.reading() as session:
        assert set(session.scalars(sa.select(SignInCode.id))) == {used, kept}


def test_a_session_ends_when_idle_for_an_hour_or_twelve_hours_old(db: Db) -> None:
    a_register(db)
    token = signed_in(db)
    assert find(db, token, NOW + timedelta(minutes=59, seconds=59))
    assert find(db, token, NOW + timedelta(minutes=60)) is None
    for half_hour in range(1, 24):
        now = NOW + timedelta(minutes=30 * half_hour)
        found = find(db, token, now)
        assert found
        with db.writing() as session:
            sessions.note_use(session, found, now)
    assert find(db, token, NOW + timedelta(hours=12)) is None


def test_its_use_is_noted_once_a_minute(db: Db) -> None:
    a_register(db)
    found = find(db, signed_in(db))
    assert found
    assert not sessions.is_stale(found, NOW + timedelta(seconds=59))
    assert sessions.is_stale(found, NOW + timedelta(seconds=60))


def test_a_session_is_dead_after_signing_out(db: Db) -> None:
    a_register(db)
    token, other = signed_in(db), signed_in(db)
    found = find(db, token)
    assert found
    with db.writing() as session:
        sessions.sign_out(session, found, NOW)
    assert find(db, token) is None
    assert find(db, other) is not None


def test_everything_of_a_person_who_ended_is_dead_at_once(db: Db) -> None:
    a_register(db)
    session_token = signed_in(db)
    with db.writing() as session:
        api_token = tokens.make_for(session, WHO, NOW)
    open_challenge = ask(db)
    with db.writing() as session:
        session.execute(sa.update(Person).where(Person.email == WHO).values(ended_at=NOW))
    assert find(db, session_token) is None
    assert attempt(db, open_challenge).token is None
    with db.reading() as session:
        assert tokens.find(session, api_token, NOW) is None
    with db.writing() as session, pytest.raises(NotFound):
        tokens.make_for(session, WHO, NOW)


def test_a_dump_of_the_register_opens_no_door(db: Db) -> None:
    a_register(db)
    challenge = ask(db)
    token = attempt(db, challenge).token or ""
    with db.writing() as session:
        api_token = tokens.make_for(session, WHO, NOW)
    secrets = (sign_in_code(challenge, SECRET), token, api_token)
    with db.reading() as session:
        tables = Base.metadata.sorted_tables
        dump = "\n".join(str(row) for table in tables for row in session.execute(sa.select(table)))
        assert session.scalars(sa.select(UserSession)).one()
    assert WHO in dump
    assert not [secret for secret in secrets if secret in dump]
