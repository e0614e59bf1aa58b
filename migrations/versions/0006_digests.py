"""Frozen weekly digests, and who gets them by mail.

Revision: 0006, after 0005
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

REFUSE_ON_SQLITE = """
CREATE TRIGGER digests_refuse_{act} BEFORE {act} ON digests
BEGIN SELECT RAISE(ABORT, 'rows of digests are never changed or removed'); END
"""
REFUSE_ON_POSTGRESQL = """
CREATE TRIGGER digests_refuse_{act} BEFORE {act} ON digests FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def upgrade() -> None:
    """Bring the register to this revision."""
    op.create_table(
        "digests",
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sweep_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("figures", JSON, nullable=False),
        sa.Column("headline", JSON, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("written", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("week", name=op.f("pk_digests")),
    )
    op.create_table(
        "digest_subscriptions",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_digest_subscriptions_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_digest_subscriptions")),
    )
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for act in ("update", "delete") if on_sqlite else ("update", "delete", "truncate"):
        op.execute((REFUSE_ON_SQLITE if on_sqlite else REFUSE_ON_POSTGRESQL).format(act=act))


def downgrade() -> None:
    """Undo it; the triggers go with their table."""
    op.drop_table("digest_subscriptions")
    op.drop_table("digests")
