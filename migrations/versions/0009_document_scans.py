"""What the virus scanner said of documents.

Revision: 0009, after 0008
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the register to this revision."""
    states = sa.Enum(
        "wacht", "schoon", "besmet", name="scanstate", native_enum=False, create_constraint=True, length=40
    )
    op.create_table(
        "document_scans",
        sa.Column("document_id", ID, autoincrement=False, nullable=False),
        sa.Column("state", states, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("virus", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_document_scans_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_document_scans")),
    )
    waiting = sa.text("state = 'wacht'")
    op.create_index(
        "ix_document_scans_waiting", "document_scans", ["since"], sqlite_where=waiting, postgresql_where=waiting
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_table("document_scans")
