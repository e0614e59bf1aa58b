"""Pieces of statements that count."""

from typing import Any

import sqlalchemy as sa

_SECONDS_A_DAY = sa.literal_column("86400", sa.Integer)


def days_between(start: Any, end: Any) -> sa.ColumnElement[int]:
    """Calendar days from one date to another. In seconds: those both databases know how to take."""
    seconds = sa.extract("epoch", end) - sa.extract("epoch", start)
    return sa.cast(seconds / _SECONDS_A_DAY, sa.Integer)


def within(column: Any, values: tuple[str, ...]) -> sa.ColumnElement[bool]:
    """The condition of a partial index, written out, so that the database sees that the index holds all it needs."""
    found: sa.ColumnElement[bool] = column.in_([sa.literal_column(f"'{value}'") for value in values])
    return found


def flag(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """1 where it holds, else 0."""
    return sa.case((condition, 1), else_=0)
