"""P6: searching, beside the bare full-text query for the same rows by the driver."""

import statistics
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.domain.actors import Actor, Door
from app.domain.permissions import Role
from app.domain.search import terms_of
from app.store.base import Db
from app.store.ministries import Ministry
from app.store.search.entries import LEXEMES
from app.store.search.finding import SearchFilter, found
from bench.databases import KINDS, Databases, driver_connection
from bench.measure import timed
from bench.registers import build

TIMES = 20
MOST_MS = 50
# What the page shows of each, written by hand.
ROWS = (
    "SELECT e.id, e.kind, substr(e.text, 1, 4000), l.year, l.serial, l.subject, l.reference, l.letter_date, "
    "q.position, q.title, q.state, m.display FROM {source} JOIN letters l ON l.id = e.letter_id "
    "LEFT JOIN questions q ON q.id = e.question_id LEFT JOIN ministries m ON m.id = q.owner_id "
)
BARE = {
    "sqlite": ROWS.format(source="search_words w JOIN search_entries e ON e.id = w.rowid")
    + "WHERE search_words MATCH {asked} {own} ORDER BY w.rowid DESC LIMIT 51",
    "postgresql": ROWS.format(source=f"(SELECT *, {LEXEMES} AS lexemes FROM search_entries) e")
    + "WHERE e.lexemes @@ to_tsquery('pg_catalog.dutch', {asked}) {own} ORDER BY e.id DESC LIMIT 51",
}
# The same rows for who may read the questions of one ministry only; that is all there is in this register.
OWN = (
    "AND CASE WHEN e.question_id IS NOT NULL THEN q.owner_id = {ministry} ELSE EXISTS "
    "(SELECT 1 FROM questions r WHERE r.letter_id = e.letter_id AND r.owner_id = {ministry}) END"
)


def run(databases: Databases, n: int) -> None:
    """Print P6 for both databases, on a register of n questions: for who reads all, and for one ministry."""
    for kind in KINDS:
        url = databases.copy(kind, f"lists{n}", lambda url: build(url, n))
        ours, bare = _measure(kind, url, n)
        p95 = statistics.quantiles(ours, n=20)[-1] * 1000
        print(
            f"P6 {kind} {n} questions, {len(ours)} searches: {sum(ours) / sum(bare):.2f} times the bare full-text "
            f"query and 50 rows (limit 2), p95 {p95:.1f} ms (limit {MOST_MS}), "
            f"middle {statistics.median(ours) * 1000:.1f} ms",
            flush=True,
        )
        databases.drop(url)


def _asked(n: int) -> Sequence[tuple[str, str]]:
    """What is searched for, in everyday words and in those of the bare query: in all texts, in some, and in one."""
    one = n // 2
    return (
        ("ministerie", "ministerie"),
        ("onderwerpen klaar", "onderwerp {and_} klaar"),
        (str(one), str(one)),
        (f"onderwerp {one + 1}", f"onderwerp {{and_}} {one + 1}"),
        (f"vraag {one} ministerie", f"vraag {{and_}} {one} {{and_}} ministerie"),
        ("nergens", "nergens"),
    )


def _measure(kind: str, url: str, n: int) -> tuple[list[float], list[float]]:
    """Seconds of each search, and of the bare query for the same, in turn."""
    db, connection = Db(url), driver_connection(url)
    if kind == "postgresql":
        # Prepared, it would soon be planned without a look at the words, and walk through all texts for a rare one.
        connection.driver_connection.prepare_threshold = None  # type: ignore[union-attr]
    cursor = connection.cursor()
    place, both = {"sqlite": ("?", "AND"), "postgresql": ("%s", "&")}[kind]
    with db.reading() as s:
        ministry = s.scalars(sa.select(Ministry.id).where(Ministry.valid_until.is_(None)).limit(1)).one()
    readers = (
        Actor(None, frozenset({Role.SECRETARIAT}), None, Door.SESSION),
        Actor(None, frozenset({Role.CONTACT}), ministry, Door.SESSION),
    )
    ours: list[float] = []
    bare: list[float] = []

    def look(reader: Actor, typed: str) -> None:
        with db.reading() as s:
            found(s, reader, SearchFilter(terms_of(typed)))

    def look_bare(own: str, asked: str) -> Any:
        cursor.execute(BARE[kind].format(asked=place, own=own), (asked,))
        return cursor.fetchall()

    for typed, asked in _asked(n) * TIMES:
        for reader in readers:
            own = OWN.format(ministry=reader.ministry_id) if reader.ministry_id else ""
            bare.append(timed(lambda own=own, asked=asked: look_bare(own, asked.format(and_=both)))[0])  # type: ignore[misc]
            ours.append(timed(lambda typed=typed, reader=reader: look(reader, typed))[0])  # type: ignore[misc]
    connection.close()
    db.dispose()
    return ours, bare
