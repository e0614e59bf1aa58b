"""Calendars of due dates, hints that were read, and the law behind a default term.

Revision: 0013, after 0012
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the register to this revision."""
    op.create_table(
        "calendar_feeds",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_calendar_feeds_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_feeds")),
    )
    op.create_table(
        "read_hints",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("hint", sa.String(length=40), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_read_hints_person_id")),
        sa.PrimaryKeyConstraint("person_id", "hint", name=op.f("pk_read_hints")),
    )
    op.add_column("default_terms", sa.Column("law", sa.String(length=200), nullable=True))
    op.add_column("default_terms", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE default_terms SET law = 'Wet open overheid, artikel 4.4' "
        "WHERE name = 'Verzoek op grond van de Wet open overheid' AND kind = 'wettelijk'"
    )


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_column("default_terms", "ended_at")
    op.drop_column("default_terms", "law")
    op.drop_table("read_hints")
    op.drop_table("calendar_feeds")
