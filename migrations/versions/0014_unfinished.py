"""Forms of letters that are still being typed.

Revision: 0014, after 0013
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Bring the register to this revision."""
    op.create_table(
        "unfinished_letters",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("letter_id", ID, nullable=True),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("page", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_unfinished_letters_letter_id")),
        sa.ForeignKeyConstraint(["saved_by_id"], ["people.id"], name=op.f("fk_unfinished_letters_saved_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unfinished_letters")),
        sa.UniqueConstraint("key", name=op.f("uq_unfinished_letters_key")),
    )
    op.create_index(op.f("ix_unfinished_letters_letter_id"), "unfinished_letters", ["letter_id"], unique=False)
    op.create_index(op.f("ix_unfinished_letters_saved_at"), "unfinished_letters", ["saved_at"], unique=False)
    op.create_table(
        "unfinished_documents",
        sa.Column("unfinished_id", ID, nullable=False),
        sa.Column("document_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_unfinished_documents_document_id")),
        sa.ForeignKeyConstraint(
            ["unfinished_id"], ["unfinished_letters.id"], name=op.f("fk_unfinished_documents_unfinished_id")
        ),
        sa.PrimaryKeyConstraint("unfinished_id", "document_id", name=op.f("pk_unfinished_documents")),
    )


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_table("unfinished_documents")
    op.drop_table("unfinished_letters")
