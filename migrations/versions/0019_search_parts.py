"""The index for words on PostgreSQL knows in which part of the numbers an entry lies, and of which kind it is.

So that it can be asked for the newest part alone, and the one before it only when the page isn't full (ADR 0030).

Revision: 0019, after 0018
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

OLD, NEW = "ix_search_vector", "ix_search_entries_parted"
LEXEMES = """(vector || array_to_tsvector(ARRAY[
    '/' || CAST(kind AS text), '/f' || CAST(id >> 12 AS text), '/c' || CAST(id >> 15 AS text)]))"""


def upgrade() -> None:
    """Bring the register to this revision: the new index is made beside writers, and only then the old one goes."""
    if op.get_bind().dialect.name != "postgresql":
        return
    with op.get_context().autocommit_block():
        # It waits for transactions that are under way, and nobody waits for it meanwhile.
        op.execute("SET lock_timeout = 0")
        op.drop_index(NEW, "search_entries", if_exists=True, postgresql_concurrently=True)
        op.create_index(
            NEW,
            "search_entries",
            [sa.text(LEXEMES)],
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
            postgresql_concurrently=True,
        )
        op.drop_index(OLD, "search_entries", if_exists=True, postgresql_concurrently=True)
        op.execute("RESET lock_timeout")


def downgrade() -> None:
    """Undo it."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index(NEW, "search_entries")
        op.create_index(OLD, "search_entries", ["vector"], postgresql_using="gin")
