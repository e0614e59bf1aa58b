"""Many numbers in one bound value: a statement takes some ten thousands of values at most, a list may be longer.

Like `base`, this knows which database it speaks to.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Each(FunctionElement[Any]):
    """What is in a JSON text, as rows."""

    inherit_cache = True
    on_postgresql: str


class _Members(_Each):
    """The members of an object, as rows of key and value."""

    inherit_cache = True
    on_postgresql = "json_each_text"


class _Items(_Each):
    """The items of an array, as rows of one value."""

    inherit_cache = True
    on_postgresql = "json_array_elements_text"


@compiles(_Each, "sqlite")
def _on_sqlite(element: _Each, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **kw)})"


@compiles(_Each, "postgresql")
def _on_postgresql(element: _Each, compiler: SQLCompiler, **kw: Any) -> str:
    return f"{element.on_postgresql}(CAST({compiler.process(element.clauses, **kw)} AS json))"


def pairs(numbers: Mapping[int, int]) -> sa.CTE:
    """A table with the columns `key` and `value`, to be joined; read once, however many rows look into it."""
    each = _Members(sa.literal(json.dumps(numbers))).table_valued("key", "value")
    number = sa.BigInteger
    rows = sa.select(sa.cast(each.c.key, number).label("key"), sa.cast(each.c.value, number).label("value"))
    return rows.cte().prefix_with("MATERIALIZED")


def any_of(numbers: Collection[int]) -> sa.Select[int]:
    """These numbers, for `column.in_(…)`."""
    each = _Items(sa.literal(json.dumps(list(numbers)))).table_valued("value")
    return sa.select(sa.cast(each.c.value, sa.BigInteger))
