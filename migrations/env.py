"""Runs the migrations: on the database that the caller names (`attributes["url"]`), else on that of the settings."""

from contextlib import nullcontext
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

from app.settings import Settings
from app.store import migrations
from app.store.schema import metadata
from app.store.search.entries import is_ours


def plain_type(kind: str, thing: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our own column types as what they are underneath, so that old migrations never import the application."""
    if kind == "type" and isinstance(thing, sa.TypeDecorator):
        return f"sa.{thing.impl_instance!r}"
    return False


def compared(_thing: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """Leave out what the database makes by itself for searching."""
    return is_ours(name, kind, context.get_bind().dialect.name)


def run(url: str) -> None:
    """Bring the database at `url` where Alembic's command wants it, holding the lock that lets one run at a time."""
    with migrations.connect(url) as connection:
        whole = migrations.is_sqlite(url)
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=True,
            render_item=plain_type,
            compare_type=True,
            include_object=compared,
            transactional_ddl=True,
            transaction_per_migration=not whole,
        )
        with context.begin_transaction(), migrations.orphans_refused(connection) if whole else nullcontext():
            context.run_migrations()


run(context.config.attributes.get("url") or Settings().database)
