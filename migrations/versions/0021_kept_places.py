"""Where each question counts is kept beside the histograms, so that what happens since is put in.

Revision: 0021, after 0020
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
NEW = (
    ("form", sa.Integer(), "0"),
    ("witness", sa.String(length=80), ""),
    ("events", sa.BigInteger(), "0"),
    ("missing", JSON, "[]"),
    ("equated", JSON, "[]"),
)


def upgrade() -> None:
    """Bring the register to this revision. What was kept before is left alone, and counted anew."""
    for name, kind, default in NEW:
        op.add_column("kept_histograms", sa.Column(name, kind, server_default=default, nullable=False))
    op.create_table(
        "kept_places",
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("block", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("as_of", "made_at", "block", name=op.f("pk_kept_places")),
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_table("kept_places")
    for name, _, _ in reversed(NEW):
        op.drop_column("kept_histograms", name)
