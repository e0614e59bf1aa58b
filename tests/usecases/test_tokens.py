"""Keys of the API: whose they are, what for, until when."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.domain.errors import Invalid, NotFound
from app.domain.scopes import LONGEST_DAYS, Scope
from app.store.audit import AuditEntry
from app.store.base import Db
from app.usecases.accounts import tokens
from tests.support.builders import a_register, actor, at

NOW = at(date(2026, 11, 23))
CONTACT, OTHER = "contact@jenv.example", "contact@bzk.example"


def test_a_key_stands_for_its_person_up_to_its_last_day(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        token = tokens.make(s, actor(s, CONTACT), " Zaaksysteem ", [Scope.READ], date(2026, 12, 1), NOW)
    with db.reading() as s:
        found = tokens.find(s, token, NOW)
        assert found
        assert (found.who.email, found.who.ministry_display, found.scopes) == (CONTACT, "JenV", {Scope.READ})
        assert tokens.find(s, token[:-1], NOW) is None
        assert tokens.find(s, "", NOW) is None
        assert tokens.find(s, token, at(date(2026, 12, 1), hour=23))
        assert tokens.find(s, token, at(date(2026, 12, 2), hour=0)) is None
        assert [(one.name, one.scopes) for one in tokens.own(s, actor(s, CONTACT))] == [("Zaaksysteem", "lezen")]
        assert tokens.own(s, actor(s, OTHER)) == []
    with db.writing() as s:
        tokens.note_use(s, found, NOW + timedelta(hours=1))
    with db.writing() as s, pytest.raises(NotFound):
        tokens.revoke(s, actor(s, OTHER), found.who.credential_id, NOW)
    with db.writing() as s:
        tokens.revoke(s, actor(s, CONTACT), found.who.credential_id, NOW)
    with db.writing() as s, pytest.raises(NotFound):
        tokens.revoke(s, actor(s, CONTACT), found.who.credential_id, NOW)
    with db.reading() as s:
        assert tokens.find(s, token, NOW) is None
        acts = s.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.sequence.desc()).limit(2)).all()
        assert acts == ["sleutel-intrekken", "sleutel-maken"]


def test_a_key_is_never_wider_than_its_person(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        token = tokens.make(s, actor(s, CONTACT), "Alles", list(Scope), date(2026, 12, 1), NOW)
    with db.reading() as s:
        found = tokens.find(s, token, NOW)
        assert found
        assert found.scopes == {Scope.READ, Scope.ANSWER}


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("name", "scopes", "until", "field"),
    [
        (" ", [Scope.READ], date(2026, 12, 1), "naam"),
        ("x" * 81, [Scope.READ], date(2026, 12, 1), "naam"),
        ("Zaaksysteem", [], date(2026, 12, 1), "waarvoor"),
        ("Zaaksysteem", [Scope.MANAGE], date(2026, 12, 1), "waarvoor"),
        ("Zaaksysteem", [Scope.READ], None, "tot"),
        ("Zaaksysteem", [Scope.READ], NOW.date(), "tot"),
        ("Zaaksysteem", [Scope.READ], NOW.date() + timedelta(days=LONGEST_DAYS + 1), "tot"),
    ],
)
def test_a_key_needs_a_name_a_use_and_a_last_day(
    db: Db, name: str, scopes: list[Scope], until: date | None, field: str
) -> None:
    a_register(db)
    with db.writing() as s, pytest.raises(Invalid) as refused:
        tokens.make(s, actor(s, CONTACT), name, scopes, until, NOW)
    assert refused.value.field == field
