"""The statements that reach a database: for tests, and measurements, of how many there are."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from app.store.base import Db


@contextmanager
def heard(db: Db) -> Iterator[list[str]]:
    """The statements that are executed within the block; one that is executed for many rows at once counts once.

    How a connection is set (PRAGMA) is left out: it depends on what the connection did before.
    """
    found: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("PRAGMA"):
            found.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", hear)
    try:
        yield found
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", hear)
