"""The audit chain: what is done to it is found, and what isn't is not."""

import json
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain import audit as rules
from app.domain.actors import CLOCKWORK, COMMAND
from app.domain.audit import Fault, Witness
from app.domain.digests import Week
from app.store import audit
from app.store.audit import AuditCheck, AuditEntry, AuditHead
from app.store.base import Db
from app.store.figures.digests import FrozenDigest
from app.store.outbox import OutboxMail
from app.usecases import digests
from app.usecases.audit import Chain, check, verify
from tests.support.builders import a_question, a_register
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
    assert look(db) == Chain(0, "0" * 64, None, None, 0)


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


WRITTEN = {"nl": {"lead": "", "rest": "", "page": "<p>", "subject": "s", "text": "t", "html": "<p>"}}
Row = dict[str, Any]


def rows_of(session: Session) -> list[Row]:
    return [
        dict(row) for row in session.execute(sa.select(AuditEntry.__table__).order_by(AuditEntry.sequence)).mappings()
    ]


def let_change(session: Session) -> None:
    """Take the triggers away, for this transaction."""
    if session.get_bind().dialect.name == "sqlite":
        for table in ("audit_entries", "digests"):
            for act in ("update", "delete"):
                session.execute(sa.text(f"DROP TRIGGER IF EXISTS {table}_refuse_{act}"))
    else:
        session.execute(sa.text("SET LOCAL session_replication_role = replica"))


def changed(draw: Random, rows: list[Row]) -> None:
    row = draw.choice(rows)
    field = draw.choice(["actor", "act", "object", "detail", "hash"])
    row[field] = ("0" * 64 if field == "hash" else row[field] + " ") if row[field] != "0" * 64 else "1" * 64


def deleted(draw: Random, rows: list[Row]) -> None:
    del rows[draw.randrange(len(rows))]


def inserted(draw: Random, rows: list[Row]) -> None:
    place = draw.randrange(len(rows) + 1)
    rows.insert(place, {**draw.choice(rows), "act": "verzonnen"})
    for number, row in enumerate(rows, start=1):
        row["sequence"] = number


def reordered(draw: Random, rows: list[Row]) -> None:
    one, other = draw.sample(range(len(rows)), 2)
    rows[one], rows[other] = rows[other], rows[one]
    for number, row in enumerate(rows, start=1):
        row["sequence"] = number


KINDS: Sequence[Callable[[Random, list[Row]], None]] = (changed, deleted, inserted, reordered)


def test_of_a_thousand_tamperings_every_one_is_found(db: Db, record_property: Callable[[str, object], None]) -> None:
    """S10: a quarter of them each changing, deleting, inserting and reordering; each is undone before the next."""
    entries, each = 40, 250 if db.engine.dialect.name == "sqlite" else 25
    with db.writing() as s:
        for number in range(entries):
            audit.record(s, COMMAND, f"proberen-{number % 7}", f"vraag:{number}", NOW, nummer=number)
    draw, found, tried = Random(10), 0, 0  # noqa: S311 the same tamperings each time
    with db.writing() as s:
        let_change(s)
        whole = rows_of(s)
        for kind in KINDS:
            for _ in range(each):
                rows = [dict(row) for row in whole]
                kind(draw, rows)
                with s.begin_nested() as point:
                    s.execute(sa.delete(AuditEntry).execution_options(synchronize_session=False))
                    s.execute(sa.insert(AuditEntry), rows)
                    found += verify(s).fault is not None
                    tried += 1
                    point.rollback()
        assert verify(s).fault is None, "no false alarm"
    record_property("tamperings found", f"{found} of {tried}")
    assert found == tried == each * len(KINDS)


def test_while_eight_hands_write_the_chain_is_whole_at_every_look(db: Db) -> None:
    start, done = threading.Barrier(9), threading.Event()

    def write(hand: int) -> None:
        start.wait()
        for number in range(12):
            with db.writing() as s:
                audit.record(s, COMMAND, "proberen", f"hand:{hand}", NOW, nummer=number)

    looks: list[Chain] = []
    with ThreadPoolExecutor(9) as pool:
        writers = [pool.submit(write, hand) for hand in range(8)]

        def watch() -> None:
            start.wait()
            while not done.is_set():
                looks.append(look(db))

        watching = pool.submit(watch)
        for one in writers:
            one.result()
        done.set()
        watching.result()
    assert [one for one in looks if one.fault] == []
    assert look(db).entries == 8 * 12


@pytest.fixture
def digested(db: Db) -> Db:
    """A register of which a week was frozen, and some acts after it."""
    a_register(db)
    with db.writing() as s:
        a_question(s, sent_on=NOW.date().replace(day=1))
    with db.reading() as s:
        digest = digests.draw_up(s, Week.of(NOW.date()), NOW)
    with db.writing() as s:
        assert digests.freeze(s, CLOCKWORK, digest, WRITTEN, NOW, tell=False)
        audit.record(s, COMMAND, "proberen", "vraag:1", NOW)
    return db


def rewrite(session: Session, until: int | None = None, **change: Any) -> None:
    """Make the chain anew from its first entry, hashes and head and all, as somebody who knows how might."""
    let_change(session)
    last, rows = rules.GENESIS, rows_of(session)[:until]
    rows[0].update(change)
    for row in rows:
        last = row["hash"] = rules.link(
            last, row["sequence"], row["at"], row["actor"], row["act"], row["object"], row["detail"]
        )
    session.execute(sa.delete(AuditEntry).execution_options(synchronize_session=False))
    session.execute(sa.insert(AuditEntry), rows)
    session.execute(sa.update(AuditHead).values(sequence=len(rows), hash=last))


def test_a_digest_bears_witness(digested: Db) -> None:
    found = look(digested)
    assert (found.fault, found.witnesses) == (None, 1)


def test_a_chain_made_anew_is_found_by_the_digest_before_it(digested: Db) -> None:
    with digested.writing() as s:
        rewrite(s, act="iets anders")
    found = look(digested)
    assert found.fault in {Fault.REWRITTEN, Fault.DIGEST}
    assert found.said_by.startswith("weekoverzicht 2026-W")


def test_a_chain_cut_off_with_its_head_put_right_is_found(digested: Db) -> None:
    with digested.writing() as s:
        length = json.loads(s.scalars(sa.select(FrozenDigest.content)).one())["chain_length"]
        rewrite(s, until=length - 1)
    assert look(digested).fault is Fault.END


@pytest.mark.parametrize("change", ["UPDATE digests SET written = '{}'", "DELETE FROM digests"])
def test_a_digest_that_was_changed_or_removed_is_found(digested: Db, change: str) -> None:
    with digested.writing() as s:
        let_change(s)
        s.execute(sa.text(change))
    assert look(digested).fault is Fault.DIGEST


def test_what_was_cut_off_after_the_last_digest_is_found_by_a_head_written_down(digested: Db) -> None:
    whole = look(digested)
    with digested.writing() as s:
        rewrite(s, until=whole.entries - 1)
    assert look(digested).fault is None, "nothing inside the register can know"
    with digested.reading() as s:
        found = verify(s, [Witness(whole.entries, whole.head, "gisteren")])
    assert (found.fault, found.broken_at, found.said_by) == (Fault.END, whole.entries, "gisteren")


def test_a_broken_chain_is_mailed_to_the_administrators_once(digested: Db) -> None:
    with digested.writing() as s:
        let_change(s)
        s.execute(sa.update(AuditEntry).where(AuditEntry.sequence == 2).values(act="iets anders"))
    for _ in range(2):
        with digested.writing() as s:
            check(s, verify(s), NOW)
    with digested.reading() as s:
        assert s.scalars(sa.select(AuditCheck.broken_at)).all() == [2, 2]
        mails = s.scalars(sa.select(OutboxMail.params).where(OutboxMail.kind == "alarm")).all()
    assert [one["about"] for one in mails] == ["chain"]
