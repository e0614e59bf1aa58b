"""What the figures are counted from and kept in.

Revision: 0005, after 0004
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
GROUPING = sa.Enum(
    "totaal",
    "ministerie",
    "ministerie-nu",
    "dossier",
    "maand",
    "termijn",
    name="grouping",
    native_enum=False,
    create_constraint=True,
    length=40,
)

INDEXES = (
    ("ix_rounds_first", "rounds", ("asked_on", "question_id"), "number = 1"),
    (
        "ix_question_events_owned_anew",
        "question_events",
        ("question_id", "id"),
        "act IN ('doorgeleiden', 'toewijzen', 'opvolgen')",
    ),
    (
        "ix_question_events_stopped",
        "question_events",
        ("question_id", "id"),
        "act IN ('intrekken', 'heropenen', 'heropenen-als-concept')",
    ),
    (
        "ix_term_entries_touched",
        "term_entries",
        ("question_id", "round", "kind"),
        "kind IN ('uitgesteld', 'opgeschort', 'hervat', 'herrekend', 'vervallen')",
    ),
)


def _add_indexes_beside_writers() -> None:
    """Index full tables without locking out who writes in them; what an earlier try left unfinished is made anew."""
    with op.get_context().autocommit_block():
        # It waits for transactions that are under way, and nobody waits for it meanwhile.
        op.execute("SET lock_timeout = 0")
        for name, table, columns, where in INDEXES:
            op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
            op.create_index(
                name,
                table,
                list(columns),
                unique=False,
                postgresql_where=sa.text(where),
                postgresql_concurrently=True,
            )
        op.execute("RESET lock_timeout")


def upgrade() -> None:
    """Bring the register to this revision."""
    if op.get_bind().dialect.name == "postgresql":
        _add_indexes_beside_writers()
    else:
        for name, table, columns, where in INDEXES:
            op.create_index(name, table, list(columns), unique=False, sqlite_where=sa.text(where))
    op.create_table(
        "kept_histograms",
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("grouping", GROUPING, nullable=False),
        sa.Column("asked_from", sa.Date(), nullable=False),
        sa.Column("definition_version", sa.Integer(), nullable=False),
        sa.Column("last_event", sa.BigInteger(), nullable=False),
        sa.Column("recent_events", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cells", JSON, nullable=False),
        sa.PrimaryKeyConstraint("as_of", "grouping", name=op.f("pk_kept_histograms")),
    )
    op.create_table(
        "weekly_figures",
        sa.Column("sunday", sa.Date(), nullable=False),
        sa.Column("grouping", GROUPING, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("definition_version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_time", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("open_in_time", sa.Integer(), nullable=False),
        sa.Column("open_late", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Integer(), nullable=False),
        sa.Column("median_days", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("sunday", "grouping", "key", name=op.f("pk_weekly_figures")),
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_table("weekly_figures")
    op.drop_table("kept_histograms")
    for name, table, _, _ in reversed(INDEXES):
        op.drop_index(name, table_name=table)
