"""What the mails of a rung say besides, and the hours within which they leave.

Revision: 0018, after 0017
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Bring the register to this revision."""
    op.add_column("ladder_rungs", sa.Column("text_nl", sa.String(length=300), nullable=True))
    op.add_column("ladder_rungs", sa.Column("text_en", sa.String(length=300), nullable=True))
    op.create_table(
        "sending_hours",
        sa.Column("edition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.CheckConstraint("0 <= opens AND opens < closes AND closes <= 24", name=op.f("ck_sending_hours_day")),
        sa.PrimaryKeyConstraint("edition", name=op.f("pk_sending_hours")),
    )


def downgrade() -> None:
    """Go back to the revision before; texts and hours go."""
    op.drop_table("sending_hours")
    op.drop_column("ladder_rungs", "text_en")
    op.drop_column("ladder_rungs", "text_nl")
