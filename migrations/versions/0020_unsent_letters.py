"""Letters that were not sent are found without reading those that were: the work list asks for them at each visit.

Revision: 0020, after 0019
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

NAME, TABLE, COLUMNS, WHERE = "ix_letters_unsent", "letters", ["year", "serial"], sa.text("sent_on IS NULL")


def upgrade() -> None:
    """Bring the register to this revision; on PostgreSQL the index is made beside writers."""
    if op.get_bind().dialect.name == "sqlite":
        op.create_index(NAME, TABLE, COLUMNS, sqlite_where=WHERE)
        return
    with op.get_context().autocommit_block():
        # It waits for transactions that are under way, and nobody waits for it meanwhile.
        op.execute("SET lock_timeout = 0")
        op.drop_index(NAME, TABLE, if_exists=True, postgresql_concurrently=True)
        op.create_index(NAME, TABLE, COLUMNS, postgresql_where=WHERE, postgresql_concurrently=True)
        op.execute("RESET lock_timeout")


def downgrade() -> None:
    """Undo it."""
    op.drop_index(NAME, TABLE)
