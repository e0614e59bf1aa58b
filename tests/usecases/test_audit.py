import pytest
import sqlalchemy as sa

from app.domain.actors import COMMAND
from app.store import audit
from app.store.base import Db
from app.usecases.audit import Chain, verify
from tests.support.clock import NOW

ENTRIES = 12
ANOTHER = """
INSERT INTO audit_entries (sequence, at, actor, act, object, detail, hash)
SELECT 13, at, actor, act, object, detail, hash FROM audit_entries WHERE sequence = 12
"""


@pytest.fixture
def chain(db: Db) -> Db:
    with db.writing() as s:
        for number in range(1, ENTRIES + 1):
            audit.record(s, COMMAND, "proberen", f"vraag:{number}", NOW, nummer=number, tekst="“één”")
    return db


def tamper(db: Db, statement: str) -> None:
    """Change rows as somebody with the database's own rights could: with the triggers off."""
    with db.writing() as s:
        if db.engine.dialect.name == "sqlite":
            s.execute(sa.text("DROP TRIGGER audit_entries_refuse_update"))
            s.execute(sa.text("DROP TRIGGER audit_entries_refuse_delete"))
        else:
            s.execute(sa.text("SET LOCAL session_replication_role = replica"))
        s.execute(sa.text(statement))


def look(db: Db) -> Chain:
    with db.reading() as s:
        return verify(s)


def test_an_empty_chain_is_whole(db: Db) -> None:
    assert look(db) == Chain(0, "0" * 64, None)


def test_a_chain_that_nobody_touched_is_whole(chain: Db) -> None:
    found = look(chain)
    assert (found.entries, found.broken_at) == (ENTRIES, None)
    assert len(found.head) == 64


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE audit_entries SET act = 'iets anders' WHERE sequence = 5", 5),
        ("UPDATE audit_entries SET detail = '{}' WHERE sequence = 1", 1),
        ("UPDATE audit_entries SET hash = '0' WHERE sequence = 12", 12),
        ("DELETE FROM audit_entries WHERE sequence = 1", 1),
        ("DELETE FROM audit_entries WHERE sequence = 7", 7),
        ("DELETE FROM audit_entries WHERE sequence = 12", 12),
        ("DELETE FROM audit_entries", 1),
        ("DELETE FROM audit_head", 13),
        ("UPDATE audit_head SET sequence = 11", 13),
        ("UPDATE audit_entries SET sequence = 30 WHERE sequence = 3", 3),
        (ANOTHER, 13),
    ],
)
def test_whatever_is_changed_removed_or_added_is_found(chain: Db, statement: str, broken_at: int) -> None:
    tamper(chain, statement)
    assert look(chain).broken_at == broken_at
