"""Registers that many tests begin with: made once in a process by the acts themselves, then put back whole."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import sqlalchemy as sa

from app.store.base import Db
from tests.support.databases import keep

_Given, _Made = ParamSpec("_Given"), TypeVar("_Made")
_UNTOUCHED = "SELECT NOT EXISTS (SELECT 1 FROM people) AND NOT EXISTS (SELECT 1 FROM audit_entries)"
_WHICH = "SELECT oid FROM pg_database WHERE datname = current_database()"
# What was made, by whom and in which kind of database → how it is put back, and what its maker gave.
_kept: dict[tuple[object, ...], tuple[Callable[[Db], None], object]] = {}


def beginning(make: Callable[Concatenate[Db, _Given], _Made]) -> Callable[Concatenate[Db, _Given], _Made]:
    """Make a register so only the first time: any other that is untouched gets what the first one then held.

    For makers that go by nothing but what they are given; what they give is the same each time.
    """

    @wraps(make)
    def begin(db: Db, *given: _Given.args, **named: _Given.kwargs) -> _Made:
        with db.reading() as session:
            if not session.execute(sa.text(_UNTOUCHED)).scalar_one():
                return make(db, *given, **named)
            place = session.execute(sa.text(_WHICH)).scalar_one() if _is_shared(db) else None
        key = (place, make, given, *sorted(named.items()))
        if key not in _kept:
            made = make(db, *given, **named)
            _kept[key] = (_keep(db), made)
            return made
        put_back, made = _kept[key]
        put_back(db)
        return cast("_Made", made)

    return begin


def _is_shared(db: Db) -> bool:
    """Whether tests use this database one after the other, and it can keep things itself: PostgreSQL."""
    return db.engine.dialect.name == "postgresql"


def _keep(db: Db) -> Callable[[Db], None]:
    if _is_shared(db):
        schema = f"kept_{len(_kept)}"
        _do(db, keep(schema))
        return lambda other: _do(other, f"SELECT {schema}.put_back()")
    kept: Any = sqlite3.connect(":memory:", check_same_thread=False)
    with closing(sqlite3.connect(str(db.engine.url.database))) as made:
        made.backup(kept)

    def put_back(other: Db) -> None:
        with closing(sqlite3.connect(str(other.engine.url.database))) as untouched:
            kept.backup(untouched)

    return put_back


def _do(db: Db, statement: str) -> None:
    with db.writing() as session:
        session.connection().execution_options(no_parameters=True).exec_driver_sql(statement)
