"""Texts that administrators write for pages to begin with.

Revision: 0015, after 0014
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the register to this revision."""
    place = sa.Enum("antwoord", "aanmelden", name="place", native_enum=False, create_constraint=True, length=40)
    op.create_table(
        "introductions",
        sa.Column("place", place, nullable=False),
        sa.Column("edition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("nl", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by_id", ID, nullable=True),
        sa.CheckConstraint("edition >= 1", name=op.f("ck_introductions_counted")),
        sa.ForeignKeyConstraint(["written_by_id"], ["people.id"], name=op.f("fk_introductions_written_by_id")),
        sa.PrimaryKeyConstraint("place", "edition", name=op.f("pk_introductions")),
    )


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_table("introductions")
